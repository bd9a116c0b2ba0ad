"""A worker: runs one query at a time on a release it shares with nobody, and may be killed at any moment.

It reads a request, runs it (or has the guard look at its text), sends the serialised answer or the error, and waits for
the next; it ends when its socket closes. What it cannot survive (memory, a crash of the engine, the deadline) is told
by its death; a fault of our own code is one query's error.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from vaughn.errors import QueryBroken, QueryRefused, StoreError
from vaughn.store import frames, hygiene, ordering
from vaughn.store.deaths import die_of_memory
from vaughn.store.engine import Inspection, Request
from vaughn.store.faults import syntax
from vaughn.store.grammar import sparql
from vaughn.store.guard import inspect
from vaughn.store.writing import Caps, write

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one query may take. seconds: the deadline where a request names none. memory_mb: MiB above the release
    itself. result_mb: MiB of the serialised answer. result_rows: rows, or triples, of it."""

    seconds: float
    memory_mb: int
    result_mb: int
    result_rows: int


def run(parent: int, sock: socket.socket, words: int, store: ox.Store | Path | None, limits: Limits) -> None:
    """The whole life of a worker, after the fork; never returns. A path is a store on disk, opened read-only; without
    a store queries are only read. words: the descriptor of `deaths.paper`."""
    status = 1
    try:
        own = socket.socket(fileno=hygiene.detach(parent, sock.detach(), words))
        opened = ox.Store.read_only(str(store)) if isinstance(store, Path) else store
        hygiene.seal(limits.memory_mb, hygiene.unopened(store) if isinstance(store, Path) else 0)
        serve(own, opened, limits)
        status = 0
    finally:
        os._exit(status)  # never back into the template's own loop


def prepare() -> None:
    """Read, before the fork, what a sealed worker can no longer open: the grammar that faults are told by."""
    sparql()


def serve(sock: socket.socket, store: ox.Store | None, limits: Limits) -> None:
    """Answer requests until the socket closes."""
    allowance = hygiene.Allowance()
    fresh = hygiene.peak_mib() + limits.memory_mb // 4
    while (frame := frames.receive(sock)) is not None:
        request = frames.decode_request(frame)
        allowance.allow(min(request.seconds or limits.seconds, limits.seconds))
        start = time.perf_counter()
        outcome, partial = _outcome(store, request, limits)
        reply = frames.Reply(outcome, time.perf_counter() - start, hygiene.peak_mib() > fresh, partial)
        frames.send(sock, *frames.encode_reply(reply))


def _outcome(store: ox.Store | None, request: Request | Inspection, limits: Limits) -> tuple[bytes | StoreError, bool]:
    if isinstance(request, Inspection):
        return inspected(request)
    return read(request) if store is None else answer(store, request, limits)


def inspected(inspection: Inspection) -> tuple[bytes | StoreError, bool]:
    """The form of a text that may run, by its name, or why it may not. Ends the process when memory runs out."""
    return _guarded(inspection.text, lambda: (inspect(inspection.text, inspection).encode(), False))


def answer(store: ox.Store, request: Request, limits: Limits) -> tuple[bytes | StoreError, bool]:
    """The serialised result of one query, or the error to tell the client; and whether it is a part by request.

    Ends the process when memory runs out.
    """
    return _guarded(request.text, lambda: write(_query(store, request), request, _caps(limits)))


def read(request: Request) -> tuple[bytes | StoreError, bool]:
    """What `answer` gives for a query that is no SPARQL or names its dataset wrongly; nothing for any other, which is
    neither planned nor run."""

    def nothing() -> tuple[bytes, bool]:
        _parse(request)
        for iri in (*(request.default_graphs or ()), *(request.named_graphs or ())):
            _graph(iri)
        return b"", False

    return _guarded(request.text, nothing)


def _parse(request: Request) -> None:
    """Raises SyntaxError. The library has no such function, but reads the text before it looks at a dataset's names;
    of two that exclude each other it complains only after that."""
    with contextlib.suppress(ValueError):
        union: dict[str, Any] = {"use_default_graph_as_union": True, "default_graph": []}
        ox.Store().query(request.text, base_iri=request.base or None, **union)


def _caps(limits: Limits) -> Caps:
    return Caps(limits.result_mb * _MIB, limits.result_rows)


def _guarded(text: str, work: Callable[[], tuple[bytes, bool]]) -> tuple[bytes | StoreError, bool]:
    try:
        return work()
    except StoreError as error:
        return error, False
    except SyntaxError as error:
        return syntax(str(error), text), False
    except MemoryError:
        die_of_memory()
    except OSError:  # its words may name a file
        return QueryRefused("engine", "the system does not let it have what it needs"), False
    except (ValueError, RuntimeError) as error:
        return QueryRefused("engine", str(error)), False
    except Exception as error:  # noqa: BLE001  a fault of ours costs this query, and not the process with it
        return _broken(error), False


def _broken(error: Exception) -> QueryBroken:
    """What nobody foresaw, for the log: with the place it comes from."""
    *_, place = traceback.extract_tb(error.__traceback__, limit=-1)
    return QueryBroken(f"{error!r} at {Path(place.filename).name}:{place.lineno}")


def _query(store: ox.Store, request: Request) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run the query on the protocol's dataset (SPARQL 1.1 Protocol §2.1.4).

    Without one neither parameter is passed, since either silently overrides the query's own FROM; with one both are,
    since one alone leaves the other at the whole store.
    """
    base = request.base or None
    if request.default_graphs is None and request.named_graphs is None:
        return ordering.query(store, request.text, base_iri=base)
    return ordering.query(
        store,
        request.text,
        base_iri=base,
        default_graph=[_graph(iri) for iri in request.default_graphs or ()],
        named_graphs=[_graph(iri) for iri in request.named_graphs or ()],
    )


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryRefused("dataset", f"{iri!r} is no absolute IRI: {error}") from None
