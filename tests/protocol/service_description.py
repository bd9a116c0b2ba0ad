"""The three W3C tests of the SPARQL 1.1 Service Description, against a running server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from rdflib import RDF, Graph, Namespace, URIRef

from protocol.wire import Wire

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
_SINGLE = (SD.endpoint, SD.defaultDataset)
_OBJECTS_ARE_IRIS = (SD.endpoint, SD.supportedLanguage, SD.resultFormat, SD.feature, SD.name)


def description(wire: Wire, accept: str = "text/turtle") -> Graph:
    """What a GET of the endpoint gives."""
    answer = wire.send("GET", "/sparql", [("Accept", accept)])
    assert (answer.status, answer.media_type) == (200, accept)
    body = _with_context(wire, answer.body) if accept == "application/ld+json" else answer.body
    return Graph().parse(data=body, format=accept)


def _with_context(wire: Wire, body: bytes) -> bytes:
    """JSON-LD with the words that its context's address gives."""
    document = json.loads(body)
    return json.dumps(document | json.loads(wire.send("GET", document["@context"]).body)).encode()


def returns_rdf(wire: Wire, endpoint: str) -> str:
    """GET on the endpoint returns RDF."""
    return "" if len(description(wire)) else "it is empty"


def has_endpoint_triple(wire: Wire, endpoint: str) -> str:
    """It has a triple that names this endpoint."""
    found = (None, SD.endpoint, URIRef(endpoint)) in description(wire)
    return "" if found else "no sd:endpoint with the address it was fetched from"


def conforms_to_schema(wire: Wire, endpoint: str) -> str:
    """Classes and properties stand as the vocabulary (§3) has them."""
    graph = description(wire)
    services = list(graph.subjects(RDF.type, SD.Service))
    faults = [f"{len(services)} services"] if len(services) != 1 else []
    faults += [f"not one {key}" for key in _SINGLE if len(list(graph.objects(None, key))) != 1]
    faults += [f"{key} is no IRI" for key in _OBJECTS_ARE_IRIS for it in graph.objects(None, key) if not _is_iri(it)]
    faults += [
        "a named graph without a name" for it in graph.subjects(RDF.type, SD.NamedGraph) if not graph[it : SD.name]
    ]
    return "; ".join(sorted(set(faults)))


def _is_iri(term: object) -> bool:
    return isinstance(term, URIRef)


CASES: Mapping[str, Callable[[Wire, str], str]] = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}
