"""/sparql: anybody's query, run in a worker of its own; plain ASGI, in front of the framework."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vaughn.errors import NotAcceptable, QuerySyntax, ResultTooLarge, StoreError, VaughnError
from vaughn.store.engine import GRAPH_TYPES, SOLUTION_TYPES, Form, Inspection, Result
from vaughn.store.engine import Request as Question
from vaughn.store.guard import QUICK, inspect, quick
from vaughn.store.results import boolean, table, triples
from vaughn.store.rewriting import rewritten
from vaughn.store.stable import WRITING_MB
from vaughn.web import jsonld, problems, protocol
from vaughn.web.documents import vocabulary
from vaughn.web.formats import negotiate, offered
from vaughn.web.harvest import default_size
from vaughn.web.headers import PARTIAL
from vaughn.web.hints import explained
from vaughn.web.places import origin
from vaughn.web.protocol import Operation
from vaughn.web.releases import Served, served
from vaughn.web.rendering import environment, page
from vaughn.web.responses import cacheable
from vaughn.web.sending import account
from vaughn.web.staying import staying

PATHS = ("/sparql", "/sparql/", *(f"/sparql.{ending}" for ending in (*SOLUTION_TYPES, *GRAPH_TYPES, "jsonld", "html")))
"""Where the endpoint answers. An ending asks for a format, so that a plain link can fetch one."""

NEGOTIATED: Mapping[str, str] = {"Vary": "Accept"}
"""Said of an answer whose format the Accept header chose."""

FORBIDDEN: Mapping[str, str] = {"Cache-Control": "no-store"}
"""Said of an answer that nobody may keep."""

OUTCOME = "vaughn.outcome"
"""In a scope: what the engine has given or raised for this request already."""

_IMPURE = ("NOW", "RAND", "UUID", "BNODE")
_IMPURE_WORD = re.compile(rf"\b(?:STR)?(?:{'|'.join(_IMPURE)})\b", re.IGNORECASE)
BENEATH = {"html": ("json", "ttl"), "jsonld": ("nt", "nt")}
"""Formats written here, from what the engine is asked for instead: of rows, of graphs. They have no triple terms."""

_QUICK = 128 * 1024
_MOST_WRITTEN = WRITING_MB * 1024 * 1024 // 8
"""Bytes beneath a format that is written here: eight stand in memory for each meanwhile, and JSON-LD takes 5 s
(measured)."""


async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI app of /sparql."""
    request = Request(scope, receive)
    try:
        response = await _respond(request)
    except VaughnError as error:
        response = await problems.answer(request, error)
    account(scope).clear()  # the query's text is held no longer, and its answer may take the room
    await response(scope, receive, send)


async def _respond(request: Request) -> Response:
    held = served(request)
    operation = await protocol.read(request, held.settings.query_length)
    if operation is None:
        return await _introduction(request)
    try:
        return await _answered(request, operation)
    except QuerySyntax as error:
        prefixes, context = held.release.prefixes, held.release.context["@context"]
        told = explained(error, operation.text, prefixes, context, operation.sent)
        return await problems.answer(request, told, operation.sent)
    except VaughnError as error:
        return await problems.answer(request, error, operation.sent)


async def _answered(request: Request, operation: Operation) -> Response:
    held, arrived = served(request), time.monotonic()
    form = await _inspected(request, operation, arrived)
    asked = operation.format or _ending(request)
    try:
        media_type, format = negotiate(request.headers.getlist("accept"), asked, offered(form))
    except NotAcceptable:
        await _check(request, operation, form, arrived)
        raise
    result = await _run(request, question(held, operation, form, format, _client(request), arrived))
    try:
        body = await _aside(request, partial(_written, request, operation, form, format, result), result, format)
    except (KeyError, ValueError):
        raise NotAcceptable(f"{media_type} of triple terms", _without(form, format)) from None
    headers = {**({} if asked else NEGOTIATED), **({PARTIAL: "1"} if result.partial else {})}
    if request.method != "GET" or impure(operation.text):
        return Response(body, headers={**headers, **FORBIDDEN}, media_type=media_type)
    return cacheable(request, body, media_type, headers, result.partial)


async def _check(request: Request, operation: Operation, form: Form, arrived: float) -> None:
    """Raises QuerySyntax for a text that is no query, which no other format would mend. The engine reads it, and asks
    it of a graph that has no triples."""
    held, format = served(request), next(iter(offered(form).values()))
    asked = question(held, operation, form, format, _client(request), arrived)
    try:
        await held.strangers.run(replace(asked, default_graphs=(asked.base,), named_graphs=()))
    except QuerySyntax:
        raise
    except StoreError:  # it was read, or could not be now
        return


def impure(text: str) -> bool:
    """Whether a text may be answered otherwise each time. The pattern is slow, and asked only where a word occurs."""
    upper = text.upper()
    return any(word in upper for word in _IMPURE) and (len(text) > QUICK or bool(_IMPURE_WORD.search(text)))


