"""What one installation of an engine does, found out by asking it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from vaughn.errors import (
    EngineCuts,
    EngineDenied,
    EngineFaulty,
    EngineUnfit,
    EngineUnreachable,
    QuerySyntax,
    QueryTimeout,
)
from vaughn.model import Table
from vaughn.settings import Settings
from vaughn.store.engine import Form, Request
from vaughn.store.quirks import Quirks, engine_behind, engine_named
from vaughn.store.release import Release
from vaughn.store.remote.answers import ROWS, error_of, rewritten
from vaughn.store.remote.dialect import Layout, Spoken
from vaughn.store.remote.wire import TRANSPORTS, Credentials, Reply, Transport, Wire
from vaughn.store.results import table
from vaughn.store.writing import Caps

LOADING = "loading"
"""What the marker says while a release is being pushed."""

FORMAT = 2
"""The form in which a push lays a release out at an engine. It rises when what is served has to find something else
there than what an earlier push left: 2 has the default graph under a name."""

_QUESTIONS = Path(__file__).with_name("questions")
_SECONDS = 3.0  # an engine that hangs on one way of asking is asked another way after these
_MOST_HUNG = 2  # an engine that hangs on one of them may answer another; one that hangs on two is hung itself
_PATIENCE = 120.0  # counting all triples takes its time
_LEARNING = 10.0  # the questions at the start take milliseconds, and up to seconds where an engine has just come up
_FLOODED = 60.0  # a flood costs the engine seconds, so what one showed holds for a while
_SHORT = "text/csv"  # two bytes a row: as JSON a million took Virtuoso 104 s, and 3 s so
_NUMBER = re.compile(r"\s*(\d*)")
_CAPS = Caps(1 << 24, 1_000_000)
_UNSUITABLE = (400, 404, 405, 406, 411, 413, 414, 415, 501)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Names:
    """The graphs that a release has at a remote engine beside its own."""

    base: str

    @property
    def marker(self) -> str:
        """Holds one triple: itself, dcterms:identifier, what `whole` makes of the release that is loaded whole."""
        return f"{self.base}sparql#release"

    @property
    def default(self) -> str:
        """The default graph, which is a named one there: an engine's own may be the union of all, or another site's."""
        return f"{self.base}sparql#default"

    @property
    def nothing(self) -> str:
        return f"{self.base}sparql#nothing"


@dataclass(frozen=True)
class Known:
    """What was found out."""

    quirks: Quirks
    transport: Transport

    def layout(self, release: Release) -> Layout:
        names = Names(release.manifest.base)
        named = tuple(info.iri for info in release.manifest.graphs)
        return Layout(names.default, named, names.nothing)


class Flood:
    """What the last flood of rows met, for an engine that does not tell its cap."""

    def __init__(self) -> None:
        self._cap: int | None = None
        self._until = 0.0

    async def cap(self, met: Callable[[], Awaitable[int | None]]) -> int | None:
        """What `met` finds, or found less than a minute ago."""
        if time.monotonic() >= self._until:
            self._cap = await met()
            self._until = time.monotonic() + _FLOODED
        return self._cap


class Inquirer:
    """Asks an engine questions of our own; `meet` first, unless it is known already."""

    def __init__(self, wire: Wire, settings: Settings, known: Known | None = None, patience: float = _PATIENCE) -> None:
        self._wire, self._settings, self._patience = wire, settings, patience
        self.quirks = known.quirks if known else Quirks("unmet")
        self.transport = known.transport if known else TRANSPORTS[0]

    async def meet(self) -> None:
        """Learn which engine it is and how it can be asked; credentials are sent only after that.

        Raises EngineDenied, EngineUnreachable, EngineFaulty, QueryTimeout, EngineUnfit.
        """
        reply = await self._first()
        if reply.status in (401, 403):
            raise EngineDenied(reply.status)
        self._raise(reply)

    async def _first(self) -> Reply:
        """The first answer, and by which transport it came."""
        hung = 0
        for self.transport in TRANSPORTS:
            try:
                reply = await self._try(self.transport)
            except TimeoutError:
                reply, hung = None, hung + 1
            if reply is not None:
                return reply
            if hung == _MOST_HUNG:
                raise EngineUnreachable("it takes queries and answers none")
        raise EngineFaulty("it answers no query, whichever way it is asked")

    async def table(self, question: str, *columns: str) -> Table:
        """The rows of one of the questions beside this file, each with these columns. Raises what `meet` does."""
        found = table(rewritten(await self._reply(question), _request(question), self.quirks, _CAPS)[0])
        if not all(column in row for row in found for column in columns):
            raise EngineFaulty(f"it answers a query for {' and '.join(columns)} with rows that lack one")
        return found

    async def cap(self, flood: Flood) -> int | None:
        """The rows after which this installation cuts its answers; None where its kind cuts none, or none were met.

        Its settings are asked first, which takes milliseconds. Raises what `table` does.
        """
        if not self.quirks.cut:
            return None
        try:
            told = await self.table(self.quirks.cap, "cap")
        except (EngineFaulty, QuerySyntax):  # an installation may keep its settings to itself
            return await flood.cap(self._met)
        set_to = _number(next((str(row["cap"]) for row in told), ""))
        return min(set_to or self.quirks.most, self.quirks.most)

    async def _met(self) -> int | None:
        """The cap that a flood of rows meets."""
        try:
            cap = (await self._asked("flood", _SHORT, 0)).headers.get(self.quirks.cut)
        except (TimeoutError, QueryTimeout):
            _log.warning("%s does not tell in time after how many rows it cuts graphs", self.quirks.name)
            return None
        return int(cap) if cap else None

    async def _try(self, transport: Transport) -> Reply | None:
        """The engine's answer to a question that any engine answers; None where it does not take it this way.

        Raises TimeoutError where it hangs.
        """
        reply = await self._ping(transport)
        if not reply.ok and self._wire.auth is None:
            self._recognise(reply)
            reply = await self._ping(transport) if self._wire.auth else reply
        self._recognise(reply)
        return None if reply.status in _UNSUITABLE else reply

    async def _ping(self, transport: Transport) -> Reply:
        async with asyncio.timeout(_SECONDS):
            return await self._wire.ask(transport, _read("alive"), (), ROWS, _CAPS.size)

    def _recognise(self, reply: Reply) -> None:
        settings = self._settings
        named = engine_named(settings.endpoint_engine) if settings.endpoint_engine else None
        self.quirks = named or engine_behind(reply.headers.get("Server", ""))
        self._wire.auth = Credentials(settings.endpoint_user, settings.endpoint_password).auth(
            self.quirks.authentication
        )

    async def _reply(self, question: str) -> Reply:
        try:
            return await self._asked(question, ROWS, _CAPS.size)
        except TimeoutError:
            raise EngineUnreachable(f"it gave no answer within {self._patience:g} s") from None

    async def _asked(self, question: str, accept: str, most: int) -> Reply:
        """The answer to a question. Raises TimeoutError, and what `meet` does."""
        async with asyncio.timeout(self._patience):
            reply = await self._wire.ask(self.transport, _read(question), (), accept, most)
        self._raise(reply)
        return reply

    def _raise(self, reply: Reply) -> None:
        request = _request("alive")
        error = error_of(reply, request, Spoken(request.text, (), 0), self.quirks, self._patience)
        if error is not None:
            raise error


async def learn(wire: Wire, settings: Settings, release: Release, flood: Flood) -> Known:
    """Everything that has to be known before a stranger's query can be sent on.

    Raises EngineDenied, EngineUnreachable, EngineFaulty, QueryTimeout, and what `hold` and `reach` do.
    """
    inquirer = Inquirer(wire, settings, patience=_LEARNING)
    await inquirer.meet()
    if settings.endpoint_user and inquirer.quirks.authentication == "none":
        _log.warning("%s takes no user and password, so VAUGHN_ENDPOINT_USER is not sent", inquirer.quirks.name)
    hold(await held(inquirer, Names(release.manifest.base)), release)
    reach(await inquirer.cap(flood), settings)
    _log.info("%s, asked by %s", inquirer.quirks.name, inquirer.transport)
    return Known(inquirer.quirks, inquirer.transport)


def whole(release: Release) -> str:
    """What the marker says of a release that is loaded whole, as this version loads it."""
    return f"{release.manifest.digest} {FORMAT}"


async def held(inquirer: Inquirer, names: Names) -> str:
    """What the marker says."""
    rows = await inquirer.table("held", "marker", "digest")
    return next((str(row["digest"]) for row in rows if str(row["marker"]) == names.marker), "")


def hold(says: str, release: Release) -> None:
    """Raises EngineUnfit where the marker says that the engine holds another release than this one, half of it, or one
    that another version of vaughn has loaded."""
    if says != whole(release):
        raise EngineUnfit(f"{otherwise(says, release)}; load it with: vaughn release push")


def reach(cap: int | None, settings: Settings) -> None:
    """Raises EngineCuts where the engine would cut a graph without a word that this service would give whole."""
    if cap is not None and cap <= settings.result_rows:
        raise EngineCuts(cap, settings.result_rows)


def otherwise(says: str, release: Release) -> str:
    """What an engine holds whose marker says something else than that it holds the release whole."""
    digest, _, form = says.partition(" ")
    found = int(form) if form.isdigit() else 1
    if digest not in ("", LOADING) and found != FORMAT:
        age = "an older" if found < FORMAT else "a newer"
        return f"it was pushed by {age} version of vaughn, and this one would answer wrongly from that"
    return f"it holds {digest or 'no release'}, not {release.manifest.digest}"


def _number(told: str) -> int:
    """What an engine reads in a setting: the digits that it begins with, 0 where there are none."""
    found = _NUMBER.match(told)
    return int(found[1] or 0) if found else 0


def _request(question: str) -> Request:
    return Request(_read(question), Form.SELECT, "json")


def _read(question: str) -> str:
    return (_QUESTIONS / f"{question}.rq").read_text(encoding="utf-8")
