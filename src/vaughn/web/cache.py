"""Answers kept in memory for as long as their release is the current one: it never changes, so neither do they.

Looked up before any framework runs. Kept are whole answers to GET with status 200 that do not forbid it; the key is
everything an answer depends on. An answer to a client that has it already is 304, as it would have been without us.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.store.stable import CACHE_MB
from vaughn.web.observing import seen
from vaughn.web.releases import Served, served
from vaughn.web.responses import has_tag

_MOST_BYTES = CACHE_MB << 20
_MOST_BYTES_EACH = 2 * 1024 * 1024
_MOST_KEY = 8192
_OVERHEAD = 2048  # bytes that a kept answer takes besides its key, its headers and its body

Key = tuple[str, bytes, bytes]


@dataclass
class Kept:
    """The answers of one release, the least recently used dropped first. size: bytes of all of it, since many
    short answers to long questions are not short."""

    answers: OrderedDict[Key, tuple[Message, bytes]] = field(default_factory=OrderedDict)
    size: int = 0

    def get(self, key: Key) -> tuple[Message, bytes] | None:
        if key in self.answers:
            self.answers.move_to_end(key)
        return self.answers.get(key)

    def put(self, key: Key, start: Message, body: bytes) -> None:
        size = _size(key, start, body)
        if size > _MOST_BYTES_EACH or key in self.answers:
            return
        self.answers[key] = (start, body)
        self.size += size
        while self.size > _MOST_BYTES:
            self.size -= _size(*self._oldest())

    def _oldest(self) -> tuple[Key, Message, bytes]:
        """The answer that nobody asked for longest, no longer kept."""
        key, (start, body) = self.answers.popitem(last=False)
        return key, start, body


def _size(key: Key, start: Message, body: bytes) -> int:
    headers = sum(len(name) + len(value) for name, value in start["headers"])
    return len(body) + sum(map(len, key)) + headers + _OVERHEAD


class Cache:
    """Stands in front of an app that answers from the release in the scope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: WeakKeyDictionary[Served, Kept] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or len(scope["query_string"]) > _MOST_KEY:
            return await self._app(scope, receive, send)
        held = served(Request(scope))
        accept = _accepted(scope)
        if accept is None or held.past:
            return await self._app(scope, receive, send)
        kept = self._kept_of(held)
        key = (scope["path"], scope["query_string"], accept)
        found = kept.get(key)
        if found is None:
            return await self._app(scope, receive, _Recorder(kept, key, send))
        seen(scope).cached = True
        return await _replay(scope, *found, send)

    def _kept_of(self, held: Served) -> Kept:
        kept = self._kept.get(held)
        if kept is None:
            kept = self._kept[held] = Kept()
        return kept


class _Recorder:
    """Passes an answer on and keeps it, if it may be kept."""

    def __init__(self, kept: Kept, key: Key, send: Send) -> None:
        self._kept, self._key, self._send = kept, key, send
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = {**message, "headers": list(message["headers"])} if _may_be_kept(message) else None
        elif self._start is not None:
            self._body += message.get("body", b"")[:_MOST_BYTES_EACH]
            if len(self._body) >= _MOST_BYTES_EACH:
                self._start, self._body = None, bytearray()
            elif not message.get("more_body"):
                self._kept.put(self._key, self._start, bytes(self._body))
        await self._send(message)


def _accepted(scope: Scope) -> bytes | None:
    """All that the client accepts, or None where it wants a part of the answer."""
    accept = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept += b"," + value
        elif name == b"range":
            return None
    return accept


def _may_be_kept(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and "etag" in headers and "no-store" not in headers.get("cache-control", "")


async def _replay(scope: Scope, start: Message, body: bytes, send: Send) -> None:
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"if-none-match"]
    if given and has_tag(given, Headers(raw=start["headers"])["etag"]):
        lean = [(name, value) for name, value in start["headers"] if name not in (b"content-length", b"content-type")]
        start, body = {**start, "status": 304, "headers": lean}, b""
    await send({**start, "headers": list(start["headers"])})
    await send({"type": "http.response.body", "body": body})
