"""The engine at VAUGHN_ENDPOINT, behind the interface that the pool has too."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping

import httpx

from vaughn.errors import EngineUnfit, EngineUnreachable, QueryTimeout, SettingsInvalid, StoreError
from vaughn.settings import Settings
from vaughn.store.engine import GRAPH_TYPES, SOLUTION_TYPES, Form, Inspection, Request, Result
from vaughn.store.guard import inspect
from vaughn.store.quirks import engine_named
from vaughn.store.release import Release
from vaughn.store.remote.answers import ROWS, TRIPLES, error_of, settled
from vaughn.store.remote.dialect import Spoken, speak
from vaughn.store.remote.gate import Gate
from vaughn.store.remote.knowledge import Knowledge
from vaughn.store.remote.probe import Inquirer, Known, Names, fit, held, learn
from vaughn.store.remote.wire import Reply, Wire, checked
from vaughn.store.remote.witness import Witness
from vaughn.store.writing import Caps

_TYPES = {**SOLUTION_TYPES, **GRAPH_TYPES}
_MIB = 1 << 20
_WORDY = 4  # times the cap on a result that the engine's JSON or N-Triples of it may take

_log = logging.getLogger(__name__)


class RemoteEngine:
    """An Engine at a SPARQL endpoint. Made by `start`.

    An engine that cannot be reached, or cannot answer for the release, is looked for again by the next query, so that
    it may come up later, or again.
    """

    def __init__(self, release: Release, settings: Settings, endpoint: httpx.URL, connections: int) -> None:
        self._release, self._settings = release, settings
        self._caps = Caps(settings.result_mb * _MIB, settings.result_rows)
        self._wire = Wire(endpoint, connections)
        self._gate = Gate(connections, settings)
        self._knowledge = Knowledge(self._learn)
        self._witness = Witness(self._marker)
        self._closed = False

    @classmethod
    async def start(cls, release: Release, settings: Settings, connections: int, waits: bool = False) -> RemoteEngine:
        """An engine that has been asked what it holds, if it could be reached.

        waits: one that cannot answer for the release is waited for like one that cannot be reached.
        Raises SettingsInvalid for an endpoint or engine that cannot be meant, EngineUnfit (a ReleaseMissing) where the
        engine holds another release or cuts answers.
        """
        engine = cls(release, settings, endpoint_of(settings), connections)
        try:
            await engine._knowledge.get()
        except (StoreError, EngineUnfit) as error:
            if isinstance(error, EngineUnfit) and not waits:
                await engine.close()
                raise
            _log.warning("asked again when the next query comes: %s", error)
        except BaseException:
            await engine.close()
            raise
        return engine

    @property
    def busy(self) -> int:
        """Queries under way."""
        return self._gate.busy

    @property
    def waiting(self) -> int:
        """Queries that wait for their turn."""
        return self._gate.waiting

    async def run(self, request: Request) -> Result:
        """Answer one query; a caller that is cancelled has its connection closed.

        The text is not looked at here: a stranger's goes through `guard.inspect` first.
        Raises QuerySyntax, QueryTimeout, ResultTooLarge, StoreBusy, EngineDenied, EngineUnreachable, EngineFaulty,
        EngineUnfit.
        """
        async with self._gate.passed(request.client):
            start = time.perf_counter()
            body, partial = await self._answer(request)
            return Result(body, _TYPES[request.format], time.perf_counter() - start, partial)

    async def inspect(self, inspection: Inspection) -> Form:
        """Have the guard look at a text, in a thread. Raises what guard.inspect does."""
        return await asyncio.to_thread(inspect, inspection.text, inspection)

    async def most_values(self, query: str) -> Mapping[str, int]:
        """How many values of which parameters of a named query it answers rightly; any number of the others.

        Raises what `run` does before it asks.
        """
        return (await self._knowledge.get()).quirks.most_values.get(query, {})

    async def name(self) -> str:
        """Which engine it is, as the table names it. Raises what `run` does before it asks."""
        return (await self._knowledge.get()).quirks.name

    async def close(self) -> None:
        """Close every connection; queries under way are answered with EngineUnreachable."""
        self._closed = True
        await self._knowledge.close()
        await self._wire.close()

    async def _learn(self) -> Known:
        if self._closed:
            raise EngineUnreachable("the service is stopping")
        known = await learn(self._wire, self._settings, Names(self._release.manifest.base))
        fit(known, self._release, self._settings)
        return known

    async def _answer(self, request: Request) -> tuple[bytes, bool]:
        seconds = min(request.seconds or self._settings.query_seconds, self._settings.query_seconds)
        try:
            async with asyncio.timeout(seconds):
                reply, known = await self._vouched(request, seconds)
        except TimeoutError:
            raise QueryTimeout(seconds) from None
        outcome = await asyncio.to_thread(settled, reply, request, known.quirks, self._caps)
        if isinstance(outcome, StoreError):
            raise outcome
        return outcome

    async def _vouched(self, request: Request, seconds: float) -> tuple[Reply, Known]:
        """The engine's answer, given while it held the release whole; with what was known when it was asked."""
        known = await self._knowledge.get()
        spoken = speak(request, known.quirks, known.layout(self._release))
        try:
            reply = await self._ask(request, spoken, known, seconds)
        except EngineUnreachable:
            self._knowledge.forget()  # whatever comes up again in its place may be another
            raise
        fault = error_of(reply, request, spoken, known.quirks, seconds)
        if fault is not None:
            raise fault
        await self._confirm()
        return reply, known

    async def _confirm(self) -> None:
        """Raises EngineUnfit where what was just answered may come from a release that is half loaded, or another."""
        digest = await self._witness.says()
        if digest != self._release.manifest.digest:
            self._knowledge.forget()
            error = EngineUnfit(f"it holds {digest or 'no release'} by now, not {self._release.manifest.digest}")
            _log.warning("nothing is answered until its release is there again: %s", error)
            raise error

    async def _marker(self) -> str:
        """What the marker says; one reading that hangs holds up the next for no longer than a query may take."""
        seconds = self._settings.query_seconds
        known = await self._knowledge.get()
        try:
            async with asyncio.timeout(seconds):
                return await held(Inquirer(self._wire, self._settings, known), Names(self._release.manifest.base))
        except TimeoutError:
            raise QueryTimeout(seconds) from None

    async def _ask(self, request: Request, spoken: Spoken, known: Known, seconds: float) -> Reply:
        limit = known.quirks.time_limit
        pairs = [*spoken.pairs, *(limit.pairs(seconds) if limit else ())]
        accept = TRIPLES if request.form.graph else ROWS
        return await self._wire.ask(known.transport, spoken.text, pairs, accept, _WORDY * self._caps.size)


def endpoint_of(settings: Settings) -> httpx.URL:
    """Where the engine is. Raises SettingsInvalid."""
    name = settings.endpoint_engine
    if name and engine_named(name) is None:
        raise SettingsInvalid("VAUGHN_ENDPOINT_ENGINE", name, "no engine of the table in the manual")
    return checked("VAUGHN_ENDPOINT", settings.endpoint or "")
