"""Everything that answers from one release: strangers' workers and the pages', forked from one template.

The release is in memory once, whoever asks.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace

from vaughn.settings import Settings
from vaughn.store.keeper import Keeper, order
from vaughn.store.pool import Lanes, WorkerPool
from vaughn.store.release import Release

SERVICE_MB = 160
"""MiB that the service itself takes with no query under way: the interpreter, the framework, the search index."""

CACHE_MB = 64
"""MiB that answers kept for the next who asks may take."""

WRITING_MB = 128
"""MiB that a long answer may take while it is turned into a page, one after the other."""

COMPARING_MB = 512
"""MiB that holding two releases against each other may take: it grows with their things, and with what differs."""

CONNECTION_KB = 1024
"""KiB that a connection may take: a head, a piece of a body, requests sent ahead, and a short answer or a long one's
next piece."""

PAST_QUERY_MB = 1024
"""MiB that a query on a release of the past may take: what a store on disk needs to be opened, and little more."""

PAST_WAITING = 2
"""Strangers' queries that may wait for the one worker they have on a release of the past; each may wait as long as the
query before it runs, so that a longer line would be one of monsters."""

PAST_EACH = 1
"""Queries that one stranger may have there: with the only worker, one client could else keep all others out."""

_COMPARER_MB = 40  # its process before it begins
_BARE_MB = 40  # a template that has loaded nothing
_COPIES = 3  # of a result on its way: received, cut out of its frame, and written for the client
_TOUCHED_MB = 24  # MiB of the template's pages that a worker comes to own by using them


class Stable:
    """The engines of one release. strangers: two lanes, limits on each client. pages: for reviewed queries, one lane.

    Made by `start`, or by `start_past` with one worker for each.
    """

    def __init__(self, keeper: Keeper, strangers: WorkerPool, pages: WorkerPool) -> None:
        self._keeper, self.strangers, self.pages = keeper, strangers, pages

    @classmethod
    async def start(cls, release: Release, settings: Settings) -> Stable:
        """Both pools, ready to answer. Raises ReleaseMissing when the release cannot be opened."""
        keeper = Keeper(order(release, settings))
        strangers = WorkerPool(keeper, strangers_lanes(settings))
        pages = WorkerPool(keeper, Lanes(settings.page_workers, settings.queue, settings.client_queries))
        return await cls(keeper, strangers, pages)._opened()

    @classmethod
    async def start_past(cls, release: Release, settings: Settings) -> Stable:
        """For a release that is no longer current: on disk whatever its size, one stranger's query at a time and one
        reviewed one, so that no stranger holds up a page.

        A query may take PAST_QUERY_MB. Raises ReleaseMissing when the release cannot be opened.
        """
        keeper = Keeper(order(release, replace(settings, query_memory_mb=PAST_QUERY_MB, memory_quads=0)))
        strangers = WorkerPool(keeper, past_lanes(settings))
        pages = WorkerPool(keeper, Lanes(1, settings.queue, settings.client_queries))
        return await cls(keeper, strangers, pages)._opened()

    async def _opened(self) -> Stable:
        await self._keeper.open()
        await asyncio.gather(self.strangers.filled(), self.pages.filled())
        return self

    @property
    def template_mb(self) -> int:
        """MiB that the template holds, the release included."""
        return self._keeper.template_mb

    async def close(self) -> None:
        """End every worker; queries under way are answered with WorkerDied. No process is left behind."""
        await asyncio.gather(self.strangers.close(), self.pages.close())
        await self._keeper.close()


def strangers_lanes(settings: Settings) -> Lanes:
    """The lanes that the settings give to strangers' queries."""
    return Lanes(
        fast=settings.workers,
        queue=settings.queue,
        each=settings.client_queries,
        slow=settings.slow_queries or max(1, len(os.sched_getaffinity(0)) - 1),
        patience=settings.fast_seconds,
    )


def past_lanes(settings: Settings) -> Lanes:
    """The one lane of strangers' queries on a release of the past: no longer than the settings allow, and short."""
    return Lanes(1, min(settings.queue, PAST_WAITING), min(settings.client_queries, PAST_EACH))


def memory_parts_mb(settings: Settings, template_mb: int) -> Mapping[str, int]:
    """MiB that the service with its template and workers never passes, by what they are for, while it serves one
    release and keeps as many of the past open as it may.

    Each busy worker may take query_memory_mb, which the kernel holds it to; an idle one at most a quarter of that,
    since one that has grown further is replaced; a query under way has its result here at most three times. What is
    held for clients beyond that is counted where it is held (web/sending.py), but for short answers and what is being
    read of a head: those are the connections' part.
    While a release is exchanged for the next there are two of `release`, `workers` and `results`; N services
    (`vaughn serve --services N`) take N times as much.
    """
    lanes = strangers_lanes(settings)
    busy = lanes.fast + lanes.slow + settings.page_workers
    spare = 2
    return {
        "service": SERVICE_MB,
        "release": template_mb,
        "workers": busy * settings.query_memory_mb
        + spare * settings.query_memory_mb // 4
        + (busy + spare) * _TOUCHED_MB,
        "results": busy * _COPIES * settings.result_mb,
        "held": settings.held_mb,
        "writing": WRITING_MB,
        "cache": CACHE_MB,
        "comparing": COMPARING_MB + _COMPARER_MB,
        "connections": settings.connections * CONNECTION_KB // 1024,
        "past": settings.releases_open * past_bound_mb(settings),
    }


def memory_bound_mb(settings: Settings, template_mb: int) -> int:
    """The sum of the parts."""
    return sum(memory_parts_mb(settings, template_mb).values())


def past_bound_mb(settings: Settings) -> int:
    """MiB that one open release of the past never passes: its template; and for strangers and for pages a busy worker,
    a spare one, and a result."""
    workers = PAST_QUERY_MB + PAST_QUERY_MB // 4 + 2 * _TOUCHED_MB
    return _BARE_MB + 2 * (workers + _COPIES * settings.result_mb)
