"""How well sentences find their claim on the shipped graph; docs/search.md gives the whole matrix.

The lines between bands were drawn on the calibration set. The bounds here are for the held-out set, which was written
before and never tuned on; they are loose enough for a growing graph and tight enough to fail when ranking breaks.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.search_sentences import KINDS, Result, judge, read_sentences
from vaughn.search import Band, Wordings, read_wordings
from vaughn.store.release import current_release, open_release


@pytest.fixture(scope="module")
def wordings(shipped_builds: Path) -> Wordings:
    return read_wordings(open_release(current_release(shipped_builds)).search_path)


@pytest.fixture(scope="module")
def held_out(wordings: Wordings) -> dict[str, Result]:
    return judge(wordings, read_sentences("held-out"))


@pytest.mark.parametrize("name", ["calibration", "held-out"])
def test_the_sets_are_large_name_known_claims_and_share_nothing(name: str, shipped_builds: Path) -> None:
    sentences = read_sentences(name)
    known = read_wordings(open_release(current_release(shipped_builds)).search_path).claims
    slugs = {claim.rsplit("/", 1)[-1] for claim in known}
    assert len(sentences) >= 130
    assert {each.kind for each in sentences} == set(KINDS)
    assert [slug for each in sentences for slug in each.claims if slug not in slugs] == []
    other = {each.text for each in read_sentences("held-out" if name == "calibration" else "calibration")}
    assert not other & {each.text for each in sentences}


@pytest.mark.parametrize(("kind", "share"), [("verbatim", 0.9), ("light", 0.9), ("keywords", 0.8), ("negated", 0.9)])
def test_the_claim_meant_comes_first(held_out: dict[str, Result], kind: str, share: float) -> None:
    assert held_out[kind].first >= share * held_out[kind].sentences


def test_what_is_out_of_scope_is_mostly_refused_and_never_close(held_out: dict[str, Result]) -> None:
    result = held_out["out-of-scope"]
    assert result.bands[Band.NONE] >= 0.85 * result.sentences
    assert result.bands[Band.CLOSE] == 0


def test_most_negations_are_flagged_and_few_others_are(held_out: dict[str, Result]) -> None:
    assert held_out["negated"].flagged >= 0.7 * held_out["negated"].sentences
    assert held_out["verbatim"].flagged + held_out["light"].flagged <= 3


def test_no_negated_sentence_passes_without_its_differing_words(wordings: Wordings) -> None:
    for name in ("calibration", "held-out"):
        for sentence in (each for each in read_sentences(name) if each.kind == "negated"):
            for match in wordings.nearest(sentence.text, 1):
                assert match.only_here or match.only_there
