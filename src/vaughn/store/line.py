"""Who runs next: idle workers, the queries that wait for one, and how many may run at once.

The order of service is here and nowhere else. Two lanes: a query runs in the fast one until the pool calls it slow;
then it keeps its worker and moves to the slow lane, and its place in the fast one is free. Three queues, one of each
rank (clients.py): light clients go first; those that nothing is known of have one place in SHARE where both wait;
heavy ones wait until no other does. In a queue clients take turns, whoever has more waiting. One place of the fast
lane is for light clients alone, and where one was here of late the last idle worker too, so that no crowd of others
makes them wait.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from vaughn.errors import StoreBusy, StoreError
from vaughn.store.clients import MEMORY, Rank
from vaughn.store.handle import Worker

SHARE = 4
"""Where light clients and unknown ones wait, one place of so many goes to an unknown one."""

_TICK = 0.02  # seconds between two looks at who has waited for too long
_USUAL = tuple(Rank)
_IN_TURN = (Rank.UNKNOWN, Rank.LIGHT, Rank.HEAVY)
_NO_LATER = {rank: tuple(before for before in Rank if before <= rank) for rank in Rank}

_REASONS = {
    Rank.UNKNOWN: "every query worker is busy, or kept for clients with quick answers of late",
    Rank.HEAVY: "every query worker is busy or kept for others, and this client goes last, since a query of its was "
    "slow or broken off of late",
}


@dataclass(eq=False, slots=True)
class _Waiter:
    """One query that waits, of a client of that rank, until a time of the loop's clock."""

    client: str | None
    rank: Rank
    worker: asyncio.Future[Worker]
    until: float

    @property
    def key(self) -> Hashable:
        """Whose turn it waits for: those who give no name are each a client of their own."""
        return self if self.client is None else self.client

    def refuse(self, error: StoreError) -> None:
        if not self.worker.done():
            self.worker.set_exception(error)


