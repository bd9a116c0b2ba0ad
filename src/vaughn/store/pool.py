"""The embedded engine: queries in worker processes that can be killed."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass

from vaughn.errors import QueryTimeout, SlowLaneFull, StoreError, WorkerDied
from vaughn.settings import Settings
from vaughn.store import frames
from vaughn.store.clients import Clients, Rank
from vaughn.store.deaths import death
from vaughn.store.engine import TYPES, Form, Inspection, Request, Result
from vaughn.store.frames import Reply
from vaughn.store.guard import QUICK
from vaughn.store.handle import Worker
from vaughn.store.keeper import PAUSE, Keeper, order
from vaughn.store.line import Line
from vaughn.store.release import Release
from vaughn.store.template import Order

WAITING_PART = 0.5
"""The part of what is left of a query's time that it may wait for a worker; the rest is for running."""

_STARVED = 3  # patiences by the clock after which a niced query makes room although it had little processor time
_POLITE = 0.1  # the part of the patience after which a process stands back, and after which it is looked at again
_BREATH = 0.1  # seconds until a worker follows one whose client went away: forks take time from neighbours
_LONGEST_TICK = 0.02  # seconds; a query ends so much after its deadline at most


@dataclass(frozen=True)
class Lanes:
    """fast: queries that run at once in the fast lane. slow: in the slow lane. patience: seconds of processor time
    after which a query moves from one to the other, or thrice as many by the clock where the other has a place (for
    want of processor time no query is refused); None where there is one lane only. queue: queries that may wait.
    each: queries one client may have here."""

    fast: int
    queue: int
    each: int
    slow: int = 0
    patience: float | None = None


@dataclass(slots=True)
class _Turn:
    """One query under way. seconds: that it may still take, of its limit, after what it has waited. short: its text
    is, so that a quick answer tells of a look-up."""

    worker: Worker
    client: str | None
    limit: float
    waited: float
    short: bool

    @property
    def seconds(self) -> float:
        return self.limit - self.waited


