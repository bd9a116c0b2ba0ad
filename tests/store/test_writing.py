"""Caps on one result: an error, or the first rows where they were asked for."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pyoxigraph as ox
import pytest

from vaughn.errors import QueryTimeout, ResultTooLarge
from vaughn.store import writing
from vaughn.store.engine import GRAPH_TYPES, SOLUTION_TYPES, Form, Request
from vaughn.store.jsonld import Vocabulary
from vaughn.store.writing import Caps, write

WIDE = 1 << 30
SMALL = 1 << 17


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    lines = (f'<http://example.org/{n}> <http://example.org/p> "value {n}" .\n' for n in range(5000))
    made.bulk_load("".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
    return made


def rows(format: str, partial: bool = False) -> Request:
    return Request("SELECT * { ?s ?p ?o }", Form.SELECT, format, partial=partial)


def graph(format: str, partial: bool = False) -> Request:
    return Request("CONSTRUCT WHERE { ?s ?p ?o }", Form.CONSTRUCT, format, partial=partial)


def run(store: ox.Store, request: Request, size: int, count: int) -> tuple[bytes, bool]:
    return write(store.query(request.text), request, Caps(size, count))


def triples(body: bytes, format: str) -> int:
    kind = {"nt": ox.RdfFormat.N_TRIPLES, "ttl": ox.RdfFormat.TURTLE, "rdf": ox.RdfFormat.RDF_XML}[format]
    return sum(1 for _ in ox.parse(body, format=kind))


@pytest.mark.parametrize("request_", [*map(rows, SOLUTION_TYPES), *map(graph, GRAPH_TYPES)], ids=lambda r: r.format)
@pytest.mark.parametrize("partial", [False, True])
def test_a_result_at_its_cap_is_whole(store: ox.Store, request_: Request, partial: bool) -> None:
    body, cut = run(store, request_, WIDE, 5000)
    assert (body, cut) == (run(store, request_, WIDE, 1_000_000)[0], False)


@pytest.mark.parametrize("request_", [*map(rows, SOLUTION_TYPES), *map(graph, GRAPH_TYPES)], ids=lambda r: r.format)
def test_one_more_than_the_cap_is_an_error_that_says_of_what(store: ox.Store, request_: Request) -> None:
    with pytest.raises(ResultTooLarge) as caught:
        run(store, request_, WIDE, 4999)
    assert (caught.value.limit, caught.value.unit) == (4999, "triples" if request_.form.graph else "rows")


@pytest.mark.parametrize("format", GRAPH_TYPES)
@pytest.mark.parametrize(("size", "count"), [(WIDE, 4999), (SMALL, 1_000_000)], ids=["triples", "bytes"])
def test_the_first_triples_come_when_they_are_asked_for(store: ox.Store, format: str, size: int, count: int) -> None:
    body, cut = run(store, graph(format, partial=True), size, count)
    assert cut
    assert len(body) <= size
    found = triples(body, format)
    assert found == 4999 if size == WIDE else 0 < found < 5000


@pytest.mark.parametrize("format", SOLUTION_TYPES)
@pytest.mark.parametrize(("size", "count"), [(WIDE, 4999), (SMALL, 1_000_000)], ids=["rows", "bytes"])
def test_the_first_rows_come_when_they_are_asked_for(store: ox.Store, format: str, size: int, count: int) -> None:
    whole = run(store, rows(format), WIDE, 5000)[0]
    body, cut = run(store, rows(format, partial=True), size, count)
    assert cut
    assert len(body) < size + 100  # what closes the document is not counted
    assert body[: len(body) - 30] == whole[: len(body) - 30]


def test_a_flood_of_empty_rows_ends_early_with_an_error_of_rows(store: ox.Store) -> None:
    request = Request("SELECT ?x { ?a ?b ?c . ?d ?e ?f }", Form.SELECT, "json")
    with pytest.raises(ResultTooLarge) as caught:
        run(store, request, WIDE, 1000)
    assert caught.value.unit == "rows"


def test_a_part_of_a_flood_is_as_many_rows_as_may_be(store: ox.Store) -> None:
    request = Request("SELECT ?x { ?a ?b ?c . ?d ?e ?f }", Form.SELECT, "csv", partial=True)
    assert run(store, request, WIDE, 1000) == (b"x\r\n" + b"\r\n" * 1000, True)


def linked(partial: bool = False) -> Request:
    """The graph as JSON-LD, in words that shorten its property."""
    words = Vocabulary({"@context": {"p": "http://example.org/p"}}, {}).text
    return replace(graph("jsonld", partial), words=words)


def test_json_ld_has_every_triple_up_to_its_caps(store: ox.Store) -> None:
    whole, cut = run(store, linked(), WIDE, 5000)
    nodes = json.loads(whole)["@graph"]
    assert not cut
    assert nodes == sorted(({"@id": f"http://example.org/{n}", "p": f"value {n}"} for n in range(5000)), key=str)
    assert run(store, linked(partial=True), len(whole), 5000) == (whole, False)
    for size, count, unit in ((WIDE, 4999, "triples"), (len(whole) - 1, 5000, "bytes"), (SMALL // 64, 5000, "bytes")):
        with pytest.raises(ResultTooLarge, match=unit):
            run(store, linked(), size, count)


@pytest.mark.parametrize(("size", "count"), [(WIDE, 4999), (SMALL, 1_000_000)], ids=["triples", "bytes"])
def test_the_first_nodes_come_when_they_are_asked_for(store: ox.Store, size: int, count: int) -> None:
    body, cut = run(store, linked(partial=True), size, count)
    nodes = json.loads(body)["@graph"]
    assert cut
    assert len(body) <= size
    assert len(nodes) == 4999 if size == WIDE else len(nodes) > 1000


def test_json_ld_of_which_no_node_fits_is_an_error_although_a_part_would_do(store: ox.Store) -> None:
    with pytest.raises(ResultTooLarge):
        run(store, linked(partial=True), 60, 1_000_000)


def test_json_ld_is_of_fewer_triples_than_other_formats_may_have(
    store: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_LINKED", 4000)
    with pytest.raises(ResultTooLarge, match="4,000 triples as JSON-LD"):
        run(store, linked(), WIDE, 1_000_000)
    assert len(json.loads(run(store, linked(partial=True), WIDE, 1_000_000)[0])["@graph"]) == 4000


def test_json_ld_that_nobody_would_end_is_left_off_at_its_time(store: ox.Store) -> None:
    with pytest.raises(QueryTimeout) as caught:
        write(store.query(graph("nt").text), linked(), Caps(WIDE, 5000, until=time.monotonic() - 1, seconds=2.5))
    assert caught.value.seconds == 2.5


@pytest.mark.parametrize("request_", [rows("json"), graph("nt")], ids=["rows", "graph"])
def test_a_request_may_want_fewer_bytes_and_never_gets_more(store: ox.Store, request_: Request) -> None:
    with pytest.raises(ResultTooLarge) as caught:
        run(store, replace(request_, most=SMALL), WIDE, 5000)
    assert caught.value.limit == SMALL
    with pytest.raises(ResultTooLarge) as caught:
        run(store, replace(request_, most=WIDE), SMALL, 5000)
    assert caught.value.limit == SMALL
