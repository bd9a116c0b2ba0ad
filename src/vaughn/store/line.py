"""Who runs next: idle workers, the queries that wait for one, and how many may run at once.

The order of service is here and nowhere else. Two lanes: a query runs in the fast one until the pool calls it slow;
then it keeps its worker and moves to the slow lane, and its place in the fast one is free. Two queues: clients whose
queries were slow of late (heavy ones) wait until no other does, and never hold the last place of the fast lane.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass

from vaughn.errors import StoreBusy, StoreError
from vaughn.store.handle import Worker


@dataclass(eq=False)
class _Waiter:
    """One query that waits. heavy: its client was slow of late."""

    client: str | None
    heavy: bool
    worker: asyncio.Future[Worker]

    def refuse(self, error: StoreError) -> None:
        if not self.worker.done():
            self.worker.set_exception(error)


class Line:
    """First come, first served, in each queue.

    workers: how many may be busy in the fast lane; more may be idle (warm spares). queue: how many queries may wait.
    turn: seconds one query may run; nobody waits longer than two turns, and who is refused may come back after one.
    slow: how many may be busy in the slow lane.
    """

    def __init__(self, workers: int, queue: int, turn: float, slow: int = 0) -> None:
        self._workers, self._queue, self._turn, self._most_slow = workers, queue, turn, slow
        self._idle: list[Worker] = []
        self._fast: dict[Worker, bool] = {}
        self._slow: set[Worker] = set()
        self._waiting: deque[_Waiter] = deque()
        self._waiting_heavy: deque[_Waiter] = deque()

    @property
    def busy(self) -> int:
        """Queries under way, in both lanes."""
        return len(self._fast) + len(self._slow)

    @property
    def slow(self) -> int:
        """Queries under way in the slow lane."""
        return len(self._slow)

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return len(self._waiting) + len(self._waiting_heavy)

    async def take(self, client: str | None = None, heavy: bool = False) -> Worker:
        """A worker of one's own, until it is given back or dropped. heavy: the client was slow of late.

        Raises StoreBusy when the queue is full or the wait too long.
        """
        if self._free(heavy) and not self._waiting and not (heavy and self._waiting_heavy):
            return self._hand_out(heavy)
        if self.waiting >= self._queue:
            self._make_room(heavy)
        return await self._wait(client, heavy)

    def add(self, worker: Worker) -> None:
        """A new worker is ready."""
        self._idle.append(worker)
        self._serve()

    def give(self, worker: Worker) -> None:
        """A worker came back from a query; one that was dropped meanwhile does not."""
        if worker.alive:
            self._fast.pop(worker, None)
            self._slow.discard(worker)
            self.add(worker)

    def drop(self, worker: Worker) -> None:
        """A worker is no more, whether it was idle or busy."""
        if worker in self._idle:
            self._idle.remove(worker)
        self._fast.pop(worker, None)
        self._slow.discard(worker)
        self._serve()

    @property
    def slow_full(self) -> bool:
        """Whether the slow lane has no place."""
        return len(self._slow) >= self._most_slow

    def slow_down(self, worker: Worker) -> bool:
        """Move a busy worker to the slow lane; False where that is full."""
        if self.slow_full:
            return False
        del self._fast[worker]
        self._slow.add(worker)
        self._serve()
        return True

    def set_back(self, client: str | None) -> None:
        """A client turns out to be heavy: what it has waiting waits with the heavy ones."""
        for waiter in [each for each in self._waiting if client is not None and each.client == client]:
            self._waiting.remove(waiter)
            waiter.heavy = True
            self._waiting_heavy.append(waiter)

    def is_slow(self, worker: Worker) -> bool:
        """Whether a worker is in the slow lane."""
        return worker in self._slow

    def abandon(self, error: StoreError) -> None:
        """Send everybody away."""
        for queue in (self._waiting, self._waiting_heavy):
            while queue:
                queue.popleft().refuse(error)

    def _free(self, heavy: bool) -> bool:
        """Whether a worker is there for such a client: the last place is kept from heavy ones, where it is not the
        only one."""
        most_heavy = max(1, self._workers - 1)
        kept = heavy and sum(self._fast.values()) >= most_heavy
        return bool(self._idle) and len(self._fast) < self._workers and not kept

    def _hand_out(self, heavy: bool) -> Worker:
        worker = self._idle.pop()
        self._fast[worker] = heavy
        return worker

    def _serve(self) -> None:
        for queue, heavy in ((self._waiting, False), (self._waiting_heavy, True)):
            while queue and self._free(heavy):
                waiter = queue.popleft()
                if not waiter.worker.done():
                    waiter.worker.set_result(self._hand_out(heavy))

    def _make_room(self, heavy: bool) -> None:
        """The heavy client that came last leaves a full queue for one that is not. Raises StoreBusy."""
        if heavy or not self._waiting_heavy:
            raise self._refusal()
        self._waiting_heavy.pop().refuse(self._refusal())

    async def _wait(self, client: str | None, heavy: bool) -> Worker:
        loop = asyncio.get_running_loop()
        waiter = _Waiter(client, heavy, loop.create_future())
        self._queue_of(waiter).append(waiter)
        timer = loop.call_later(2 * self._turn, self._tire, waiter)
        try:
            return await waiter.worker
        except asyncio.CancelledError:
            self._leave(waiter)
            raise
        finally:
            timer.cancel()

    def _queue_of(self, waiter: _Waiter) -> deque[_Waiter]:
        return self._waiting_heavy if waiter.heavy else self._waiting

    def _leave(self, waiter: _Waiter) -> None:
        queue, worker = self._queue_of(waiter), waiter.worker
        if waiter in queue:
            queue.remove(waiter)
        elif not worker.cancelled() and worker.exception() is None:  # served and cancelled in one turn of the loop
            self.give(worker.result())

    def _tire(self, waiter: _Waiter) -> None:
        if not waiter.worker.done():
            self._queue_of(waiter).remove(waiter)
            waiter.refuse(self._refusal())

    def _refusal(self) -> StoreBusy:
        return StoreBusy(retry_after=math.ceil(self._turn))
