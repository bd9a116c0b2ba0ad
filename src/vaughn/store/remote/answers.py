"""What an engine answered, in the bytes that the embedded engine would have written.

Rows are always asked for as JSON and graphs as N-Triples, then written anew by the same writer as the embedded
engine's: so every format has one spelling, and the caps on results are counted in one place.
"""

from __future__ import annotations

import json
import re
from itertools import chain, islice

import pyoxigraph as ox

from vaughn.errors import (
    EngineDenied,
    EngineFaulty,
    EngineUnreachable,
    QuerySyntax,
    QueryTimeout,
    ResultTooLarge,
    StoreError,
)
from vaughn.store.engine import Form, Request
from vaughn.store.faults import departed
from vaughn.store.quirks import Quirks
from vaughn.store.remote.dialect import Spoken
from vaughn.store.remote.wire import Reply
from vaughn.store.writing import Answer, Caps, write

ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"

_START = re.compile(r'"bindings"\s*:\s*\[\s*')
_COMMA = re.compile(r"\s*,\s*")
_ALL = "CONSTRUCT WHERE { ?s ?p ?o }"
_FALSE = ("0", "false")
_DENIED, _TOO_LATE, _AWAY = (401, 403), (408, 504), (429, 502, 503)


def error_of(reply: Reply, request: Request, spoken: Spoken, quirks: Quirks, seconds: float) -> StoreError | None:
    """What an answer that is no result means; None for a result. Errors that arrive as 200 are found here."""
    if reply.ok:
        late = any(reply.headers.get(name) == value for name, value in quirks.late.items())
        return QueryTimeout(seconds) if late or _broken_off(reply, quirks) else None
    if reply.status in _DENIED:
        return EngineDenied(reply.status)
    if reply.status in _TOO_LATE or (quirks.slow and quirks.slow.search(reply.says)):
        return QueryTimeout(seconds)
    if reply.status in _AWAY:
        return EngineUnreachable(f"it answers {reply.status}")
    return _fault(reply, request, spoken, quirks)


def rewritten(reply: Reply, request: Request, quirks: Quirks, caps: Caps) -> tuple[bytes, bool]:
    """The answer in the format of the request, and whether it is a part of the whole.

    Raises ResultTooLarge where it passes a cap and no part was asked for, EngineFaulty for what does not parse.
    """
    cap = reply.headers.get(quirks.cut) if quirks.cut else None
    partial = not reply.whole or cap is not None
    if partial and not request.partial:
        raise ResultTooLarge(int(cap), "rows") if cap else ResultTooLarge(caps.size, "bytes")
    try:
        body, cut = write(_parsed(reply, request, quirks, caps.count), request, caps)
    except (SyntaxError, ValueError):
        raise EngineFaulty("what it sent does not parse") from None
    return body, partial or cut


def settled(reply: Reply, request: Request, quirks: Quirks, caps: Caps) -> tuple[bytes, bool] | StoreError:
    """What `rewritten` gives or raises, for a thread of its own.

    An error leaves without its traceback: the frames hold parsers that must end in the thread they began in.
    """
    try:
        return rewritten(reply, request, quirks, caps)
    except StoreError as error:
        error.__context__ = None
        return error.with_traceback(None)


def _parsed(reply: Reply, request: Request, quirks: Quirks, most: int) -> Answer:
    body = reply.body
    for before, after in quirks.repairs:
        body = body.replace(before, after)
    if request.form.graph:
        return _graph(body if reply.whole else body[: body.rfind(b"\n") + 1], most)
    return _rows(body if reply.whole else _first(body), request.form)


def _rows(body: bytes, form: Form) -> Answer:
    answer = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if form is Form.ASK and isinstance(answer, ox.QuerySolutions):
        return _truth(answer)
    if form is Form.SELECT and isinstance(answer, ox.QueryBoolean):
        raise EngineFaulty("it answers a query for rows with a truth value")
    return answer


def _truth(answer: ox.QuerySolutions) -> Answer:
    """A truth value from rows: true is one row of something but 0."""
    row = next(iter(answer), None)
    terms = () if row is None else tuple(row)
    true = bool(terms) and not any(isinstance(term, ox.Literal) and term.value in _FALSE for term in terms)
    body = json.dumps({"head": {}, "boolean": true}).encode()
    return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)


def _graph(body: bytes, most: int) -> Answer:
    """A graph is a set: engines may send a triple twice. One more than `most` are read at most: each takes 0.6 KiB."""
    store, triples = ox.Store(), ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
    while (room := most + 1 - len(store)) and (triple := next(triples, None)):
        store.extend(chain((triple,), islice(triples, room - 1)))
    return store.query(_ALL)


def _first(body: bytes) -> bytes:
    """The whole rows of JSON that ends anywhere. Raises ValueError where it ends before the rows."""
    text = body.decode("utf-8", "ignore")
    found = _START.search(text)
    if found is None:
        raise ValueError("no rows")
    decoder, place, end = json.JSONDecoder(), found.end(), found.end()
    while place < len(text):
        try:
            _, end = decoder.raw_decode(text, place)
        except ValueError:
            break
        comma = _COMMA.match(text, end)
        place = comma.end() if comma else len(text)
    return (text[:end] + "]}}").encode()


def _broken_off(reply: Reply, quirks: Quirks) -> bool:
    return bool(quirks.broken_off) and reply.whole and reply.body.rstrip().endswith(quirks.broken_off)


def _fault(reply: Reply, request: Request, spoken: Spoken, quirks: Quirks) -> StoreError:
    """A text that the engine blames on the query, with its place in the request's own text."""
    found = quirks.fault.match(reply.says) if reply.status == 400 else None
    if found is None:
        return EngineFaulty(reply.says, "run")
    read = found.groupdict()
    line = int(read["line"]) - spoken.above if read.get("line") else None
    column = int(read["column"]) if read.get("column") else None
    known = departed(request.text)
    return known.error(request.text) if known else QuerySyntax(read["reason"].strip(" :,"), line, column)
