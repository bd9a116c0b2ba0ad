"""Work goes on for as long as its client is there, and a body arrives in its time."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.errors import RequestSlow, WorkerDied
from vaughn.web.headers import Refuse
from vaughn.web.sending import announced, forgotten

_SOON = 0.03  # seconds; a task for each look-up would cost a tenth of it (measured)
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class Attended:
    """Stops the app when its client goes away: a query under way is killed, a waiting one leaves the queue.

    seconds: in which a request's whole body must arrive; `receive` raises RequestSlow after that. Where the server
    stops the app because it ends, the client is told so, in the words of `refuse`.
    """

    def __init__(self, app: ASGIApp, seconds: float, refuse: Refuse) -> None:
        self._app, self._seconds, self._refuse = app, seconds, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        visit = _Visit(scope, receive, self._seconds)
        visit.watch(asyncio.current_task())
        try:
            await self._app(scope, visit.receive, visit.sending(send))
        except asyncio.CancelledError:
            forgotten(asyncio.current_task())
            if not visit.over and not visit.answered:
                response = await self._refuse(Request(scope, receive), WorkerDied("the service is stopping"))
                await response(scope, receive, send)
        finally:
            visit.close()
        return None


class _Visit:
    """One client's time here. over: it went away. The app never hears of that; it is stopped instead. answered: it was,
    or is being so."""

    def __init__(self, scope: Scope, receive: Receive, seconds: float) -> None:
        self._receive, self._seconds = receive, seconds
        self._deadline: float | None = None
        self._asked = self._gone = False
        self._ours = asyncio.Event()  # whatever else the client sends is for `_stop`
        self._timer: asyncio.TimerHandle | None = None
        self._end: asyncio.Task[None] | None = None
        self.over = self.answered = False
        if scope["method"] in _WITHOUT_BODY or not announced(scope):
            self._ours.set()

    def sending(self, send: Send) -> Send:
        """The same, noticed."""

        async def noticing(message: Message) -> None:
            self.answered = True
            await send(message)

        return noticing

    async def receive(self) -> Message:
        """The next part of the body. Raises RequestSlow."""
        if self._ours.is_set():
            return await self._nothing()
        message = await self._part()
        self._gone = message["type"] == "http.disconnect"
        self._asked = not message.get("more_body")
        if self._asked:
            self._ours.set()
        return await self._nothing() if self._gone else message

    def watch(self, work: asyncio.Task[object] | None) -> None:
        """Stop the work when the client goes away; most are answered before it is worth a look."""
        self._timer = asyncio.get_running_loop().call_later(_SOON, self._begin, work)

    def close(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
        if self._end is not None:
            self._end.cancel()

    def _begin(self, work: asyncio.Task[object] | None) -> None:
        self._end = asyncio.ensure_future(self._stop(work))

    async def _stop(self, work: asyncio.Task[object] | None) -> None:
        await self._ours.wait()
        while not self._gone:
            self._gone = (await self._receive())["type"] == "http.disconnect"
        self.over = True
        if work is not None:
            work.cancel()

    async def _nothing(self) -> Message:
        """An empty body, once; whoever asks again waits to be stopped."""
        if self._asked:
            await asyncio.Event().wait()
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _part(self) -> Message:
        loop = asyncio.get_running_loop()
        self._deadline = self._deadline or loop.time() + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            raise RequestSlow(self._seconds) from None
