"""Bytes on their way: answers go out piece by piece, each in its time, and no more are held than there is room for.

A reader that takes nothing, or a byte a second, would otherwise keep its answer in memory for as long as it likes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.errors import SendingFull
from vaughn.settings import Settings
from vaughn.web.headers import Refuse

PIECE = 256 * 1024
"""Bytes given to the server at once. An answer that is no longer is sent whatever else is held."""

DROP = "vaughn.drop"
"""In a scope's state: what ends the connection at once, where the server offers that."""

_KEY = "vaughn.account"
_EACH = 4  # one client may hold the fourth part
_RETRY_SECONDS = 5


class Held:
    """Bytes held for clients, of which there may be `most`, and of each client's a fourth part or one whole result."""

    def __init__(self, settings: Settings) -> None:
        self.most = settings.held_mb << 20
        self.each = max(self.most // _EACH, min(self.most, settings.result_mb << 20))
        self.bytes = 0
        self._of: dict[str, int] = {}

    def __len__(self) -> int:
        """Clients for which something is held."""
        return len(self._of)

    @contextmanager
    def account(self, client: str) -> Iterator[Account]:
        """What one request holds, given back at its end."""
        made = Account(self, client)
        try:
            yield made
        finally:
            made.clear()

    def take(self, client: str, size: int) -> None:
        """Raises SendingFull, and then takes nothing."""
        if self._of.get(client, 0) + size > self.each:
            raise SendingFull(_RETRY_SECONDS, self.each, "for one client")
        if self.bytes + size > self.most:
            raise SendingFull(_RETRY_SECONDS, self.most, "in all")
        self._change(client, size)

    def give_back(self, client: str, size: int) -> None:
        """So many bytes are held no longer."""
        self._change(client, -size)

    def _change(self, client: str, size: int) -> None:
        self.bytes += size
        left = self._of.pop(client, 0) + size
        if left:
            self._of[client] = left


class Account:
    """The bytes held for one request."""

    def __init__(self, held: Held, client: str) -> None:
        self._held, self._client = held, client
        self.bytes = 0

    def take(self, size: int) -> None:
        """Hold so many more. Raises SendingFull."""
        self._held.take(self._client, size)
        self.bytes += size

    def clear(self) -> None:
        """Nothing is held any more of what was."""
        self._held.give_back(self._client, self.bytes)
        self.bytes = 0


def account(scope: Scope) -> Account:
    """What is held for the request that this scope belongs to."""
    return cast("Account", scope[_KEY])


def opened(scope: Scope, account: Account) -> Scope:
    """The scope of a request for which an account was opened."""
    return {**scope, _KEY: account}


class Delivery:
    """Opens each request's account, and sends its answer after the app has ended, so that a slow reader keeps neither a
    release nor a worker. A reader who does not take a piece in time loses the connection."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._seconds = app, settings.send_seconds
        self.held = Held(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        client = scope.get("client") or ("",)
        with self.held.account(client[0]) as opened:
            parcel = _Parcel(scope, receive, send, self._seconds)
            try:
                await self._app({**scope, _KEY: opened}, parcel.receive, parcel.send)
                await parcel.deliver()
            except (_Stalled, asyncio.CancelledError):  # too slow a reader, or one for whom the server waits no longer
                forgotten(asyncio.current_task())
                await _drop(scope)
        return None


def forgotten(task: asyncio.Task[object] | None) -> None:
    """That a task was cancelled has been dealt with."""
    while task is not None and task.cancelling():
        task.uncancel()


class _Stalled(Exception):
    """A reader did not take a piece in time."""


class _Parcel:
    """One answer on its way out. Says `Connection: close` where the request's body was not read to its end, since what
    is left of it must not be taken for the next request (RFC 9112 §9.6)."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float) -> None:
        self._receive, self._send, self._seconds = receive, send, seconds
        self._unread = announced(scope)
        self._rest = b""

    async def receive(self) -> Message:
        message = await self._receive()
        self._unread = self._unread and bool(message.get("more_body"))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._unread:
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        if len(message.get("body", b"")) > PIECE and not message.get("more_body"):
            self._rest = message["body"]
        elif message.get("more_body"):
            await self._in_time(message)
        else:
            await self._send(message)  # short: at worst it waits behind another answer on its connection

    async def deliver(self) -> None:
        """Send what was kept back. Raises _Stalled."""
        rest = memoryview(self._rest)
        for start in range(0, len(rest), PIECE):
            more, piece = start + PIECE < len(rest), rest[start : start + PIECE]
            await self._in_time({"type": "http.response.body", "body": piece, "more_body": more})

    async def _in_time(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(message)
        except TimeoutError:
            raise _Stalled from None


async def _drop(scope: Scope) -> None:
    drop = scope.get("state", {}).get(DROP)
    if drop is not None:
        drop()
        await asyncio.sleep(0)  # the server notices; only then may the app return in the middle of an answer


class Weighed:
    """Refuses a long answer, in the words of `refuse`, where there is no room for it among what is held."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scale = _Scale(scope, receive, send, self._refuse)
        return await self._app(scope, receive, scale.send)


class _Scale:
    """Keeps the head of an answer back until its body is there."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, refuse: Refuse) -> None:
        self._scope, self._receive, self._send, self._refuse = scope, receive, send, refuse
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return None
        start, self._start = self._start, None
        try:
            weigh(self._scope, message.get("body", b""))
        except SendingFull as error:
            response = await self._refuse(Request(self._scope, self._receive), error)
            return await response(self._scope, self._receive, self._send)
        if start:
            await self._send(start)
        return await self._send(message)


def weigh(scope: Scope, body: bytes) -> None:
    """Take the room that a long body needs among what is held. Raises SendingFull."""
    if len(body) > PIECE:
        account(scope).take(len(body))


def announced(scope: Scope) -> bool:
    """Whether a request says that it has a body (RFC 9112 §6)."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )
