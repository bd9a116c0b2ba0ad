"""Those who wait at the door when it closes."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack

import pytest

from vaughn.web.house import let_in

pytestmark = pytest.mark.anyio


async def test_whoever_is_connected_when_the_door_closes_is_let_in_and_answered() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"welcome")
        writer.close()

    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    server = await asyncio.start_server(greet, sock=listening)
    with ExitStack() as stack:
        at = listening.getsockname()
        waiting = [
            stack.enter_context(socket.create_connection(at, 1)) for _ in range(20)
        ]  # the loop sees none of them yet
        await let_in(listening)
        server.close()
        await asyncio.sleep(0.05)
        assert [connection.recv(16) for connection in waiting] == [b"welcome"] * 20
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(at)
