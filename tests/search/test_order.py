"""The next page of a list is found from the place of the thing before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaughn.search import Order, read_order, write_order

PLACES = [
    ("claim", "The same", "c:2"),
    ("claim", "The same", "c:1"),
    ("claim", "Émigrés, line\none", "c:4"),
    ("claim", "A first", "c:3"),
    ("body", "The same", "b:1"),
]


@pytest.fixture
def order(tmp_path: Path) -> Order:
    write_order(tmp_path, PLACES)
    return read_order(tmp_path)


@pytest.mark.parametrize(
    ("kind", "after", "found"),
    [
        ("claim", None, ["c:3", "c:1", "c:2", "c:4"]),
        ("claim", ("The same", "c:1"), ["c:2", "c:4"]),
        ("claim", ("The", "c:9"), ["c:1", "c:2", "c:4"]),
        ("claim", ("Émigrés, line\none", "c:4"), []),
        ("body", None, ["b:1"]),
        ("person", None, []),
    ],
)
def test_a_page_begins_behind_a_place(order: Order, kind: str, after: tuple[str, str] | None, found: list[str]) -> None:
    assert order.behind(kind, after, 10) == found
    assert order.behind(kind, after, 1) == found[:1]


def test_a_release_without_places_has_an_empty_order(tmp_path: Path) -> None:
    order = read_order(tmp_path)
    assert len(order) == 0
    assert order.behind("claim", None, 10) == []
