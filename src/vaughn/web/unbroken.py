"""A fault of ours ends its request and not the connection: it is answered, logged, and the client may go on."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.web.headers import Refuse

_log = logging.getLogger(__name__)


class Unbroken:
    """Answers what the app broke over, in the words of `refuse`.

    The server closes a connection whose app raised, without having said so (RFC 9112 §9.6 wants that said); hence
    nothing is raised beyond this, but in the middle of an answer, which cannot be mended.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            if answer.begun and not answer.whole:
                raise
            _log.exception("%s broke", scope["path"])
            if not answer.begun:
                response = await self._refuse(Request(scope, receive), error)
                await response(scope, receive, send)
        return None


class _Answer:
    """How far an answer got. begun: some of it was sent; whole: all of it was."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = self.whole = False

    async def send(self, message: Message) -> None:
        await self._send(message)
        self.begun = True
        self.whole = message["type"] == "http.response.body" and not message.get("more_body")
