"""A worker: runs one query at a time on a release it shares with nobody, and may be killed at any moment.

It reads a request, runs it, sends the serialised answer or the error, and waits for the next; it ends when its socket
closes. What it cannot survive (memory, a crash of the engine, the deadline) is told by its death.
"""

from __future__ import annotations

import io
import os
import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox

from vaughn.errors import QueryRefused, QuerySyntax, ResultTooLarge, StoreError
from vaughn.store import frames, hygiene
from vaughn.store.engine import Request
from vaughn.store.guard import undeclared

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
_PLACE = re.compile(r"error at (\d+):(\d+): ")
_MIB = 1 << 20
F = TypeVar("F")


@dataclass(frozen=True)
class Limits:
    """What one query may take. seconds: the deadline where a request names none. memory_mb: MiB above the release
    itself. result_mb: MiB of the serialised answer."""

    seconds: float
    memory_mb: int
    result_mb: int


class _Capped(io.BytesIO):
    """Collects what the engine writes, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, piece: Buffer) -> int:
        """Raises ResultTooLarge."""
        count = super().write(piece)
        if self.tell() > self._most:
            raise ResultTooLarge(self._most, "bytes")
        return count


def run(parent: int, sock: socket.socket, store: ox.Store | Path, limits: Limits) -> None:
    """The whole life of a worker, after the fork; never returns. A path is a store on disk, opened read-only."""
    status = 1
    try:
        own = socket.socket(fileno=hygiene.detach(parent, sock.detach()))
        opened = ox.Store.read_only(str(store)) if isinstance(store, Path) else store
        hygiene.seal(limits.memory_mb)
        serve(own, opened, limits)
        status = 0
    finally:
        os._exit(status)  # never back into the template's own loop


def serve(sock: socket.socket, store: ox.Store, limits: Limits) -> None:
    """Answer requests until the socket closes."""
    fresh = hygiene.peak_mib() + limits.memory_mb // 4
    while (frame := frames.receive(sock)) is not None:
        request = frames.decode_request(frame)
        hygiene.allow_seconds(min(request.seconds or limits.seconds, limits.seconds))
        start = time.perf_counter()
        outcome = answer(store, request, limits)
        reply = frames.Reply(outcome, time.perf_counter() - start, hygiene.peak_mib() > fresh)
        sock.sendall(frames.pack(frames.encode_reply(reply)))


def answer(store: ox.Store, request: Request, limits: Limits) -> bytes | StoreError:
    """The serialised result of one query, or the error to tell the client. Ends the process when memory runs out."""
    try:
        return _evaluate(store, request, limits.result_mb * _MIB)
    except StoreError as error:
        return error
    except SyntaxError as error:
        return _syntax(str(error), request.text)
    except MemoryError:
        os.abort()  # as the engine itself does where an allocation fails
    except (ValueError, RuntimeError, OSError) as error:
        return QueryRefused("engine", str(error))


def _evaluate(store: ox.Store, request: Request, most: int) -> bytes:
    results = _query(store, request)
    writer = _Capped(most)
    if isinstance(results, ox.QueryTriples):
        results.serialize(writer, format=_format(_GRAPHS, request))
    elif isinstance(results, ox.QueryBoolean) and request.format not in ("json", "xml"):
        raise QueryRefused("format", f"a truth value is written as json or xml, not {request.format}")
    else:
        results.serialize(writer, format=_format(_SOLUTIONS, request))
    return writer.getvalue()


def _query(store: ox.Store, request: Request) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run the query on the protocol's dataset (SPARQL 1.1 Protocol §2.1.4).

    Without one neither parameter is passed, since either silently overrides the query's own FROM; with one both are,
    since one alone leaves the other at the whole store.
    """
    if request.default_graphs is None and request.named_graphs is None:
        return store.query(request.text)
    return store.query(
        request.text,
        default_graph=[_graph(iri) for iri in request.default_graphs or ()],
        named_graphs=[_graph(iri) for iri in request.named_graphs or ()],
    )


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryRefused("dataset", f"{iri!r} is no absolute IRI: {error}") from None


def _format(formats: dict[str, F], request: Request) -> F:
    try:
        return formats[request.format]
    except KeyError:
        reason = f"this kind of answer is written as {', '.join(formats)}, not {request.format}"
        raise QueryRefused("format", reason) from None


def _syntax(message: str, text: str) -> QuerySyntax:
    """The engine's message with its place taken out, and the likely cause where it names none."""
    found = _PLACE.match(message)
    line, column = (int(found[1]), int(found[2])) if found else (None, None)
    reason = message[found.end() :] if found else message
    missing = undeclared(text)
    if missing:
        reason = f"no PREFIX declares {' '.join(missing)}"
    return QuerySyntax(reason, line, column)
