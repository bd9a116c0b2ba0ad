"""A stranger's text is spelt so that it can be read in one way only, and calls SPARQL's own functions only."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest

from vaughn.errors import QueryRefused, QuerySyntax
from vaughn.store.release import Release
from vaughn.store.remote.plain import CASTS, plain
from vaughn.terms import XSD

PREFIXES = f"PREFIX f: <urn:f:> PREFIX xsd: <{XSD}> "
SPELT = {
    "SELECT ?x # <bif:f>(1)\n{}": "SELECT ?x \n{}",
    "SELECT ('it\\'s \"so\"' AS ?x) {}": 'SELECT ("it\'s \\"so\\"" AS ?x) {}',
    "SELECT ('''a\n'b' \\u0027''' AS ?x) {}": "SELECT (\"a\\n'b' \\u0027\" AS ?x) {}",
    'SELECT ("""a"b""" AS ?x) {}': 'SELECT ("a\\"b" AS ?x) {}',
    "SELECT (?a<?b&&?c>?d AS ?x) {}": "SELECT (?a < ?b&&?c > ?d AS ?x) {}",
    "SELECT (1<'x>y' AS ?x) {}": 'SELECT (1 < "x>y" AS ?x) {}',
    "SELECT (true<'x>y' AS ?x) {}": 'SELECT (true < "x>y" AS ?x) {}',
    "SELECT * { ?s <urn:\\u00e9> 1.?s ?p 1.5 }": "SELECT * { ?s <urn:é> 1 . ?s ?p 1.5 }",
    f"PREFIX d: <{XSD}> SELECT * {{ FILTER d:boolean(1) }}": (
        f"PREFIX d: <{XSD}> SELECT * {{ FILTER <{XSD}boolean>(1) }}"
    ),
    "PREFIX x: <urn:x:> SELECT * { x:a\\~b.c x:d.e 1.e5 }": "PREFIX x: <urn:x:> SELECT * { <urn:x:a~b.c> x:d.e 1.e5 }",
}
"""What is asked, and what is sent in its place, but for the number of spaces."""

KEPT = [
    "SELECT * { ?s <urn:p> (1 2); a (<urn:x> (3)) }",
    "SELECT * { ?s <urn:p>/<urn:q>*|^(<urn:r>|!(<urn:s>|^a)) ?o, _:b.1 , 'a'@en-GB, '1'^^<urn:d> }",
    "SELECT (COUNT(DISTINCT *) AS ?n) ?x { VALUES (?x ?y) { (<urn:a> 1) (UNDEF -2) } } GROUP BY ?x HAVING(?x > 1)",
    "CONSTRUCT { ?s <urn:p> <urn:x> } WHERE { ?s ?p ?o FILTER(?o IN (<urn:a>, 1)) { SELECT ?s { ?s ?p 1 } LIMIT 1 } }",
]
CALLS = [
    "SELECT (<urn:f>(1) AS ?x) {}",
    "SELECT (<urn:f> # here\n (1) AS ?x) {}",
    "SELECT ?a (f:f(1) AS ?x) {}",
    "SELECT (IF(false, f:f(1), 2) AS ?x) {}",
    "SELECT * { FILTER f:f(1) }",
    "SELECT * { FILTER(false && f:f(1)) }",
    "SELECT * { BIND(STR(f:f(1)) AS ?x) }",
    "SELECT * { ?s ?p (1 2) } ORDER BY ?s f:f(1)",
    "SELECT * { ?s ?p ?o } ORDER BY EXISTS { ?s ?p 1 } f:f(1)",
    "SELECT * {} GROUPBY (1) f:f(1)",
    "SELECT (COUNT(*) AS ?n) {} HAVING (1) f:f(1)",
    "SELECT * { { SELECT (SUM(?x) AS ?y) {} GROUP BY ?z HAVING f:f(1) } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { ?s ?p ?x FILTER(1 IN (f:f(1))) } }",
    "SELECT (xsd:int('1') AS ?x) {}",
    "PREFIX xsd: <urn:f:> SELECT (xsd:string(1) AS ?x) {}",
    "DESCRIBE ?x { BIND(f:f() AS ?x) }",
    "ASK { ?s ?p ?o FILTER(?o<'x>y'||f:f(1)||'>'>'') }",
]
NAMES = [
    "SELECT (<bif:concat>('a') AS ?x) {}",
    "SELECT * { ?s <bif:contains> 'x' }",
    "SELECT * { ?s <\\u0062if:contains> 'x' }",
    "SELECT * { ?s <\\U00000042IF:contains> 'x' }",
    "PREFIX x: <sql:> SELECT * { ?s x:y 'x' }",
    "PREFIX bif: <urn:x:> SELECT * { ?s bif:y 'x' }",
    "PREFIX x: <bi> SELECT * { ?s x:f:contains 'x' }",
    "BASE <bif:> SELECT (<http_get>('x') AS ?x) {}",
    "SELECT * { ?s <java:java.lang.System> 'x' }",
]


