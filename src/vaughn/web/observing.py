"""Every request observed: its id, one line in the access log, its time in a header, and its place in the metrics."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.web.metrics import Metrics
from vaughn.web.repeating import offer

REQUEST_ID = "X-Request-ID"
_REQUEST_ID = REQUEST_ID.lower().encode()

_log = logging.getLogger("vaughn.access")
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_QUERY = 200
_KEY = "vaughn.seen"
_json = json.JSONEncoder(ensure_ascii=False).encode
_OF_REQUEST = ("method", "path", "query_string", "headers")
_STATUS_LINES = {each.value: b"HTTP/1.1 %d %b\r\n" % (each, each.phrase.encode()) for each in HTTPStatus}
_NO_ANSWER = 499
"""The status of a request whose client went away before an answer began."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An answer that is kept, as it goes out: its status, its header lines and its body."""

    status: int
    lines: bytes
    body: bytes


@dataclass(slots=True)
class Seen:
    """One request under way. cached: the answer comes from the cache. missed: it was looked for there in vain. sent:
    bytes of its body so far.

    kept: where the answer may be looked up once more, for the same request.
    """

    metrics: Metrics
    request_id: str
    begun: float = field(default_factory=time.perf_counter)
    status: int = _NO_ANSWER
    sent: int = 0
    cached: bool = False
    missed: bool = False
    kept: Callable[[], Whole | None] | None = None

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.begun


def seen(scope: Scope) -> Seen:
    """What is known of the request that this scope belongs to."""
    return cast("Seen", scope[_KEY])


class Observed:
    """Stands in front of everything. clients: whether the log names the client's address."""

    def __init__(self, app: ASGIApp, metrics: Metrics, clients: bool) -> None:
        self._app, self._metrics, self._clients = app, metrics, clients

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Seen(self._metrics, _request_id(scope))
        self._metrics.under_way += 1
        try:
            await self._app({**scope, _KEY: request}, receive, _watching(request, send))
        finally:
            self._metrics.under_way -= 1
            self._note(scope, request, request.seconds)
        if request.kept is not None and not self._clients:
            offer(scope, partial(self._again, {name: scope[name] for name in _OF_REQUEST}, request.kept))
        return None

    def _again(self, scope: Scope, kept: Callable[[], Whole | None], standing: bytes) -> bytes | None:
        """The answer to the same request once more, observed like any other."""
        request, found = Seen(self._metrics, _request_id(scope), cached=True), kept()
        if found is None:
            return None
        request.status, request.sent = found.status, len(found.body)
        own = b"".join([b"%b: %b\r\n" % pair for pair in _told(request)])
        self._note(scope, request, request.seconds)
        return b"".join((_STATUS_LINES[found.status], standing, found.lines, own, b"\r\n", found.body))

    def _note(self, scope: Scope, request: Seen, seconds: float) -> None:
        method, path = scope["method"], scope["path"]
        self._metrics.count(method, path, request.status, request.sent, seconds, request.cached)
        self._metrics.cache_misses += request.missed
        if _log.isEnabledFor(logging.INFO):
            line = _json(self._line(scope, request, seconds))
            _log.handle(_log.makeRecord(_log.name, logging.INFO, __name__, 0, line, (), None))  # nobody asks who called

    def _line(self, scope: Scope, request: Seen, seconds: float) -> dict[str, Any]:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "method": scope["method"],
            "path": scope["path"][:_MOST_QUERY],
            "query": scope["query_string"][:_MOST_QUERY].decode("latin-1"),
            "status": request.status,
            "bytes": request.sent,
            "seconds": round(seconds, 6),
            "requestId": request.request_id,
            "cacheHit": request.cached,
        }
        client = scope.get("client")
        return {**line, "client": client[0]} if self._clients and client else line


def _request_id(scope: Scope) -> str:
    """The client's own, if it is short and plain, else a new one."""
    for name, value in scope["headers"]:
        if name == _REQUEST_ID:
            given = value.decode("latin-1")
            return given if _SANE.fullmatch(given) else secrets.token_hex(16)
    return secrets.token_hex(16)


def _watching(request: Seen, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            request.status = message["status"]
            message = {**message, "headers": [*message["headers"], *_told(request)]}
        else:
            request.sent += len(message.get("body", b""))
        await send(message)

    return sending


def _told(request: Seen) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that belong to one request."""
    return (_REQUEST_ID, request.request_id.encode("latin-1")), (b"server-timing", _timing(request))


def _timing(request: Seen) -> bytes:
    """Milliseconds until the answer began (Server Timing §3)."""
    cache = b"hit" if request.cached else b"miss"
    return b'total;dur=%.3f, cache;desc="%s"' % (request.seconds * 1000, cache)
