"""Every error as an answer: by the table of problem types, problem details for machines, a page for people.

RFC 9457. The members beyond the standard ones are the data that the exception carries (line and column of a syntax
error, the limit that was passed, the types that can be had).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vaughn import errors
from vaughn.web.methods import allow, answered
from vaughn.web.negotiation import choose
from vaughn.web.observing import seen
from vaughn.web.problem_types import INTERNAL, NOT_FOUND, TABLE, Problem
from vaughn.web.releases import served
from vaughn.web.rendering import render

MEDIA_TYPE = "application/problem+json"

LONGEST = 1000
"""Characters of a problem's text; one that is cut ends with an ellipsis."""

_OURS = (
    errors.ReleaseMissing, errors.EngineFailed, errors.QueryBroken, errors.EngineDenied, errors.EngineUnreachable,
    errors.EngineFaulty,
)  # fmt: skip
"""Faults of the service itself that the table names. What they say is for the log, not for a client; and so is what
any error says that the table does not name: it may tell where files lie."""

_CANNOT = {
    "read": "the engine under the service cannot read this query; in other words it may",
    "run": "the engine under the service answered this query with an error; in other words it may be answered",
}
"""What a client hears of a faulty engine where its query had a part in it."""

_FAULTS = {
    "missing": "missing",
    "int_parsing": "{0!r} is no whole number",
    "int_parsing_size": "a number too long to be read",
    "greater_than_equal": "{0!r} is less than {ge}",
    "less_than_equal": "{0!r} is more than {le}",
}
"""What the framework finds at fault with a parameter, in the words of the other answers; of what was given, and the
bound."""

_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Answer every exception of the app by the table."""
    app.add_exception_handler(errors.VaughnError, answer)
    app.add_exception_handler(HTTPException, answer)
    app.add_exception_handler(RequestValidationError, answer)
    app.add_exception_handler(Exception, answer)


async def answer(request: Request, error: Exception, text: str = "") -> Response:
    """The response for an exception: JSON unless the client would rather have a page. Errors are never stored.

    text: the query that was asked, which a page gives back to be mended.
    """
    allowed = answered(request) if _is_of_method(error) else []
    if _is_of_method(error) and not allowed:
        error = HTTPException(HTTPStatus.NOT_FOUND)
    problem = _problem_of(error)
    details = _details(request, error, problem)
    seen(request.scope).metrics.note(problem.slug, error.rule if isinstance(error, errors.QueryRefused) else None)
    if isinstance(error, errors.VaughnError) and not _tells(error):
        _log.error("%s: %s", request.url.path, error)
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **_headers(error, allowed)}
    if as_page(request):
        return render(request, "problem.html", problem.status, headers, problem=problem, details=details, text=text)
    return Response(json.dumps(details, ensure_ascii=False), problem.status, headers, MEDIA_TYPE)


def as_page(request: Request) -> bool:
    """Whether a client would rather be told of an error by a page than by problem details."""
    wanted = choose(request.headers.getlist("accept"), (MEDIA_TYPE, "application/json", "text/html"))
    return wanted == "text/html"


def unasked(error: errors.VaughnError, base: str) -> tuple[int, bytes]:
    """Status and problem details for what is answered before a request was read, by the table too.

    base: of the release being served; without one the type is none of this site's (RFC 9457 §4.2.1).
    """
    problem = _problem_of(error)
    kind, title = f"{base}problems/{problem.slug}", problem.title
    if not base:
        kind, title = "about:blank", HTTPStatus(problem.status).phrase
    told = {**_members(error), "type": kind, "title": title, "status": problem.status, "detail": str(error)}
    return problem.status, json.dumps(told, ensure_ascii=False).encode()


def slug(error: errors.VaughnError) -> str:
    """The last step of the problem's type."""
    return _problem_of(error).slug


def _tells(error: Exception) -> bool:
    """Whether an error's own words and data are for the client."""
    named = any(ancestor in TABLE for ancestor in type(error).__mro__)
    return named and isinstance(error, errors.VaughnError) and not isinstance(error, _OURS)