async def _inspected(request: Request, operation: Operation, arrived: float) -> Form:
    """A query's form; a long text is looked at by the engine, as one match of a pattern holds the interpreter to its
    end, in whatever thread."""
    held, text = served(request), operation.text
    if quick(text):
        return inspect(text, held.settings)
    limits = held.settings.query_length, held.settings.query_nesting, held.settings.query_path
    return await held.strangers.inspect(Inspection(text, *limits, operation.seconds, _client(request), arrived))


def _client(request: Request) -> str | None:
    return request.client.host if request.client else None


async def _run(request: Request, asked: Question) -> Result:
    """The engine's answer, if need be the one that it has given already. Raises StoreError."""
    outcome = request.scope.get(OUTCOME) or await served(request).strangers.run(asked)
    if isinstance(outcome, Exception):
        raise outcome
    return cast("Result", outcome)


def question(
    held: Served, operation: Operation, form: Form, format: str, client: str | None, arrived: float
) -> Question:
    """What to ask the engine. Relative names are resolved against the endpoint's own IRI, which is no host's, so that
    answers do not depend on one (SPARQL 1.1 Query §4.1.1.2)."""
    return Question(
        text=operation.text,
        form=form,
        format=BENEATH[format][form.graph] if format in BENEATH else format,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        seconds=operation.seconds,
        base=held.release.manifest.base + "sparql",
        partial=operation.partial,
        client=client,
        arrived=arrived,
    )


def _ending(request: Request) -> str:
    path: str = request.scope["path"]
    return path.partition(".")[2]


def _without(form: Form, format: str) -> list[str]:
    return [media_type for media_type, name in offered(form).items() if name != format]


def _written(request: Request, operation: Operation, form: Form, format: str, result: Result) -> bytes:
    """The answer's bytes. Raises KeyError or ValueError for a triple term in a format that is written here."""
    if format == "html":
        return editor_page(request, operation.sent, seconds=result.seconds, **_shown(form, result.body)).encode()
    if format == "jsonld":
        return jsonld.encode(jsonld.graph(triples(result.body), vocabulary(request)))
    return result.body


async def _aside(request: Request, write: Callable[[], bytes], result: Result, format: str) -> bytes:
    """What `write` writes, in a thread where it takes long. Raises ResultTooLarge, as `write` is slow and wasteful."""
    size = len(result.body)
    if format not in BENEATH or size <= _QUICK:
        return write()
    if size > _MOST_WRITTEN:
        raise ResultTooLarge(_MOST_WRITTEN, f"bytes, written as {format}")
    account(request.scope).take(size)
    return await asyncio.get_running_loop().run_in_executor(served(request).writing, write)


def _shown(form: Form, body: bytes) -> dict[str, Any]:
    """What the page shows of an answer: a graph's text, a truth value, or rows."""
    if form.graph:
        return {"graph": body.decode()}
    return {"truth": boolean(body)} if form is Form.ASK else {"rows": table(body)}


async def _introduction(request: Request) -> Response:
    """What the service says of itself: an editor to a browser, a service description to a machine."""
    asked = request.query_params.get("format") or _ending(request)
    media_type, format = negotiate(request.headers.getlist("accept"), asked, offered(Form.DESCRIBE))
    if format == "html":
        return editor(request)
    body = await _description(request, f"{origin(request)}{staying(request.scope, '/sparql')}", format)
    return Response(body, headers={**NEGOTIATED, **FORBIDDEN}, media_type=media_type)


async def _description(request: Request, endpoint: str, format: str) -> bytes:
    """The service description (SPARQL 1.1 Service Description §3): what is read and called, and this release's graphs;
    the same bytes each time. endpoint: its address, as this client knows it."""
    held = served(request)
    manifest, extensions = held.release.manifest, await held.extensions()
    known = {"endpoint": endpoint, "default_size": default_size(manifest), "graphs": manifest.graphs}
    turtle = environment().get_template("service.ttl").render(extensions=extensions, **known)
    if format == "jsonld":
        found = triples(rewritten(turtle, endpoint, "nt"))
        return jsonld.encode(jsonld.tree(endpoint, found, vocabulary(request)))
    return turtle.encode() if format == "ttl" else rewritten(turtle, endpoint, format)


def editor(request: Request, text: str = "") -> Response:
    """The query page before anything is asked."""
    return cacheable(request, editor_page(request, text).encode(), "text/html", NEGOTIATED)


def editor_page(request: Request, text: str, **results: Any) -> str:
    """A form that works by itself, and the results under it."""
    prefixes = served(request).release.prefixes
    context = {"text": text or _opening(), "prefixes": prefixes, "rows": None, "truth": None, "graph": None}
    return page(request, "sparql.html", **(context | results))


def _opening() -> str:
    """What the editor opens on: a whole query, ready to run and to be changed."""
    return environment().get_template("opening.rq").render() + "\n"
