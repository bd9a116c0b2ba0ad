"""How two kept releases differ: found in a process of its own, within a deadline, and remembered."""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

from vaughn.errors import ComparisonsFull, ComparisonTimeout, WorkerDied
from vaughn.settings import Settings
from vaughn.store import comparing
from vaughn.store.changes import MOST_LISTED, Changes, from_json
from vaughn.store.stable import COMPARING_MB

MOST = 1
"""Pairs of releases that are held against each other at once, whatever releases the service has open."""

_REMEMBERED = 16
"""Pairs of which it is remembered how they differ, which they do for ever; there are few that are kept."""

_COMMAND = (sys.executable, "-P", "-m", comparing.__name__)

_BUSY: set[asyncio.Task[Changes]] = set()
"""What is under way in this process, asked of the current release or of one of the past."""

Pair = tuple[Path, Path]


class Comparisons:
    """Those of one release's service. Whoever asks for a pair that is being compared waits for the same answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: OrderedDict[Pair, Changes] = OrderedDict()
        self._under_way: dict[Pair, asyncio.Task[Changes]] = {}

    async def between(self, before: Path, after: Path) -> Changes:
        """How two releases differ, cut to MOST_LISTED. It goes on where a client leaves: others may wait for it.

        Raises ComparisonTimeout after `query_seconds`, ComparisonsFull where as many are under way as may be,
        FileNotFoundError where one is gone from the disk or not whole, WorkerDied where memory does not suffice.
        """
        pair = before, after
        if pair not in self._known:
            return await asyncio.shield(self._under_way.get(pair) or self._begin(pair))
        self._known.move_to_end(pair)
        return self._known[pair]

    async def close(self) -> None:
        """End what is under way."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def _begin(self, pair: Pair) -> asyncio.Task[Changes]:
        if len(_BUSY) >= MOST:
            raise ComparisonsFull(math.ceil(self._settings.query_seconds), MOST)
        self._under_way[pair] = task = asyncio.create_task(self._found(*pair))
        _BUSY.add(task)
        task.add_done_callback(lambda done: self._end(pair, done))
        return task

    def _end(self, pair: Pair, task: asyncio.Task[Changes]) -> None:
        del self._under_way[pair]
        _BUSY.discard(task)
        if task.cancelled() or task.exception():  # whoever still waits gets it; if nobody does, it is no news
            return
        self._known[pair] = task.result()
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def _found(self, before: Path, after: Path) -> Changes:
        seconds = self._settings.query_seconds
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.to_thread(_read, await _told(before, after))
        except TimeoutError:
            raise ComparisonTimeout(seconds) from None


def _read(told: bytes) -> Changes:
    return from_json(json.loads(told))


async def _told(before: Path, after: Path) -> bytes:
    """What the process writes; it is killed where this is cancelled. Raises FileNotFoundError, WorkerDied."""
    given = (str(before), str(after), str(MOST_LISTED), str(COMPARING_MB), str(os.getpid()))
    null, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*_COMMAND, *given, stdin=null, stdout=pipe, stderr=null)
    try:
        told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return _whole(told, process.returncode or 0)


def _whole(told: bytes, status: int) -> bytes:
    """What a process wrote that ended well. Raises FileNotFoundError, WorkerDied."""
    if status == comparing.MISSING:
        raise FileNotFoundError
    if status:
        short = "it needed more memory than a comparison may take"
        raise WorkerDied(short if status == comparing.SHORT else f"it ended with status {status}")
    return told
