"""What each client has here: how many queries, and whether they were slow of late."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from vaughn.errors import ClientBusy

MEMORY = 60.0
"""Seconds for which a client's slow query is remembered."""


class Clients:
    """The clients of a pool. most: queries one may have running and waiting. turn: seconds one query may run.

    Holds nothing about a client who has no query here and had no slow one of late.
    """

    def __init__(self, most: int, turn: float, memory: float = MEMORY) -> None:
        self._most, self._turn, self._memory = most, turn, memory
        self._here: Counter[str] = Counter()
        self._slow_until: dict[str, float] = {}

    def __len__(self) -> int:
        """Clients that something is held about."""
        return len(self._here.keys() | self._slow_until.keys())

    @contextmanager
    def admitted(self, client: str | None) -> Iterator[None]:
        """Count one query of a client for as long as it is here; None is not counted. Raises ClientBusy."""
        if client is None:
            yield
            return
        if self._here.get(client, 0) >= self._most:
            raise ClientBusy(math.ceil(self._turn), self._most)
        self._here[client] += 1
        try:
            yield
        finally:
            self._leave(client)

    def heavy(self, client: str | None) -> bool:
        """Whether a query of this client was slow of late."""
        return client is not None and self._slow_until.get(client, 0.0) > time.monotonic()

    def remember(self, client: str | None) -> None:
        """A query of this client is slow."""
        now = time.monotonic()
        self._forget(now)
        if client is not None:
            self._slow_until.pop(client, None)  # the latest is last, so that the first is the first to be forgotten
            self._slow_until[client] = now + self._memory

    def _leave(self, client: str) -> None:
        self._here[client] -= 1
        if not self._here[client]:
            del self._here[client]

    def _forget(self, now: float) -> None:
        while self._slow_until:
            client = next(iter(self._slow_until))
            if self._slow_until[client] > now:
                return
            del self._slow_until[client]
