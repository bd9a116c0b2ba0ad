"""Every request observed: its id, one line in the access log, its time in a header, and its place in the metrics."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.web.metrics import Metrics

REQUEST_ID = "X-Request-ID"
_REQUEST_ID = REQUEST_ID.lower().encode()

_log = logging.getLogger("vaughn.access")
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_QUERY = 200
_KEY = "vaughn.seen"
_NO_ANSWER = 499
"""The status of a request whose client went away before an answer began."""


@dataclass
class Seen:
    """One request under way. cached: the answer comes from the cache. sent: bytes of its body so far."""

    metrics: Metrics
    request_id: str
    begun: float = field(default_factory=time.perf_counter)
    status: int = _NO_ANSWER
    sent: int = 0
    cached: bool = False

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
        return None

    def _note(self, scope: Scope, request: Seen, seconds: float) -> None:
        method, path = scope["method"], scope["path"]
        self._metrics.count(method, path, request.status, request.sent, seconds, request.cached)
        if _log.isEnabledFor(logging.INFO):
            _log.info(json.dumps(self._line(scope, request, seconds), ensure_ascii=False))

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
            told = ((_REQUEST_ID, request.request_id.encode("latin-1")), (b"server-timing", _timing(request)))
            message = {**message, "headers": [*message["headers"], *told]}
        else:
            request.sent += len(message.get("body", b""))
        await send(message)

    return sending


def _timing(request: Seen) -> bytes:
    """Milliseconds until the answer began (Server Timing §3)."""
    cache = b"hit" if request.cached else b"miss"
    return b'total;dur=%.3f, cache;desc="%s"' % (request.seconds * 1000, cache)
