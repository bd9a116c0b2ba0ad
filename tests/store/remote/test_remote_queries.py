"""A remote engine answers as the embedded one does, whatever it does by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest

from releases import serving
from store.remote.conftest import OTHER
from store.remote.remote_servers import Server
from vaughn.errors import EngineFaulty, QuerySyntax, QueryTimeout, ResultTooLarge
from vaughn.model import Term
from vaughn.querybook import NamedQuery
from vaughn.settings import Settings
from vaughn.store.engine import Engine, Form, Request
from vaughn.store.release import Release
from vaughn.store.remote import RemoteEngine
from vaughn.store.results import boolean, table, triples

pytestmark = pytest.mark.anyio

FORMATS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
    "json": ox.QueryResultsFormat.JSON,
}
NUMBERS = {"integer", "decimal", "double"}
MANY = "SELECT (1 AS ?one) { ?a a ?b . ?c a ?d } LIMIT 60000"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?i)) }"


def spelt(term: Term | None) -> str:
    """A term in one spelling: numbers by value, blank nodes without their names."""
    if term is None:
        return ""
    if term.datatype.rpartition("#")[2] in NUMBERS:
        return repr(float(term.value))
    return f"{term.kind} {'' if term.kind == 'bnode' else term.value} {term.datatype} {term.lang}"


async def answer(engine: Engine, text: str, form: Form) -> Counter[tuple[str, ...]]:
    """Rows as a multiset, triples as a set."""
    if form.graph:
        found = triples((await engine.run(Request(text, form, "nt"))).body)
        return Counter({tuple(spelt(term) for term in triple) for triple in found})
    rows = table((await engine.run(Request(text, form, "json"))).body)
    return Counter(tuple(spelt(row.get(column)) for column in rows.columns) for row in rows)


def bindings(query: NamedQuery) -> Iterator[dict[str, str]]:
    """What a query is asked with: all examples of its header, and only those it cannot do without."""
    yield {one.name: one.example for one in query.parameters.values()}
    if not all(one.required for one in query.parameters.values()):
        yield {one.name: one.example for one in query.parameters.values() if one.required}


def asked(release: Release) -> Iterator[tuple[str, Form, str]]:
    """Every named query that the service asks, bound."""
    for name, query in sorted(release.book.queries.items()):
        if name.split("/")[0] not in ("checks", "derive", "lint"):
            for given in bindings(query):
                yield name, Form(query.form), release.book.bind(name, **given)


@pytest.fixture(scope="session")
async def expected(release: Release) -> dict[str, Counter[tuple[str, ...]]]:
    """What the embedded engine answers to each text."""
    async with serving(release, query_seconds=20.0) as embedded:
        return {text: await answer(embedded, text, form) for _, form, text in asked(release)}


async def agrees(engine: RemoteEngine, text: str, form: Form, rows: Counter[tuple[str, ...]]) -> bool:
    """Whether the engine gives these rows; an engine that cannot read the query does not."""
    try:
        return await answer(engine, text, form) == rows
    except EngineFaulty:
        return False


async def test_every_named_query_has_the_rows_of_the_embedded_engine(
    engine: RemoteEngine, release: Release, expected: dict[str, Counter[tuple[str, ...]]]
) -> None:
    differing = {name for name, form, text in asked(release) if not await agrees(engine, text, form, expected[text])}
    assert not differing


def test_what_is_compared_is_every_question_and_not_nothing(
    release: Release, expected: dict[str, Counter[tuple[str, ...]]]
) -> None:
    assert len(release.book.questions()) >= 26
    assert sum(rows.total() for rows in expected.values()) > 10_000


@pytest.mark.parametrize(("text", "truth"), [("ASK {}", True), ("ASK { <x:a> <x:b> <x:c> }", False)])
@pytest.mark.parametrize("format", ["json", "xml"])
async def test_ask_is_answered_with_a_truth_value(engine: RemoteEngine, text: str, truth: bool, format: str) -> None:
    body = (await engine.run(Request(text, Form.ASK, format))).body
    assert boolean(body) is truth if format == "json" else str(truth).lower().encode() in body


COUNT = "SELECT (COUNT(*) AS ?n) "
DEFAULT, NAMED = "{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"
HIDDEN = "ASK { GRAPH ?g { ?s ?p ?o } FILTER(STRENDS(STR(?g), '#default')) }"
BASE, VIRTRDF = "https://w3id.org/vaughn/", "http://www.openlinksw.com/schemas/virtrdf#"
CASES: dict[str, tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]] = {
    "without one, the default graph is its own": (COUNT + DEFAULT, None, None),
    "GRAPH does not see the default graph": (HIDDEN, None, None),
    "FROM names the default graph": (f"{COUNT} FROM <{{0}}> {DEFAULT}", None, None),
    "FROM alone leaves no named graph": (f"{COUNT} FROM <{{0}}> {NAMED}", None, None),
    "FROM NAMED alone leaves no default graph": (f"{COUNT} FROM NAMED <{{0}}> {DEFAULT}", None, None),
    "FROM NAMED names what GRAPH sees": (f"{COUNT} FROM NAMED <{{0}}> {NAMED}", None, None),
    "the protocol overrides FROM": (f"{COUNT} FROM <{{0}}> {DEFAULT}", ("{1}",), None),
    "the protocol merges default graphs": (COUNT + DEFAULT, ("{0}", "{1}"), None),
    "a default graph alone leaves no named one": (COUNT + NAMED, ("{0}",), None),
    "a named graph alone leaves no default one": (COUNT + DEFAULT, None, ("{0}",)),
    "an unknown graph is an empty one": (COUNT + DEFAULT, ("https://example.org/no",), None),
    "GRAPH sees the graphs of the release only": (COUNT + NAMED, None, None),
    "another site's graph is an empty one": (COUNT + DEFAULT, (OTHER,), None),
    "so it is as a named one": (COUNT + NAMED, None, (OTHER, "{0}")),
    "so it is after FROM": (f"{COUNT} FROM <{OTHER}> {DEFAULT}", None, None),
    "so it is after FROM NAMED": (f"{COUNT} FROM NAMED <{OTHER}> FROM NAMED <{{0}}> {NAMED}", None, None),
    "so it is for GRAPH": (f"SELECT ?o {{ GRAPH <{OTHER}> {{ ?s ?p ?o }} }}", None, None),
    "GRAPH finds nothing of it": ("SELECT ?g ?o { GRAPH ?g { <urn:secret> <urn:p> ?o } }", None, None),
    "so is the marker": (COUNT + DEFAULT, (f"{BASE}sparql#release",), None),
    "GRAPH finds no marker": (f"SELECT ?o {{ GRAPH <{BASE}sparql#release> {{ ?s ?p ?o }} }}", None, None),
    "what stands for the default graph has no name": (COUNT + DEFAULT, (f"{BASE}sparql#default",), None),
    "an engine's own graph is an empty one": (COUNT + NAMED, None, (VIRTRDF,)),
    "so it is after FROM, by a prefixed name": (f"PREFIX v: <{VIRTRDF}> {COUNT} FROM v: {DEFAULT}", None, None),
}
"""What is asked, with the protocol's default and named graphs; {0} and {1} are two graphs of the release."""