@pytest.mark.parametrize("asked", SPELT)
def test_what_could_be_read_in_two_ways_is_written_in_one(asked: str) -> None:
    assert plain(asked).split() == SPELT[asked].split()


@pytest.mark.parametrize("text", KEPT)
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain(text).replace('"', "'").split() == text.split()


@pytest.mark.parametrize("text", [*SPELT, *KEPT])
def test_what_is_written_means_what_was_asked(text: str) -> None:
    store = ox.Store()
    store.load(b'<urn:s> <urn:p> 1, "a", <urn:b> . <urn:b> <urn:p> <urn:s>, 2 .', format=ox.RdfFormat.TURTLE)
    asked, written = (store.query(one) for one in (text, plain(text)))
    assert isinstance(asked, ox.QuerySolutions | ox.QueryTriples)
    assert isinstance(written, type(asked))
    assert sorted(map(repr, asked)) == sorted(map(repr, written))


def test_named_queries_are_read_and_mean_the_same(release: Release) -> None:
    for query in release.book.queries.values():
        given = {one.name: one.example for one in query.parameters.values()}
        text = release.book.bind(query.name, **given)
        assert plain(plain(text)) == plain(text)
        ox.Store().query(plain(text))


@pytest.mark.parametrize("text", CALLS)
def test_only_functions_of_sparql_are_called(text: str) -> None:
    with pytest.raises(QueryRefused, match="custom function"):
        plain(PREFIXES + text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (<bif:upper>('x') AS ?x) {}",
        "PREFIX bif: <bif:> SELECT (bif:upper('x') AS ?x) {}",
        "PREFIX y: <bif:> SELECT * { FILTER y:upper # here\n ('x') }",
    ],
)
def test_a_call_of_one_is_refused_as_any_call_is(text: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        plain(text)
    with pytest.raises(RuntimeError) as embedded:
        ox.Store().query(text)
    assert (refused.value.rule, refused.value.reason) == ("engine", str(embedded.value))


@pytest.mark.parametrize("text", NAMES)
def test_names_of_engines_own_functions_are_refused_wherever_they_stand(text: str) -> None:
    with pytest.raises(QueryRefused, match="function"):
        plain(text)


def test_a_keyword_glued_to_a_name_is_no_prefix() -> None:
    with pytest.raises(QuerySyntax, match="no PREFIX declares FILTER:"):
        plain("PREFIX : <urn:f:> SELECT * { ?s ?p ?o FILTER:f(?o) }")


def test_the_casts_are_those_of_the_embedded_engine() -> None:
    for cast in CASTS:
        ox.Store().query(f"SELECT (<{XSD}{cast}>('1') AS ?x) {{}}")
    for other in ("int", "anyURI", "dateTimeStamp"):
        with pytest.raises(RuntimeError):
            ox.Store().query(f"SELECT (<{XSD}{other}>('1') AS ?x) {{}}")


@pytest.mark.parametrize("much", ["?s <urn:p> 'a', 1.5, <urn:x> ; a ?b .\n", "<", "'", "a.", "1.", "\\", "(", "#"])
def test_the_time_does_not_grow_faster_than_the_text(much: str) -> None:
    start = time.process_time()
    plain("SELECT * { " + much * (100_000 // len(much)) + "}")
    assert time.process_time() - start < 3.0
