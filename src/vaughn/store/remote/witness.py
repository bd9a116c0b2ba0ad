"""Whether an engine still holds the release whole, asked after every answer and before it is believed.

A push writes into the marker before it changes anything, so an answer that was complete while the marker still named
the release was made from that release alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Witness:
    """Reads the marker. Those who ask at once share one reading, which begins after the last of them asked."""

    def __init__(self, read: Callable[[], Awaitable[str]]) -> None:
        self._read = read
        self._reading: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None

    async def says(self) -> str:
        """What the marker says now. Raises what reading it does."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._reading))
            self._next.add_done_callback(_noticed)
        return await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[str] | None) -> str:
        if before is not None:
            await asyncio.wait({before})
        self._reading, self._next = self._next, None
        return await self._read()


def _noticed(task: asyncio.Task[str]) -> None:
    """A failure that nobody waits for any more is no news."""
    if not task.cancelled():
        task.exception()
