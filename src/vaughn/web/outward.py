"""What the answers of a release carry beyond their own headers: its digest, addresses under the mount, the mark of a
draft, and what of the request is to go."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.web import deprecation
from vaughn.web.deprecation import Deprecated
from vaughn.web.headers import DRAFT, RELEASE
from vaughn.web.places import local_path, root
from vaughn.web.releases import served


class Outward:
    """Stands in front of an app that speaks of local paths and answers from the release in the scope."""

    def __init__(self, app: ASGIApp, deprecated: Sequence[Deprecated] = deprecation.TABLE) -> None:
        self._app, self._deprecated = app, deprecated

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        return await self._app(scope, receive, self._telling(Request(scope), send))

    def _telling(self, request: Request, send: Send) -> Send:
        said, mount = self._said(request), root(request.scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in said:
                    headers.append(name, value)
                _mount(headers, mount)
            await send(message)

        return sending

    def _said(self, request: Request) -> list[tuple[str, str]]:
        manifest = served(request).release.manifest
        named = marks(manifest.digest, manifest.draft)
        if not self._deprecated:
            return named
        names = [name for name, _ in parse_qsl(request.url.query, keep_blank_values=True)]
        return [*named, *deprecation.headers(self._deprecated, local_path(request), names)]


def marks(digest: str, draft: bool) -> list[tuple[str, str]]:
    """The headers that name a release, and its state."""
    return [(RELEASE, digest), *([(DRAFT, "1")] if draft else [])]


def _mount(headers: MutableHeaders, root: str) -> None:
    """Let every local target begin where the service is mounted."""
    if not root:
        return
    target = headers.get("location", "")
    if target.startswith("/"):
        headers["location"] = root + target
    links = headers.getlist("link")
    if links:
        del headers["link"]
    for each in links:
        headers.append("link", each.replace("</", f"<{root}/"))
