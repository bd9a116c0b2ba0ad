"""Connections of the server: how many may be open, and what is done about one that stands still.

A request's head must be short and arrive in time, an answer must be taken, and a connection without a request ends.
What the server itself would answer in plain text is answered by problem details (RFC 9457).
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Any, cast

import httptools
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vaughn.errors import ConnectionsFull
from vaughn.settings import Settings
from vaughn.web.headers import Refuse
from vaughn.web.outlet import Outlet
from vaughn.web.repeating import REPEAT, Again, Repeats, whole_head
from vaughn.web.sending import DROP

LONGEST_HEAD = 65_536
"""Bytes of a request's first line and headers."""

MOST_HEADERS = 100
MOST_AHEAD = 32
"""Requests a client may send before the first is answered."""

_SPARE = 32  # connections beyond the limit that are still told why
_LINGER = 2.0  # seconds for which the rest of a refused body is thrown away, so that the refusal can be read
_TICKS = 4  # looks in the shortest of the times
_RETRY_SECONDS = 5
_REFUSAL = "vaughn.refusal"
_OF_UPGRADE = frozenset({b"upgrade", b"connection", b"http2-settings"})


class Door:
    """Every connection of one server. trusted: addresses and networks of proxies, or `*`, as the server has them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.repeats = Repeats()
        self._open: set[Connection] = set()
        self._of: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._tick = min(1.0, min(settings.send_seconds, settings.request_seconds, settings.idle_seconds) / _TICKS)

    def protocol(self, **given: Any) -> Connection:
        """What the server makes for each connection."""
        return Connection(self, **given)

    def enter(self, connection: Connection, client: str, trusted: str | Iterable[str]) -> ConnectionsFull | None:
        """Count a connection; why its requests are refused, if they are. One far beyond the limit is dropped."""
        self._open.add(connection)
        self._of[client] += 1
        self._watch()
        most, each = self.settings.connections, self.settings.client_connections
        if len(self._open) > most:
            return self._full(connection, len(self._open), most, "in all")
        if self._of[client] > each and not _trusts(trusted, client):
            return self._full(connection, self._of[client], each, "for one client")
        return None

    def leave(self, connection: Connection, client: str) -> None:
        self._open.discard(connection)
        self._of[client] -= 1
        if not self._of[client]:
            del self._of[client]

    def _full(self, connection: Connection, now: int, most: int, whose: str) -> ConnectionsFull:
        if now > most + _SPARE:
            connection.drop()
        return ConnectionsFull(_RETRY_SECONDS, most, whose)

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick, self._look)

    def _look(self) -> None:
        self._timer = None
        for connection in list(self._open):
            connection.look()
        if self._open:
            self._watch()


class Connection(HttpToolsProtocol):
    """One connection: the server's own, with an end to waiting."""

    def __init__(self, door: Door, **given: Any) -> None:
        super().__init__(**given)
        self._door = door
        self._client = ""
        self._since = self._moved = self.loop.time()
        self._unsent = self._head = 0
        self._in_head = self._unread = False
        self._whole: bytes | None = None
        self._begun = 0
        self._leaving: float | None = None
        self._refusal: ConnectionsFull | None = None
        self._fault = HTTPStatus.BAD_REQUEST

    # What the transport tells.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", Outlet(transport, self.loop, self.linger)))
        self._client = self.client[0] if self.client else ""
        self._refusal = self._door.enter(self, self._client, self.config.forwarded_allow_ips)

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.leave(self, self._client)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._leaving is not None or self._repeated(data):
            return
        begun = self._in_head
        self._unset_keepalive_if_required()
        self._feed(data)
        if begun and self._in_head:
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self._too_long()
                self.send_400_response("")

    def _repeated(self, data: bytes) -> bool:
        """Whether this is a request that was answered before, and was so again. Not where anything is under way."""
        self._whole = None
        idle = self._resting and not self._unread and self._refusal is None and not self.transport.is_closing()
        if not idle or self.transport.get_write_buffer_size() or not whole_head(data):
            return False
        standing = b"".join([b"%b: %b\r\n" % pair for pair in self.server_state.default_headers])
        answer = self._door.repeats.answer(data, standing)
        if answer is None:
            self._whole = data
            return False
        self._since = self.loop.time()
        self.server_state.total_requests += 1
        self.transport.write(answer)
        cast("Outlet", self.transport).flush()
        return True

    def _remember(self, head: bytes, number: int, again: Again) -> None:
        """Known from now on, if it was one request that the bytes held."""
        if self._begun == number:
            self._door.repeats.remember(head, again)

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as stopped:
            self._go_on(data[stopped.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("")

    def _go_on(self, rest: bytes) -> None:
        """A request that would change the protocol is answered in this one (RFC 9110 §7.8), its body included."""
        kept = [(name, value) for name, value in self.headers if name not in _OF_UPGRADE]
        lines = [b"%s: %s\r\n" % header for header in kept]
        head = b"%s %s HTTP/1.1\r\n" % (self.scope["method"].encode(), self.url)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._feed(head + b"".join(lines) + b"\r\n" + rest)

    # What the parser tells.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._unread, self._head = True, True, 0
        self._begun += 1
        if self._resting:
            self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if self._head > LONGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._too_long()
            raise ValueError(self._fault.phrase)  # the parser stops, and the server answers
        if len(self.pipeline) >= MOST_AHEAD:
            raise ValueError("too many requests at once")
        if self.parser.get_method() == b"CONNECT" or not self._names_one_host():
            raise ValueError(self._fault.phrase)
        if self.parser.should_upgrade():
            self.scope["method"] = self.parser.get_method().decode("ascii")
            return
        self.scope["state"] = {**self.scope["state"], DROP: self.drop, _REFUSAL: self._refusal}
        if self._whole is not None and self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive():
            self.scope["state"][REPEAT] = partial(self._remember, self._whole, self._begun)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            self._unread = False
            super().on_message_complete()

    # What the server does.

    def on_response_complete(self) -> None:
        cast("Outlet", self.transport).flush()
        self._since = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  the server's words are not ours
        """What is no request, or too long for one: problem details where nothing else is being answered."""
        if not self._resting:
            if self.cycle.response_started or self.pipeline:
                return self.drop()
            self.cycle.disconnected = True  # its body is broken, and nobody waits for what becomes of it
            self.cycle.message_event.set()
        self.transport.write(_problem(self._fault))
        self._unread = True
        return self.transport.close()

    def timeout_keep_alive_handler(self) -> None:
        """A request that was answered without being read has wound up no clock but this one."""
        left = self._since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    # What the door asks.

    def look(self) -> None:
        """End the connection where it has stood still for too long."""
        now, settings, unsent = self.loop.time(), self._door.settings, self.transport.get_write_buffer_size()
        if unsent != self._unsent or not unsent:
            self._unsent, self._moved = unsent, now
        if self.transport.is_closing() and self._leaving is None:
            self._leaving = now
        if now - self._moved > settings.send_seconds:
            self.drop()
        elif self._leaving is not None:
            if now - self._leaving > (settings.send_seconds if unsent else _LINGER):
                self.drop()
        elif self._resting and now - self._since > (
            settings.request_seconds if self._in_head else settings.idle_seconds
        ):
            self.drop()

    def linger(self) -> bool:
        """Whether the client may still be sending: then it is heard out, so that it can read what it was answered."""
        if not self._unread or self._leaving is not None:
            return False
        self._leaving = self.loop.time()
        self.pipeline.clear()
        return True

    def drop(self) -> None:
        """End the connection at once, and forget what was to be sent."""
        self.transport.abort()

    @property
    def _resting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _names_one_host(self) -> bool:
        """As every request of HTTP/1.1 must (RFC 9112 §3.2)."""
        hosts = sum(name == b"host" for name, _ in self.headers)
        return hosts == 1 or (hosts == 0 and self.parser.get_http_version() != "1.1")

    def _too_long(self) -> None:
        self._fault = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


def refused(scope: Scope) -> ConnectionsFull | None:
    """Why requests on this connection are refused, if they are."""
    return cast("ConnectionsFull | None", scope.get("state", {}).get(_REFUSAL))


class Refusing:
    """Answers requests on a connection too many, in the words of `refuse`."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = refused(scope)
        if scope["type"] != "http" or refusal is None:
            return await self._app(scope, receive, send)
        response = await self._refuse(Request(scope, receive), refusal)
        response.headers["Connection"] = "close"
        return await response(scope, receive, send)


def _trusts(trusted: str | Iterable[str], client: str) -> bool:
    """Whether an address is one of a list of addresses and networks, which `*` has all of."""
    named = [each.strip() for each in (trusted.split(",") if isinstance(trusted, str) else trusted)]
    return "*" in named or client in named or any(_within(client, each) for each in named if "/" in each)


def _within(client: str, network: str) -> bool:
    try:
        return ip_address(client) in ip_network(network, strict=False)
    except ValueError:
        return False


def _problem(status: HTTPStatus) -> bytes:
    """An answer to what could not be read. No release has a part in it, so its type is none of this site's."""
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": _SAYS[status]}
    body = json.dumps(told).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


_SAYS = {
    HTTPStatus.BAD_REQUEST: "what was received is no HTTP request",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        f"the request's head passes {LONGEST_HEAD:,} bytes or {MOST_HEADERS} headers"
    ),
}
