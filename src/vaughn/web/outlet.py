"""Where a connection's bytes go out: short pieces together, and closed in two steps where the client may still send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

_LONG = 64 * 1024
"""Bytes that are sent at once rather than joined with others."""


class Outlet:
    """A transport. The head of an answer and a short body are written by the server one after the other; they leave in
    one piece, at the latest when the loop comes round. linger: whether the client is to be heard out before the
    connection is closed (RFC 9112 §9.6)."""

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, linger: Callable[[], bool]
    ) -> None:
        self._transport, self._loop, self._linger = transport, loop, linger
        self._held: list[bytes] = []
        self._size = 0
        self._begun = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send the bytes, soon."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)
        self._size += len(data)
        if self._size > _LONG:
            self.flush()

    def send(self, *pieces: bytes) -> None:
        """Send the bytes at once, behind what is held back; long ones are not copied for that."""
        self.flush()
        for each in [b"".join(pieces)] if sum(map(len, pieces)) <= _LONG else pieces:
            self._put(each)

    def begin(self, start: bytes) -> None:
        """Send what the next answer begins with, whatever it will be; it is left out of that answer."""
        self.flush()
        self._put(start)
        self._begun = start

    def flush(self) -> None:
        """Send what is held back."""
        if not self._held:
            return
        held, size = self._held, self._size
        self._held, self._size = [], 0
        for each in [b"".join(held)] if size <= _LONG else held:
            if each:
                self._put(each)

    def _put(self, data: bytes) -> None:
        """What an answer says after its connection has ended is lost, and no fault."""
        if self._begun:
            data, self._begun = data.removeprefix(self._begun), b""
        if not self._transport.is_closing():
            self._transport.write(data)

    def get_write_buffer_size(self) -> int:
        """Bytes that are not with the system yet."""
        return self._size + self._transport.get_write_buffer_size()

    def abort(self) -> None:
        """End the connection at once, and forget what was to be sent."""
        self._held, self._size = [], 0
        self._transport.abort()

    def close(self) -> None:
        """End the connection when everything is sent, or only our half of it."""
        self.flush()
        if self._transport.is_closing() or not self._linger():
            return self._transport.close()
        try:
            return self._transport.write_eof()
        except (OSError, NotImplementedError):  # the client is gone; or TLS, which cannot be closed by halves
            return self._transport.close()
