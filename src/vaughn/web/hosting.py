"""What the service and the server that runs it tell each other, beyond ASGI: who is host, and who is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from vaughn.errors import ConnectionsFull
from vaughn.web.headers import Refuse
from vaughn.web.metrics import Connections

HOST = "vaughn.host"
"""In the lifespan's state: the Host."""

REFUSAL = "vaughn.refusal"
"""In a scope's state: why requests on this connection are refused, if they are."""


@dataclass(frozen=True)
class Host:
    """What a service tells the server that runs it. base: of the release being served, for the types of problems; ""
    while there is none. counts: where the server counts its connections."""

    base: Callable[[], str]
    counts: Connections


class Hosting:
    """Tells the server of its host at the start, in the lifespan's state (ASGI Lifespan §1.1); another server than ours
    has no use for it."""

    def __init__(self, app: ASGIApp, host: Host) -> None:
        self._app, self._host = app, host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" and "state" in scope:
            scope["state"][HOST] = self._host
        await self._app(scope, receive, send)


def refused(scope: Scope) -> ConnectionsFull | None:
    """Why requests on this connection are refused, if they are."""
    return cast("ConnectionsFull | None", scope.get("state", {}).get(REFUSAL))


class Refusing:
    """Answers requests on a connection too many, in the words of `refuse`."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = refused(scope)
        if scope["type"] != "http" or refusal is None:
            return await self._app(scope, receive, send)
        response = await self._refuse(Request(scope, receive), refusal)
        response.headers["Connection"] = "close"
        return await response(scope, receive, send)
