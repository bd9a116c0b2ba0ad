"""What every response carries, and what stands in front of the framework."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.errors import TargetTooLong

Refuse = Callable[[Request, Exception], Awaitable[Response]]
"""Makes the answer to an error."""

PARTIAL = "Vaughn-Partial"
"""Stands on an answer that is not the whole, as the request allowed."""

COUNT = "Vaughn-Count"
"""How many things the whole list has, where `count=1` asked."""

DRAFT = "Vaughn-Draft"
"""Stands on every answer from a release whose catalogue is not in order: nothing in it may be cited."""

RELEASE = "Vaughn-Release"
"""The dataset digest of the release that answered."""

UNKNOWN = "Vaughn-Unknown"
"""The names asked about that nothing in the release answers to."""

LEFT_OUT = "Vaughn-Left-Out"
"""The named query whose rows a document leaves out because they are many; it gives them all."""

SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
OPEN_DATA: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Allow, Content-Range, Deprecation, ETag, Link, Location, Repr-Digest, Retry-After, "
        "Server-Timing, Sunset, X-Request-ID, "
        f"{PARTIAL}, {COUNT}, {DRAFT}, {RELEASE}, {UNKNOWN}, {LEFT_OUT}"
    ),
}


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


STANDING = _encoded({**SECURITY, **OPEN_DATA})
"""What every answer carries, as it goes out."""

_PREFLIGHT: Mapping[str, str] = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, QUERY",
    "Access-Control-Allow-Headers": (
        "Accept, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range, "
        "X-Request-ID"
    ),
    "Access-Control-Max-Age": "86400",
}


_OF_REFUSAL = frozenset({b"content-length", b"content-type", b"cache-control"})
_MOVED_BY_FRAMEWORK = 307  # a slash too many or too few at the end; no redirect of ours has this status

LONGEST_TARGET = 32_768
"""Bytes of path and query; a sentence of 2,000 characters fits, however it is encoded."""


class Fork:
    """Sends a path to the app that answers it before any framework sees it; every other path goes on."""

    def __init__(self, exact: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        self._exact, self._otherwise = exact, otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        app = self._exact.get(path, self._otherwise)
        await app(scope, receive, send)


class Short:
    """Refuses an address of more bytes than the service reads, in the words of `refuse`."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and len(scope["query_string"]) + len(scope["path"]) > LONGEST_TARGET:
            response = await self._refuse(Request(scope, receive), TargetTooLong(LONGEST_TARGET))
            return await response(scope, receive, send)
        return await self._app(scope, receive, send)


class Manners:
    """Security headers on everything, open data for every origin, and HEAD answered as GET without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if _preflight(scope):
            return await _empty(send, {**OPEN_DATA, **_PREFLIGHT})
        if scope["method"] == "OPTIONS" and scope["path"] == "*":  # of the server as a whole
            return await _empty(send, {})
        if scope["method"] == "OPTIONS":
            return await self._app(scope, receive, _polite(_telling_methods(send), head=False))
        head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if head else scope
        return await self._app(inner, receive, _polite(send, head))


def _polite(send: Send, head: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            added = [pair for pair in STANDING if pair[0] not in given]
            message = {**message, "headers": [*message["headers"], *added]}
            if message["status"] == _MOVED_BY_FRAMEWORK:
                headers = MutableHeaders(scope=message)
                headers["location"] = _local(headers["location"])
        elif head:
            message = {**message, "body": b""}
        await send(message)

    return sending


def _telling_methods(send: Send) -> Send:
    """What is refused with the methods that are allowed is, to OPTIONS, the answer itself (RFC 9110 §9.3.7)."""
    told = False

    async def sending(message: Message) -> None:
        nonlocal told
        if message["type"] == "http.response.start":
            given = dict(message["headers"])
            told = message["status"] == HTTPStatus.METHOD_NOT_ALLOWED and b"allow" in given
            if told:
                kept = [pair for pair in message["headers"] if pair[0] not in _OF_REFUSAL]
                message = {**message, "status": HTTPStatus.NO_CONTENT.value, "headers": kept}
        elif told:
            message = {**message, "body": b""}
        await send(message)

    return sending


def _local(location: str) -> str:
    """The path and query of an address: whoever sends a Host header of another site is not sent there."""
    split = urlsplit(location)
    return urlunsplit(("", "", "/" + split.path.lstrip("/"), split.query, ""))


def _preflight(scope: Scope) -> bool:
    """Whether a browser asks for leave to send a request from another origin (Fetch §4.8)."""
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )


async def _empty(send: Send, headers: Mapping[str, str]) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": b""})
