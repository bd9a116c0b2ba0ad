"""The engine at VAUGHN_ENDPOINT, behind the interface that the pool has too."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace

import httpx

from vaughn.errors import EngineUnfit, EngineUnreachable, QueryTimeout, SettingsInvalid, StoreError
from vaughn.settings import Settings
from vaughn.store.engine import TYPES, Form, Inspection, Request, Result
from vaughn.store.guard import inspect
from vaughn.store.quirks import engine_named
from vaughn.store.release import Release
from vaughn.store.remote.answers import ROWS, TRIPLES, error_of, settled
from vaughn.store.remote.dialect import Spoken, speak
from vaughn.store.remote.gate import Gate
from vaughn.store.remote.knowledge import Knowledge
from vaughn.store.remote.mending import mended
from vaughn.store.remote.probe import Flood, Inquirer, Known, Names, held, learn, otherwise, whole
from vaughn.store.remote.wire import Reply, Wire, checked
from vaughn.store.remote.witness import Witness
from vaughn.store.writing import Caps

_MIB = 1 << 20
WORDY = 4
"""Times the cap on a result that the engine's JSON or N-Triples of it may take."""
_QUICK = 10_000  # characters that are worded for an engine in 5 ms
_QUICK_MENDED = 600  # likewise, where what it misreads is looked for first

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Term:
    """How long one query may take. until: its end, by time.monotonic()."""

    seconds: float
    until: float

    @property
    def left(self) -> float:
        return max(0.0, self.until - time.monotonic())


def _term(request: Request, longest: float) -> _Term:
    seconds = min(request.seconds or longest, longest)
    return _Term(seconds, seconds + (time.monotonic() if request.arrived is None else request.arrived))


class RemoteEngine:
    """An Engine at a SPARQL endpoint. Made by `start`.

    An engine that cannot be reached, or cannot answer for the release, is looked for again by the next query, so that
    it may come up later, or again.
    """

    def __init__(
        self, release: Release, settings: Settings, endpoint: httpx.URL, connections: int, strange: bool = False
    ) -> None:
        self._release, self._settings, self._strange = release, settings, strange
        self._caps = Caps(settings.result_mb * _MIB, settings.result_rows)
        self._wire = Wire(endpoint, connections)
        self._gate = Gate(connections, settings)
        self._knowledge = Knowledge(self._learn)
        self._witness = Witness(self._marker)
        self._flood = Flood()
        self._closed = False

    @classmethod
    async def start(
        cls, release: Release, settings: Settings, connections: int, waits: bool = False, strange: bool = False
    ) -> RemoteEngine:
        """An engine that has been asked what it holds, if it could be reached.

        waits: one that cannot answer for the release is waited for like one that cannot be reached.
        strange: what it is asked are strangers' queries, spelt by `plain`; no reviewed ones.
        Raises SettingsInvalid for an endpoint or engine that cannot be meant, EngineUnfit (a ReleaseMissing) where the
        engine holds another release or cuts answers.
        """
        engine = cls(release, settings, endpoint_of(settings), connections, strange)
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

        The text is not looked at here: a stranger's goes through `guard.inspect` first. One deadline, from the arrival,
        is for the wait, the answer and its confirmation; of it no more than half is waited for a connection.
        Raises QuerySyntax, QueryTimeout, ResultTooLarge, StoreBusy, EngineDenied, EngineUnreachable, EngineFaulty,
        EngineUnfit; QueryWithheld for a stranger's that the engine is known to answer wrongly.
        """
        term = _term(request, self._settings.query_seconds)
        async with self._gate.passed(request.client, term.left / 2):
            start = time.perf_counter()
            body, partial = await self._answer(request, term)
            return Result(body, TYPES[request.format], time.perf_counter() - start, partial)

    async def inspect(self, inspection: Inspection) -> Form:
        """Have the guard look at a text, in a thread. Raises what guard.inspect does."""
        return await asyncio.to_thread(inspect, inspection.text, inspection)

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
        return await learn(self._wire, self._settings, self._release, self._flood)

    async def _answer(self, request: Request, term: _Term) -> tuple[bytes, bool]:
        try:
            async with asyncio.timeout(term.left):
                reply, known = await self._vouched(request, term)
        except TimeoutError:
            raise QueryTimeout(term.seconds) from None
        caps = replace(self._caps, until=term.until, seconds=term.seconds)
        outcome = await asyncio.to_thread(settled, reply, request, known.quirks, caps)
        if isinstance(outcome, StoreError):
            raise outcome
        return outcome

    async def _vouched(self, request: Request, term: _Term) -> tuple[Reply, Known]:
        """The engine's answer, given while it held the release whole; with what was known when it was asked."""
        known = await self._knowledge.get()
        spoken = await self._spoken(request, known)
        try:
            reply = await self._ask(request, spoken, known, term.left)
        except EngineUnreachable:
            self._knowledge.forget()  # whatever comes up again in its place may be another
            raise
        fault = error_of(reply, request, spoken, known.quirks, term.seconds)
        if fault is not None:
            raise fault
        await self._confirm()
        return reply, known

    async def _spoken(self, request: Request, known: Known) -> Spoken:
        """The request in the engine's dialect; a long one is worded in a thread, so that nobody else waits for it."""
        layout, mends = known.layout(self._release), self._strange and known.quirks.misreads

        def word() -> Spoken:
            text = mended(request.text) if mends else request.text
            return speak(replace(request, text=text), known.quirks, layout)

        quick = len(request.text) <= (_QUICK_MENDED if mends else _QUICK)
        return word() if quick else await asyncio.to_thread(word)

    async def _confirm(self) -> None:
        """Raises EngineUnfit where what was just answered may come from a release that is half loaded, or another."""
        says = await self._witness.says()
        if says != whole(self._release):
            self._knowledge.forget()
            error = EngineUnfit(f"by now {otherwise(says, self._release)}")
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
        return await self._wire.ask(known.transport, spoken.text, pairs, accept, WORDY * self._caps.size)


def endpoint_of(settings: Settings) -> httpx.URL:
    """Where the engine is. Raises SettingsInvalid."""
    name = settings.endpoint_engine
    if name and engine_named(name) is None:
        raise SettingsInvalid("VAUGHN_ENDPOINT_ENGINE", name, "no engine of the table in the manual")
    return checked("VAUGHN_ENDPOINT", settings.endpoint or "")
