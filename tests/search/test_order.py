"""The next page of a list is found from the place of the thing before it, in either direction."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaughn.search import Order, Place, read_order, write_order

PLACES = [
    Place("claim", "text", "The same", "c:2", "The same", ""),
    Place("claim", "text", "The same", "c:1", "The same", ""),
    Place("claim", "text", "Émigrés, line\none", "c:4", "Émigrés, line\none", ""),
    Place("claim", "text", "A first", "c:3", "A first", ""),
    Place("claim", "date", "2019-04", "c:4", "Émigrés, line\none", "2019-04"),
    Place("claim", "date", "2019", "c:1", "The same", "2019"),
    Place("claim", "date", "9999", "c:3", "A first", ""),
    Place("claim", "date", "9999", "c:2", "The same", ""),
    Place("claimant", "text", "Nobody", "x:1", "Nobody", ""),
    Place("body", "text", "The same", "b:1", "The same", ""),
]


@pytest.fixture
def order(tmp_path: Path) -> Order:
    write_order(tmp_path, PLACES)
    return read_order(tmp_path)


@pytest.mark.parametrize(
    ("kind", "sort", "found"),
    [
        ("claim", "text", ["c:3", "c:1", "c:2", "c:4"]),
        ("claim", "-text", ["c:4", "c:1", "c:2", "c:3"]),
        ("claim", "date", ["c:1", "c:4", "c:2", "c:3"]),
        ("claim", "-date", ["c:4", "c:1", "c:2", "c:3"]),
        ("body", "text", ["b:1"]),
        ("body", "-text", ["b:1"]),
        ("body", "-date", []),
        ("person", "text", []),
    ],
)
def test_a_list_is_read_from_any_place_on(order: Order, kind: str, sort: str, found: list[str]) -> None:
    down, sort = sort.startswith("-"), sort.removeprefix("-")
    whole = order.behind(kind, sort, None, 10, down)
    assert [place.iri for place in whole] == found
    assert order.count(kind, sort) == len(found)
    for number, place in enumerate(whole, 1):
        assert order.behind(kind, sort, (place.key, place.iri), 10, down) == whole[number:]
        assert order.behind(kind, sort, (place.key, place.iri), 1, down) == whole[number : number + 1]


@pytest.mark.parametrize(
    ("down", "after", "found"),
    [
        (False, ("The", "c:9"), ["c:1", "c:2", "c:4"]),
        (True, ("The", "c:9"), ["c:3"]),
        (True, ("The same", "c:0"), ["c:1", "c:2", "c:3"]),
        (True, ("The same", "c:15"), ["c:2", "c:3"]),
        (True, ("", ""), []),
    ],
)
def test_a_page_begins_behind_a_place_that_is_not_there(
    order: Order, down: bool, after: tuple[str, str], found: list[str]
) -> None:
    assert [place.iri for place in order.behind("claim", "text", after, 10, down)] == found


def test_a_place_says_what_a_list_shows(order: Order) -> None:
    assert order.behind("claim", "text", None, 10) == sorted(PLACES[:4])
    dated = order.behind("claim", "date", None, 10, down=True)
    assert [(place.label, place.date, place.key) for place in dated] == [
        ("Émigrés, line\none", "2019-04", "2019-04"),
        ("The same", "2019", "2019"),
        ("The same", "", "0000"),
        ("A first", "", "0000"),
    ]


def test_a_release_without_places_has_an_empty_order(tmp_path: Path) -> None:
    order = read_order(tmp_path)
    assert len(order) == 0
    assert order.behind("claim", "text", None, 10) == []