class _Queue:
    """Clients that take turns, one query of each in a round; each client's queries in order."""

    def __init__(self) -> None:
        self._clients: dict[Hashable, deque[_Waiter]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[_Waiter]:
        return (waiter for waiters in self._clients.values() for waiter in waiters)

    def put(self, waiter: _Waiter) -> None:
        self._clients.setdefault(waiter.key, deque()).append(waiter)
        self._count += 1

    def next(self) -> _Waiter:
        """Take out the one whose turn it is; its client goes to the end."""
        key = next(iter(self._clients))
        waiters = self._clients.pop(key)
        if len(waiters) > 1:
            self._clients[key] = waiters
        self._count -= 1
        return waiters.popleft()

    def last(self) -> _Waiter:
        """Take out the one whose turn comes last."""
        waiter = max(self._clients.values(), key=len)[-1]
        self.remove(waiter)
        return waiter

    def remove(self, waiter: _Waiter) -> bool:
        """Take out one; False where it is not here."""
        waiters = self._clients.get(waiter.key, ())
        if waiter not in waiters:
            return False
        self._clients[waiter.key].remove(waiter)
        if not self._clients[waiter.key]:
            del self._clients[waiter.key]
        self._count -= 1
        return True

    def leave(self, client: str) -> list[_Waiter]:
        """Take out all of one client's."""
        waiters = list(self._clients.pop(client, ()))
        self._count -= len(waiters)
        return waiters


class Line:
    """Queues and lanes.

    workers: how many may be busy in the fast lane; more may be idle (warm spares). queue: how many queries may wait.
    turn: seconds one query may run; nobody waits longer than half of it, and who is refused may come back after one.
    slow: how many may be busy in the slow lane. heavy: how many queries of heavy clients may wait: so many as can have
    a place before they would be sent away for waiting; the rest are refused at once.
    """

    def __init__(self, workers: int, queue: int, turn: float, slow: int = 0, heavy: int | None = None) -> None:
        self._workers, self._queue, self._turn, self._most_slow = workers, queue, turn, slow
        self._most_heavy = queue if heavy is None else heavy
        self._idle: list[Worker] = []
        self._fast: dict[Worker, Rank] = {}
        self._slow: set[Worker] = set()
        self._queues = {rank: _Queue() for rank in Rank}
        self._passed_over = 0
        self._light_until = 0.0
        self._tick: asyncio.TimerHandle | None = None

    @property
    def busy(self) -> int:
        """Queries under way, in both lanes."""
        return len(self._fast) + len(self._slow)

    @property
    def slow(self) -> int:
        """Queries under way in the slow lane."""
        return len(self._slow)

    @property
    def idle(self) -> int:
        """Workers that wait for a query."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return sum(map(len, self._queues.values()))

    async def take(self, client: str | None = None, rank: Rank = Rank.LIGHT, longest: float | None = None) -> Worker:
        """A worker of one's own, until it is given back or dropped. longest: seconds to wait at most; half a turn
        where none are given.

        Raises StoreBusy when the queue is full or the wait too long.
        """
        if self._free(rank) and not any(self._queues[before] for before in _NO_LATER[rank]):
            return self._hand_out(rank)
        if rank is Rank.HEAVY and self._heavy_full:
            raise self._refusal(rank)
        if self.waiting >= self._queue:
            self._make_room(rank)
        return await self._wait(client, rank, self._turn / 2 if longest is None else longest)

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
        """A client turns out to be heavy: what it has waiting waits with the heavy ones, or is refused."""
        if client is None:
            return
        for waiter in [*self._queues[Rank.LIGHT].leave(client), *self._queues[Rank.UNKNOWN].leave(client)]:
            waiter.rank = Rank.HEAVY
            if self._heavy_full:
                waiter.refuse(self._refusal(Rank.HEAVY))
            else:
                self._queues[Rank.HEAVY].put(waiter)

    def is_slow(self, worker: Worker) -> bool:
        """Whether a worker is in the slow lane."""
        return worker in self._slow

    def abandon(self, error: StoreError) -> None:
        """Send everybody away."""
        for queue in self._queues.values():
            while queue:
                queue.next().refuse(error)

    @property
    def _heavy_full(self) -> bool:
        return len(self._queues[Rank.HEAVY]) >= self._most_heavy

    def _free(self, rank: Rank) -> bool:
        """Whether a worker is there for such a client."""
        kept = rank is not Rank.LIGHT and self._workers > 1 and self._last_place
        return bool(self._idle) and len(self._fast) < self._workers and not kept

    @property
    def _last_place(self) -> bool:
        """Whether all that is left is kept for light clients. Where none was here of late no worker is, so that one
        that no other follows, for want of memory, is of use to somebody."""
        others = sum(rank is not Rank.LIGHT for rank in self._fast.values())
        return others >= self._workers - 1 or (len(self._idle) < 2 and self._light_until > time.monotonic())

    def _hand_out(self, rank: Rank) -> Worker:
        worker = self._idle.pop()
        self._fast[worker] = rank
        if rank is Rank.LIGHT:
            self._light_until = time.monotonic() + MEMORY
        return worker

    def _serve(self) -> None:
        while (waiter := self._next()) is not None:
            if not waiter.worker.done():
                waiter.worker.set_result(self._hand_out(waiter.rank))

    def _next(self) -> _Waiter | None:
        """Whose turn it is, taken out of its queue; None where nobody can have a worker."""
        able = [rank for rank in self._order() if self._queues[rank] and self._free(rank)]
        if not able:
            return None
        passed_over = able[0] is Rank.LIGHT and self._queues[Rank.UNKNOWN]
        self._passed_over = self._passed_over + 1 if passed_over else 0
        return self._queues[able[0]].next()

    def _order(self) -> tuple[Rank, ...]:
        return _IN_TURN if self._passed_over >= SHARE - 1 else _USUAL

    def _make_room(self, rank: Rank) -> None:
        """One of the rank that is served last leaves a full queue for one that is served sooner. Raises StoreBusy."""
        behind = next((other for other in reversed(Rank) if other > rank and self._queues[other]), None)
        if behind is None:
            raise self._refusal(rank)
        self._queues[behind].last().refuse(self._refusal(behind))

    async def _wait(self, client: str | None, rank: Rank, longest: float) -> Worker:
        loop = asyncio.get_running_loop()
        waiter = _Waiter(client, rank, loop.create_future(), loop.time() + longest)
        self._queues[rank].put(waiter)
        self._watch(loop)
        try:
            return await waiter.worker
        except asyncio.CancelledError:
            self._leave(waiter)
            raise

    def _leave(self, waiter: _Waiter) -> None:
        worker = waiter.worker
        if self._queues[waiter.rank].remove(waiter):
            return
        if not worker.cancelled() and worker.exception() is None:  # served and cancelled in one turn of the loop
            self.give(worker.result())

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._tick is None:
            self._tick = loop.call_later(_TICK, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send away who has waited for too long: one clock for all of them, since a timer for each would cost every
        query that waits."""
        self._tick, now = None, loop.time()
        for queue in self._queues.values():
            for waiter in [each for each in queue if each.until <= now]:
                queue.remove(waiter)
                waiter.refuse(self._refusal(waiter.rank))
        if self.waiting:
            self._watch(loop)

    def _refusal(self, rank: Rank) -> StoreBusy:
        turn = math.ceil(self._turn)
        return StoreBusy(turn, _REASONS[rank]) if rank in _REASONS else StoreBusy(turn)
