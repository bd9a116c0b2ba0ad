"""Every error as an answer: one table from exception to status, problem details for machines, a page for people.

RFC 9457. The members beyond the standard ones are the data that the exception carries (line and column of a syntax
error, the limit that was passed, the types that can be had).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vaughn import errors
from vaughn.web.negotiation import choose
from vaughn.web.releases import served
from vaughn.web.rendering import render

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """A type of problem. slug: its page below /problems/. says: what it means and what to do, for that page."""

    status: int
    slug: str
    title: str
    says: str


TABLE: Mapping[type[Exception], Problem] = {
    errors.ParameterFaulty: Problem(
        400,
        "parameter-faulty",
        "A parameter is at fault",
        "A parameter of the protocol is missing, given more than once, or cannot be read. The detail names it.",
    ),
    errors.ParameterInvalid: Problem(
        400,
        "parameter-invalid",
        "A query's parameter is at fault",
        "A named query was given a parameter that it does not have, or a value that is not of the parameter's type, "
        "or a required one is missing. The query's page lists its parameters with an example of each.",
    ),
    errors.IriInvalid: Problem(
        400,
        "iri-invalid",
        "Not an IRI of this site",
        "The IRI or prefixed name does not follow the site's grammar.",
    ),
    errors.QuerySyntax: Problem(
        400,
        "query-syntax",
        "The query is not SPARQL",
        "The text does not follow the grammar of SPARQL 1.1. The members line and column, counted from 1, say where "
        "reading stopped.",
    ),
    errors.QueryRefused: Problem(
        400,
        "query-refused",
        "The query is refused",
        "The service reads a query's text before running it and refuses what could harm it: text that is too long or "
        "too deeply nested, and calls to other services. The member rule names the rule; the limits are at /limits.",
    ),
    errors.UpdateRefused: Problem(
        403,
        "update-refused",
        "This service never changes data",
        "Updates are not accepted from anybody. The data change by review: propose a correction to the files they "
        "are built from.",
    ),
    errors.ThingUnknown: Problem(
        404,
        "thing-unknown",
        "There is nothing here",
        "The graph of this release holds nothing of that name. That is no statement about the world: an absence from "
        "the graph is not evidence.",
    ),
    errors.QueryUnknown: Problem(
        404,
        "query-unknown",
        "There is no such query",
        "No named query has this name. All of them are listed at /queries.",
    ),
    errors.MethodRefused: Problem(
        405,
        "method-refused",
        "That method is not answered here",
        "The path exists and answers to other methods; the Allow header lists them.",
    ),
    errors.NotAcceptable: Problem(
        406,
        "not-acceptable",
        "None of the types asked for can be had",
        "The Accept header, or the format parameter, asks for a type that cannot carry this answer. The member "
        "offered lists those that can.",
    ),
    errors.BodyTooLarge: Problem(
        413,
        "request-too-large",
        "The request is too long",
        "The request is longer than the service reads. The limits are at /limits.",
    ),
    errors.MediaTypeUnsupported: Problem(
        415,
        "media-type-unsupported",
        "The body's type is not read here",
        "A query arrives as a form or as text of type application/sparql-query, in UTF-8.",
    ),
    errors.ResultTooLarge: Problem(
        422,
        "result-too-large",
        "The result is too large",
        "The answer passes the cap on one result, so none of it was sent: a part would look like the whole. Page "
        "through it with ORDER BY, LIMIT and OFFSET, or fetch the dump.",
    ),
    errors.WorkerDied: Problem(
        503,
        "worker-died",
        "The process running the query ended",
        "The query used more memory or processor time than one query may, or the process was stopped. Nobody else's "
        "query is touched. A narrower query may do.",
    ),
    errors.StoreBusy: Problem(
        503,
        "busy",
        "Every query worker is busy",
        "Ask again after the time in the Retry-After header.",
    ),
    errors.QueryTimeout: Problem(
        504,
        "query-timeout",
        "The query was stopped at its deadline",
        "A query may run only so long; the limits are at /limits. Narrow it, or fetch the dump and run it at home.",
    ),
    errors.ReleaseMissing: Problem(
        503,
        "release-missing",
        "There is no release to serve",
        "The service has nothing to answer from.",
    ),
}

_NOT_FOUND = Problem(404, "not-found", "There is no such page", "The address leads nowhere on this site.")
_INTERNAL = Problem(500, "internal", "Something broke here", "The fault is ours; it has been noted in the log.")
BY_SLUG = {problem.slug: problem for problem in (*TABLE.values(), _NOT_FOUND, _INTERNAL)}


def install(app: FastAPI) -> None:
    """Answer every exception of the app by the table."""
    app.add_exception_handler(errors.VaughnError, answer)
    app.add_exception_handler(HTTPException, answer)
    app.add_exception_handler(RequestValidationError, answer)
    app.add_exception_handler(Exception, answer)


async def answer(request: Request, error: Exception) -> Response:
    """The response for an exception: JSON unless the client would rather have a page. Errors are never stored."""
    problem = _problem_of(error)
    details = _details(request, error, problem)
    wanted = choose(request.headers.getlist("accept"), (MEDIA_TYPE, "application/json", "text/html"))
    headers = {"Cache-Control": "no-store", **_headers(error)}
    if wanted == "text/html":
        return render(request, "problem.html", problem.status, headers, problem=problem, details=details)
    return Response(json.dumps(details, ensure_ascii=False), problem.status, headers, MEDIA_TYPE)


def _problem_of(error: Exception) -> Problem:
    for ancestor in type(error).__mro__:
        if ancestor in TABLE:
            return TABLE[ancestor]
    if isinstance(error, RequestValidationError):
        return TABLE[errors.ParameterFaulty]
    if isinstance(error, HTTPException):
        return _of_status(error.status_code)
    return _INTERNAL


def _of_status(status: int) -> Problem:
    """The problem for a status that the framework raised by itself (no route, wrong method)."""
    fitting = (problem for problem in TABLE.values() if problem.status == status)
    return _NOT_FOUND if status == HTTPStatus.NOT_FOUND else next(fitting, _INTERNAL)


def _details(request: Request, error: Exception, problem: Problem) -> dict[str, Any]:
    return {
        "type": served(request).release.manifest.base + "problems/" + problem.slug,
        "title": problem.title,
        "status": problem.status,
        "detail": _detail(request, error, problem),
        "instance": request.url.path,
        **_members(error),
    }


def _detail(request: Request, error: Exception, problem: Problem) -> str:
    """What happened this time. A fault of the service keeps its particulars to the log."""
    if isinstance(error, errors.VaughnError) and not isinstance(error, errors.ReleaseMissing):
        return str(error)
    if problem is _NOT_FOUND:
        return f"nothing is served at {request.url.path}"
    return problem.says


def _members(error: Exception) -> dict[str, Any]:
    """The data an exception carries, under camel-case names."""
    if not isinstance(error, errors.VaughnError) or isinstance(error, errors.ReleaseMissing):
        return {}
    carried = {_camel(name): value for name, value in vars(error).items() if value is not None}
    return {name: value for name, value in carried.items() if isinstance(value, str | int | float | tuple)}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, errors.StoreBusy):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, errors.MethodRefused):
        return {"Allow": ", ".join(error.allowed)}
    return dict(error.headers or {}) if isinstance(error, HTTPException) else {}
