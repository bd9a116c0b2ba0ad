"""How well sentences find their claim on the shipped graph; docs/search.md gives the whole matrix.

The lines between bands were drawn on the calibration sets. The bounds here are for the held-out sets, which were
written before and never tuned on; they are loose enough for a growing graph and tight enough to fail when ranking
breaks.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from bench.search_sentences import PLAIN, TURNED, Result, judge, read_sentences, render
from vaughn.search import Band, Wordings, read_wordings
from vaughn.store.release import current_release, open_release


@pytest.fixture(scope="module")
def wordings(shipped_builds: Path) -> Wordings:
    return read_wordings(open_release(current_release(shipped_builds)).search_path)


@pytest.fixture(scope="module")
def held_out(wordings: Wordings) -> dict[str, Result]:
    return judge(wordings, read_sentences("held-out"))


@pytest.fixture(scope="module")
def turned(wordings: Wordings) -> dict[str, Result]:
    return judge(wordings, read_sentences("held-out-turned"))


MANUAL = Path(__file__).resolve().parents[2] / "docs" / "search.md"
SETS = {
    "calibration": (130, PLAIN),
    "calibration-turned": (60, TURNED),
    "held-out": (130, PLAIN),
    "held-out-turned": (40, TURNED),
}


@pytest.mark.parametrize("name", SETS)
def test_the_sets_are_large_name_known_claims_and_share_nothing(name: str, wordings: Wordings) -> None:
    sentences, (least, kinds) = read_sentences(name), SETS[name]
    slugs = {claim.rsplit("/", 1)[-1] for claim in wordings.claims}
    assert len(sentences) >= least
    assert {each.kind for each in sentences} == set(kinds)
    assert [slug for each in sentences for slug in each.claims if slug not in slugs] == []
    others = {each.text for other in SETS if other != name for each in read_sentences(other)}
    assert not others & {each.text for each in sentences}


def test_the_tables_of_the_manual_are_what_is_measured(wordings: Wordings) -> None:
    lines = MANUAL.read_text(encoding="utf-8").splitlines()
    tables = ["\n".join(group) for told, group in groupby(lines, lambda line: line.startswith("|")) if told]
    measured = [render(judge(wordings, read_sentences(name))) for name in SETS]
    assert [table for table in tables if table.startswith("| sentence ")] == measured


@pytest.mark.parametrize(("kind", "share"), [("verbatim", 0.9), ("light", 0.9), ("keywords", 0.8), ("negated", 0.9)])
def test_the_claim_meant_comes_first(held_out: dict[str, Result], kind: str, share: float) -> None:
    assert held_out[kind].first >= share * held_out[kind].sentences


def test_what_is_out_of_scope_is_mostly_refused_and_never_close(held_out: dict[str, Result]) -> None:
    result = held_out["out-of-scope"]
    assert result.bands[Band.NONE] >= 0.85 * result.sentences
    assert result.bands[Band.CLOSE] == 0


def test_boilerplate_that_no_claim_says_is_mostly_refused_and_never_close(turned: dict[str, Result]) -> None:
    result = turned["out-of-scope"]
    assert result.bands[Band.NONE] >= 0.75 * result.sentences
    assert result.bands[Band.CLOSE] == 0


def test_most_negations_are_flagged_and_few_others_are(held_out: dict[str, Result]) -> None:
    assert held_out["negated"].flagged >= 0.9 * held_out["negated"].sentences
    assert held_out["negated"].flags["opposite"] >= 0.8 * held_out["negated"].sentences
    assert held_out["verbatim"].flagged == 0
    assert held_out["light"].flags["opposite"] <= 3


@pytest.mark.parametrize(
    ("kind", "flag"), [("negated", "opposite"), ("extent", "extent"), ("figures", "figures"), ("order", "order")]
)
def test_most_of_what_is_turned_is_flagged_for_what_it_is(turned: dict[str, Result], kind: str, flag: str) -> None:
    assert turned[kind].flags[flag] >= 0.5 * turned[kind].sentences


def test_nothing_turned_passes_without_a_word_about_it(wordings: Wordings) -> None:
    for sentence in (each for name in SETS for each in read_sentences(name)):
        if sentence.kind in ("negated", "extent", "figures", "order"):
            for match in wordings.nearest(sentence.text, 1):
                assert match.order or match.only_here or match.only_there
