"""If-Match and If-Unmodified-Since: an answer that is not the one asked for is not given (RFC 9110 §13.1.1, §13.1.4).

They are held against the headers of an answer, whatever made it, and so before If-None-Match and the rest, which have
been heeded by then: 304 has the same tag and the same date as 200 (§13.2.2). What would be an error or a redirect
without them is one with them (§13.2.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vaughn.errors import PreconditionFailed
from vaughn.web.headers import Refuse
from vaughn.web.responses import read_date

_NAMES = frozenset({b"if-match", b"if-unmodified-since"})


class Conditional:
    """Refuses what a client wants only if it is still the same, and which is not, in the words of `refuse`."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _conditional(scope):
            return await self._app(scope, receive, send)
        asked, failed = Headers(scope=scope), ""

        async def sending(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start" and _is_representation(message["status"]):
                failed = unmet(asked, Headers(raw=message["headers"]))
            if not failed:
                await send(message)

        await self._app(scope, receive, sending)
        if failed:
            response = await self._refuse(Request(scope, receive), PreconditionFailed(failed))
            await response(scope, receive, send)
        return None


def unmet(asked: Headers, answer: Headers) -> str:
    """The name of the condition that does not hold, "" where all do.

    A date is heeded only where no tag is named, and where the answer has a date; what is no date is none (RFC 9110
    §13.1.4).
    """
    tags = asked.getlist("if-match")
    if tags:
        return "" if _names(tags, answer.get("etag", "")) else "If-Match"
    return "If-Unmodified-Since" if _changed(asked.getlist("if-unmodified-since"), answer) else ""


def _names(given: Sequence[str], tag: str) -> bool:
    """Whether If-Match names the tag; `*` is any answer, and a weak tag is none (RFC 9110 §8.8.3.2, §13.1.1)."""
    named = {one.strip() for line in given for one in line.split(",")}
    return "*" in named or (tag in named and tag.startswith('"'))


def _changed(given: Sequence[str], answer: Headers) -> bool:
    """Whether an answer has changed after the one date that is given."""
    since = read_date(given[0]) if len(given) == 1 else None
    changed = read_date(answer.get("last-modified", ""))
    return since is not None and changed is not None and changed > since


def _conditional(scope: Scope) -> bool:
    return any(name in _NAMES for name, _ in scope["headers"])


def _is_representation(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES or status == HTTPStatus.NOT_MODIFIED
