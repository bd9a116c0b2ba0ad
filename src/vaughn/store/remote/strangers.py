"""Strangers' queries on their way to a remote engine: read here first, and spelt plainly.

What the embedded engine cannot read is never sent. A process that can be killed reads it, since the engine's parser may
crash; nothing is planned or run there. So a fault of syntax is told in the embedded engine's words and with its place,
and the extensions of an engine (a pragma before the query, OPTION after a graph's name) do not reach it.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from vaughn.errors import EngineFaulty, QuerySyntax
from vaughn.settings import Settings
from vaughn.store.columns import named
from vaughn.store.engine import Form, Inspection, Request, Result
from vaughn.store.keeper import reading
from vaughn.store.pool import Lanes, WorkerPool
from vaughn.store.release import Release
from vaughn.store.remote.engine import RemoteEngine
from vaughn.store.remote.plain import plain

_QUICK = 10_000  # characters that are spelt plainly in 5 ms; longer texts go to a thread


class Strangers:
    """An Engine: a remote one behind workers that read every query first. Made by `start`."""

    def __init__(self, engine: RemoteEngine, readers: WorkerPool) -> None:
        self._engine, self._readers = engine, readers

    @classmethod
    async def start(cls, release: Release, settings: Settings, waits: bool = False) -> Strangers:
        """Readers and connections, as many as there are workers. Raises what RemoteEngine.start raises."""
        engine = await RemoteEngine.start(release, settings, settings.workers, waits, strange=True)
        try:
            lanes = Lanes(settings.workers, settings.queue, settings.client_queries)
            return cls(engine, await WorkerPool.opened_by(reading(settings), lanes))
        except BaseException:
            await engine.close()
            raise

    async def run(self, request: Request) -> Result:
        """Answer one query; reading it, the wait and the answer share one deadline, from the arrival.

        Raises QueryRefused for a query that the embedded engine would not run or that calls what is no function of
        SPARQL's, and what RemoteEngine.run and WorkerPool.run raise.
        """
        arrived = time.monotonic() if request.arrived is None else request.arrived
        await self._readers.run(replace(request, arrived=arrived))
        text = await _spelt(request)
        try:
            return await self._engine.run(replace(request, text=text, arrived=arrived))
        except QuerySyntax as error:
            raise EngineFaulty(f"it cannot read this query, which is SPARQL: {error.reason}", "read") from None

    async def inspect(self, inspection: Inspection) -> Form:
        """Have a reader look at a text. Raises what WorkerPool.inspect does."""
        return await self._readers.inspect(inspection)

    async def close(self) -> None:
        """End the readers and close every connection."""
        await asyncio.gather(self._readers.close(), self._engine.close())


async def _spelt(request: Request) -> str:
    return _plainly(request) if len(request.text) <= _QUICK else await asyncio.to_thread(_plainly, request)


def _plainly(request: Request) -> str:
    """The text spelt plainly, with the columns of its own `SELECT *` by name, as they are shown without an engine."""
    return plain(named(request.text, request.base))
