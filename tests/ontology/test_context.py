"""The JSON-LD context names every word of the ontology, each in the way that its kind needs, and loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, SDO, SH, XSD, Graph, Namespace

from ontology.referee import DATA
from vaughn.iris import KINDS, NS, PART_OWNERS
from vaughn.turtle import parse_turtle

KEYWORDS = {"@version": 1.1, "id": "@id", "type": "@type"}
PLAIN = {XSD.string, RDF.langString}


@pytest.fixture(scope="module")
def expected(ontology: Graph) -> dict[str, Any]:
    """What the context has to say of each word, from the ontology."""
    return {name: _definition(ontology, name) for name in _names(ontology)}


def test_every_word_is_there_and_no_other(context: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    terms = {key for key, value in context.items() if "vaughn:" in json.dumps(value)}
    assert expected
    assert terms == set(expected)


def test_every_word_is_defined_as_its_kind_needs(context: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert {key: context.get(key) for key in expected} == expected


def test_everything_else_is_a_keyword_or_a_declared_prefix(
    context: Mapping[str, Any], expected: Mapping[str, Any], ontology: Graph
) -> None:
    rest = {key: value for key, value in context.items() if key not in expected}
    names = {node: str(name) for node, name in ontology.subject_objects(SH.prefix)}
    spaces = {names[node]: str(space) for node, space in ontology.subject_objects(SH.namespace)}
    assert spaces
    assert rest == KEYWORDS | spaces


def test_no_prefix_of_a_site_is_in_the_context(context: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """`role:x` would be a prefixed name in Turtle and a property in JSON-LD: values are written as whole IRIs."""
    assert {*KINDS, *PART_OWNERS} & (set(context) - set(expected)) == set()


def test_a_document_written_with_it_loses_nothing(context: Mapping[str, Any]) -> None:
    document = json.loads((DATA / "context" / "claim.json").read_text(encoding="utf-8"))
    text = json.dumps({"@context": context, **document})
    read = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)}
    assert read == set(parse_turtle((DATA / "context" / "claim.ttl").read_text(encoding="utf-8")).triples)


def _names(ontology: Graph) -> Iterator[str]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    own = {str(node) for kind in kinds for node in ontology.subjects(RDF.type, kind) if str(node).startswith(NS)}
    yield from sorted(iri.removeprefix(NS) for iri in own)


def _definition(ontology: Graph, name: str) -> Any:
    term = Namespace(NS)[name]
    kinds = set(ontology.objects(term, RDF.type))
    if OWL.Class in kinds:
        return f"vaughn:{name}"
    if OWL.ObjectProperty in kinds:
        return {"@id": f"vaughn:{name}", "@type": "@id"}
    datatypes = set(ontology.objects(term, SDO.rangeIncludes))
    if datatypes <= PLAIN:
        return {"@id": f"vaughn:{name}"}
    (datatype,) = (str(node).replace(str(XSD), "xsd:") for node in datatypes)
    return {"@id": f"vaughn:{name}", "@type": datatype}
