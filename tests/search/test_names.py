"""Things are found by the words of their names, as queries/search/names.rq finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaughn.search import Named, Names, read_names, write_names

KNOWN = (
    Named("a:privacy-act", "Privacy Act of 1974", "authority", " privacy act of 1974 ", 19),
    Named("a:privacy-act", "Privacy Act of 1974", "authority", " 5 u s c 552a ", 13),
    Named("c:privacy", "Personal privacy", "concept", " personal privacy ", 16),
    Named("b:action", "Action for privacy", "body", " action for privacy ", 18),
    Named("b:\u00e9migr\u00e9s", "\u00c9migr\u00e9s", "body", " \u00e9migr\u00e9s ", 7),
)


@pytest.fixture
def names(tmp_path: Path) -> Names:
    write_names(tmp_path, KNOWN)
    return read_names(tmp_path)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["privacy"], ["c:privacy", "b:action", "a:privacy-act"]),
        (["priv"], ["c:privacy", "b:action", "a:privacy-act"]),
        (["rivacy"], []),
        (["act "], ["a:privacy-act"]),
        (["act"], ["b:action", "a:privacy-act"]),
        (["privacy", "552a"], []),
        (["5 ", "552a"], ["a:privacy-act"]),
        (["\u00e9migr"], ["b:\u00e9migr\u00e9s"]),
        (["concept"], []),
    ],
)
def test_every_word_stands_in_one_name(names: Names, words: list[str], found: list[str]) -> None:
    assert [each.thing for each in names.find(words)] == found


def test_a_thing_is_found_once_with_its_shortest_name(names: Names) -> None:
    assert [(each.label, each.length) for each in names.find(["5 "])] == [("Privacy Act of 1974", 13)]


def test_a_release_without_names_has_none(tmp_path: Path) -> None:
    assert not read_names(tmp_path)
