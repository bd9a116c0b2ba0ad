"""How many connections may be open, and which one goes when there are as many as may be.

A client that opens connections and asks nothing must not keep others out. So a full house makes room: of the client
with most connections the one that has kept the service waiting for longest ends. Who is refused all the same is told.
"""

from __future__ import annotations

import asyncio
import heapq
import select
import socket
from collections import Counter
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Protocol

from vaughn.errors import ConnectionsFull
from vaughn.settings import Settings
from vaughn.web.metrics import Connections

GRACE = 1.0
"""Seconds for which nobody has to make room who keeps the service waiting. Whoever has just connected, or was just
answered, asks within a round trip, and a first packet lost is sent again after a second (RFC 6298 §2.1)."""

HASTE = 0.1
"""Seconds instead, for a client that has more than twice as many connections as the one for whom there is no place:
else whoever opens them fast enough has the house to itself for as long as nobody has to make room."""

SPARE = 32
"""Connections without a place that are open until their request is there, so that it can be answered."""

LEAVING = 64
"""Connections that have been told all and are only heard out, so that they can read it."""

_RETRY_SECONDS = 5
_AT_ONCE = 16  # those who may go are looked for together
_MOST_TURNS = 1000  # of the loop, in which those who wait at the door are let in
_QUIET_TURNS = 5  # that the loop takes to make a connection of what it accepted
_PAUSE = 0.05  # seconds after which they are looked for anew


class Guest(Protocol):
    """A connection, as the house sees it. address: its client's."""

    address: str

    def waiting(self, now: float) -> float:
        """Seconds for which the service has waited for the client, and for nothing else."""

    def make_way(self) -> None:
        """End."""

    def turn_away(self) -> None:
        """Be told that there is no place, asked or not."""

    def look(self) -> None:
        """End if it has stood still for too long."""

    def drop(self) -> None:
        """End at once."""


class House:
    """The connections of one server. counts: of all of them, for the metrics. ending: no more requests are wanted."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.counts = Connections()
        self.ending = False
        self._of: Counter[str] = Counter()
        self._places: dict[Guest, None] = {}
        self._spare: dict[Guest, None] = {}
        self._leaving: dict[Guest, None] = {}
        self._going: dict[Guest, None] = {}
        self._looked, self._more, self._least = -_PAUSE, False, GRACE
        self._timer: asyncio.TimerHandle | None = None
        self._tick = min(1.0, min(settings.send_seconds, settings.request_seconds, settings.idle_seconds) / 4)

    def enter(self, guest: Guest, trusted: str | Iterable[str]) -> ConnectionsFull | None:
        """A new connection takes a place; why its requests are refused, if they are.

        trusted: addresses and networks of proxies, or `*`, as the server has them.
        """
        self._of[guest.address] += 1
        self.counts.opened += 1
        self.counts.open += 1
        self._watch()
        refusal = self._refusal(guest, trusted)
        if refusal is None:
            self._places[guest] = None
        else:
            self._put_up(guest, refusal)
        return refusal

    def leaving(self, guest: Guest) -> None:
        """A connection has been told all and is only heard out; its place is free."""
        self._places.pop(guest, None)
        self._spare.pop(guest, None)
        self._leaving[guest] = None
        if len(self._leaving) > LEAVING:
            first = next(iter(self._leaving))
            del self._leaving[first]
            first.drop()

    def leave(self, guest: Guest) -> None:
        """A connection is no more."""
        self._places.pop(guest, None)
        self._spare.pop(guest, None)
        self._leaving.pop(guest, None)
        self._of[guest.address] -= 1
        if not self._of[guest.address]:
            del self._of[guest.address]
        self.counts.open -= 1

    def _refusal(self, guest: Guest, trusted: str | Iterable[str]) -> ConnectionsFull | None:
        most, each = self.settings.connections, self.settings.client_connections
        if self._of[guest.address] > each and not _trusts(trusted, guest.address):
            return ConnectionsFull(_RETRY_SECONDS, each, "for one client")
        if len(self._places) < most or self._make_room(self._of[guest.address]):
            return None
        return ConnectionsFull(_RETRY_SECONDS, most, "in all")

    def _put_up(self, guest: Guest, refusal: ConnectionsFull) -> None:
        """Keep a connection without a place until its request is there; the first of too many is told at once."""
        self.counts.refused[refusal.whose] += 1
        self._spare[guest] = None
        if len(self._spare) > SPARE:
            next(iter(self._spare)).turn_away()

    def _make_room(self, own: int) -> bool:
        """Free a place for a client that has so many connections, if anybody may have to go."""
        now = asyncio.get_running_loop().time()
        while (guest := self._next(now, own)) is not None:
            if guest in self._places and guest.waiting(now) >= self._least:
                self.leaving(guest)
                guest.make_way()
                return True
        return False

    def _next(self, now: float, own: int) -> Guest | None:
        """Who may have to go next: of the client with most connections, the one that has been waited for longest."""
        if now - self._looked >= _PAUSE or (self._more and not self._going):
            self._look_around(now)
        guest = max(self._going, key=lambda each: self._of[each.address], default=None)
        if guest is None or (self._least < GRACE and self._of[guest.address] <= 2 * own):
            return None
        del self._going[guest]
        return guest

    def _look_around(self, now: float) -> None:
        """Find those who may have to go; in haste where nobody has to otherwise."""
        self._looked = now
        waited = [(self._of[each.address], each.waiting(now), each) for each in self._places]
        self._least = GRACE if any(seconds >= GRACE for _, seconds, _ in waited) else HASTE
        may = [one for one in waited if one[1] >= self._least]
        self._going = {each: None for *_, each in heapq.nlargest(_AT_ONCE, may, key=lambda one: one[:2])}
        self._more = len(self._going) == _AT_ONCE

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick, self._look)

    def _look(self) -> None:
        self._timer = None
        for guest in [*self._places, *self._spare, *self._leaving]:
            guest.look()
        if self._of:
            self._watch()


async def let_in(listening: socket.socket) -> None:
    """Let the loop accept whoever is connected already: closing the socket would reset them. No more than one is let
    wait behind them, and whoever knocks later is refused by the system."""
    listening.listen(0)
    waiting = select.poll()
    waiting.register(listening, select.POLLIN)
    quiet = 0
    for _ in range(_MOST_TURNS):
        quiet = 0 if waiting.poll(0) else quiet + 1
        if quiet > _QUIET_TURNS:
            return
        await asyncio.sleep(0)


def _trusts(trusted: str | Iterable[str], client: str) -> bool:
    """Whether an address is one of a list of addresses and networks, which `*` has all of."""
    named = [each.strip() for each in (trusted.split(",") if isinstance(trusted, str) else trusted)]
    return "*" in named or client in named or any(_within(client, each) for each in named if "/" in each)


def _within(client: str, network: str) -> bool:
    try:
        return ip_address(client) in ip_network(network, strict=False)
    except ValueError:
        return False
