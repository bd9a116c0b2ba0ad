"""Turtle and N-Triples with equal bytes for equal graphs."""

from __future__ import annotations

import pytest
import rdflib
from rdflib.compare import isomorphic

from vaughn.model import Term
from vaughn.terms import XSD
from vaughn.web.notation import ntriples, turtle


@pytest.mark.parametrize(
    ("value", "datatype", "written"),
    [
        ("1", "integer", "1"),
        ("-07", "integer", "-07"),
        ("many", "integer", '"many"^^xsd:integer'),
        ("1.50", "decimal", "1.50"),
        ("1", "decimal", '"1"^^xsd:decimal'),
        ("1.", "decimal", '"1."^^xsd:decimal'),
        ("true", "boolean", "true"),
        ("1", "boolean", '"1"^^xsd:boolean'),
        ("1e0", "double", '"1e0"^^xsd:double'),
        ("2025", "gYear", '"2025"^^xsd:gYear'),
    ],
)
def test_a_literal_is_bare_where_turtle_reads_it_as_the_same(value: str, datatype: str, written: str) -> None:
    subject, key = Term("uri", "urn:s"), Term("uri", "urn:p")
    triples = [(subject, key, Term("literal", value, datatype=XSD + datatype)), (subject, key, subject)]
    text = turtle(triples, {"xsd": XSD})
    assert f"<urn:p> {written}, <urn:s> ." in text
    read = rdflib.Graph().parse(data=text, format="turtle")
    assert isomorphic(read, rdflib.Graph().parse(data=ntriples(triples), format="nt"))
