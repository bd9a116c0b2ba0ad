"""What the build writes down of lists narrows them as their queries do: the same rows, order, pages and counts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest

from queries.engines import default_graph
from queries.sites import shipped_book
from vaughn.build.assemble import Assembly
from vaughn.build.content import places, values
from vaughn.iris import KINDS
from vaughn.querybook import NamedQuery, QueryBook, counted
from vaughn.search import Order, read_order, write_order

_MACHINERY = {"thing", "sort", "order", "afterKey", "after"}
_DAYS = ("1989-03-22", "2009-12-31", "2010-01-01", "2019-04-15", "2024-07-01", "2025-06-30")
_COMBINATIONS = 6
KIND_OF = {
    f"lists/{plural}": kind for kind, plural in KINDS.items() if f"lists/{plural}-values" in shipped_book().queries
}

Given = Mapping[str, Sequence[str]]
Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class Site:
    """A site's store, what the build writes down of its lists, and what each of its things has: filter and value."""

    store: ox.Store
    order: Order
    had: Mapping[str, Sequence[tuple[str, str]]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, lighthouses: Assembly, book: QueryBook) -> Site:
    return written(tmp_path_factory.mktemp("small"), lighthouses.store, book)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, assembly: Assembly, book: QueryBook) -> Site:
    return written(tmp_path_factory.mktemp("shipped"), assembly.store, book)


def written(folder: Path, store: ox.Store, book: QueryBook) -> Site:
    write_order(folder, places(store, book), values(store, book))
    had: dict[str, list[tuple[str, str]]] = {}
    for each in values(store, book):
        for thing, row in each.rows:
            had.setdefault(thing, []).extend(row.items())
    return Site(store, read_order(folder), had)


def narrowed_by(query: NamedQuery) -> set[str]:
    return {*query.parameters} - _MACHINERY


def asked(site: Site, text: str) -> list[Row]:
    found = default_graph(site.store, text)
    assert isinstance(found, ox.QuerySolutions)
    cells = ("thing", "label", "date", "key")
    return [tuple(row[name].value if row[name] else "" for name in cells) for row in found]  # type: ignore[misc]


def read(
    site: Site, kind: str, sort: str, down: bool, given: Given, most: int = 10_000, after: Row | None = None
) -> list[Row]:
    narrowed = site.order.narrowed(kind, sort, given)
    assert narrowed is not None
    behind = (after[3], after[0]) if after else None
    found = site.order.behind(kind, sort, behind, most, down, narrowed)
    return [(place.iri, place.label, place.date, place.key) for place in found]


@pytest.mark.parametrize("name", KIND_OF)
def test_every_filter_of_a_list_is_told(name: str, book: QueryBook) -> None:
    assert {*book[f"{name}-values"].returns} == {"thing", *narrowed_by(book[name])}


def test_every_list_that_can_be_narrowed_is_told(book: QueryBook) -> None:
    lists = {name for name, query in book.queries.items() if "sort" in query.parameters and narrowed_by(query)}
    assert lists - {"lists/others"} == set(KIND_OF)


@pytest.mark.parametrize("name", sorted(name for name in KIND_OF if name not in ("lists/findings", "lists/reports")))
def test_whatever_could_be_a_value_narrows_the_small_site(name: str, small: Site, book: QueryBook) -> None:
    named = {term.value for quad in small.store for term in quad.triple if isinstance(term, ox.NamedNode)}
    filters = [each for each in book[name].parameters.values() if each.kind]
    sort, found = book[name].parameters["sort"].values[0], 0
    for filter, value in [(each.name, iri) for each in filters for iri in named if f"/{each.kind}/" in iri]:
        expected = asked(small, book.bind(name, **{filter: value}))
        assert read(small, KIND_OF[name], sort, False, {filter: [value]}) == expected, (filter, value)
        found += bool(expected)
    assert found


@pytest.mark.parametrize(
    ("name", "filter"), [(name, filter) for name in KIND_OF for filter in sorted(narrowed_by(shipped_book()[name]))]
)
def test_the_example_of_a_filter_narrows_the_shipped_site(
    name: str, filter: str, shipped: Site, book: QueryBook
) -> None:
    text = book.bind(name, **{filter: book[name].parameters[filter].example})
    value = re.search(rf'VALUES \?{filter} {{ [<"]([^>"]*)[>"]', text)
    assert value
    sort = book[name].parameters["sort"].values[0]
    assert read(shipped, KIND_OF[name], sort, False, {filter: [value[1]]}) == asked(shipped, text)


def combinations(site: Site, query: NamedQuery) -> Iterator[Given]:
    """By one filter to three, with what some thing of the list has and at times with something else."""
    chance = random.Random(query.name)  # noqa: S311  not for secrets
    names, kind = sorted(narrowed_by(query)), KIND_OF[query.name]
    things = [place.iri for place in site.order.behind(kind, query.parameters["sort"].values[0], None, 10_000)]
    for _ in range(_COMBINATIONS if things else 0):
        had = site.had.get(chance.choice(things), [])
        chosen = {
            name: some(chance, site, name, had)
            for name in chance.sample(names, min(len(names), chance.choice((1, 2, 2, 3))))
        }
        yield in_turn({name: found for name, found in chosen.items() if found})


def some(chance: random.Random, site: Site, filter: str, had: Sequence[tuple[str, str]]) -> list[str]:
    """A value or several of a filter; one day."""
    own = [value for name, value in had if name == filter][:1]
    others = sorted({value for rows in site.had.values() for name, value in rows if name == filter})
    if filter in ("from", "to"):
        return [chance.choice([*own, *_DAYS])]
    beside = chance.choice((0, 0, 1, 3)) if own else 1
    return list(dict.fromkeys([*own, *chance.sample(others, min(len(others), beside))]))


def in_turn(given: Given) -> Given:
    """The same with the first day before the last."""
    days = sorted(day for name in ("from", "to") for day in given.get(name, []))
    return {**given, "from": days[:1], "to": days[1:]} if len(days) > 1 else given


@pytest.mark.parametrize("name", KIND_OF)
@pytest.mark.parametrize("where", ["small", "shipped"])
def test_combinations_narrow_as_the_query_does(
    name: str, where: str, request: pytest.FixtureRequest, book: QueryBook
) -> None:
    site: Site = request.getfixturevalue(where)
    for given in filter(None, combinations(site, book[name])):
        for sort, order in product(book[name].parameters["sort"].values, ("up", "down")):
            expected = asked(site, book.bind(name, **given, sort=sort, order=order))
            narrowed = (site, KIND_OF[name], sort, order == "down", given)
            assert read(*narrowed) == expected, (given, sort, order)
            for place in {0, len(expected) // 2} & {*range(len(expected))}:
                assert read(*narrowed, 3, expected[place]) == expected[place + 1 :][:3], (given, sort, order, place)


@pytest.mark.parametrize("name", KIND_OF)
def test_combinations_are_counted_as_by_the_query(name: str, shipped: Site, book: QueryBook) -> None:
    for given in filter(None, combinations(shipped, book[name])):
        found = default_graph(shipped.store, counted(book.bind(name, **given)))
        assert isinstance(found, ox.QuerySolutions)
        (row,) = found
        narrowed = shipped.order.narrowed(KIND_OF[name], book[name].parameters["sort"].values[0], given)
        assert narrowed is not None
        assert len(narrowed) == int(row["count"].value), given
