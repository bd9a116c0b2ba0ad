"""`?release=<dataset digest>`: answers from a release that is no longer current, as long as it is kept on disk.

Of several releases with that digest, whose queries or words differ, the newest answers; each by itself is asked for by
its name, the beginning of its build id.

Such a release is opened when it is first asked for and closed when nobody has asked for a while, or when another needs
its place. It answers with the queries, the words and the prefixes it was built with.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.errors import ParameterFaulty, ReleaseGone, ReleaseMissing, StoreBusy, VaughnError
from vaughn.settings import Settings
from vaughn.store.changes import Edition, read_changes
from vaughn.store.release import Release, kept_releases
from vaughn.store.stable import Stable
from vaughn.web import staying
from vaughn.web.releases import Served, alongside, lent, served
from vaughn.web.staying import asking, leaving, stay

PARAMETER = staying.PARAMETER
_NAMED = re.compile(rf"(?:^|&)(?:{PARAMETER}(?:[=&]|$)|[^=&]*%)".encode())
"""A query string that may name a release: by the plain parameter, or by a name with letters encoded."""
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})", re.IGNORECASE)
_NAME = 16  # digits of a build id in a release's name
_TICK = 0.25  # of the seconds without a request after which a release is closed
_RETRY_SECONDS = 2
_FRESH_SECONDS = 86_400

Refuse = Callable[[Request, Exception], Awaitable[Response]]


class Past:
    """The earlier releases that are open. At most `releases_open` of them, and only inside `lifespan`."""

    def __init__(self, settings: Settings, build_dir: Path) -> None:
        self._settings, self._build_dir = settings, build_dir
        self._open: dict[Path, Served] = {}
        self._used: dict[Path, float] = {}
        self._wanted: Counter[Path] = Counter()
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def opened(self) -> list[Served]:
        """Those that are open, the least recently used first."""
        return sorted(self._open.values(), key=lambda held: self._used[held.release.path])

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Close what is idle; in the end, everything."""
        try:
            async with alongside(self._watch()):
                yield
        finally:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.gather(*(self._close(held) for held in self.opened))

    @asynccontextmanager
    async def borrow(self, digest: str, current: Served) -> AsyncIterator[Served]:
        """The release with that digest, kept open for as long as it is borrowed; `current` where that has it.

        digest: 64 hexadecimal digits, or 12 and more of its beginning; or of a build id.
        Raises ReleaseGone where none is kept, ParameterFaulty where several begin so, StoreBusy where all are in use.
        """
        if current.release.goes_by(digest):
            yield current
            return
        release = await run_in_threadpool(self._find, digest, current.release)
        with self._wanting(release.path):
            try:
                held = await self._held(release)
            except ReleaseMissing:
                raise gone(digest, [current.release], current.release) from None
            with held.borrowed():
                yield held

    @contextmanager
    def _wanting(self, path: Path) -> Iterator[None]:
        """What somebody waits for or uses is not closed: two who want one place would else take turns for ever."""
        self._wanted[path] += 1
        try:
            yield
        finally:
            self._wanted[path] -= 1
            self._used[path] = time.monotonic()

    def _find(self, digest: str, current: Release) -> Release:
        """The newest kept release with the digest, or the one with the name."""
        kept = list(kept_releases(self._build_dir))
        found = chosen(kept, digest)
        if found is None:
            raise gone(digest, kept, current)
        return found

    async def _held(self, release: Release) -> Served:
        """The open release; opened in a task of its own, so that a client who leaves cannot stop it half-way."""
        while (held := self._open.get(release.path)) is None:
            await asyncio.shield(self._task(self._admit(release)))
        return held

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still waits gets it; if nobody does, it is no news

    async def _admit(self, release: Release) -> None:
        async with self._lock:
            if release.path in self._open:
                return
            await self._make_room()
            stable = await Stable.start_past(release, self._settings)
            self._used[release.path] = time.monotonic()
            self._open[release.path] = Served(self._settings, release, stable, past=True)

    async def _make_room(self) -> None:
        """Close the least recently used one where as many are open as may be. Raises StoreBusy where all are in use."""
        if len(self._open) < self._settings.releases_open:
            return
        free = next((held for held in self.opened if not self._wanted[held.release.path]), None)
        if free is None:
            raise StoreBusy(_RETRY_SECONDS, "as many earlier releases are open as may be")
        await self._close(free)

    async def _close(self, held: Served) -> None:
        if self._open.pop(held.release.path, None):
            await held.close()

    async def _watch(self) -> None:
        idle = self._settings.releases_idle_seconds
        while True:
            await asyncio.sleep(idle * _TICK)
            for held in self.opened:
                path = held.release.path
                rested = time.monotonic() - self._used[path] >= idle
                if not self._wanted[path] and (rested or not path.is_dir()):
                    await asyncio.shield(self._task(self._close(held)))  # half closed, it would leave its processes


