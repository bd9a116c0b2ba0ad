"""Every named query means the same on two engines, finds nothing in an empty graph, and its examples exist."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set

import pyoxigraph as ox
import pytest
from _pytest.mark import ParameterSet
from rdflib import Dataset, Graph

from queries.engines import Row, ask_oxigraph, ask_rdflib, dataset_referee, referee
from vaughn.build.assemble import Assembly
from vaughn.querybook import NamedQuery, QueryBook, read_book
from vaughn.resources import open_site

QUERIES = read_book(open_site().queries, {}).queries
NAMES = sorted(QUERIES)
GRAPHS = {name for name in NAMES if "GRAPH ?" in QUERIES[name].text}
"""Queries that look into named graphs: asked of the small site's dataset."""
SLOW = {
    "authorities/rests-on",
    "checks/foreign-term-is-declared",
    "checks/language-is-a-code",
    "checks/nothing-dangles",
    "checks/part-agrees-with-its-owner",
    "checks/term-is-declared",
    "checks/text-is-written",
    "documents/default",
    "lint/term-is-declared",
    "lists/claims",
    "lists/claims-values",
    "lists/sources",
    "lists/sources-values",
    "sources/lineage",
}
"""rdflib takes 3 to 80 s for these on the shipped site, looking at every triple by itself: small site only."""


def bindings(query: NamedQuery) -> Iterator[tuple[str, dict[str, str]]]:
    """What a query is asked with: every parameter's example, and only those it cannot do without."""
    yield "all examples", {one.name: one.example for one in query.parameters.values()}
    if any(not one.required for one in query.parameters.values()):
        yield "required alone", {one.name: one.example for one in query.parameters.values() if one.required}


def asked(leave_out: Set[str]) -> list[ParameterSet]:
    """Every query with each of its bindings."""
    names = [name for name in NAMES if name not in leave_out]
    return [
        pytest.param(name, given, id=f"{name}, {says}") for name in names for says, given in bindings(QUERIES[name])
    ]


@pytest.fixture(scope="session")
def shipped_graph(assembly: Assembly) -> Graph:
    """The shipped site's default graph in rdflib."""
    return referee(assembly.store)


@pytest.fixture(scope="session")
def small_dataset(lighthouses: Assembly) -> Dataset:
    """The small site's default and named graphs in rdflib."""
    return dataset_referee(lighthouses.store)


def assert_alike(found: list[Row], expected: list[Row], text: str) -> None:
    assert Counter(found) == Counter(expected)
    if "ORDER BY" in text:
        assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_graph_has_no_answer(name: str, book: QueryBook) -> None:
    rows = ask_oxigraph(ox.Store(), book.bind(name, **dict(next(bindings(QUERIES[name]))[1])))
    assert [row for row in rows if set(row) - {"", "0.0"}] == []


@pytest.mark.parametrize(("name", "given"), asked(leave_out=GRAPHS | SLOW))
def test_both_engines_answer_alike_on_the_shipped_site(
    name: str, given: dict[str, str], assembly: Assembly, shipped_graph: Graph, book: QueryBook
) -> None:
    text = book.bind(name, **given)
    assert_alike(ask_rdflib(shipped_graph, text), ask_oxigraph(assembly.store, text), text)


@pytest.mark.parametrize(("name", "given"), asked(leave_out=GRAPHS))
def test_both_engines_answer_alike_on_the_small_site(
    name: str, given: dict[str, str], lighthouses: Assembly, small_graph: Graph, book: QueryBook
) -> None:
    text = book.bind(name, **given)
    assert_alike(ask_rdflib(small_graph, text), ask_oxigraph(lighthouses.store, text), text)


@pytest.mark.filterwarnings(r"ignore:Dataset\.(default_context|contexts):DeprecationWarning")  # rdflib warns of itself
@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_both_engines_answer_alike_on_named_graphs(
    name: str, lighthouses: Assembly, small_dataset: Dataset, book: QueryBook
) -> None:
    known = {"graph": lighthouses.graph("states").value, "thing": "claim:supported"}
    text = book.bind(name, **{key: value for key, value in known.items() if key in QUERIES[name].parameters})
    found = ask_oxigraph(lighthouses.store, text, whole=True)
    assert found
    assert_alike(ask_rdflib(small_dataset, text), found, text)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(name, one.name) for name in NAMES for one in QUERIES[name].parameters.values() if one.type in ("iri", "concept")],
)
def test_the_example_of_a_parameter_exists(name: str, parameter: str, assembly: Assembly, book: QueryBook) -> None:
    text = book.bind(name, **dict(next(bindings(QUERIES[name]))[1]))
    found = re.search(rf"VALUES \?{parameter} {{ <([^>]*)> }}", text)
    assert found
    node = ox.NamedNode(found[1])
    told = [
        *assembly.store.quads_for_pattern(node, None, None),
        *assembly.store.quads_for_pattern(None, None, None, node),
    ]
    assert told
