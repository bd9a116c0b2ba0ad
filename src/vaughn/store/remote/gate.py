"""How many queries are under way at a remote engine, how many wait, and how many of one client's."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vaughn.errors import ClientBusy, StoreBusy
from vaughn.settings import Settings


class Gate:
    """First come, first served. open: queries that may be under way at once."""

    def __init__(self, open: int, settings: Settings) -> None:
        self._places = asyncio.Semaphore(open)
        self._settings = settings
        self._clients: Counter[str] = Counter()
        self.busy = 0
        self.waiting = 0

    @asynccontextmanager
    async def passed(self, client: str | None, longest: float) -> AsyncIterator[None]:
        """A place for one query. longest: seconds that it may wait for one.

        Raises StoreBusy when the queue is full or the wait longer than that, ClientBusy when this client has as many
        here as one may."""
        self._count(client, 1)
        try:
            await self._take(longest)
            try:
                yield
            finally:
                self.busy -= 1
                self._places.release()
        finally:
            self._count(client, -1)

    async def _take(self, longest: float) -> None:
        if self._places.locked() and self.waiting >= self._settings.queue:
            raise self._refusal()
        self.waiting += 1
        try:
            async with asyncio.timeout(longest):
                await self._places.acquire()
        except TimeoutError:
            raise self._refusal() from None
        finally:
            self.waiting -= 1
        self.busy += 1

    def _count(self, client: str | None, step: int) -> None:
        if client is None:
            return
        if step > 0 and self._clients[client] >= self._settings.client_queries:
            raise ClientBusy(self._turn, self._settings.client_queries)
        self._clients[client] += step
        if not self._clients[client]:
            del self._clients[client]

    @property
    def _turn(self) -> int:
        return math.ceil(self._settings.query_seconds)

    def _refusal(self) -> StoreBusy:
        return StoreBusy(self._turn, "the engine has as many queries as it may have at once")
