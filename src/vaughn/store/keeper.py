"""Keeps one release's template running, for one pool of workers or several."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path
from typing import Protocol

from vaughn.errors import ReleaseMissing
from vaughn.settings import Settings
from vaughn.store.nursery import Nursery, Parent
from vaughn.store.release import Release
from vaughn.store.template import Order
from vaughn.store.worker import Limits

PAUSE = 0.2
"""Seconds before a process that failed at once is started again."""


class Household(Parent, Protocol):
    """A pool, as its keeper sees it."""

    def opened(self) -> None:
        """The template is running: ask for workers."""

    def gone(self) -> None:
        """The template has ended, and the workers with it; it is being started again."""


class Keeper:
    """The one who starts the template, and again when it dies. What is asked meanwhile is left undone: every pool asks
    anew when it is told that the template runs."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._households: list[Household] = []
        self._nursery: Nursery | None = None
        self._revival: asyncio.Task[None] | None = None

    def enrol(self, household: Household) -> None:
        """Serve one more pool; before `open`."""
        self._households.append(household)

    async def open(self) -> None:
        """Start the template and tell every pool. Raises ReleaseMissing when the release cannot be opened."""
        self._nursery = await Nursery.start(self.order, self._gone)
        for household in self._households:
            household.opened()

    async def close(self) -> None:
        """End the template and every worker. No process is left behind."""
        if self._revival is not None:
            self._revival.cancel()
            await asyncio.wait([self._revival])
        if self._nursery is not None:
            await self._nursery.close()
            self._nursery = None

    @property
    def pid(self) -> int | None:
        """The template's process id; None while there is none."""
        return None if self._nursery is None else self._nursery.pid

    @property
    def template_mb(self) -> int:
        """MiB that the template holds, the release included; 0 while there is none."""
        return 0 if self.pid is None else resident_mb(self.pid)

    def fork(self, parent: Parent) -> None:
        if self._nursery is not None:
            self._nursery.fork(parent)

    def kill(self, number: int) -> None:
        if self._nursery is not None:
            self._nursery.kill(number)

    def nice(self, number: int) -> None:
        if self._nursery is not None:
            self._nursery.nice(number)

    def _gone(self) -> None:
        self._nursery = None
        for household in self._households:
            household.gone()
        self._revival = asyncio.get_running_loop().create_task(self._revive())

    async def _revive(self) -> None:
        while self._nursery is None:
            try:
                await self.open()
            except ReleaseMissing:
                await asyncio.sleep(PAUSE)


def order(release: Release, settings: Settings) -> Order:
    """What a release's template opens, by the settings; in memory where it has fewer quads than they say."""
    return Order(release.path.resolve(), release.manifest.quads < settings.memory_quads, _limits(settings))


def reading(settings: Settings) -> Order:
    """What a template of workers opens that only read queries: nothing."""
    return Order(None, False, _limits(settings))


def _limits(settings: Settings) -> Limits:
    return Limits(settings.query_seconds, settings.query_memory_mb, settings.result_mb, settings.result_rows)


def resident_mb(pid: int) -> int:
    """MiB of memory that a process holds, what it shares included; 0 once it has ended."""
    try:
        _, pages, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(pages) * resource.getpagesize() >> 20
