"""What crosses the socket between the service and a worker: length-prefixed frames, and what they hold.

frame    8 bytes of length (big-endian), then so many bytes
request  a line of JSON: how to run, or (without a form) how the guard is to look at it; then the text, as it is
reply    one head (kind, seconds, worn, partial), then the serialised result (kind R) or JSON naming an error (kind E);
         a long result (kind L) follows in a frame of its own, so that it is read to where it stays

No pickle: a worker has run a stranger's text and is not trusted with the service's memory.
"""

from __future__ import annotations

import io
import json
import socket
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vaughn.errors import (
    QueryBroken,
    QueryRefused,
    QuerySyntax,
    ResultTooLarge,
    StoreError,
    UpdateRefused,
    WorkerDied,
)
from vaughn.store.engine import Form, Inspection, Request

_LENGTH = struct.Struct("!Q")
_HEAD = struct.Struct("!cd??")
_RESULT, _APART = b"R", b"L"
_CHUNK = 1 << 18
_UNTOLD = frozenset({"text", "client", "arrived"})
_REMEMBERED = 64  # heads of requests
_SHORT = 1024  # bytes of one that is remembered
_AT_ONCE = 1 << 25  # bytes of a long frame for which memory is taken before they come
_FIELDS: dict[type[StoreError], tuple[str, ...]] = {
    QuerySyntax: ("reason", "line", "column"),
    QueryRefused: ("rule", "reason"),
    ResultTooLarge: ("limit", "unit"),
    UpdateRefused: ("keyword",),
    QueryBroken: ("reason",),
}
_json = json.JSONEncoder().encode
_TYPES = {kind.__name__: kind for kind in _FIELDS}


@dataclass(slots=True)
class Reply:
    """A worker's answer. outcome: the serialised result or the error. seconds: time in the engine. worn: the worker
    has grown and should be replaced before the next query. partial: the result is not the whole."""

    outcome: bytes | StoreError
    seconds: float
    worn: bool
    partial: bool = False


def pack(*parts: bytes) -> bytes:
    """One frame, of the parts together."""
    return b"".join((_LENGTH.pack(sum(map(len, parts))), *parts))


def send(sock: socket.socket, head: bytes, body: bytes) -> None:
    """A reply to a blocking socket; a long result is not copied for that."""
    if head[:1] != _APART:
        return sock.sendall(pack(head, body))
    sock.sendall(pack(head) + _LENGTH.pack(len(body)))
    return sock.sendall(body)


def receive(sock: socket.socket) -> bytes | None:
    """The next frame of a blocking socket, or None when the other end is closed."""
    head = _exactly(sock, _LENGTH.size)
    return None if head is None else _exactly(sock, _LENGTH.unpack(head)[0])


def _exactly(sock: socket.socket, count: int) -> bytes | None:
    piece = sock.recv(min(count, _CHUNK))
    if len(piece) == count:  # as most are
        return piece
    buffer = bytearray(piece)
    while piece and len(buffer) < count:
        piece = sock.recv(min(count - len(buffer), _CHUNK))
        buffer += piece
    return bytes(buffer) if len(buffer) == count else None


class FrameReader:
    """Collects the frames of a non-blocking socket; one frame at a time is under way."""

    _piece = bytearray(_CHUNK)  # of all readers: the memory for so much would else be asked for at every read, and
    # returned; that took 50 µs

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._long: _Long | None = None

    def read(self, sock: socket.socket) -> memoryview | bytes | None:
        """The frame that has become whole, until the next is read here or elsewhere, or None while more is to come.
        Raises EOFError at the stream's end."""
        if self._long is not None:
            return self._go_on(self._long, sock)
        count = _received(sock, self._piece)
        if not self._buffer and count == _LENGTH.size + _LENGTH.unpack_from(self._piece)[0]:  # as most come
            return memoryview(self._piece)[_LENGTH.size : count]
        self._buffer += memoryview(self._piece)[:count]
        if len(self._buffer) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(self._buffer)[0]
        if len(self._buffer) < end:
            self._long = _Long(self._buffer[_LENGTH.size :], end - _LENGTH.size) if end > _CHUNK else None
            return None
        frame, self._buffer = self._buffer, self._buffer[end:]
        return memoryview(frame)[_LENGTH.size : end]

    def _go_on(self, long: _Long, sock: socket.socket) -> bytes | None:
        payload = long.read(sock)
        if payload is not None:
            self._buffer, self._long = bytearray(), None
        return payload


