"""What one installation of an engine does, found out by asking it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from vaughn.errors import EngineDenied, EngineFaulty, EngineUnfit, EngineUnreachable
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
    """What was found out. says: what the marker says, "" where there is none. cap: rows after which it cuts an answer,
    None where none was met."""

    quirks: Quirks
    transport: Transport
    says: str
    cap: int | None

    def layout(self, release: Release) -> Layout:
        names = Names(release.manifest.base)
        named = tuple(info.iri for info in release.manifest.graphs)
        return Layout(names.default, named, names.nothing)


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

    async def cap(self) -> int | None:
        """The rows after which this installation cuts its answers, as far as its kind says so."""
        if not self.quirks.cut:
            return None
        cap = (await self._reply("flood", 0)).headers.get(self.quirks.cut)
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

    async def _reply(self, question: str, most: int = _CAPS.size) -> Reply:
        try:
            async with asyncio.timeout(self._patience):
                reply = await self._wire.ask(self.transport, _read(question), (), ROWS, most)
        except TimeoutError:
            raise EngineUnreachable(f"it gave no answer within {self._patience:g} s") from None
        self._raise(reply)
        return reply

    def _raise(self, reply: Reply) -> None:
        request = _request("alive")
        error = error_of(reply, request, Spoken(request.text, (), 0), self.quirks, self._patience)
        if error is not None:
            raise error


async def learn(wire: Wire, settings: Settings, names: Names) -> Known:
    """Everything that has to be known before a stranger's query can be sent on.

    Raises EngineDenied, EngineUnreachable, EngineFaulty, QueryTimeout.
    """
    inquirer = Inquirer(wire, settings, patience=_LEARNING)
    await inquirer.meet()
    if settings.endpoint_user and inquirer.quirks.authentication == "none":
        _log.warning("%s takes no user and password, so VAUGHN_ENDPOINT_USER is not sent", inquirer.quirks.name)
    says = await held(inquirer, names)
    known = Known(inquirer.quirks, inquirer.transport, says, await inquirer.cap())
    _log.info("%s, asked by %s", known.quirks.name, known.transport)
    return known


def whole(release: Release) -> str:
    """What the marker says of a release that is loaded whole, as this version loads it."""
    return f"{release.manifest.digest} {FORMAT}"


async def held(inquirer: Inquirer, names: Names) -> str:
    """What the marker says."""
    rows = await inquirer.table("held", "marker", "digest")
    return next((str(row["digest"]) for row in rows if str(row["marker"]) == names.marker), "")


def fit(known: Known, release: Release, settings: Settings) -> None:
    """Raises EngineUnfit where the engine holds another release, or one that another version of vaughn has loaded, or
    would cut answers without saying so."""
    if known.says != whole(release):
        raise EngineUnfit(f"{otherwise(known.says, release)}; load it with: vaughn release push")
    if known.cap is not None and known.cap < settings.result_rows:
        raise EngineUnfit(
            f"it cuts answers after {known.cap:,} rows, and graphs without a word; raise its own cap (ResultSetMaxRows "
            f"of Virtuoso) above VAUGHN_RESULT_ROWS, which is {settings.result_rows:,}, or lower that"
        )


def otherwise(says: str, release: Release) -> str:
    """What an engine holds whose marker says something else than that it holds the release whole."""
    digest, _, form = says.partition(" ")
    found = int(form) if form.isdigit() else 1
    if digest not in ("", LOADING) and found != FORMAT:
        age = "an older" if found < FORMAT else "a newer"
        return f"it was pushed by {age} version of vaughn, and this one would answer wrongly from that"
    return f"it holds {digest or 'no release'}, not {release.manifest.digest}"


def _request(question: str) -> Request:
    return Request(_read(question), Form.SELECT, "json")


def _read(question: str) -> str:
    return (_QUESTIONS / f"{question}.rq").read_text(encoding="utf-8")
