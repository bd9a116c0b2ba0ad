"""Who makes room in a full house, and those who wait at the door when it closes."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from vaughn.settings import Settings
from vaughn.web.house import GRACE, HASTE, House, let_in

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


@dataclass(eq=False)
class Visitor:
    """A connection that has kept the service waiting for so many seconds. gone: it had to make way."""

    address: str
    seconds: float = 0.0
    gone: bool = False

    def waiting(self, now: float) -> float:
        return self.seconds

    def make_way(self) -> None:
        self.gone = True

    def turn_away(self) -> None: ...

    def look(self) -> None: ...

    def drop(self) -> None: ...


def full(*visitors: Visitor) -> House:
    """A house without another place."""
    house = House(Settings(connections=len(visitors)))
    for visitor in visitors:
        assert house.enter(visitor, "") is None
    return house


async def test_whoever_has_many_connections_makes_room_in_haste_for_one_who_has_few() -> None:
    crowd = [Visitor(f"192.0.2.{number % 3}", HASTE) for number in range(12)]
    house = full(*crowd)
    assert house.enter(Visitor("198.51.100.1"), "") is None
    assert [each.gone for each in crowd].count(True) == 1


async def test_nobody_makes_room_in_haste_for_one_who_has_half_as_many() -> None:
    crowd = [Visitor(f"192.0.2.{number % 3}", HASTE) for number in range(12)]
    house = full(*crowd)
    assert house.enter(Visitor("198.51.100.1"), "") is None
    assert house.enter(Visitor("198.51.100.1"), "") is not None
    assert house.enter(Visitor("198.51.100.2"), "") is None  # who comes next is not kept out by that


@pytest.mark.parametrize("seconds", [0.0, HASTE / 2])
async def test_whoever_has_only_just_come_makes_no_room_however_many_they_are(seconds: float) -> None:
    crowd = [Visitor("192.0.2.1", seconds) for _ in range(12)]
    assert full(*crowd).enter(Visitor("198.51.100.1"), "") is not None


async def test_whoever_was_waited_for_longest_goes_before_anybody_in_haste() -> None:
    crowd, idle = [Visitor("192.0.2.1", HASTE) for _ in range(12)], Visitor("192.0.2.2", GRACE)
    assert full(*crowd, idle).enter(Visitor("198.51.100.1"), "") is None
    assert idle.gone