def _problem_of(error: Exception) -> Problem:
    for ancestor in type(error).__mro__:
        if ancestor in TABLE:
            return TABLE[ancestor]
    if isinstance(error, RequestValidationError):
        return TABLE[errors.ParameterFaulty]
    if isinstance(error, HTTPException):
        return _of_status(error.status_code)
    return INTERNAL


def _of_status(status: int) -> Problem:
    """The problem for a status that the framework raised by itself (no route, wrong method): none of our faults."""
    fitting = (problem for problem in TABLE.values() if problem.status == status < HTTPStatus.INTERNAL_SERVER_ERROR)
    return NOT_FOUND if status == HTTPStatus.NOT_FOUND else next(fitting, INTERNAL)


def _details(request: Request, error: Exception, problem: Problem) -> dict[str, Any]:
    told = {
        **_members(error),
        "type": served(request).release.manifest.base + "problems/" + problem.slug,
        "title": problem.title,
        "status": problem.status,
        "detail": _detail(request, error, problem),
        "instance": _instance(request),
    }
    return {name: _short(value) if isinstance(value, str) else value for name, value in told.items()}


def _instance(request: Request) -> str:
    """The path that was asked for, as a URI reference (RFC 9457 §3.1.5, RFC 3986 §3.3)."""
    return quote(request.scope["path"], safe="/:@!$&'()*+,;=")


def _short(text: str) -> str:
    """A text that repeats what was sent is no longer than a page, however much was."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _detail(request: Request, error: Exception, problem: Problem) -> str:
    """What happened this time. A fault of the service keeps its particulars to the log."""
    if _tells(error):
        return str(error)
    if isinstance(error, errors.EngineFaulty):
        return _CANNOT.get(error.cannot, problem.says)
    if isinstance(error, RequestValidationError):
        return "; ".join(f"parameter {_place(each)!r}: {_reason(each)}" for each in error.errors())
    if problem is NOT_FOUND:
        return f"nothing is served at {_instance(request)}"
    return problem.says


def _place(fault: Mapping[str, Any]) -> str:
    """Where a validation error lies, without the word for query, path or body."""
    return ".".join(str(step) for step in fault["loc"][1:])


def _members(error: Exception) -> dict[str, Any]:
    """The data an exception carries, under camel-case names."""
    if isinstance(error, RequestValidationError):
        return _faulty(error)
    if isinstance(error, errors.EngineFaulty) and error.cannot in _CANNOT:
        return {"reason": _CANNOT[error.cannot]}
    if not _tells(error):
        return {}
    carried = {_camel(name): value for name, value in vars(error).items() if value is not None}
    return {name: value for name, value in carried.items() if isinstance(value, str | int | float | tuple)}


def _faulty(error: RequestValidationError) -> dict[str, str]:
    """The first parameter that the framework found at fault, as ParameterFaulty carries it."""
    first = error.errors()[0]
    return {"parameter": _place(first), "reason": _reason(first)}


def _reason(fault: Mapping[str, Any]) -> str:
    told = _FAULTS.get(fault["type"], "")
    return told.format(fault["input"], **fault.get("ctx", {})) or str(fault["msg"])


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _is_of_method(error: Exception) -> bool:
    """Whether the framework has no answer to a method: one route of an address knows nothing of the others."""
    return isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED


def _headers(error: Exception, allowed: Sequence[str] = ()) -> dict[str, str]:
    if allowed:
        return {"Allow": allow(allowed)}
    if isinstance(error, errors.EngineCuts):
        return {}  # nobody knows when a setting will be changed
    if isinstance(error, errors.StoreBusy | errors.EngineUnreachable | errors.EngineUnfit):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, errors.MethodRefused):
        return {"Allow": allow(error.allowed)}
    if isinstance(error, errors.RangeMissed):
        return {"Content-Range": f"bytes */{error.size}"}
    return dict(error.headers or {}) if isinstance(error, HTTPException) else {}
