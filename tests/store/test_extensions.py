"""What the embedded engine takes beyond SPARQL 1.1 is what is told of it: asked of the engine itself."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from vaughn.store.extensions import EMBEDDED, Extensions, of_remote
from vaughn.store.remote.plain import CASTS
from vaughn.terms import XSD

GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
STANDARD = {"boolean", "dateTime", "decimal", "double", "float", "integer", "string"}  # SPARQL 1.1 Query §17.5
OTHERS = ("asWKT", "asGML", "boundary", "buffer", "geometryN", "is3D", "maxX", "metricArea", "transform", "aggUnion")
BEYOND = {
    "sparql12": (
        "VERSION '1.2' SELECT (TRIPLE(<a:b>, <a:c>, 1) AS ?t) (LANGDIR('a'@en--ltr) AS ?d) {}",
        "ASK { << ?s ?p ?o >> ?q <<( ?a ?b ?c )>> }",
    ),
    "SEP-0002": (
        f"SELECT (ADJUST(NOW(), 'PT0S'^^<{XSD}dayTimeDuration>) AS ?a) {{}}",
        f"ASK {{ FILTER('2020-01-02'^^<{XSD}date> - '2020-01-01'^^<{XSD}date> = 'P1D'^^<{XSD}dayTimeDuration>) }}",
    ),
    "SEP-0006": ("SELECT * { VALUES ?x { 1 } LATERAL { SELECT (2 AS ?y) {} } }",),
}


def called(function: str) -> bool:
    """Whether the engine calls a function, whatever number of arguments it wants."""
    for arguments in ("'1'", "'1', '2'", "'1', '2', '3'"):
        try:
            ox.Store().query(f"SELECT (<{function}>({arguments}) AS ?x) {{}}")
        except (RuntimeError, SyntaxError):  # as the function is unknown, or the number of arguments
            continue
        return True
    return False


@pytest.mark.parametrize("function", EMBEDDED.functions)
def test_each_function_that_is_told_is_called(function: str) -> None:
    assert called(function)


@pytest.mark.parametrize(
    "function", [XSD + "int", XSD + "anyURI", *(GEOSPARQL + name for name in OTHERS), "urn:function"]
)
def test_a_function_that_is_not_told_is_not_called(function: str) -> None:
    assert function not in EMBEDDED.functions
    assert not called(function)


def test_every_cast_is_the_standards_or_told() -> None:
    assert {XSD + name for name in CASTS - STANDARD} == {each for each in EMBEDDED.functions if each.startswith(XSD)}


def test_each_extension_of_the_language_is_read() -> None:
    assert len(EMBEDDED.languages) == len(BEYOND)
    for iri, (name, texts) in zip(EMBEDDED.languages, BEYOND.items(), strict=True):
        assert name in iri
        for text in texts:
            assert ox.Store().query(text) is not None


def test_of_a_remote_engine_only_what_was_tried_is_told() -> None:
    assert of_remote("generic") == Extensions()
    assert set(of_remote("oxigraph").functions) < set(EMBEDDED.functions)  # only casts go to a remote engine
    assert of_remote("virtuoso").languages == {}