class _Long:
    """What a long frame holds, read to where it stays. size: its bytes, as its sender says; memory is taken as they
    come."""

    def __init__(self, begun: bytearray, size: int) -> None:
        self._size, self._count = size, len(begun)
        self._payload = io.BytesIO(begun)
        self._grow(min(size, _AT_ONCE))

    def read(self, sock: socket.socket) -> bytes | None:
        """The payload when it is whole. Raises EOFError."""
        if self._count == self._room:
            self._grow(min(self._size, 2 * self._count))
        with self._payload.getbuffer() as whole, whole[self._count :] as rest:
            self._count += _received(sock, rest)
        return self._payload.getvalue() if self._count == self._size else None

    def _grow(self, room: int) -> None:
        self._room = room
        self._payload.seek(room - 1)
        self._payload.write(b"\0")


def _received(sock: socket.socket, into: bytearray | memoryview) -> int:
    """How many bytes came. Raises EOFError at the stream's end."""
    count = sock.recv_into(into)
    if not count:
        raise EOFError
    return count


def encode_request(request: Request | Inspection) -> bytes:
    """Everything but whose it is and when it came, which is none of the worker's business."""
    told = {name: value for name, value in vars(request).items() if name not in _UNTOLD}
    own = told.get("default_graphs") or told.get("named_graphs") or told.get("words")
    head = _json(told) if own else _usual_head(**told)
    return b"".join((head.encode(), b"\n", request.text.encode(errors="surrogatepass")))


_usual_head = lru_cache(_REMEMBERED)(lambda **told: _json(told))
"""How to run says the same of most queries; what a stranger makes long is not remembered."""


def decode_request(payload: bytes) -> Request | Inspection:
    head, _, text = payload.partition(b"\n")
    fields = (_usual_fields if len(head) <= _SHORT else _fields)(head)
    made = Request if "form" in fields else Inspection
    return made(text=text.decode(errors="surrogatepass"), **fields)


def _fields(head: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(head)
    if "form" in fields:
        fields["form"] = Form(fields["form"])
        for key in ("default_graphs", "named_graphs"):
            fields[key] = None if fields[key] is None else tuple(fields[key])
    return fields


_usual_fields = lru_cache(_REMEMBERED)(_fields)


def encode_reply(reply: Reply) -> tuple[bytes, bytes]:
    """The head, and what follows it."""
    if isinstance(reply.outcome, bytes):
        kind = _APART if len(reply.outcome) > _CHUNK else _RESULT
        return _HEAD.pack(kind, reply.seconds, reply.worn, reply.partial), reply.outcome
    error = type(reply.outcome)
    named = [error.__name__, *(getattr(reply.outcome, name) for name in _FIELDS[error])]
    return _HEAD.pack(b"E", reply.seconds, reply.worn, False), json.dumps(named).encode()


class ReplyReader:
    """The replies on a non-blocking socket."""

    def __init__(self) -> None:
        self._frames = FrameReader()
        self._head = b""

    def read(self, sock: socket.socket) -> Reply | None:
        """The reply that has become whole, or None while more is to come. Raises EOFError at the stream's end."""
        frame = self._frames.read(sock)
        if frame is None:
            return None
        head, self._head = self._head, b""
        if not head and frame[:1] == _APART:
            self._head = bytes(frame)
            return None
        return _decoded(head, bytes(frame)) if head else decode_reply(frame)


def decode_reply(payload: bytes | memoryview) -> Reply:
    """The reply in one frame; one that makes no sense becomes WorkerDied and the worker counts as worn."""
    return _decoded(payload[: _HEAD.size], bytes(payload[_HEAD.size :]))


def _decoded(head: bytes | memoryview, body: bytes) -> Reply:
    try:
        kind, seconds, worn, partial = _HEAD.unpack(head)
        return Reply(body if kind in (_RESULT, _APART) else _error(body), seconds, worn, partial)
    except (struct.error, ValueError, KeyError, TypeError):
        return Reply(WorkerDied("it sent an answer that makes no sense"), 0.0, True)


def _error(body: bytes) -> StoreError:
    name, *fields = json.loads(body)
    return _TYPES[name](*fields)