class WithPast:
    """Lends a request that names a release that release, instead of the current one. reads: whether a request may be
    one to read; any other is refused for its method, whatever release it names."""

    def __init__(self, app: ASGIApp, past: Past, refuse: Refuse, reads: Callable[[Request], bool]) -> None:
        self._app, self._past, self._refuse, self._reads = app, past, refuse, reads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _NAMED.search(scope["query_string"]):
            return await self._app(scope, receive, send)
        request, app = Request(scope, receive), self._app
        if not self._reads(request):
            return await app(scope, receive, send)
        async with AsyncExitStack() as lending:
            try:
                digest = _asked(scope["query_string"])
                if digest:
                    held = await lending.enter_async_context(self._past.borrow(digest, served(request)))
                    scope = asking(lent(scope, held), digest)
                    send = _faithful(scope, send)
            except VaughnError as error:
                app = await self._refuse(request, error)
            await app(scope, receive, send)
        return None


def of_current(query_string: bytes, current: Release) -> bool:
    """Whether a request is answered from the current release, as long as it is in order."""
    if not _NAMED.search(query_string):
        return True
    with suppress(ParameterFaulty):
        return current.goes_by(_asked(query_string))
    return False


def chosen(kept: Sequence[Release], digest: str, parameter: str = PARAMETER) -> Release | None:
    """The newest of some releases with the digest, or the one with the name; None where there is none.

    Raises ParameterFaulty where releases of different data begin so.
    """
    fitting = sorted((each for each in kept if each.goes_by(digest)), key=lambda each: each.manifest.created)
    digests = {each.manifest.digest for each in fitting}
    if len(digests) > 1:
        raise ParameterFaulty(parameter, f"{len(digests)} kept releases have a digest that begins with {digest}")
    return fitting[-1] if fitting else None


def _asked(query_string: bytes) -> str:
    """The digits of the digest that a request names, "" where it names none. Raises ParameterFaulty."""
    given = named(query_string)
    if not given:
        return ""
    return digits(given.pop() if len(given) == 1 else "", PARAMETER, "; without the parameter the current one answers")


def digits(given: str, parameter: str, more: str = "") -> str:
    """The digits by which a parameter names a release. Raises ParameterFaulty, which says `more` too."""
    matched = _DIGEST.fullmatch(given)
    if not matched:
        raise ParameterFaulty(
            parameter, f"not one dataset digest or build id: 64 hexadecimal digits, or 12 and more of them{more}"
        )
    return matched[1].lower()


def named(query_string: bytes) -> set[str]:
    """What a query string gives as the release."""
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    return {value for name, value in pairs if name == PARAMETER}


def _faithful(scope: Scope, send: Send) -> Send:
    """What an answer leads to stays in the release that was asked for. That of an earlier one is kept for long, and
    names its like in the current one (RFC 5829 §3.3)."""
    past, latest = served(Request(scope)).past, leaving(Request(scope))

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            stay(scope, headers)
            if past and message["status"] < HTTPStatus.BAD_REQUEST:
                headers.append("link", f'<{latest}>; rel="latest-version"')
                _keep_long(headers)
        await send(message)

    return sending


def _keep_long(headers: MutableHeaders) -> None:
    """What may be kept may be kept for long, since a release never changes; but it may be built anew with other
    queries or words, so not for ever."""
    if headers.get("cache-control", "").startswith("public, max-age="):
        headers["cache-control"] = f"public, max-age={_FRESH_SECONDS}"


def gone(digest: str, kept: Sequence[Release], current: Release) -> ReleaseGone:
    """Names the kept release nearest to the lost one, where a record knows that; else the current."""
    records = (
        each for release in kept for changes in read_changes(release) for each in (changes.before, changes.after)
    )
    lost = next((each for each in records if each.goes_by(digest) or each.name == digest[:_NAME]), None)
    nearest = min(kept, key=partial(_apart, lost)) if lost else current
    return ReleaseGone(digest, nearest.manifest.digest, nearest.manifest.created)


def _apart(lost: Edition, other: Release) -> tuple[bool, float]:
    """How far a release is from another: by whether its data differ, then by the seconds between the two."""
    manifest = other.manifest
    seconds = (datetime.fromisoformat(lost.created) - datetime.fromisoformat(manifest.created)).total_seconds()
    return manifest.digest != lost.digest, abs(seconds)
