"""Connections of the server, and what is done about one that stands still.

A request's head must be short and arrive in time, an answer must be taken, and a connection without a request ends.
What the server itself would answer in plain text is answered by problem details (RFC 9457).
"""

from __future__ import annotations

import asyncio
import re
import select
from functools import partial
from typing import Any, NoReturn, cast

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vaughn.errors import (
    CodingUnknown,
    ConnectionsFull,
    HeadTooLarge,
    MethodUnknown,
    RequestSlow,
    RequestUnreadable,
    TargetTooLong,
    VaughnError,
    VersionUnknown,
)
from vaughn.settings import Settings
from vaughn.web import wire
from vaughn.web.headers import LONGEST_TARGET
from vaughn.web.hosting import HOST, REFUSAL, Host
from vaughn.web.house import GRACE, House
from vaughn.web.observing import REQUEST_ID, note_unasked
from vaughn.web.outlet import Outlet
from vaughn.web.problems import MEDIA_TYPE, slug, unasked
from vaughn.web.repeating import REPEAT, Again, Repeats, whole_head
from vaughn.web.sending import DROP

LONGEST_HEAD = 65_536
"""Bytes of a request's first line and headers."""

MOST_HEADERS = 100
MOST_AHEAD = 32
"""Requests that wait while one is answered; what a client sends beyond them is read when some of them are answered."""

_STEP = 512  # bytes looked at together, so that hardly more requests are read than may wait
_FRAMING = 8  # bytes in which one byte of a body may come; in chunks of one byte each it is six
_KNOCK = 0.2  # seconds after which it is looked whether a client that will say no more still listens
_LINGER = 2.0  # seconds for which the rest of a refused body is thrown away, so that the refusal can be read
_LAST_CALL = 0.5  # seconds in which a connection at rest may ask once more when the service is told to end
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) [!-~]+ HTTP/1\.[0-9]\r?\n")
_HOST = re.compile(rb"(?:\[[0-9A-Za-z.:_~!$&'()*+,;=-]+\]|(?:[0-9A-Za-z._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?")
"""A host and a port (RFC 3986 §3.2.2, §3.2.3)."""

_LONGEST_NAME = 100  # characters of a coding that are repeated
_VERSIONS = frozenset({"1.0", "1.1"})
_OF_UPGRADE = frozenset({b"upgrade", b"connection", b"http2-settings"})


