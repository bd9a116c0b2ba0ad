"""Serialised answers read back into terms."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from vaughn.model import Term
from vaughn.store.results import boolean, excerpt, leading, table, triples

ROWS = ox.Store().query(
    'SELECT ?z ?a ?n ?u { VALUES (?z ?a ?n ?u) { ("text" "Text"@en 1.5 UNDEF) (<http://example.org/x> true UNDEF 1) } }'
)
DECIMAL, BOOLEAN, INTEGER = (
    ox.Literal("1", datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}")).datatype.value
    for name in ("decimal", "boolean", "integer")
)


def body_of(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> bytes:
    assert not isinstance(results, ox.QueryTriples)
    body = results.serialize(format=ox.QueryResultsFormat.JSON)
    assert body is not None
    return body


def test_columns_keep_the_order_of_the_projection_and_rows_only_what_is_bound() -> None:
    read = table(body_of(ROWS))
    assert read.columns == ("z", "a", "n", "u")
    assert list(read) == [
        {"z": Term("literal", "text"), "a": Term("literal", "Text", lang="en"), "n": Term("literal", "1.5", DECIMAL)},
        {
            "z": Term("uri", "http://example.org/x"),
            "a": Term("literal", "true", BOOLEAN),
            "u": Term("literal", "1", INTEGER),
        },
    ]


@pytest.mark.parametrize(("text", "truth"), [("ASK {}", True), ("ASK { ?s ?p ?o }", False)])
def test_a_truth_value_is_read(text: str, truth: bool) -> None:
    assert boolean(body_of(ox.Store().query(text))) is truth


def test_triples_come_in_their_order_with_terms_as_results_have_them() -> None:
    lines = (
        b'<http://example.org/b> <http://example.org/p> "x" .\n'
        b'<http://example.org/a> <http://example.org/p> "x"@en .\n'
        b'_:n <http://example.org/p> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'
    )
    read = triples(lines)
    assert [subject.value for subject, _, _ in read[:2]] == ["http://example.org/b", "http://example.org/a"]
    assert [thing for _, _, thing in read] == [
        Term("literal", "x"),
        Term("literal", "x", lang="en"),
        Term("literal", "1.5", DECIMAL),
    ]
    assert read[2][0].kind == "bnode"


def test_no_triples_are_read_from_nothing() -> None:
    assert triples(b"") == []


ADDRESS = "https://example.org/about#review"
VIRTUOSO = b'\n{ "head": { "link": [], "vars": ["x"] },\n  "results": { "distinct": false, "bindings": [ ] } }'


@pytest.mark.parametrize("text", ["SELECT ?x ?y { VALUES ?x { '</head>' } }", "SELECT * {}", "ASK {}"])
def test_a_head_leads_to_more_and_the_answer_stays(text: str) -> None:
    for format, kind in (("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML)):
        answer = ox.Store().query(text)
        assert not isinstance(answer, ox.QueryTriples)
        body = answer.serialize(format=kind) or b""
        led = leading(body, format, ADDRESS)
        assert led.count(ADDRESS.encode()) == 1
        assert ox.parse_query_results(led, format=kind).serialize(format=kind) == body
    assert leading(b"x\r\n", "csv", ADDRESS) == b"x\r\n"


def test_a_head_that_leads_nowhere_is_led_too() -> None:
    read = json.loads(leading(VIRTUOSO, "json", ADDRESS))
    assert read["head"] == {"link": [ADDRESS], "vars": ["x"]}


HELD_MARKS = 'VALUES (?é ?b ?c) { ("x},{" UNDEF 1) (UNDEF "},{}" UNDEF) (UNDEF "\\"c\\":{\\"type\\":" UNDEF) }'


@pytest.mark.parametrize("empty", ["", " UNION {}"])
@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_an_excerpt_has_the_first_rows_and_knows_of_the_others(most: int, empty: str) -> None:
    text = f"SELECT ?é ?b ?c ?d {{ {{ {HELD_MARKS} }}{empty} }}"
    body = body_of(ox.Store().query(text))
    whole, part = table(body), excerpt(body, most)
    assert (part.columns, part.rows, len(part)) == (whole.columns, whole.rows[:most], len(whole))
    beyond = {name for row in whole.rows[most:] for name in row}
    assert part.elsewhere | {n for row in part.rows for n in row} == beyond | {n for row in part.rows for n in row}


@pytest.mark.parametrize("value", ["x},{", "},{", "x},{y", "},{}"])
def test_what_a_string_ends_with_parts_no_rows(value: str) -> None:
    for text in (f'VALUES (?a ?b) {{ ("{value}" 1) (2 "{value}"@en) ("y" UNDEF) }}', f'VALUES ?a {{ "{value}" "y" }}'):
        body = body_of(ox.Store().query(f"SELECT * {{ {text} }}"))
        assert len(excerpt(body, 1)) == len(table(body).rows)


def test_an_excerpt_of_nothing_is_nothing() -> None:
    body = body_of(ox.Store().query("SELECT * { ?s ?p ?o }"))
    assert (excerpt(body, 1).rows, len(excerpt(body, 1))) == ((), 0)
