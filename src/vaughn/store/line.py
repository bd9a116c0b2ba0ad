"""Who runs next: idle workers, the queries that wait for one, and how many may run at once.

The order of service is here and nowhere else: lanes for slow and fast queries would replace this class.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque

from vaughn.errors import StoreBusy, StoreError
from vaughn.store.handle import Worker


class Line:
    """First come, first served.

    workers: how many may be busy at once; more may be idle (warm spares). queue: how many queries may wait.
    turn: seconds one query may run; nobody waits longer than two turns, and who is refused may come back after one.
    """

    def __init__(self, workers: int, queue: int, turn: float) -> None:
        self._workers, self._queue, self._turn = workers, queue, turn
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self.busy = 0

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return len(self._waiting)

    async def take(self) -> Worker:
        """A worker of one's own, until it is given back or dropped. Raises StoreBusy when the queue is full or the wait
        too long."""
        if self._free and not self._waiting:
            return self._hand_out()
        if self.waiting >= self._queue:
            raise self._refusal()
        return await self._wait()

    def add(self, worker: Worker) -> None:
        """A new worker is ready."""
        self._idle.append(worker)
        self._serve()

    def give(self, worker: Worker) -> None:
        """A worker came back from a query; one that was dropped meanwhile does not."""
        if worker.alive:
            self.busy -= 1
            self.add(worker)

    def drop(self, worker: Worker) -> None:
        """A worker is no more, whether it was idle or busy."""
        if worker in self._idle:
            self._idle.remove(worker)
        else:
            self.busy -= 1
            self._serve()

    def abandon(self, error: StoreError) -> None:
        """Send everybody away."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(error)

    @property
    def _free(self) -> bool:
        return bool(self._idle) and self.busy < self._workers

    def _hand_out(self) -> Worker:
        self.busy += 1
        return self._idle.pop()

    def _serve(self) -> None:
        while self._waiting and self._free:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(self._hand_out())

    async def _wait(self) -> Worker:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Worker] = loop.create_future()
        self._waiting.append(waiter)
        timer = loop.call_later(2 * self._turn, self._tire, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            self._leave(waiter)
            raise
        finally:
            timer.cancel()

    def _leave(self, waiter: asyncio.Future[Worker]) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        elif not waiter.cancelled() and waiter.exception() is None:  # served and cancelled in one turn of the loop
            self.give(waiter.result())

    def _tire(self, waiter: asyncio.Future[Worker]) -> None:
        if not waiter.done():
            waiter.set_exception(self._refusal())
            self._waiting.remove(waiter)

    def _refusal(self) -> StoreBusy:
        return StoreBusy(retry_after=math.ceil(self._turn))