class Door(House):
    """Every connection of one server."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.repeats = Repeats()
        self._host: Host | None = None

    def protocol(self, **given: Any) -> Connection:
        """What the server makes for each connection."""
        if self._host is None:
            self._adopt(given["app_state"].get(HOST))
        return Connection(self, **given)

    def _adopt(self, host: Host | None) -> None:
        """The service has started."""
        if host is not None:
            self._host, self.counts = host, host.counts
            self.counts.watched = True

    def told(self, error: VaughnError) -> tuple[int, bytes]:
        """Status and body of what is said before a request was read; counted."""
        self.counts.unasked[slug(error)] += 1
        return unasked(error, self._host.base() if self._host else "")


class _Flow(FlowControl):
    """Reads no further, whoever wants to, while something that was received waits to be looked at."""

    _held = False

    def resume_reading(self) -> None:
        if not self._held:
            super().resume_reading()

    def hold(self, held: bool) -> None:
        """Read no further, or again."""
        self._held = held
        if held:
            self.pause_reading()
        else:
            self.resume_reading()


class Connection(HttpToolsProtocol):
    """One connection: the server's own, with an end to waiting."""

    def __init__(self, door: Door, **given: Any) -> None:
        super().__init__(**given)
        self.parser.set_dangerous_leniencies(lenient_version=True)  # which one it is, is looked at here
        self._door = door
        self.address = ""
        self._since = self._moved = self.loop.time()
        self._unsent = self._head = 0
        self._in_head = self._unread = self._told_to_end = False
        self._whole: bytes | None = None
        self._begun = self._carried = self._framed = 0
        self._behind = b""
        self._last_word: VaughnError | None = None
        self._said_all = False
        self._leaving: float | None = None
        self._refusal: ConnectionsFull | None = None
        self._fault: VaughnError = RequestUnreadable()

    # What the transport tells.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", Outlet(transport, self.loop, self.linger)))
        self.flow = _Flow(self.transport)
        self.address = self.client[0] if self.client else ""
        self._refusal = self._door.enter(self, self.config.forwarded_allow_ips)
        if self._door.ending:
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._leaving is not None or self._last_word is not None or self._repeated(data):
            return
        if self._whole is None and (len(data) > _STEP or self._behind or len(self.pipeline) >= MOST_AHEAD):
            self._behind += data
            self._go_through()
        else:
            self._read(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio lets a protocol keep its half open
        """A client that has said all may still listen (RFC 9293 §3.6): what it asked is answered. One that goes away in
        the middle of a request is gone."""
        if self._leaving is not None or self._resting or (self.cycle.more_body and not self.pipeline):
            return False
        if self.cycle.more_body:
            self.refuse(RequestUnreadable())
        self._said_all, self._unread, self._in_head = True, False, False
        self.cycle.keep_alive = self.cycle.keep_alive and self._last_word is not None
        self.loop.call_later(_KNOCK, self._knock, False)
        return True

    def _knock(self, knocked: bool) -> None:
        """Whether a client listens shows only when it is told something: where it is gone, its system answers with a
        reset. Whoever listens passes over 100 Continue, which HTTP/1.0 does not know (RFC 9110 §15.2): there it is
        what any answer begins with."""
        if self._resting or self.transport.is_closing():
            return None
        if _is_reset(self.transport):
            return self.drop()
        if not knocked and not self.pipeline and not self.cycle.response_started:
            knocked = True
            if self.cycle.scope["http_version"] == "1.0":
                cast("Outlet", self.transport).begin(wire.BEGIN)
            else:
                self.transport.write(wire.BEGIN + b"100 Continue\r\n\r\n")
        self.loop.call_later(_KNOCK, self._knock, knocked)
        return None

    def _go_through(self) -> None:
        """Read what was received, as long as no more requests wait than may."""
        data, at = self._behind, 0
        while at < len(data) and len(self.pipeline) < MOST_AHEAD and not self._is_deaf:
            self._read(data[at : at + _STEP])
            at += _STEP
        self._behind = b"" if self._is_deaf else data[at:]
        cast("_Flow", self.flow).hold(bool(self._behind))

    def _read(self, data: bytes) -> None:
        begun, number = self._in_head, self._begun
        self._feed(data)
        if self._in_head:
            self._head += len(data) if begun else 0
            if self._head > LONGEST_HEAD:
                self.refuse(self._too_long())
        elif self._unread and not begun and number == self._begun:
            self._framed += len(data)
            if self._framed > LONGEST_HEAD + _FRAMING * self._carried:
                self.refuse(HeadTooLarge(LONGEST_HEAD, MOST_HEADERS))

    def _repeated(self, data: bytes) -> bool:
        """Whether this is a request that was answered before, and was so again. Not where anything is under way."""
        self._whole = None
        idle = self._resting and not self._unread and self._refusal is None and not self._told_to_end
        if not idle or self.transport.is_closing() or self.transport.get_write_buffer_size() or not whole_head(data):
            return False
        answer = self._door.repeats.answer(data, self._standing)
        if answer is None:
            self._whole = data
            return False
        self._since = self.loop.time()
        self.server_state.total_requests += 1
        cast("Outlet", self.transport).send(answer)
        return True

    def _standing(self) -> bytes:
        """The header lines of the server's own."""
        return wire.header_lines(self.server_state.default_headers)

    def _remember(self, head: bytes, number: int, again: Again) -> None:
        """Known from now on, if it was one request that the bytes held."""
        if self._begun == number:
            self._door.repeats.remember(head, again)

    def _feed(self, data: bytes) -> None:
        begun = self._begun
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as stopped:
            self._go_on(data[stopped.args[0] :])
        except httptools.HttpParserInvalidMethodError:
            line = _REQUEST_LINE.match(data) if self._begun == begun + 1 else None
            self.refuse(MethodUnknown(line[1].decode()) if line else self._fault)
        except httptools.HttpParserError:
            self.refuse(self._fault)

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
        self._carried = self._framed = 0
        if self._resting:
            self._since = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """What follows a body in chunks is left out: it is no part of the head (RFC 9110 §6.5.1)."""
        if self._in_head:
            name = name.lower()
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            self.headers.append((name, value))

    def on_body(self, body: bytes) -> None:
        self._carried += len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head = len(self.url) + sum([len(name) + len(value) for name, value in self.headers])
        if self._head > LONGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._stop(self._too_long())
        fault = self._fault_in_head(self.parser.get_http_version())
        if fault is not None:
            self._stop(fault)
        if self.parser.should_upgrade():
            self.scope["method"] = self.parser.get_method().decode("ascii")
            return
        self.scope["state"] = {**self.scope["state"], DROP: self.drop, REFUSAL: self._refusal}
        if self._whole is not None and self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive():
            self.scope["state"][REPEAT] = partial(self._remember, self._whole, self._begun)
        super().on_headers_complete()
        if self.scope["http_version"] not in _VERSIONS:
            self.scope["http_version"] = "1.1"  # a later minor version is answered as the last that is known
        self.cycle.keep_alive = self.cycle.keep_alive and not self._told_to_end
        self.scope["state"][wire.CYCLE] = self.cycle

    def _stop(self, error: VaughnError) -> NoReturn:
        """Read no further: the parser stops, and the server answers."""
        self._fault = error
        raise ValueError

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            self._unread = False
            super().on_message_complete()

    # What the server does.

    def on_response_complete(self) -> None:
        """As the server does, but without a clock for each connection at rest: the door looks at them all."""
        cast("Outlet", self.transport).flush()
        self._since = self.loop.time()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        if self._behind or self._last_word is not None:
            self._after_all()

    def _after_all(self) -> None:
        """Go on where reading stopped, or say what was to be said after all answers."""
        if self._behind and len(self.pipeline) < MOST_AHEAD // 2:
            self._go_through()
        if self._last_word is not None and self._resting:
            self._say(self._last_word)

    def refuse(self, error: VaughnError) -> None:
        """Say why there is no answer, and end: problem details, after the answers to what was asked before."""
        if self._is_deaf:
            return None
        if self._resting:
            return self._say(error)
        if not self.cycle.more_body:
            self._last_word = error
            return None
        return self._break_off(error)

    def _break_off(self, error: VaughnError) -> None:
        """Refuse the request whose body is broken; nobody waits for what becomes of it."""
        if self.cycle.response_started:
            return self.drop()
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        if not self.pipeline:
            return self._say(error)
        self._last_word = error
        self.pipeline[0] = (self.cycle, self._say_in_turn)
        return None

    async def _say_in_turn(self, *_: Any) -> None:
        """What stands in the place of the app."""
        self._say(self._last_word or self._fault)

    def _say(self, error: VaughnError) -> None:
        if self._leaving is None and not self.transport.is_closing():
            status, body = self._door.told(error)
            client = self.client[0] if self.client and self._door.settings.log_clients else None
            own = REQUEST_ID.encode(), note_unasked(status, len(body), client).encode()
            self.transport.write(
                wire.problem(status, MEDIA_TYPE, body, [*self.server_state.default_headers, own], error)
            )
            self._unread = not self._said_all
            self.transport.close()

    def shutdown(self) -> None:
        """The service ends. Who is being answered is told that it is the last answer; who is at rest cannot know yet,
        and may ask once more."""
        self._told_to_end = True
        if not self._resting:
            self.cycle.keep_alive = False
        self.loop.call_later(_LAST_CALL, self._close_at_rest)

    def _close_at_rest(self) -> None:
        if self._resting:
            self.transport.close()

    # What the door asks.

    def look(self) -> None:
        """End the connection where it has stood still for too long."""
        now, settings, unsent = self.loop.time(), self._door.settings, self.transport.get_write_buffer_size()
        if unsent != self._unsent or not unsent:
            self._unsent, self._moved = unsent, now
        if self.transport.is_closing() and self._leaving is None:
            self._leaving = now
        if now - self._moved > settings.send_seconds:
            self._end("unread")
        elif self._leaving is not None:
            if now - self._leaving > (settings.send_seconds if unsent else _LINGER):
                self.drop()
        elif self._resting:
            self._look_at_rest(now - self._since)

    def _look_at_rest(self, seconds: float) -> None:
        settings = self._door.settings
        if self._in_head and seconds > settings.request_seconds:
            self._door.counts.ended["slow"] += 1
            self.refuse(RequestSlow(settings.request_seconds, "head"))
        elif not self._in_head and seconds > settings.idle_seconds:
            self._end("idle")

    def waiting(self, now: float) -> float:
        """Seconds for which the service has waited for the client: for a request, for the rest of one, or until it
        takes more of an answer; 0 while the client waits."""
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            return now - self._moved if unsent == self._unsent else 0.0
        asking = not self._resting and not self.pipeline and self._unread and self.cycle.more_body
        return now - self._since if self._resting or asking else 0.0

    def make_way(self) -> None:
        """End, since there is no place for another: with 408 where a request is half there."""
        self._door.counts.ended["room"] += 1
        if self.transport.get_write_buffer_size():
            self.drop()
        elif self._in_head or not self._resting:
            self.refuse(RequestSlow(GRACE, "head" if self._in_head else "body"))
        else:
            self.transport.close()

    def turn_away(self) -> None:
        """Say that there is no place, although nothing was asked."""
        self._door.leaving(self)
        if self._resting and self._refusal is not None:
            self.refuse(self._refusal)

    def _end(self, why: str) -> None:
        self._door.counts.ended[why] += 1
        self.drop()

    def linger(self) -> bool:
        """Whether the client may still be sending: then it is heard out, so that it can read what it was answered."""
        if not self._unread or self._leaving is not None:
            return False
        self._leaving = self.loop.time()
        self.pipeline.clear()
        self._behind = b""
        cast("_Flow", self.flow).hold(False)
        self._door.leaving(self)
        return True

    def drop(self) -> None:
        """End the connection at once, and forget what was to be sent."""
        self.transport.abort()

    @property
    def _resting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def _is_deaf(self) -> bool:
        """Whether nothing more is read."""
        return self._leaving is not None or self._last_word is not None or self.transport.is_closing()

    def _fault_in_head(self, version: str) -> VaughnError | None:
        """Why a head that is whole is not answered, if it is not."""
        if not version.startswith("1."):
            return VersionUnknown(version)
        names = [name for name, _ in self.headers]
        if not self._names_one_host(names, version):
            return RequestUnreadable()
        if version == "1.0":
            self.expect_100_continue = False  # RFC 9110 §10.1.1
        if b"transfer-encoding" in names:
            return self._fault_in_coding(version)
        return MethodUnknown("CONNECT") if self.parser.get_method() == b"CONNECT" else None

    def _names_one_host(self, names: list[bytes], version: str) -> bool:
        """As every request of HTTP/1.1 must, in a form that a host can have (RFC 9112 §3.2)."""
        if b"host" not in names:
            return version == "1.0"
        return names.count(b"host") == 1 and bool(_HOST.fullmatch(self.headers[names.index(b"host")][1]))

    def _fault_in_coding(self, version: str) -> VaughnError | None:
        """Only chunks are read, and HTTP/1.0 has none (RFC 9112 §6.1)."""
        codings = b", ".join(value for name, value in self.headers if name == b"transfer-encoding")
        if version == "1.0":
            return RequestUnreadable()
        return None if codings.lower() == b"chunked" else CodingUnknown(codings.decode("latin-1")[:_LONGEST_NAME])

    def _too_long(self) -> VaughnError:
        """The first line may be what is too long (RFC 9110 §15.5.15), or what follows it (RFC 6585 §5)."""
        if len(self.url) > LONGEST_TARGET:
            return TargetTooLong(LONGEST_TARGET)
        return HeadTooLarge(LONGEST_HEAD, MOST_HEADERS)


def _is_reset(transport: asyncio.BaseTransport) -> bool:
    """Whether the other end has broken off."""
    broken = select.poll()
    broken.register(transport.get_extra_info("socket").fileno(), 0)
    return bool(broken.poll(0))
