"""The embedded engine: strangers' queries in worker processes that can be killed."""

from __future__ import annotations

import asyncio
import signal

from vaughn.errors import QueryTimeout, ReleaseMissing, StoreError, WorkerDied
from vaughn.settings import Settings
from vaughn.store import frames
from vaughn.store.engine import GRAPH_TYPES, SOLUTION_TYPES, Request, Result
from vaughn.store.frames import Reply
from vaughn.store.handle import Worker
from vaughn.store.line import Line
from vaughn.store.nursery import Nursery
from vaughn.store.release import Release
from vaughn.store.template import Order
from vaughn.store.worker import Limits

MEMORY_QUADS = 1_000_000
"""Releases with fewer quads are served from memory."""

_TYPES = {**SOLUTION_TYPES, **GRAPH_TYPES}
_PAUSE = 0.2  # seconds before a process that failed at once is started again
_DEATHS = {
    -signal.SIGABRT: "it needed more memory than one query may take",
    -signal.SIGSEGV: "the engine crashed on it",
    -signal.SIGXCPU: "it used up its processor time",
    -signal.SIGKILL: "it was killed, perhaps because the machine is short of memory",
}


class WorkerPool:
    """An Engine of worker processes, on one event loop and without threads. Made by `start`.

    One process more than may be busy is kept warm, so that a killed worker's neighbours wait for nobody.
    """

    def __init__(self, release: Release, settings: Settings, workers: int, memory_quads: int) -> None:
        limits = Limits(settings.query_seconds, settings.query_memory_mb, settings.result_mb)
        self._order = Order(release.path.resolve(), release.manifest.quads < memory_quads, limits)
        self._line = Line(workers, settings.queue, settings.query_seconds)
        self._processes = workers + 1
        self._workers: dict[int, Worker] = {}
        self._nursery: Nursery | None = None
        self._revival: asyncio.Task[None] | None = None
        self._full = asyncio.Event()
        self._closed = False

    @classmethod
    async def start(
        cls, release: Release, settings: Settings, workers: int, memory_quads: int = MEMORY_QUADS
    ) -> WorkerPool:
        """A pool that answers; at most `workers` queries run at once.

        Raises ReleaseMissing when the release cannot be opened.
        """
        pool = cls(release, settings, workers, memory_quads)
        await pool._open()
        await pool._full.wait()
        return pool

    @property
    def busy(self) -> int:
        """Queries under way."""
        return self._line.busy

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return self._line.waiting

    @property
    def processes(self) -> list[int]:
        """Process ids: the template's first, then the workers'."""
        template = [] if self._nursery is None else [self._nursery.pid]
        return template + [worker.pid for worker in self._workers.values()]

    async def run(self, request: Request) -> Result:
        """Answer one query; a caller that is cancelled has its query killed.

        The text is not looked at here: a stranger's goes through `guard.inspect` first. The wait for a worker, at
        most twice the deadline, is not part of the query's own time.
        Raises QuerySyntax, QueryRefused, QueryTimeout, ResultTooLarge, WorkerDied, StoreBusy.
        """
        if self._closed:
            raise _closing()
        payload = frames.pack(frames.encode_request(request))
        most = self._order.limits.seconds
        reply = await self._ask(await self._line.take(), payload, min(request.seconds or most, most))
        if isinstance(reply.outcome, StoreError):
            raise reply.outcome
        return Result(reply.outcome, _TYPES[request.format], reply.seconds)

    async def close(self) -> None:
        """End every worker; queries under way are answered with WorkerDied. No process is left behind."""
        self._closed = True
        if self._revival is not None:
            self._revival.cancel()
            await asyncio.wait([self._revival])
        self._line.abandon(_closing())
        for worker in list(self._workers.values()):
            self._bury(worker, _closing())
        if self._nursery is not None:
            await self._nursery.close()
            self._nursery = None

    async def _open(self) -> None:
        self._nursery = await Nursery.start(self._order, self)
        for _ in range(self._processes):
            self._nursery.fork()

    async def _ask(self, worker: Worker, payload: bytes, seconds: float) -> Reply:
        job = worker.ask(payload)
        timer = asyncio.get_running_loop().call_later(seconds, self._expire, worker, job, seconds)
        try:
            return await job
        except asyncio.CancelledError:
            if worker.job is job:  # otherwise it has answered, and may be at work for another
                self._retire(worker, _closing())
            raise
        finally:
            timer.cancel()

    def _expire(self, worker: Worker, job: asyncio.Future[Reply], seconds: float) -> None:
        if worker.job is job:
            self._retire(worker, QueryTimeout(seconds))

    def _answered(self, worker: Worker, reply: Reply) -> None:
        job = worker.job
        if job is None:
            return
        if reply.worn:
            self._retire(worker, None)
        else:
            worker.job = None
            self._line.give(worker)
        if not job.done():
            job.set_result(reply)

    def _retire(self, worker: Worker, error: StoreError | None) -> None:
        """Kill a busy worker and have another in its place."""
        if self._nursery is not None:
            self._nursery.kill(worker.number)
        self._bury(worker, error)
        self._replace()

    def _bury(self, worker: Worker, error: StoreError | None) -> None:
        """Forget a worker; whoever waits for it gets the error."""
        del self._workers[worker.number]
        worker.close()
        job, worker.job = worker.job, None
        if job is not None and not job.done() and error is not None:
            job.set_exception(error)
        self._line.drop(worker)

    def _replace(self, pause: float = 0.0) -> None:
        if self._closed or self._nursery is None:
            return
        if pause:
            asyncio.get_running_loop().call_later(pause, self._replace)
        else:
            self._nursery.fork()

    # What the nursery tells: nursery.Events.

    def born(self, worker: Worker) -> None:
        """A new worker is ready; one more than wanted (asked for again after a pause) goes at once."""
        if len(self._workers) >= self._processes and self._nursery is not None:
            self._nursery.kill(worker.number)
            worker.close()
            return
        self._workers[worker.number] = worker
        worker.listen(self._answered)
        self._line.add(worker)
        if len(self._workers) >= self._processes:
            self._full.set()

    def dead(self, number: int, status: int) -> None:
        """A worker ended. One that the pool killed is forgotten already."""
        worker = self._workers.get(number)
        if worker is None:
            return
        useful = worker.answered > 0 or worker.job is not None
        self._bury(worker, WorkerDied(_DEATHS.get(status, f"it ended with status {status}")))
        self._replace(0.0 if useful else _PAUSE)

    def barren(self) -> None:
        """No worker could be forked, for want of memory or of process numbers; try again soon."""
        self._replace(_PAUSE)

    def gone(self) -> None:
        """The template ended by itself, and its workers with it."""
        self._nursery = None
        for worker in list(self._workers.values()):
            self._bury(worker, WorkerDied("the process it was forked from ended"))
        self._revival = asyncio.get_running_loop().create_task(self._revive())

    async def _revive(self) -> None:
        while self._nursery is None:
            try:
                await self._open()
            except ReleaseMissing:
                await asyncio.sleep(_PAUSE)


def _closing() -> WorkerDied:
    return WorkerDied("the service is stopping")
