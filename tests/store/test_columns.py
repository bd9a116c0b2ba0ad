"""The columns of `SELECT *`."""

from __future__ import annotations

import time
from typing import cast

import pyoxigraph as ox
import pytest

from vaughn.store.columns import named
from vaughn.store.ordering import query

BASE = "https://example.org/"
STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(1)))


def columns(text: str) -> list[str]:
    answer = cast("ox.QuerySolutions", query(STORE, text, base_iri=BASE))
    return [variable.value for variable in answer.variables]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT * { ?z ?y ?a }", "z y a"),
        ("SELECT*{?z ?y ?a}", "z y a"),
        ("PREFIX select: <#> SELECTDISTINCT#{?\n* FROM <urn:g> { ?z ?y $a }", "z y a"),
        ("select reduced * where { ?z a [] . _:b ?y ?z } order by ?y", "z y"),
        ("SELECT * { ?z ?y 1 FILTER(?no = 1) MINUS { ?k ?l ?m } OPTIONAL { ?z ?b ?a } BIND(1 AS ?c) }", "z y b a c"),
        ("SELECT * { FILTER EXISTS { ?z ?a ?b } ?y ?z ?x } VALUES ?a { 1 }", "z a y x"),
        ("SELECT * { { SELECT (?h AS ?z) ?y { ?y ?h ?k } } GRAPH ?g { ?a ?z '?s' } }", "z y g a"),
        ("SELECT * { ?z <#'p> ?y FILTER(?z<?y&&STR(?a)>'#') } LIMIT 1", "z y"),
        ("SELECT ?z (COUNT(*) AS ?a) { SELECT * { ?z ?y ?x } } GROUP BY ?z", "z a"),
        ("SELECT * FROM <urn:g> { SELECT ?z ?a { ?a ?z 1 } } LIMIT 1 VALUES (?y ?z) { (1 2) }", "z a y"),
        ("SELECT * {}", ""),
        ("PREFIX orderby2: <urn:> SELECT * {}", ""),
        ("PREFIX orderby: <urn:> SELECT * { ?z orderby:p ?a } ORDER BY ?a", "z a"),
    ],
)
def test_columns_stand_as_the_text_names_them_first(text: str, names: str) -> None:
    assert columns(text) == names.split()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (2 * 3 AS ?x) { ?z ?y ?x }",
        "SELECT ?z { { SELECT * { ?z ?y ?x } } }",
        "ASK { { SELECT * { ?z ?y ?x } } }",
        "CONSTRUCT { ?z ?y ?x } { { SELECT * { ?z ?y ?x } } }",
        "DESCRIBE * { ?z ?y ?x }",
        "SELECT * { ?z ?y ?x } GROUP BY ?z",
        "SELECT * { ?z ?y ?x",
        "SELECT * { ?z ?y <http://[> }",
    ],
)
def test_what_has_no_asterisk_of_its_own_or_is_no_sparql_stays_as_it_is(text: str) -> None:
    assert named(text, BASE) == text


def test_the_rows_are_the_same() -> None:
    text = "SELECT DISTINCT * { ?z ?y ?a }"
    rows = [
        dict(zip(("z", "y", "a"), map(str, row), strict=True)) for row in cast("ox.QuerySolutions", query(STORE, text))
    ]
    plain = [{name: str(row[name]) for name in "zya"} for row in cast("ox.QuerySolutions", STORE.query(text))]
    assert rows == plain
    assert len(rows) == 1


def test_a_place_in_a_fault_is_one_in_the_text_that_was_sent() -> None:
    text = "SELECT * { ?zebra ?yak ?ant } ORDER BY ?zebra VALUES ?a { 1 2 } }"
    with pytest.raises(SyntaxError) as told:
        STORE.query(text)
    with pytest.raises(SyntaxError) as ours:
        query(STORE, text)
    assert str(ours.value) == str(told.value)


def test_the_pattern_is_not_planned_for_its_columns() -> None:
    text = f"SELECT * {{ {' '.join(f'?s <urn:p{number}> ?o{number} .' for number in range(150))} }}"
    began = time.process_time()
    assert named(text, BASE) != text
    assert time.process_time() - began < 0.2


def test_thousands_of_columns_take_no_time_to_speak_of() -> None:
    text = f"SELECT * {{ VALUES ({' '.join(f'?v{number}' for number in range(5000))}) {{}} }}"
    began = time.process_time()
    assert len(columns(text)) == 5000
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { <urn:x?#a> ?z ?y }",  # an IRI with a question mark is not read as plain
        "SELECT * { <urn:x#?a> ?z ?y }",
        "SELECT * { ?z ?y ?a } # ?b",
        "SELECT * { # ?b\n ?z ?y ?a }",
        "PREFIX a: <urn:x#> SELECT * WHERE { ?z a a:b ; a:c ?y , ?a . } LIMIT 1 #7",
        "SELECT DISTINCT * { ?z ?y ?a . ?y ?a ?z }",
    ],
)
def test_plain_texts_have_the_columns_that_others_have(text: str) -> None:
    nested = text.replace("{", "{{", 1)[::-1].replace("}", "}}", 1)[::-1]
    assert columns(text) == columns(nested)
    assert named(text, BASE) != text


@pytest.mark.parametrize("piece", ["?a ", "<urn:a> ", "PREFIX a:<urn:a> ", "a:b ", "# \n", "LIMIT ", "; . ,", "*", "{"])
def test_long_texts_are_read_in_time_that_grows_with_them_only(piece: str) -> None:
    began = time.process_time()
    named("SELECT * { " + piece * 5000 + "~", BASE)
    assert time.process_time() - began < 2
