"""Answers kept in memory for as long as their release is the current one: it never changes, so neither do they.

Looked up before anything else is done for a request. Kept are whole answers to GET with status 200 that do not forbid
it, as they leave the service but for what belongs to one request (its id, its times); the key is everything an answer
depends on. HEAD is answered from them too, and a client that has the answer already by 304.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from weakref import WeakKeyDictionary

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.errors import SendingFull
from vaughn.store.stable import CACHE_MB
from vaughn.web.hosting import refused
from vaughn.web.observing import Whole, seen
from vaughn.web.past import of_current
from vaughn.web.releases import Served, Shelf, lender, lent
from vaughn.web.repeating import MOST_BYTES
from vaughn.web.responses import is_held
from vaughn.web.sending import PIECE, weigh
from vaughn.web.wire import header_lines

_MOST_BYTES = (CACHE_MB << 20) - MOST_BYTES
_MOST_BYTES_EACH = 2 * 1024 * 1024
_MOST_KEY = 8192
_OVERHEAD = 2048  # bytes that a kept answer takes besides its key, its headers and its body
_OF_BODY = frozenset({b"content-length", b"content-type"})
_CONDITIONS = frozenset({b"if-none-match", b"if-modified-since"})
_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})
"""Headers of a request that brings a body: it is none of ours, unless the body is empty."""
_MAY_FAIL = frozenset({b"if-match", b"if-unmodified-since"})
"""Headers of a request that may be refused for what the answer is: it is none of ours either."""

Pairs = list[tuple[bytes, bytes]]
Key = tuple[str, str, bytes, bytes]
"""Where the service is mounted, the path, the query string, and all that the client accepts."""


@dataclass(frozen=True)
class Answer:
    """An answer: its status, its headers and its whole body."""

    headers: Pairs
    body: bytes
    status: int = 200

    @property
    def size(self) -> int:
        """Bytes; the headers stand in it three times."""
        return len(self.body) + 3 * sum(map(len, chain.from_iterable(self.headers)))

    @cached_property
    def validators(self) -> Mapping[str, str]:
        """The entity tag, and the time of the last change where it has one."""
        headers = Headers(raw=self.headers)
        return {"ETag": headers["etag"], "Last-Modified": headers.get("last-modified", "")}

    @cached_property
    def has_parts(self) -> bool:
        """Whether a part of it can be had (RFC 9110 §14.3)."""
        return any(name == b"accept-ranges" for name, _ in self.headers)

    @cached_property
    def unmodified(self) -> Answer:
        """The answer to a client that has it (RFC 9110 §15.4.5)."""
        return Answer([(name, value) for name, value in self.headers if name not in _OF_BODY], b"", 304)

    @cached_property
    def lines(self) -> bytes:
        """The headers as they go out."""
        return header_lines(self.headers)


@dataclass
class Kept:
    """The answers of one release, the least recently used dropped first. size: bytes of all of it, since many
    short answers to long questions are not short."""

    answers: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    size: int = 0

    def get(self, key: Key) -> Answer | None:
        found = self.answers.get(key)
        if found is not None:
            self.answers.move_to_end(key)
        return found

    def put(self, key: Key, answer: Answer) -> None:
        size = _size(key, answer)
        if size > _MOST_BYTES_EACH or key in self.answers:
            return
        self.answers[key] = answer
        self.size += size
        while self.size > _MOST_BYTES:
            self.size -= _size(*self.answers.popitem(last=False))


def _size(key: Key, answer: Answer) -> int:
    return sum(map(len, key)) + answer.size + _OVERHEAD


class Cache:
    """Stands in front of an app, inside what observes and delivers. An answer not kept is made by the release that was
    current when it was looked for."""

    def __init__(self, app: ASGIApp, shelf: Shelf) -> None:
        self._app, self._shelf = app, shelf
        self._kept: WeakKeyDictionary[Served, Kept] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Asked.read(scope)
        if asked is None:
            return await self._app(scope, receive, send)
        current = lender(scope) or self._shelf.current
        kept = self.kept_of(current)
        found = asked.among(kept)
        if found is not None and _has_room(scope, found):
            return await self._give(scope, asked, found, send)
        seen(scope).missed = found is None
        if not asked.head and of_current(scope["query_string"], current.release):
            send = _Recorder(kept, asked.key, send)
        return await self._app(lent(scope, current), receive, send)

    async def _give(self, scope: Scope, asked: Asked, found: Answer, send: Send) -> None:
        request, answer = seen(scope), asked.answered(found)
        request.cached, request.kept = True, partial(self._again, asked)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": b"" if asked.head else answer.body})

    def _again(self, asked: Asked) -> Whole | None:
        """The answer to the same request, where the current release has one that is kept and needs no room."""
        found = asked.among(self.kept_of(self._shelf.current))
        if found is None or len(found.body) > PIECE:
            return None
        answer = asked.answered(found)
        return Whole(answer.status, answer.lines, b"" if asked.head else answer.body)

    @property
    def kept(self) -> Kept:
        """The answers of the current release."""
        return self.kept_of(self._shelf.current)

    def kept_of(self, held: Served) -> Kept:
        """The answers of one release."""
        kept = self._kept.get(held)
        if kept is None:
            kept = self._kept[held] = Kept()
        return kept


@dataclass(slots=True)
class Asked:
    """A request for something that may be kept. accepts: its Accept headers. held: those that say what the client
    has. ranged: whether it asks for a part, which is heeded where parts can be had (RFC 9110 §14.2)."""

    key: Key
    head: bool
    accepts: list[bytes]
    held: Pairs
    ranged: bool

    def among(self, kept: Kept) -> Answer | None:
        """What is kept of it, if that answers it."""
        found = kept.get(self.key)
        return None if found is not None and self.ranged and found.has_parts else found

    def answered(self, found: Answer) -> Answer:
        """The answer kept, or that the client has it already (RFC 9110 §13.2.2)."""
        return found.unmodified if self.held and is_held(Headers(raw=self.held), found.validators) else found

    @classmethod
    def read(cls, scope: Scope) -> Asked | None:
        """None where a request passes by what is kept."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or refused(scope):
            return None
        query = scope["query_string"]
        if len(query) > _MOST_KEY:
            return None
        accepts, held, ranged = list[bytes](), list[tuple[bytes, bytes]](), False
        for name, value in scope["headers"]:
            if name == b"accept":
                accepts.append(value)
            elif name in _CONDITIONS:
                held.append((name, value))
            elif name == b"range":
                ranged = True
            elif name in _MAY_FAIL or (name in _OF_A_BODY and value != b"0"):
                return None
        key = scope.get("root_path", ""), scope["path"], query, b",".join(accepts)
        return cls(key, scope["method"] == "HEAD", accepts, held, ranged)


def _has_room(scope: Scope, answer: Answer) -> bool:
    """Whether it may be sent now; if not, the app says so."""
    try:
        weigh(scope, answer.body)
    except SendingFull:
        return False
    return True


class _Recorder:
    """Passes an answer on and keeps it, if it may be kept."""

    def __init__(self, kept: Kept, key: Key, send: Send) -> None:
        self._kept, self._key, self._send = kept, key, send
        self._headers: Pairs | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._headers = list(message["headers"]) if _may_be_kept(message) else None
        elif self._headers is not None:
            self._add(self._headers, message.get("body", b""), bool(message.get("more_body")))
        await self._send(message)

    def _add(self, headers: Pairs, piece: bytes, more: bool) -> None:
        if len(self._body) + len(piece) >= _MOST_BYTES_EACH:
            self._headers, self._body = None, b""
            return
        self._body = self._body + piece if self._body else piece  # most come in one piece, which is not copied
        if not more:
            self._kept.put(self._key, Answer(headers, self._body))


def _may_be_kept(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    named = "etag" in headers and "content-length" in headers
    return start["status"] == 200 and named and "no-store" not in headers.get("cache-control", "")
