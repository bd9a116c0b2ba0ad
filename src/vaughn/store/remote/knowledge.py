"""What is known of an engine, and how those who need it while it is not known yet come by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from vaughn.errors import EngineUnreachable, VaughnError
from vaughn.store.remote.probe import Known

_AGAIN_SECONDS = 1.0
"""How long one waits for another attempt after one that failed: an engine that is back says so at once."""


class Knowledge:
    """Learned when first asked for. Those who ask meanwhile share one attempt, which goes on when they leave.

    After an attempt that failed the next is waited for a second at most, then the failure before it is told; so an
    engine that hangs holds up nobody, and one that is back is found by whoever asks next.
    """

    def __init__(self, learn: Callable[[], Awaitable[Known]]) -> None:
        self._learn = learn
        self._known: Known | None = None
        self._failure: VaughnError | None = None
        self._attempt: asyncio.Task[Known] | None = None

    async def get(self) -> Known:
        """Raises what learning it does."""
        if self._known is not None:
            return self._known
        if self._attempt is None:
            self._attempt = asyncio.create_task(self._once())
            self._attempt.add_done_callback(self._ended)
        if self._failure is None:
            return await asyncio.shield(self._attempt)
        return await self._soon(self._attempt, self._failure)

    def forget(self) -> None:
        """What comes up again in an engine's place may be another."""
        self._known = None

    async def close(self) -> None:
        """End an attempt that is under way."""
        if self._attempt is not None:
            self._attempt.cancel()
            await asyncio.wait({self._attempt})

    async def _soon(self, attempt: asyncio.Task[Known], before: VaughnError) -> Known:
        try:
            async with asyncio.timeout(_AGAIN_SECONDS):
                return await asyncio.shield(attempt)
        except TimeoutError:
            raise before.with_traceback(None) from None

    async def _once(self) -> Known:
        """One attempt."""
        try:
            self._known = await self._learn()
        except VaughnError as failure:
            self._failure = failure
            raise
        except asyncio.CancelledError:
            raise EngineUnreachable("the service is stopping") from None
        self._failure = None
        return self._known

    def _ended(self, attempt: asyncio.Task[Known]) -> None:
        """The next who asks begins another; a failure that nobody waits for any more is no news."""
        self._attempt = None
        if not attempt.cancelled():
            attempt.exception()
