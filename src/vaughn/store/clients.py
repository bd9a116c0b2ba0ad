"""What each client has here: how many queries, and of what kind they were of late."""

from __future__ import annotations

import math
import time
from enum import IntEnum

from vaughn.errors import ClientBusy

MEMORY = 60.0
"""Seconds for which it is remembered how a client's query went."""

MOST = 10_000
"""Clients of one kind that are remembered: whoever comes from a million addresses takes no more memory than that."""


class Rank(IntEnum):
    """Who goes first. LIGHT: had quick answers of late, or is exempt. HEAVY: had a slow query of late, or one that
    cost its worker."""

    LIGHT = 0
    UNKNOWN = 1
    HEAVY = 2


class _Recent:
    """Clients seen of late, at most MOST; the one that was seen longest ago is forgotten first."""

    def __init__(self, memory: float) -> None:
        self._memory = memory
        self._until: dict[str, float] = {}  # the latest is last

    def __len__(self) -> int:
        return len(self._until)

    def __contains__(self, client: str) -> bool:
        return self._until.get(client, 0.0) > time.monotonic()

    def add(self, client: str) -> None:
        now = time.monotonic()
        self._until.pop(client, None)
        self._forget(now)
        self._until[client] = now + self._memory

    def discard(self, client: str) -> None:
        self._until.pop(client, None)

    def _forget(self, now: float) -> None:
        while self._until:
            client = next(iter(self._until))
            if self._until[client] > now and len(self._until) < MOST:
                return
            del self._until[client]


class Clients:
    """The clients of a pool. most: queries one may have running and waiting. turn: seconds one query may run.

    Holds nothing about a client who has no query here and had none of late.
    """

    def __init__(self, most: int, turn: float, memory: float = MEMORY) -> None:
        self._most, self._turn = most, turn
        self._here: dict[str, int] = {}
        self._light, self._heavy = _Recent(memory), _Recent(memory)

    def __len__(self) -> int:
        """Clients that something is held about; one may count for what it has here and for what it had."""
        return len(self._here) + len(self._light) + len(self._heavy)

    def admit(self, client: str | None) -> None:
        """Count one query of a client until it leaves; None is not counted. Raises ClientBusy."""
        if client is None:
            return
        here = self._here.get(client, 0)
        if here >= self._most:
            raise ClientBusy(math.ceil(self._turn), self._most)
        self._here[client] = here + 1

    def leave(self, client: str | None) -> None:
        """One query of a client that was admitted is here no more."""
        if client is None:
            return
        if self._here[client] == 1:
            del self._here[client]
        else:
            self._here[client] -= 1

    def rank(self, client: str | None) -> Rank:
        """By what was seen of late; None is exempt."""
        if client is None:
            return Rank.LIGHT
        if client in self._heavy:
            return Rank.HEAVY
        return Rank.LIGHT if client in self._light else Rank.UNKNOWN

    def quick(self, client: str | None) -> None:
        """A query of this client was answered quickly; a heavy one stays so until its time is over."""
        if client is not None and client not in self._heavy:
            self._light.add(client)

    def dear(self, client: str | None) -> None:
        """A query of this client was answered, and neither quickly nor slowly: it is light no more."""
        if client is not None:
            self._light.discard(client)

    def slow(self, client: str | None) -> None:
        """A query of this client is slow, or cost its worker: it is heavy, whatever it was."""
        if client is not None:
            self._light.discard(client)
            self._heavy.add(client)
