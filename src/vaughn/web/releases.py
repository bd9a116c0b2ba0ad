"""The release being served: opened at the start, exchanged for a newer one without losing a request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from vaughn.answer import Asker
from vaughn.errors import ReleaseMissing
from vaughn.querybook import NamedQuery
from vaughn.search import Names, Order, Pages, Wordings, read_names, read_order, read_pages, read_wordings
from vaughn.settings import Settings
from vaughn.store.engine import Engine
from vaughn.store.engines import Engines, RemoteEngines, open_engines
from vaughn.store.extensions import EMBEDDED, Extensions
from vaughn.store.release import Release, current_release, open_release
from vaughn.web.comparisons import Comparisons
from vaughn.web.turns import Turns

_log = logging.getLogger(__name__)
_POLL_SECONDS = 1.0
_KEY = "vaughn.served"


@dataclass(eq=False)
class Served:
    """A release with its engines. requests: under way.

    comparing: the one thread in which sentences are compared with known wordings, so that the event loop shares the
    interpreter with no more than one other. lists: the places in which long lists of sentences are.
    writing: the one thread in which long answers are turned into pages.
    comparisons: of this release and others that are kept.
    past: it is not the current one, and open because its digest was asked for.
    descriptions: of the API, by the path at which the service is mounted. awaited: somebody has asked for one.
    """

    settings: Settings
    release: Release
    stable: Engines
    requests: int = 0
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    comparing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "comparing"))
    writing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "writing"))
    lists: Turns = field(init=False)
    comparisons: Comparisons = field(init=False)
    past: bool = False
    descriptions: dict[str, asyncio.Task[bytes]] = field(default_factory=dict)
    awaited: asyncio.Event = field(default_factory=asyncio.Event)
    _index: asyncio.Task[Wordings] | None = None
    _names: asyncio.Task[Names] | None = None
    _order: asyncio.Task[Order] | None = None

    def __post_init__(self) -> None:
        self.lists = Turns(self.settings.query_seconds)
        self.comparisons = Comparisons(self.settings)

    @property
    def strangers(self) -> Engine:
        """For anybody's queries."""
        return self.stable.strangers

    @property
    def pages(self) -> Engine:
        """For reviewed ones."""
        return self.stable.pages

    @property
    def ask(self) -> Asker:
        return Asker(self.pages, self.release.book, self.release.iris)

    def trusted(self, query: NamedQuery) -> None:
        """Raises QueryWithheld for a named query that the engine is not asked."""
        if isinstance(self.stable, RemoteEngines):
            self.stable.trusted(query)

    async def extensions(self) -> Extensions:
        """What the engine takes beyond SPARQL 1.1."""
        return await self.stable.extensions() if isinstance(self.stable, RemoteEngines) else EMBEDDED

    async def wordings(self) -> Wordings:
        """The index of wordings, read when first asked for. Raises ReleaseMissing where the release has none."""
        if self._index is None:
            self._index = asyncio.create_task(self._read_index())
        return await asyncio.shield(self._index)

    async def names(self) -> Names:
        """The names of all things, read when first asked for; empty where the release has none."""
        if self._names is None:
            self._names = asyncio.create_task(asyncio.to_thread(read_names, self.release.search_path))
        return await asyncio.shield(self._names)

    async def order(self) -> Order:
        """The usual order of the lists, read when first asked for; empty where the release has none."""
        if self._order is None:
            reading = asyncio.to_thread(read_order, self.release.search_path)
            self._order = asyncio.create_task(reading)
        return await asyncio.shield(self._order)

    async def mapped(self) -> Pages:
        """Every page with the day it last changed; none where the release does not say."""
        return await asyncio.to_thread(read_pages, self.release.search_path)

    async def _read_index(self) -> Wordings:
        return await asyncio.get_running_loop().run_in_executor(self.comparing, _read_index, self.release)

    @contextmanager
    def borrowed(self) -> Iterator[Served]:
        """Itself, kept open for as long as it is borrowed."""
        self.requests += 1
        try:
            yield self
        finally:
            self.requests -= 1
            self.idle.set()

    async def close(self) -> None:
        """Wait for the last request, then end the workers."""
        while self.requests:
            self.idle.clear()
            await self.idle.wait()
        await self.comparisons.close()
        self.comparing.shutdown(wait=False)
        self.writing.shutdown(wait=False)
        await self.stable.close()


def _read_index(release: Release) -> Wordings:
    try:
        return read_wordings(release.search_path)
    except (OSError, ValueError) as error:
        raise ReleaseMissing(release.search_path, f"no whole search index ({error})") from None


def lent(scope: Scope, held: Served) -> Scope:
    """The scope of a request that this release answers."""
    return {**scope, _KEY: held}


def lender(scope: Scope) -> Served | None:
    """The release that was chosen for a request, if any was."""
    return cast("Served | None", scope.get(_KEY))


def served(request: Request) -> Served:
    """The release that answers this request, the same from its first byte to its last."""
    return cast("Served", request.scope[_KEY])


@asynccontextmanager
async def alongside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Something that goes on beside what is inside, and is stopped at its end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Shelf:
    """Holds the current release; `lifespan` opens it, watches for the next and closes them all."""

    def __init__(self, settings: Settings, build_dir: Path) -> None:
        self._settings, self._build_dir = settings, build_dir
        self._current: Served | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._told = ""

    @property
    def current(self) -> Served:
        """Raises ReleaseMissing before the start and after the end."""
        if self._current is None:
            raise ReleaseMissing(self._build_dir, "the service is not running")
        return self._current

    @property
    def base(self) -> str:
        """Of the IRIs in the current release; "" before the start and after the end."""
        return self._current.release.manifest.base if self._current else ""

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Open the current release and keep watching; a remote engine that does not hold it yet is waited for.

        Raises ReleaseMissing.
        """
        self._current = await self._open(current_release(self._build_dir), waits=True)
        try:
            async with alongside(self._watch()):
                yield
        finally:
            await asyncio.gather(self.current.close(), *self._leaving)
            self._current = None

    @contextmanager
    def borrow(self) -> Iterator[Served]:
        """The current release, kept open for as long as it is borrowed."""
        with self.current.borrowed() as held:
            yield held

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            try:
                await self._exchange()
            except ReleaseMissing as error:
                self._tell(str(error))

    def _tell(self, reason: str) -> None:
        """Why the release before still serves: once, until it is for another reason."""
        if reason != self._told:
            _log.warning("the release before still serves: %s", reason)
        self._told = reason

    async def _exchange(self) -> None:
        """Serve the release that `current` points to, if it is another one."""
        path = current_release(self._build_dir)
        before = self.current
        if path == before.release.path:
            return
        self._current, self._told = await self._open(path), ""
        _log.info("now serving release %s", path.name)
        task = asyncio.create_task(before.close())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _open(self, path: Path, waits: bool = False) -> Served:
        release = open_release(path)
        return Served(self._settings, release, await open_engines(release, self._settings, waits))


class WithRelease:
    """Lends every request one release for its whole life, so that a switch never mixes two: the one that the scope
    names already, or the current one."""

    def __init__(self, app: ASGIApp, shelf: Shelf) -> None:
        self._app, self._shelf = app, shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        chosen = lender(scope) or self._shelf.current
        with chosen.borrowed() as held:
            scope[_KEY] = held
            await self._app(scope, receive, send)
        return None
