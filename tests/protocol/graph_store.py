"""The reads of the W3C suite of the Graph Store Protocol, against a running server.

The suite writes and then reads; the service never writes. So what a test has written by the time it reads is computed
here, put into the release under a name of its own (`/gsp/` becomes `/gsp/<test>/`), and the read must give it back.
Every write of the suite must be refused with 403 and problem details.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import parse_qsl, unquote, urlsplit

from rdflib import Graph
from rdflib.compare import isomorphic

from protocol.manifests import SUITES, Case, Exchange, read_cases
from protocol.wire import Wire
from releases import BASE

FOLDER = SUITES / "graph-store-protocol"
_WRITES = ("PUT", "POST", "DELETE")
_FORMATS = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}


@dataclass(frozen=True)
class Read:
    """A GET or HEAD with its target moved to our addresses. graph: the IRI it names, "" for the default graph.
    held: the Turtle that the graph must hold for it, None where the graph must not exist."""

    name: str
    exchange: Exchange
    graph: str
    held: tuple[str, ...] | None


@cache
def cases() -> tuple[Case, ...]:
    """Every test of the suite; none where the suite is absent."""
    if not FOLDER.is_dir():
        return ()
    direct, indirect = read_cases(FOLDER / "manifest-direct.ttl"), read_cases(FOLDER / "manifest-indirect.ttl")
    return (*direct, *indirect)


@cache
def reads() -> tuple[Read, ...]:
    """Every read of the suite whose graph a client names. One names a graph that the server named (post_get_new_graph)
    and is left out: nothing is ever created here."""
    return tuple(read for case in cases() for read in _reads(case))


def left_out() -> list[str]:
    """The reads of the suite that are not among `reads`, by their test."""
    return [case.name for case in cases() for each in case.exchanges if "$LOCATION$" in each.target]


def writes() -> list[Exchange]:
    """Every write of the suite, moved to our addresses."""
    found = [exchange for case in cases() for exchange in case.exchanges if exchange.method in _WRITES]
    return [replace(each, target=_moved(each.target, "w")) for each in found]


def graphs() -> dict[str, tuple[str, ...]]:
    """The graphs that the reads need, as Turtle texts to be merged; "" is the default graph."""
    return {read.graph: read.held for read in reads() if read.held is not None}


def fault(read: Read, wire: Wire) -> str:
    """Why the server fails a read; "" where it passes."""
    exchange = read.exchange
    answer = wire.send(exchange.method, exchange.target, exchange.headers)
    wanted = 200 if read.held is not None else 404
    if answer.status != wanted:
        return f"status {answer.status}, not {wanted}"
    if exchange.method == "HEAD":
        return "HEAD has a body" if answer.body else ""
    if wanted == 404:
        return ""
    if answer.media_type != exchange.expected_type.partition(";")[0]:
        return f"type {answer.media_type}, not {exchange.expected_type}"
    got = Graph().parse(data=answer.body, format=_FORMATS[answer.media_type])
    return "" if isomorphic(got, _graph(read.held or ())) else "another graph came back"


def refusal_fault(write: Exchange, wire: Wire) -> str:
    """Why the server fails to refuse a write; "" where it refuses."""
    answer = wire.send(write.method, write.target, write.headers, write.body)
    told = (answer.status, answer.media_type)
    return "" if told == (403, "application/problem+json") else f"answered with {told}"


def _reads(case: Case) -> Iterator[Read]:
    state: dict[str, tuple[str, ...]] = {}
    for place, exchange in enumerate(case.exchanges):
        if "$LOCATION$" in exchange.target:
            continue
        target = _key(exchange.target)
        if exchange.method in _WRITES:
            _write(state, target, exchange)
            continue
        name = f"{case.name}-{place}".lower().replace("_", "-")
        moved = replace(exchange, target=_moved(exchange.target, name))
        yield Read(name, moved, _key(moved.target), state.get(target))


def _write(state: dict[str, tuple[str, ...]], graph: str, exchange: Exchange) -> None:
    if exchange.method == "DELETE":
        state.pop(graph, None)
        return
    before = state.get(graph, ()) if exchange.method == "POST" else ()
    state[graph] = (*before, *_turtle(exchange))


def _turtle(exchange: Exchange) -> tuple[str, ...]:
    """The Turtle of a body, or of each part of a multipart one."""
    text = (exchange.body or b"").decode().replace("\r\n", "\n")
    _, found, boundary = exchange.content_type.partition("boundary=")
    if not found:
        return (text,)
    parts = text.split(f"--{boundary}")[1:-1]
    return tuple(part.partition("\n\n")[2] for part in parts)


def _moved(target: str, name: str) -> str:
    """A target of the suite at our addresses: /gsp?… at /graphs?…, /gsp/… at /graph/…, the graph under its own name."""
    path, question, query = target.partition("?")
    if question:
        named = query.replace("/gsp/", f"/gsp/{name}/").replace("%2Fgsp%2F", f"%2Fgsp%2F{name}%2F")
        return f"/graphs?{named}"
    return f"/graph/{name}{path.removeprefix('/gsp')}" if path != "/gsp" else "/graphs"


def _key(target: str) -> str:
    """The IRI of the graph that a target names, "" for the default graph."""
    split = urlsplit(target)
    if split.query:
        return dict(parse_qsl(split.query, keep_blank_values=True)).get("graph", "")
    return BASE + unquote(split.path.removeprefix("/")).removesuffix(".ttl")


def _graph(held: tuple[str, ...]) -> Graph:
    made = Graph()
    for text in held:
        made.parse(data=text, format="turtle")
    return made