class WorkerPool:
    """An Engine of worker processes, on one event loop and without threads. Its keeper is opened by whoever made it.

    One process more than may be busy is kept warm, so that a killed worker's neighbours wait for nobody.
    """

    def __init__(self, keeper: Keeper, lanes: Lanes) -> None:
        self._keeper, self._lanes = keeper, lanes
        self._own_keeper = False
        self._turn = keeper.order.limits.seconds
        self._line = Line(lanes.fast, lanes.queue, self._turn, lanes.slow, _heavy_waiting(lanes, self._turn))
        self._clients = Clients(lanes.each, self._turn)
        self._workers: dict[int, Worker] = {}
        self._running: dict[asyncio.Future[Reply], _Turn] = {}
        self._tick: asyncio.TimerHandle | None = None
        self._full = asyncio.Event()
        self._closed = False
        keeper.enrol(self)

    @classmethod
    async def start(cls, release: Release, settings: Settings, workers: int) -> WorkerPool:
        """A pool with a template of its own and one lane; at most `workers` queries run at once.

        Raises ReleaseMissing when the release cannot be opened.
        """
        lanes = Lanes(workers, settings.queue, settings.client_queries)
        return await cls.opened_by(order(release, settings), lanes)

    @classmethod
    async def opened_by(cls, order: Order, lanes: Lanes) -> WorkerPool:
        """A pool with a template of its own that opens what it is told. Raises what `start` raises."""
        keeper = Keeper(order)
        pool = cls(keeper, lanes)
        pool._own_keeper = True
        await keeper.open()
        await pool.filled()
        return pool

    @property
    def busy(self) -> int:
        """Queries under way."""
        return self._line.busy

    @property
    def slow(self) -> int:
        """Queries under way in the slow lane."""
        return self._line.slow

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return self._line.waiting

    @property
    def processes(self) -> list[int]:
        """Process ids: the template's first, then the workers'."""
        template = [] if self._keeper.pid is None else [self._keeper.pid]
        return template + [worker.pid for worker in self._workers.values()]

    async def filled(self) -> None:
        """Wait until every worker has been ready once."""
        await self._full.wait()

    async def run(self, request: Request) -> Result:
        """Answer one query; a caller that is cancelled has its query killed.

        The text is not looked at here: a stranger's goes through `guard.inspect` first, or `inspect`. The deadline
        counts from the query's arrival: it waits for a worker for half of what is left at most, and has the rest.
        Raises QuerySyntax, QueryRefused, QueryTimeout, ResultTooLarge, WorkerDied, EngineFailed, StoreBusy,
        SlowLaneFull, ClientBusy.
        """
        body, reply = await self._replied(request)
        return Result(body, TYPES[request.format], reply.seconds, reply.partial)

    async def inspect(self, inspection: Inspection) -> Form:
        """Have a worker look at a text, in its turn and within the limits of a query.

        Raises what guard.inspect does, and QueryTimeout, WorkerDied, StoreBusy, SlowLaneFull, ClientBusy.
        """
        body, _ = await self._replied(inspection)
        try:
            return Form(body.decode())
        except ValueError:  # whoever runs strangers' queries is not trusted to make sense
            raise WorkerDied("it sent an answer that makes no sense") from None

    async def close(self) -> None:
        """End every worker; queries under way are answered with WorkerDied. A pool with a template of its own leaves
        no process behind."""
        self._closed = True
        if self._tick is not None:
            self._tick.cancel()
        self._line.abandon(_closing())
        for worker in list(self._workers.values()):
            self._keeper.kill(worker.number)
            self._bury(worker, _closing())
        if self._own_keeper:
            await self._keeper.close()

    async def _replied(self, request: Request | Inspection) -> tuple[bytes, Reply]:
        """The bytes that a worker answered with, and the whole reply. Raises what it answered with instead."""
        if self._closed:
            raise _closing()
        client, limit = request.client, min(request.seconds or self._turn, self._turn)
        arrived = time.monotonic() if request.arrived is None else request.arrived
        self._clients.admit(client)
        try:
            longest = (arrived + limit - time.monotonic()) * WAITING_PART
            worker = await self._line.take(client, self._rank(request), max(0.0, longest))
            turn = _Turn(worker, client, limit, time.monotonic() - arrived, len(request.text) <= QUICK)
            reply = await self._ask(turn, frames.pack(frames.encode_request(request)))
        finally:
            self._clients.leave(client)
        if isinstance(reply.outcome, StoreError):
            raise reply.outcome
        return reply.outcome, reply

    def _rank(self, request: Request | Inspection) -> Rank:
        """A client's rank; a long text is no look-up, whoever sends it."""
        rank = self._clients.rank(request.client)
        return rank if request.client is None or len(request.text) <= QUICK else max(rank, Rank.UNKNOWN)

    async def _ask(self, turn: _Turn, payload: bytes) -> Reply:
        worker = turn.worker
        job = worker.ask(payload)
        self._running[job] = turn
        self._watch()
        try:
            return await job
        except asyncio.CancelledError:
            if worker.job is job:  # otherwise it has answered, and may be at work for another
                self._set_back(turn.client)
                self._retire(worker, _closing(), _BREATH)
            raise
        finally:
            del self._running[job]

    def _watch(self) -> None:
        if self._tick is None:
            step = self._turn if self._lanes.patience is None else self._lanes.patience
            self._tick = asyncio.get_running_loop().call_later(min(step * _POLITE, _LONGEST_TICK), self._look)

    def _look(self) -> None:
        """See how long the queries take: one clock for all of them, since a timer for each would cost every look-up."""
        self._tick = None
        for job, turn in list(self._running.items()):
            if turn.worker.job is job:
                self._check(turn)
        if self._running:
            self._watch()

    def _check(self, turn: _Turn) -> None:
        patience = self._lanes.patience
        if turn.worker.passed >= turn.seconds:
            self._set_back(turn.client)
            self._retire(turn.worker, QueryTimeout(turn.limit, turn.waited))
        elif patience is not None and patience < turn.seconds and not self._line.is_slow(turn.worker):
            self._hurry(turn.worker, turn.client, patience)

    def _hurry(self, worker: Worker, client: str | None, patience: float) -> None:
        """A query is slow by the processor time of its own: a look-up is not slow because others are."""
        starved = worker.niced and worker.passed >= patience * _STARVED and not self._line.slow_full
        if starved or worker.used >= patience:
            self._slow_down(worker, client)
            return
        if worker.used >= patience * _POLITE and not worker.niced:
            self._keeper.nice(worker.number)
            worker.niced = True

    def _slow_down(self, worker: Worker, client: str | None) -> None:
        """A query that takes long moves to the slow lane with its worker, or is refused where that is full."""
        self._set_back(client)
        if self._line.slow_down(worker):
            self._replace()
        else:
            self._retire(worker, SlowLaneFull(math.ceil(self._turn), self._lanes.slow))

    def _set_back(self, client: str | None) -> None:
        """A query of this client was slow or has cost its worker; what else it has waiting goes last."""
        self._clients.slow(client)
        self._line.set_back(client)

    def _answered(self, worker: Worker, reply: Reply) -> None:
        job = worker.job
        if job is None:
            return
        turn = self._running[job]
        if reply.worn or worker.niced:  # a niced process cannot be made a quick one again
            self._clients.dear(turn.client)
            self._retire(worker, None)
        else:
            worker.job = None
            if turn.short:
                self._clients.quick(turn.client)
            self._line.give(worker)
        if not job.done():
            job.set_result(reply)

    @property
    def _wanted(self) -> int:
        return self._lanes.fast + 1 + self._line.slow

    def _retire(self, worker: Worker, error: StoreError | None, pause: float = 0.0) -> None:
        """Kill a busy worker and have another in its place, unless one has taken it already; where another is idle,
        after a pause."""
        replaced = self._line.is_slow(worker)
        self._keeper.kill(worker.number)
        self._bury(worker, error)
        if not replaced:
            self._replace(pause if self._line.idle else 0.0)

    def _bury(self, worker: Worker, error: StoreError | None) -> None:
        """Forget a worker; whoever waits for it gets the error."""
        del self._workers[worker.number]
        worker.close()
        job, worker.job = worker.job, None
        if job is not None and not job.done() and error is not None:
            job.set_exception(error)
        self._line.drop(worker)

    def _replace(self, pause: float = 0.0) -> None:
        if self._closed:
            return
        if pause:
            asyncio.get_running_loop().call_later(pause, self._replace)
        else:
            self._keeper.fork(self)

    # What the keeper and the template tell: keeper.Household.

    def opened(self) -> None:
        """The template runs."""
        for _ in range(self._wanted):
            self._replace()

    def born(self, worker: Worker) -> None:
        """A new worker is ready; one more than wanted (asked for again after a pause) goes at once."""
        if self._closed or len(self._workers) >= self._wanted:
            self._keeper.kill(worker.number)
            worker.close()
            return
        self._workers[worker.number] = worker
        worker.listen(self._answered)
        self._line.add(worker)
        if len(self._workers) >= self._wanted:
            self._full.set()

    def dead(self, number: int, status: int, words: str) -> None:
        """A worker ended. One that the pool killed is forgotten already."""
        worker = self._workers.get(number)
        if worker is None:
            return
        replaced = self._line.is_slow(worker)
        useful = worker.answered > 0 or worker.job is not None
        if worker.job in self._running:
            self._set_back(self._running[worker.job].client)
        self._bury(worker, death(status, words))
        if not replaced:
            self._replace(0.0 if useful else PAUSE)

    def barren(self) -> None:
        """No worker could be forked, for want of memory or of process numbers; try again soon."""
        self._replace(PAUSE)

    def gone(self) -> None:
        """The template ended by itself, and its workers with it."""
        for worker in list(self._workers.values()):
            self._bury(worker, WorkerDied("the process it was forked from ended"))


def _heavy_waiting(lanes: Lanes, turn: float) -> int:
    """How many queries of heavy clients can have a place before they have waited half a turn: a place is held as long
    as a query takes to be called slow."""
    held = turn if lanes.patience is None else lanes.patience * _STARVED
    return max(1, int(turn / 2 / held)) * max(1, lanes.fast - 1)


def _closing() -> WorkerDied:
    return WorkerDied("the service is stopping")