@pytest.mark.parametrize("says", CASES)
async def test_the_dataset_is_the_protocols(engine: RemoteEngine, release: Release, says: str) -> None:
    text, default, named = CASES[says]
    graphs = [info.iri for info in release.manifest.graphs if info.iri.endswith(("/shapes", "/ontology"))]
    form = Form.ASK if text.startswith("ASK") else Form.SELECT
    request = Request(
        text.replace("{0}", graphs[0]),
        form,
        "json",
        default_graphs=None if default is None else tuple(iri.format(*graphs) for iri in default),
        named_graphs=None if named is None else tuple(iri.format(*graphs) for iri in named),
    )
    async with serving(release) as embedded:
        expected, found = (await embedded.run(request)).body, (await engine.run(request)).body
    assert found == expected


@pytest.mark.parametrize("format", ["csv", "tsv", "xml", "json"])
async def test_rows_have_the_same_bytes_in_every_format(engine: RemoteEngine, release: Release, format: str) -> None:
    query = release.book["authorities/rests-on"]
    text = query.bind(next(bindings(query)), release.book.prefixes)
    request = Request(text, Form.SELECT, format)
    async with serving(release) as embedded:
        assert (await engine.run(request)).body == (await embedded.run(request)).body


async def test_truth_values_of_the_data_are_spelt_out(engine: RemoteEngine) -> None:
    text = (
        "PREFIX vaughn: <https://w3id.org/vaughn/ns#> SELECT DISTINCT ?o { ?s vaughn:countsTowardState ?o } ORDER BY ?o"
    )
    assert (await engine.run(Request(text, Form.SELECT, "csv"))).body == b"o\r\nfalse\r\ntrue\r\n"


