"""Every request observed: its id, one line in the access log, its time in a header, and its place in the metrics."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http import HTTPStatus
from json.encoder import encode_basestring as _json
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.web import logbook
from vaughn.web.metrics import Metrics
from vaughn.web.repeating import offer
from vaughn.web.wire import header_lines

REQUEST_ID = "X-Request-ID"
_REQUEST_ID = REQUEST_ID.lower().encode()

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_QUERY = 200
_KEY = "vaughn.seen"
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

    def answered(self, status: int, size: int) -> bytes:
        """Note a whole answer; the header lines that belong to this request alone."""
        self.status, self.sent = status, size
        return header_lines(_told(self))


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
        own = request.answered(found.status, len(found.body))
        self._note(scope, request, request.seconds)
        return b"".join((_STATUS_LINES[found.status], standing, found.lines, own, b"\r\n", found.body))

    def _note(self, scope: Scope, request: Seen, seconds: float) -> None:
        method, path = scope["method"], scope["path"]
        self._metrics.count(method, path, request.status, request.sent, seconds, request.cached)
        self._metrics.cache_misses += request.missed
        if logbook.wanted():
            logbook.note(self._line(scope, request, seconds))

    def _line(self, scope: Scope, request: Seen, seconds: float) -> str:
        """One object of JSON, written by hand: a third of the time that an encoder takes (measured)."""
        client = scope.get("client") if self._clients else None
        named = f', "client": {_json(client[0])}' if client else ""
        return (
            f'{{"time": "{_clock(int(time.time()))}", "method": {_json(scope["method"])}, '
            f'"path": {_json(scope["path"][:_MOST_QUERY])}, '
            f'"query": {_json(scope["query_string"][:_MOST_QUERY].decode("latin-1"))}, '
            f'"status": {request.status}, "bytes": {request.sent}, "seconds": {seconds:.6f}, '
            f'"requestId": {_json(request.request_id)}, "cacheHit": {"true" if request.cached else "false"}{named}}}'
        )


def note_unasked(status: int, size: int, client: str | None) -> str:
    """A line of the access log for what was answered before a request was read: it has no method and no address. The
    id that it was given. client: its address, where the log names those."""
    request_id = os.urandom(16).hex()
    if logbook.wanted():
        named = f', "client": {_json(client)}' if client else ""
        logbook.note(
            f'{{"time": "{_clock(int(time.time()))}", "method": null, "path": null, "query": null, "status": {status}, '
            f'"bytes": {size}, "seconds": 0.0, "requestId": {_json(request_id)}, "cacheHit": false{named}}}'
        )
    return request_id


@lru_cache(maxsize=1)
def _clock(second: int) -> str:
    """A second since the epoch, as ISO 8601 writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def _request_id(scope: Scope) -> str:
    """The client's own, if it is short and plain, else a new one."""
    for name, value in scope["headers"]:
        if name == _REQUEST_ID:
            given = value.decode("latin-1")
            return given if _SANE.fullmatch(given) else os.urandom(16).hex()
    return os.urandom(16).hex()


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
