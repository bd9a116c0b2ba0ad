"""The W3C suites as data: each test's HTTP requests and what must come back, read from their manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

SUITES = Path(__file__).parents[2].parent / "shared" / "suites"
"""Reference material beside the checkout; tests that need it are skipped where it is absent."""

_MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_HT = Namespace("http://www.w3.org/2011/http#")
_CNT = Namespace("http://www.w3.org/2011/content#")


@dataclass(frozen=True)
class Exchange:
    """One request of a test and what its manifest expects.

    target: path and query as they stand. statuses: such as "2xx" or "NotFound". format: "boolean", "tabular", "RDF" or
    "". truth: of an ASK. expected_type and expected: of a graph that must come back, or "".
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: frozenset[str]
    format: str = ""
    truth: bool | None = None
    expected_type: str = ""
    expected: str = ""

    @property
    def content_type(self) -> str:
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")


@dataclass(frozen=True)
class Case:
    """One test: its name and its requests, in order."""

    name: str
    exchanges: tuple[Exchange, ...]


def read_cases(manifest: Path) -> list[Case]:
    """Every test of a manifest, in its order."""
    graph = Graph().parse(manifest, format="turtle")
    (entries,) = graph.objects(None, _MF.entries)
    return [Case(_name(test), tuple(_exchanges(graph, test))) for test in Collection(graph, entries)]


def _exchanges(graph: Graph, test: Node) -> Iterator[Exchange]:
    action = graph.value(test, _MF.action)
    for requests in graph.objects(action, _HT.requests):
        for request in Collection(graph, requests):
            yield _exchange(graph, request)


def _exchange(graph: Graph, request: Node) -> Exchange:
    response = graph.value(request, _HT.resp)
    truth = graph.value(response, _MF.expectedBoolean)
    expected = dict(_headers(graph, response))
    return Exchange(
        method=_text(graph, request, _HT.methodName),
        target=_text(graph, request, _HT.absolutePath),
        headers=tuple(_headers(graph, request)),
        body=_body(graph, request),
        statuses=frozenset(_name(status) for status in graph.objects(response, _MF.expectedStatus)),
        format=_text(graph, response, _MF.expectedFormat),
        truth=None if truth is None else str(truth) == "true",
        expected_type=expected.get("content-type", ""),
        expected=(_body(graph, response) or b"").decode(),
    )


def _headers(graph: Graph, message: Node | None) -> Iterator[tuple[str, str]]:
    listed = graph.value(message, _HT.headers)
    for header in Collection(graph, listed) if listed else ():
        yield _text(graph, header, _HT.fieldName).lower(), _text(graph, header, _HT.fieldValue)


def _body(graph: Graph, message: Node | None) -> bytes | None:
    body = graph.value(message, _HT.body)
    if body is None:
        return None
    return _text(graph, body, _CNT.chars).encode(_text(graph, body, _CNT.characterEncoding) or "utf-8")


def _text(graph: Graph, subject: Node | None, predicate: URIRef) -> str:
    value = graph.value(subject, predicate)
    return "" if value is None else str(value)


def _name(node: Node) -> str:
    return str(node).rpartition("#")[2].removeprefix("StatusCode")