async def test_truth_values_that_a_query_computes_are_truth_values(engine: RemoteEngine) -> None:
    text = "SELECT (1 = 1 AS ?a) ?b ?c { BIND(NOT EXISTS { ?s ?p ?o } AS ?b) BIND(?none = 1 AS ?c) }"
    assert (await engine.run(Request(text, Form.SELECT, "csv"))).body == b"a,b,c\r\ntrue,false,\r\n"


@pytest.mark.parametrize("text", ["SELECT * {}", "SELECT * { FILTER(1 = 2) }"])
@pytest.mark.parametrize("format", ["csv", "tsv", "xml", "json"])
async def test_rows_without_columns_have_none(engine: RemoteEngine, text: str, format: str) -> None:
    rows = ox.Store().query(text)
    assert isinstance(rows, ox.QuerySolutions)
    expected = rows.serialize(format=FORMATS[format])
    assert (await engine.run(Request(text, Form.SELECT, format))).body == expected


async def test_group_concat_without_a_separator_has_a_space(engine: RemoteEngine) -> None:
    text = "SELECT (GROUP_CONCAT(STR(?x)) AS ?y) { VALUES ?x { 1 1 } }"
    assert (await engine.run(Request(text, Form.SELECT, "csv"))).body == b"y\r\n1 1\r\n"


async def test_a_relative_iri_is_resolved_against_the_requests_base(engine: RemoteEngine) -> None:
    request = Request("SELECT (<x> AS ?iri) {}", Form.SELECT, "csv", base="https://example.org/a/b")
    assert (await engine.run(request)).body == b"iri\r\nhttps://example.org/a/x\r\n"


async def test_a_faulty_text_is_the_askers_fault_and_has_its_line(engine: RemoteEngine) -> None:
    with pytest.raises(QuerySyntax) as caught:
        await engine.run(Request("SELECT *\nWHERE {\n  ?s ?p }", Form.SELECT, "json", base="https://example.org/"))
    assert caught.value.line == 3


async def test_a_prefix_nobody_declares_is_named(engine: RemoteEngine) -> None:
    with pytest.raises(QuerySyntax, match="no PREFIX declares nobody:"):
        await engine.run(Request("SELECT * { ?s nobody:knows ?o }", Form.SELECT, "json"))


async def test_a_slow_query_ends_at_its_deadline_and_the_next_is_answered(engine: RemoteEngine) -> None:
    with pytest.raises(QueryTimeout):
        await engine.run(Request(SLOW, Form.SELECT, "json", seconds=1.2))
    assert (await engine.run(Request("SELECT (1 AS ?n) {}", Form.SELECT, "csv"))).body == b"n\r\n1\r\n"


async def test_an_engine_as_the_manual_has_it_is_ready_for_default_settings(loaded: Server, release: Release) -> None:
    usual = replace(loaded.settings, result_rows=Settings().result_rows)
    engine = await RemoteEngine.start(release, usual, 1)
    try:
        assert (await engine.run(Request("SELECT (1 AS ?n) {}", Form.SELECT, "csv"))).body == b"n\r\n1\r\n"
    finally:
        await engine.close()


async def test_more_rows_than_the_cap_are_an_error(engine: RemoteEngine) -> None:
    with pytest.raises(ResultTooLarge):
        await engine.run(Request(MANY, Form.SELECT, "csv"))


async def test_the_first_rows_are_given_to_who_asks_for_them(loaded: Server, engine: RemoteEngine) -> None:
    result = await engine.run(Request(MANY, Form.SELECT, "csv", partial=True))
    assert result.partial
    assert len(result.body.splitlines()) == loaded.settings.result_rows + 1
