"""A draft of every kind goes the whole way: written, filled in, checked, moved to its place, catalogued, built.

kinds.txt holds the cases, in an order in which each names only what stands before it: the words after `vaughn new`,
then one line for each demand of the draft, as a person would write it in the place of the comment.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from small import SMALL
from vaughn.cli.main import main
from vaughn.iris import KINDS, PART_OWNERS
from vaughn.store.release import current_release, open_release

CASES = [
    block.splitlines() for block in (Path(__file__).parent / "kinds.txt").read_text(encoding="utf-8").split("\n\n")
]
DEMAND = re.compile(r"^ +# to do: (\S+(?: or \S+)*)\. .*$", re.MULTILINE)
ADVICE = re.compile(r"^ *# (?:A draft\.|better with:).*\n", re.MULTILINE)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with nothing in it, in the shipped words."""
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "site.toml").write_bytes((SMALL / "graph" / "site.toml").read_bytes())
    return tmp_path


def _vaughn(root: Path, *words: str) -> Result:
    result = CliRunner().invoke(main, ["--site", str(root), *words], env={"VAUGHN_BUILD_DIR": None})
    assert result.exit_code == 0, result.output
    return result


def _filled(text: str, lines: list[str]) -> str:
    """A draft with each demand answered by the line of that property; every demand has one, and every line is used."""
    answers = {line.partition(" ")[0]: line for line in lines}

    def answer(found: re.Match[str]) -> str:
        chosen = [answers.pop(name) for name in found[1].split(" or ") if name in answers]
        assert len(chosen) == 1, found[0]
        return f"    {chosen[0]} ;"

    text = DEMAND.sub(answer, text)
    assert not answers
    return ADVICE.sub("", text)


def _words(line: str) -> list[str]:
    return [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)]


def test_there_is_a_case_of_every_kind() -> None:
    assert {_words(case[0])[0] for case in CASES} == {*KINDS, *PART_OWNERS}


def test_a_filled_draft_of_every_kind_is_checked_moved_catalogued_and_built(root: Path) -> None:
    for number, (first, *answers) in enumerate(CASES):
        draft = root / _vaughn(root, "new", *_words(first)).stdout.strip()
        draft.write_text(_filled(draft.read_text(encoding="utf-8"), answers), encoding="utf-8")
        assert "\n0 errors, " in f"\n{_vaughn(root, 'check', str(draft)).stdout}", first
        draft.rename(root / "graph" / f"{number:02}.ttl")
    for words in (["fmt"], ["catalogue", "add"], ["build", "--quiet"]):
        _vaughn(root, *words)
    manifest = open_release(current_release(root / "build")).manifest
    assert not manifest.draft
    assert set(manifest.counts) == set(KINDS)
