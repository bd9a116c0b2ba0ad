"""Work goes on for as long as its client is there, and a body arrives in its time."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.errors import RequestSlow, WorkerDied
from vaughn.web.headers import Refuse
from vaughn.web.sending import announced, forgotten

_SOON = 0.03  # seconds; a task, or a timer, for each look-up would cost a tenth of it (measured)
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class Rounds:
    """One clock for all visits: who is still here at the second look has its client watched from then on; most are
    answered before that is worth it."""

    def __init__(self) -> None:
        self._new: set[Visit] = set()
        self._seen: set[Visit] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, visit: Visit) -> None:
        """Look after a visit that has begun."""
        self._new.add(visit)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SOON, self._look)

    def close(self, visit: Visit) -> None:
        """The visit is over."""
        self._new.discard(visit)
        self._seen.discard(visit)
        visit.close()

    def _look(self) -> None:
        for visit in self._seen:
            visit.watch()
        self._seen, self._new = self._new, set()
        self._timer = asyncio.get_running_loop().call_later(_SOON, self._look) if self._seen else None


class Attended:
    """Stops the app when its client goes away: a query under way is killed, a waiting one leaves the queue.

    seconds: in which a request's whole body must arrive; `receive` raises RequestSlow after that. Where the server
    stops the app because it ends, the client is told so, in the words of `refuse`. rounds: who looks for the client.
    """

    def __init__(self, app: ASGIApp, seconds: float, refuse: Refuse, rounds: Rounds) -> None:
        self._app, self._seconds, self._refuse, self._rounds = app, seconds, refuse, rounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        visit = Visit(scope, receive, self._seconds, asyncio.current_task())
        self._rounds.add(visit)
        try:
            await self._app(scope, visit.receive, visit.sending(send))
        except asyncio.CancelledError:
            forgotten(asyncio.current_task())
            if not visit.over and not visit.answered:
                response = await self._refuse(Request(scope, receive), WorkerDied("the service is stopping"))
                await response(scope, receive, send)
        finally:
            self._rounds.close(visit)
        return None


class Visit:
    """One client's time here. over: it went away. The app never hears of that; it is stopped instead. answered: it was,
    or is being so. seconds: in which the body must arrive. work: what is stopped."""

    def __init__(self, scope: Scope, receive: Receive, seconds: float, work: asyncio.Task[object] | None) -> None:
        self._receive, self._seconds, self._work = receive, seconds, work
        self._deadline: float | None = None
        self._asked = self._gone = False
        self._ours = asyncio.Event()  # whatever else the client sends is for `_stop`
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

    def watch(self) -> None:
        """Stop the work when the client goes away, from now on."""
        self._end = asyncio.ensure_future(self._stop())

    def close(self) -> None:
        """Watch no longer."""
        if self._end is not None:
            self._end.cancel()

    async def _stop(self) -> None:
        await self._ours.wait()
        while not self._gone:
            self._gone = (await self._receive())["type"] == "http.disconnect"
        self.over = True
        if self._work is not None:
            self._work.cancel()

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
