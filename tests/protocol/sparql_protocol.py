"""The W3C tests of the SPARQL 1.1 Protocol against a running server.

The service never changes data, so a well-formed update must be refused with 403 and problem details, and what a test
asks afterwards must show that nothing changed. Everything else must be as the manifest says.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from protocol.manifests import SUITES, Case, Exchange, read_cases
from protocol.wire import Answer, Wire

FOLDER = SUITES / "sparql-protocol"
DATA = "http://kasei.us/2009/09/sparql/data/"
_PROBLEM = "application/problem+json"
_COUNT = "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20GRAPH%20%3Fg%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20%7D"
_FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"),
}


@cache
def cases() -> tuple[Case, ...]:
    """Every test of the suite; none where the suite is absent."""
    manifest = FOLDER / "manifest.ttl"
    return tuple(read_cases(manifest)) if manifest.is_file() else ()


def quads() -> list[ox.Quad]:
    """The suite's data, each file in the graph that its requests name."""
    return [quad for number in (1, 2, 3) for quad in _in_graph(FOLDER / f"data{number}.nt", f"{DATA}data{number}.rdf")]


def _in_graph(path: Path, graph: str) -> list[ox.Quad]:
    found = ox.parse(path.read_bytes(), format=ox.RdfFormat.N_TRIPLES)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph)) for quad in found]


def fault(case: Case, wire: Wire) -> str:
    """Why the server fails a test; "" where it passes."""
    before = wire.send("GET", _COUNT).body
    refuses = case.name.startswith("update_")
    faults = [_faults(exchange, refuses, wire) for exchange in case.exchanges]
    if wire.send("GET", _COUNT).body != before:
        faults.append("the data changed")
    return "; ".join(filter(None, faults))


def _faults(exchange: Exchange, refuses: bool, wire: Wire) -> str:
    answer = wire.send(exchange.method, exchange.target, exchange.headers, exchange.body)
    if refuses:
        return _unchanged(exchange, answer) if exchange.truth is not None else _refusal(answer)
    return _status(exchange, answer) or _format(exchange, answer) or _truth(exchange, answer)


def _refusal(answer: Answer) -> str:
    if (answer.status, answer.media_type) != (403, _PROBLEM):
        return f"an update was answered with {answer.status} {answer.media_type}"
    kind = json.loads(answer.body)["type"].rpartition("/")[2]
    return "" if kind == "update-refused" else f"an update was refused as {kind}"


def _unchanged(exchange: Exchange, answer: Answer) -> str:
    return "" if answer.status == 200 and json.loads(answer.body)["boolean"] is not exchange.truth else "it changed"


def _status(exchange: Exchange, answer: Answer) -> str:
    classes = {status[0] for status in exchange.statuses}
    if str(answer.status)[0] in classes:
        return ""
    return f"status {answer.status}, not {' or '.join(sorted(exchange.statuses))}"


def _format(exchange: Exchange, answer: Answer) -> str:
    if exchange.format and answer.media_type not in _FORMATS[exchange.format]:
        return f"{answer.media_type} is no format for {exchange.format}"
    return ""


def _truth(exchange: Exchange, answer: Answer) -> str:
    if exchange.truth is not None and json.loads(answer.body)["boolean"] is not exchange.truth:
        return f"not {exchange.truth}"
    return ""
