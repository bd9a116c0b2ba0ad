"""The service says of itself what holds: the W3C tests, and the graphs and formats it really has."""

from __future__ import annotations

import pytest
from rdflib import RDF
from rdflib.compare import isomorphic

from protocol import service_description
from protocol.service_description import SD
from protocol.wire import Wire


@pytest.mark.shared
@pytest.mark.parametrize("name", service_description.CASES)
def test_the_description_is_as_the_suite_wants_it(name: str, wire: Wire, port: int) -> None:
    assert service_description.CASES[name](wire, f"http://127.0.0.1:{port}/sparql") == ""


@pytest.mark.shared
@pytest.mark.parametrize("accept", ["application/rdf+xml", "application/n-triples", "application/ld+json"])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_the_description_is_the_same_in_every_notation(accept: str, wire: Wire) -> None:
    assert isomorphic(service_description.description(wire, accept), service_description.description(wire))


@pytest.mark.shared
def test_every_format_that_is_promised_can_be_had(wire: Wire) -> None:
    graph = service_description.description(wire)
    promised = {str(each).rpartition("/")[2] for each in graph.objects(None, SD.resultFormat)}
    asked = {
        "SPARQL_Results_JSON": ("ASK {}", "json"),
        "SPARQL_Results_XML": ("ASK {}", "xml"),
        "SPARQL_Results_CSV": ("SELECT (1 AS ?x) {}", "csv"),
        "SPARQL_Results_TSV": ("SELECT (1 AS ?x) {}", "tsv"),
        "Turtle": ("CONSTRUCT { <a:a> <a:a> <a:a> } {}", "ttl"),
        "N-Triples": ("CONSTRUCT { <a:a> <a:a> <a:a> } {}", "nt"),
        "RDF_XML": ("CONSTRUCT { <a:a> <a:b#c> <a:a> } {}", "rdf"),
        "JSON-LD": ("CONSTRUCT { <a:a> <a:a> <a:a> } {}", "jsonld"),
    }
    assert promised == set(asked)
    form = [("Content-Type", "application/sparql-query")]
    answers = {name: wire.send("POST", f"/sparql?format={it[1]}", form, it[0].encode()) for name, it in asked.items()}
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(asked, 200)


@pytest.mark.shared
def test_every_named_graph_is_listed_with_its_size(wire: Wire) -> None:
    graph = service_description.description(wire)
    count = b"SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = wire.send("POST", "/sparql?format=csv", [("Content-Type", "application/sparql-query")], count).body
    held = dict(line.split(",") for line in rows.decode().split()[1:])
    listed = {
        str(graph.value(it, SD.name)): str(graph.value(graph.value(it, SD.graph), service_description.VOID.triples))
        for it in graph.subjects(RDF.type, SD.NamedGraph)
    }
    assert listed == held
