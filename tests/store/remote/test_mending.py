"""Strangers' texts are worded so that Virtuoso reads them rightly, or withheld where it is known not to."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

import pyoxigraph as ox
import pytest

from vaughn.errors import QueryWithheld
from vaughn.store.release import Release
from vaughn.store.remote.mending import mended
from vaughn.store.remote.plain import plain
from vaughn.store.remote.tree import tree
from vaughn.terms import XSD, XSD_BOOLEAN, XSD_INTEGER

MOMENT = datetime(2024, 2, 29, 12, 0, 0, 500_000, UTC)

QUOTIENT = f"IF(DATATYPE({{0}}) = <{XSD_INTEGER}>, {{1}}, {{0}})"
WORDED = {
    "SELECT (?a/2 AS ?b) { ?s <urn:p> ?a }": (
        f"SELECT ({QUOTIENT.format('?a / 2', '?a * 1.0 / 2')} AS ?b) {{ ?s <urn:p> ?a }}"
    ),
    "SELECT (1 -7/2*3/4 AS ?b) {}": f"SELECT (1 -{QUOTIENT.format('7 / 2', '7 * 1.0 / 2')}*3/4 AS ?b) {{}}",
    "ASK { FILTER(2*?a/(-3) > 1) VALUES ?a { 1 } }": (
        f"ASK {{ FILTER({QUOTIENT.format('2*?a / (-3)', '2*?a * 1.0 / (-3)')} > 1) VALUES ?a {{ 1 }} }}"
    ),
    "SELECT * { ?s <urn:p>/<urn:q> ?o }": "SELECT ?o ?s { ?s <urn:p>/<urn:q> ?o }",
    "SELECT * { ?s <urn:p> ?a { SELECT * { VALUES ?b { UNDEF } BIND(1 AS ?c) } } FILTER(EXISTS { ?s <urn:p> ?z }) }": (
        "SELECT ?a ?b ?c ?s { ?s <urn:p> ?a { SELECT ?b ?c { VALUES ?b { UNDEF } BIND(1 AS ?c) } } "
        "FILTER(EXISTS { ?s <urn:p> ?z }) }"
    ),
    "SELECT (isNumeric(?a) AS ?n) { ?s <urn:p> ?a FILTER(!ISNUMERIC(?a)) FILTER isnumeric(?a / 2) }": (
        f"SELECT ((isNumeric(?a) && DATATYPE(?a) != <{XSD_BOOLEAN}>) AS ?n) {{ ?s <urn:p> ?a "
        f"FILTER(!(isNumeric(?a) && DATATYPE(?a) != <{XSD_BOOLEAN}>)) "
        f"FILTER (isNumeric({QUOTIENT.format('?a / 2', '?a * 1.0 / 2')}) && "
        f"DATATYPE({QUOTIENT.format('?a / 2', '?a * 1.0 / 2')}) != <{XSD_BOOLEAN}>) }}"
    ),
    f"PREFIX x: <{XSD}> SELECT ('true'^^x:boolean AS ?t) {{ ?s ?p 'true'^^x:boolean FILTER(!'false'^^x:boolean) }}": (
        f"PREFIX x: <{XSD}> SELECT (true AS ?t) {{ ?s ?p 'true'^^x:boolean FILTER(!false) }}"
    ),
    "ASK { FILTER(NOW() > ?d) VALUES ?d { 1 } }": (
        f'ASK {{ FILTER(("2024-02-29T12:00:00.500Z"^^<{XSD}dateTime>) > ?d) VALUES ?d {{ 1 }} }}'
    ),
}
"""What is asked, and what is sent in its place, but for spaces."""

KEPT = [
    "SELECT ?x { VALUES (?x ?y) { (<urn:a> 1) (<urn:b> 2) } ?x <urn:p> ?z } GROUP BY ?x HAVING(COUNT(*) > 1)",
    "SELECT ?s { ?s <urn:p> ?a . ?a <urn:p> ?s OPTIONAL { ?s <urn:q> ?b FILTER(?b > ?a) } OPTIONAL { ?s <urn:r> ?c } }",
    "SELECT ?s { ?s <urn:p> ?a MINUS { ?s <urn:q> ?b } FILTER NOT EXISTS { ?s <urn:r> ?c FILTER(?c = ?a) } }",
    "SELECT ?s { { ?s <urn:p> ?a } UNION { ?s <urn:q> ?b } ?s <urn:r> ?c FILTER(BOUND(?a) || ?c = 1) }",
    "SELECT ?s { BIND(<urn:a> AS ?s) ?s ^<urn:p>/<urn:q>* ?o FILTER(?o IN (1, 2)) } ORDER BY ?o",
    "SELECT ?c { ?s a ?c { SELECT ?s (MAX(?d) AS ?e) { ?s <urn:p> ?d } GROUP BY ?s } FILTER(?e > 1) }",
    "CONSTRUCT { ?s <urn:p> [ <urn:q> ?o ] } { ?s <urn:p> (1 ?o) . _:x <urn:p> _:y }",
    "DESCRIBE <urn:a>",
    "PREFIX a: <urn:a> ASK FROM a:b { GRAPH ?g { ?s a:b ?o } }",
]
WITHHELD = {
    "ASK { FILTER NOT EXISTS { ?s ?p ?o } }": "EXISTS stands where nothing else",
    "SELECT (EXISTS { ?s ?p ?o } AS ?x) {}": "EXISTS stands where nothing else",
    "ASK { {} BIND(EXISTS { <urn:a> ?p ?o } AS ?e) }": "EXISTS stands where nothing else",
    "ASK { OPTIONAL { ?s ?p ?o } FILTER(EXISTS { ?s ?p 1 }) }": "EXISTS stands where nothing else",
    "ASK { VALUES ?x { 1 } MINUS { VALUES ?y { 1 } } }": "MINUS has no variable",
    "ASK { ?x <urn:p> ?y MINUS { ?x <urn:q> ?z OPTIONAL { ?z <urn:p> ?y } } }": "MINUS has no variable",
    "ASK { { ?x <urn:p> 1 } UNION { ?x <urn:p> 2 } MINUS { ?x <urn:q> 3 } }": "MINUS stands behind a UNION",
    "ASK { ?x <urn:p> ?x }": "[?]x stands twice",
    "ASK { ?x ?y ?z, ?y }": "[?]y stands twice",
    "ASK { _:x <urn:p> _:x }": "_:x stands twice",
    "ASK { [ ?p ?p ] }": "[?]p stands twice",
    "ASK { OPTIONAL { ?x <urn:p> ?y } ?y <urn:p> ?z }": "joined by [?]y",
    "ASK { { ?x <urn:p> 1 } UNION { ?y <urn:p> 1 } ?y <urn:p> ?z }": "joined by [?]y",
    "ASK { ?x <urn:p> 1 OPTIONAL { ?x <urn:q> ?l } OPTIONAL { ?x <urn:r> ?l } }": "joined by [?]l",
    "ASK { VALUES (?x ?y) { (1 UNDEF) } }": "UNDEF beside",
    "ASK { ?x <urn:p> ?y OPTIONAL { VALUES ?y { 1 2 } } }": "several rows",
    "ASK { ?x <urn:p> ?y FILTER EXISTS { VALUES ?y { 1 2 } } }": "several rows",
    "ASK { ?x <urn:p> ?y { FILTER(?y > 1) } }": "uses [?]y",
    "ASK { BIND(STR(?y) AS ?z) ?x <urn:p> ?y }": "uses [?]y",
    "SELECT * { FILTER(BOUND(?b)) }": "uses [?]b",
    "SELECT * { <urn:a> <urn:p> 1 FILTER EXISTS { ?b ?c ?d } }": "SELECT [*]",
    "ASK { 1 <urn:p> ?y }": "literal is the subject of a pattern",
    "ASK { ?y ^<urn:p> 1 }": "literal is the subject of a path",
    "SELECT (ENCODE_FOR_URI('é') AS ?x) {}": "ENCODE_FOR_URI",
    "SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?x } GROUP BY (?x / 2)": "GROUP BY a quotient",
    "SELECT (1/(1/(1/(1/(1/2)))) AS ?x) {}": "quotients or calls of isNumeric stand inside",
    "SELECT ?y { VALUES ?x { 1 } LATERAL { BIND(?x AS ?y) } }": "LATERAL is beyond",
    "ASK { <<( ?s ?p ?o )>> ?q ?r }": "it is beyond SPARQL 1.1",
}


def spaced(text: str) -> list[str]:
    return text.replace("/", " / ").split()


@pytest.mark.parametrize("asked", WORDED)
def test_what_would_be_misread_is_worded_otherwise(asked: str) -> None:
    assert spaced(mended(plain(asked), MOMENT)) == spaced(plain(WORDED[asked]))


@pytest.mark.parametrize("text", KEPT)
def test_what_is_read_rightly_stays(text: str) -> None:
    assert mended(plain(text)) == plain(text)


@pytest.mark.parametrize("text", [*WORDED, "SELECT ((1/2)/(3/4) AS ?x) (ROUND(700/3)/100 AS ?y) (1e0/4 AS ?z) {}"])
def test_what_is_sent_means_what_was_asked(text: str) -> None:
    store = ox.Store()
    store.load(b'<urn:s> <urn:p> 1, 2.5, "a", true, <urn:b> . <urn:b> <urn:q> 7e0, false .', format=ox.RdfFormat.TURTLE)
    asked, sent = (store.query(one) for one in (text, mended(plain(text))))
    if isinstance(asked, ox.QueryBoolean):
        assert bool(asked) == bool(sent)
    else:
        assert isinstance(asked, ox.QuerySolutions)
        assert isinstance(sent, ox.QuerySolutions)
        assert [each.value for each in asked.variables] == [each.value for each in sent.variables]
        assert sorted(str(list(row)) for row in asked) == sorted(str(list(row)) for row in sent)


@pytest.mark.parametrize("text", WITHHELD)
def test_what_is_known_to_be_misread_is_withheld_and_says_why(text: str) -> None:
    with pytest.raises(QueryWithheld, match=WITHHELD[text]) as withheld:
        mended(plain(text))
    assert withheld.value.query == ""


def test_named_queries_are_of_the_grammar(release: Release) -> None:
    for query in release.book.questions():
        text = plain(query.bind({one.name: one.example for one in query.parameters.values()}, release.book.prefixes))
        assert tree(text) is not None


@pytest.mark.parametrize("much", ["?s <urn:p> 'a', 1.5 . ", "BIND(1/2 AS ?x) ", "VALUES ?x {1} ", "{?a ?b 1} UNION "])
def test_the_time_does_not_grow_faster_than_the_text(much: str) -> None:
    start = time.process_time()
    with contextlib.suppress(QueryWithheld):
        mended("ASK { " + much * (20_000 // len(much)) + "{} }")
    assert time.process_time() - start < 2.0
