"""/sparql: anybody's query, run in a worker of its own; plain ASGI, in front of the framework."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vaughn.errors import (
    NotAcceptable,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    ResultTooLarge,
    StoreError,
    VaughnError,
)
from vaughn.store import jsonld
from vaughn.store.engine import GRAPH_TYPES, SOLUTION_TYPES, Engine, Form, Inspection, Result
from vaughn.store.engine import Request as Question
from vaughn.store.guard import QUICK, inspect, quick
from vaughn.store.results import boolean, excerpt, triples
from vaughn.store.rewriting import rewritten
from vaughn.store.stable import WRITING_MB
from vaughn.web import problems, protocol
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
ASIDE = frozenset({"html", "jsonld"})
"""Formats that have no triple terms, and take more than an engine: a template, or the words of the release."""

PAGE_MB = WRITING_MB // 8
"""MiB of an answer that a page is made from, as JSON or as Turtle: eight times as much stands in memory meanwhile."""

_BENEATH = ("json", "ttl")  # what a page is made from: of rows, of graphs
_QUICK = 128 * 1024
MOST_SHOWN = 1000
"""Rows that a page shows."""


class _TripleTerm(Exception):
    """The answer holds one, and the format that was asked for has none."""


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
    asking = _worded(request, question(held, operation, form, format, _client(request), arrived))
    try:
        result = await _run(request, asking)
        body = await _page(request, operation, asking, result) if format == "html" else result.body
    except _TripleTerm:
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


def _worded(request: Request, asked: Question) -> Question:
    """The question with the words that JSON-LD is written in, which depend on where the client finds them."""
    return replace(asked, words=vocabulary(request).text) if asked.format == "jsonld" else asked


async def _run(request: Request, asked: Question) -> Result:
    """The engine's answer, if need be the one that it has given already. Raises StoreError, _TripleTerm."""
    outcome = request.scope.get(OUTCOME) or await _outcome(served(request).strangers, asked)
    if isinstance(outcome, Exception):
        raise outcome
    return cast("Result", outcome)


async def _outcome(engine: Engine, asked: Question) -> Result:
    """Raises what the engine does, and _TripleTerm where JSON-LD cannot say it."""
    try:
        return await engine.run(asked)
    except QueryRefused as error:
        raise (_TripleTerm if error.rule == "format" else error) from None
    except ResultTooLarge as error:
        if error.limit != asked.most:
            raise
        beneath = "Turtle" if asked.form.graph else "JSON"
        raise ResultTooLarge(error.limit, f"bytes of {beneath}, the most that a page is made from") from None


def question(
    held: Served, operation: Operation, form: Form, format: str, client: str | None, arrived: float
) -> Question:
    """What to ask the engine. Relative names are resolved against the endpoint's own IRI, which is no host's, so that
    answers do not depend on one (SPARQL 1.1 Query §4.1.1.2)."""
    return Question(
        text=operation.text,
        form=form,
        format=_BENEATH[form.graph] if format == "html" else format,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        seconds=operation.seconds,
        base=held.release.manifest.base + "sparql",
        partial=operation.partial,
        client=client,
        arrived=arrived,
        most=PAGE_MB << 20 if format == "html" else None,
    )


def _ending(request: Request) -> str:
    path: str = request.scope["path"]
    return path.partition(".")[2]


def _without(form: Form, format: str) -> list[str]:
    return [media_type for media_type, name in offered(form).items() if name != format]


async def _page(request: Request, operation: Operation, asked: Question, result: Result) -> bytes:
    """The page of an answer, written in a thread where that takes long, and within what is left of its time.

    Raises _TripleTerm, QueryTimeout.
    """
    write, size, held = partial(_written, request, operation, asked.form, result), len(result.body), served(request)
    if size <= _QUICK:
        return write()
    account(request.scope).take(size)
    limit = min(operation.seconds or held.settings.query_seconds, held.settings.query_seconds)
    try:
        async with asyncio.timeout(limit - (time.monotonic() - (asked.arrived or 0.0))):
            return await asyncio.get_running_loop().run_in_executor(held.writing, write)
    except TimeoutError:
        raise QueryTimeout(limit) from None


def _written(request: Request, operation: Operation, form: Form, result: Result) -> bytes:
    """Raises _TripleTerm."""
    try:
        shown = _shown(form, result.body)
    except KeyError:
        raise _TripleTerm from None
    told = {"seconds": result.seconds, "partial": result.partial}
    return editor_page(request, operation.sent, **told, **shown).encode()


def _shown(form: Form, body: bytes) -> dict[str, Any]:
    """What the page shows of an answer: a graph's text, a truth value, or rows."""
    if form.graph:
        return {"graph": body.decode()}
    return {"truth": boolean(body)} if form is Form.ASK else {"rows": excerpt(body, MOST_SHOWN)}


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
    nothing = {"rows": None, "truth": None, "graph": None, "partial": False, "most": MOST_SHOWN}
    context = {"text": text or _opening(), "prefixes": prefixes, **nothing}
    return page(request, "sparql.html", **(context | results))


def _opening() -> str:
    """What the editor opens on: a whole query, ready to run and to be changed."""
    return environment().get_template("opening.rq").render() + "\n"
