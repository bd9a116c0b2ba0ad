"""A list is narrowed by what the build wrote down of its things, in any order that the list has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from vaughn.search import Order, Place, Values, read_order, write_order

LABELS = {"a:1": "One", "a:2": "Two", "a:3": "Three", "a:4": "One"}
DATES = {"a:1": "2019", "a:2": "2020-05", "a:3": ""}
HAD = (
    ("a:1", {"colour": "c:red"}),
    ("a:1", {"colour": "c:red"}),
    ("a:2", {"colour": "c:red"}),
    ("a:2", {"colour": "c:blue"}),
    ("a:4", {"colour": "c:red"}),
    ("a:9", {"colour": "c:red"}),
    ("a:2", {"shape": "s:\u00e9toile"}),
    ("a:1", {"from": "2019-12-31", "to": "2019-01-01"}),
    ("a:2", {"from": "2020-05-31", "to": "2020-05-01"}),
    ("a:2", {"from": "2001-02-03", "to": "2001-02-03"}),
)
FILTERS = frozenset({"colour", "shape", "from", "to", "taste"})


def by_label(kind: str = "thing") -> list[Place]:
    return [Place(kind, "label", label, iri, label, DATES.get(iri, "")) for iri, label in LABELS.items()]


def by_date() -> list[Place]:
    return [place._replace(sort="date", key=place.date or "9999") for place in by_label()]


def written(folder: Path, places: list[Place], *values: Values) -> Order:
    write_order(folder, places, values)
    return read_order(folder)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """Two lists, the first one with two orders; a thing of none of them has a colour too."""
    other = Values("other", frozenset({"colour"}), [("a:3", {"colour": "c:red"})])
    return written(tmp_path, [*by_label(), *by_date(), *by_label("other")], other, Values("thing", FILTERS, HAD))


def found(order: Order, sort: str, given: Mapping[str, list[str]], kind: str = "thing") -> list[str]:
    down, sort = sort.startswith("-"), sort.removeprefix("-")
    narrowed = order.narrowed(kind, sort, given)
    assert narrowed is not None
    whole = order.behind(kind, sort, None, 10, down, narrowed)
    for number, place in enumerate(whole, 1):
        assert order.behind(kind, sort, (place.key, place.iri), 1, down, narrowed) == whole[number : number + 1]
    assert len(narrowed) == len(whole)
    return [place.iri for place in whole]


@pytest.mark.parametrize(
    ("sort", "things"),
    [
        ("label", ["a:1", "a:4", "a:2"]),
        ("-label", ["a:2", "a:1", "a:4"]),
        ("date", ["a:1", "a:2", "a:4"]),
        ("-date", ["a:2", "a:1", "a:4"]),
    ],
)
def test_a_narrowed_list_is_read_in_each_order(order: Order, sort: str, things: list[str]) -> None:
    assert found(order, sort, {"colour": ["c:red"]}) == things


@pytest.mark.parametrize(
    ("given", "things"),
    [
        ({"colour": ["c:blue"]}, ["a:2"]),
        ({"colour": ["c:blue", "c:red"]}, ["a:1", "a:4", "a:2"]),
        ({"colour": ["c:blue", "c:green"]}, ["a:2"]),
        ({"colour": ["c:green"]}, []),
        ({"taste": ["t:sweet"]}, []),
        ({"colour": ["c:red"], "shape": ["s:\u00e9toile"]}, ["a:2"]),
        ({"colour": ["c:red"], "shape": ["s:round"]}, []),
        ({"from": ["2019-12-31"]}, ["a:1", "a:2"]),
        ({"from": ["2020-01-01"]}, ["a:2"]),
        ({"from": ["20200101"]}, ["a:2"]),
        ({"to": ["2019-01-01"]}, ["a:1", "a:2"]),
        ({"to": ["2018-12-31"]}, ["a:2"]),
        ({"to": ["2001-02-02"]}, []),
        ({"from": ["2001-02-04"], "to": ["2018-12-31"]}, []),
        ({"from": ["2019-07-01"], "to": ["2019-07-02"]}, ["a:1"]),
        ({"from": ["2019-07-01"], "colour": ["c:blue"]}, ["a:2"]),
    ],
)
def test_things_have_some_value_of_each_filter(order: Order, given: dict[str, list[str]], things: list[str]) -> None:
    assert found(order, "label", given) == things


def test_each_list_has_its_own_values(order: Order) -> None:
    assert found(order, "label", {"colour": ["c:red"]}, "other") == ["a:3"]


@pytest.mark.parametrize(
    ("kind", "sort", "given"),
    [
        ("nothing", "label", {"colour": ["c:red"]}),
        ("thing", "size", {"colour": ["c:red"]}),
        ("thing", "label", {"colour": ["c:red"], "smell": ["s:none"]}),
        ("other", "label", {"from": ["2019-07-01"]}),
    ],
)
def test_what_a_release_does_not_tell_is_left_open(
    order: Order, kind: str, sort: str, given: dict[str, list[str]]
) -> None:
    assert order.narrowed(kind, sort, given) is None


def test_few_things_are_looked_up_among_many(tmp_path: Path) -> None:
    places = [Place("thing", "label", f"{number:03}", f"a:{number}", "", "") for number in range(100)]
    many = [(place.iri, {"size": "s:small"}) for place in places if place.iri != "a:50"]
    few = [(f"a:{number}", {"colour": "c:red"}) for number in (7, 50, 99)]
    order = written(tmp_path, places, Values("thing", frozenset({"size", "colour"}), [*many, *few]))
    narrowed = order.narrowed("thing", "label", {"size": ["s:small"], "colour": ["c:red"]})
    assert narrowed is not None
    assert [*narrowed] == [7, 99]


def test_a_list_in_which_a_thing_stands_twice_is_left_open(tmp_path: Path) -> None:
    twice = Place("thing", "label", "One", "a:1", "One", "2021")
    order = written(tmp_path, [*by_label(), twice], Values("thing", FILTERS, HAD))
    assert order.narrowed("thing", "label", {"colour": ["c:red"]}) is None


def test_a_list_with_a_thing_missing_from_an_order_is_left_open(tmp_path: Path) -> None:
    order = written(tmp_path, [*by_label(), *by_date()[1:]], Values("thing", FILTERS, HAD))
    assert order.narrowed("thing", "label", {"colour": ["c:red"]}) is None


@pytest.mark.parametrize("day", ["2019-12-31Z", "20191231", "2019-02-30", "0000-01-01", "12019-12-31"])
def test_days_that_are_not_written_plainly_are_left_open(tmp_path: Path, day: str) -> None:
    strange = ("a:3", {"from": day, "to": "2019-01-01"})
    order = written(tmp_path, by_label(), Values("thing", FILTERS, [*HAD, strange]))
    assert order.narrowed("thing", "label", {"from": ["2019-01-01"]}) is None
    assert found(order, "label", {"colour": ["c:blue"]}) == ["a:2"]


def test_a_release_that_tells_no_values_leaves_all_open(tmp_path: Path) -> None:
    order = written(tmp_path, by_label())
    assert order.narrowed("thing", "label", {"colour": ["c:red"]}) is None
    assert order.count("thing", "label") == len(LABELS)


def test_what_a_list_was_narrowed_to_is_kept_for_its_next_page(order: Order) -> None:
    first = order.narrowed("thing", "label", {"colour": ["c:red"], "shape": ["s:\u00e9toile"]})
    again = order.narrowed("thing", "label", {"shape": ["s:\u00e9toile"], "colour": ["c:red"]})
    assert again is first
    assert order.narrowed("thing", "date", {"colour": ["c:red"], "shape": ["s:\u00e9toile"]}) is not first
