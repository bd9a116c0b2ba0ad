"""The straight path: a plain look-up goes from its request to a worker and back without the layers between.

Plain is a GET of /sparql whose short text nothing is wrong with, which is asked of the current release, whose answer is
not kept yet, and whose format the engine writes itself. Whatever else it may turn out to be (an error, a long answer, a
part of one) is handed over to the app with what the engine said, so that it is told in one place and asked only once.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import lru_cache

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from vaughn.errors import VaughnError, WorkerDied
from vaughn.store.engine import Request as Question
from vaughn.store.engine import Result
from vaughn.store.guard import inspect, quick
from vaughn.web import deprecation, protocol
from vaughn.web.attending import Rounds, Visit
from vaughn.web.cache import Answer, Asked, Cache, Kept, Pairs
from vaughn.web.formats import negotiate, offered
from vaughn.web.headers import STANDING
from vaughn.web.observing import seen
from vaughn.web.outward import marks
from vaughn.web.releases import Served, Shelf, lent
from vaughn.web.responses import MAY_BE_KEPT, entity_tag
from vaughn.web.sending import PIECE, forgotten
from vaughn.web.sparql import ASIDE, FORBIDDEN, NEGOTIATED, OUTCOME, impure, question
from vaughn.web.staying import PARAMETER
from vaughn.web.wire import answer, header_lines, ready

PATH = "/sparql"
LONGEST = 4096
"""Bytes of the longest query string that is plain; the guard has read it in 3 ms, whatever it says."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """Headers that do not depend on the body: by themselves, and as they go out."""

    pairs: Pairs
    lines: bytes


@dataclass(slots=True)
class _LookUp:
    """A plain request, read. kept: where its answer may be kept, under what key; None where it may not. headers: of its
    answer."""

    held: Served
    question: Question
    headers: _Standing
    kept: Kept | None
    key: tuple[str, str, bytes, bytes]


class Straight:
    """Answers plain look-ups, and hands over to the app what is none. Stands inside what observes a request.

    rounds: who notices that a client has gone away.
    """

    def __init__(self, app: ASGIApp, shelf: Shelf, cache: Cache, rounds: Rounds) -> None:
        self._app, self._shelf, self._cache, self._rounds = app, shelf, cache, rounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._plain(scope)
        if asked is None:
            return await self._app(scope, receive, send)
        with asked.held.borrowed():
            outcome = await self._outcome(asked.question, asked.held, scope, receive)
            if isinstance(outcome, Result) and _short(outcome):
                return await _give(asked, outcome.body, scope, send)
            if outcome is not None:
                await self._app({**lent(scope, asked.held), OUTCOME: outcome}, receive, send)
        return None

    def _plain(self, scope: Scope) -> _LookUp | None:
        """The request, if it is plain and its answer is not kept."""
        asked = Asked.read(scope) if scope["type"] == "http" and _is_ours(scope) else None
        if asked is None or asked.held or asked.ranged or len(scope["query_string"]) > LONGEST:
            return None
        held = self._shelf.current
        kept = self._cache.kept_of(held)
        if kept.get(asked.key) is not None:
            return None
        seen(scope).missed = True
        try:
            return _read(scope, asked, held, kept)
        except VaughnError:
            return None  # the app comes to the same, and says so

    async def _outcome(
        self, asked: Question, held: Served, scope: Scope, receive: Receive
    ) -> Result | Exception | None:
        """What the engine gave or raised; None where the client has gone away."""
        task = asyncio.current_task()
        visit = Visit(scope, receive, held.settings.request_seconds, task)
        self._rounds.add(visit)
        try:
            return await held.strangers.run(asked)
        except asyncio.CancelledError:
            forgotten(task)
            return None if visit.over else WorkerDied("the service is stopping")
        except Exception as error:  # noqa: BLE001  raised again where faults are answered
            return error
        finally:
            self._rounds.close(visit)


def _is_ours(scope: Scope) -> bool:
    return scope["method"] == "GET" and scope["path"].removeprefix(scope.get("root_path", "")) == PATH  # type: ignore[no-any-return]


def _read(scope: Scope, asked: Asked, held: Served, kept: Kept) -> _LookUp | None:
    """Raises VaughnError for what is refused."""
    pairs = protocol.decode(scope["query_string"])
    names = [name for name, _ in pairs]
    if "query" not in names or PARAMETER in names or any(each.concerns(PATH, names) for each in deprecation.TABLE):
        return None
    operation = protocol.operation(pairs, held.settings.query_length)
    if not quick(operation.text):
        return None
    form = inspect(operation.text, held.settings)
    media_type, format = negotiate([line.decode("latin-1") for line in asked.accepts], operation.format, offered(form))
    if format in ASIDE:
        return None
    pure, manifest, client = not impure(operation.text), held.release.manifest, scope["client"]
    headers = _standing(media_type, not operation.format, pure, manifest.digest, manifest.draft)
    asking = question(held, operation, form, format, client[0] if client else None, time.monotonic())
    return _LookUp(held, asking, headers, kept if pure else None, asked.key)


@lru_cache(128)
def _standing(media_type: str, negotiated: bool, pure: bool, digest: str, draft: bool) -> _Standing:
    """Those that the app and what stands in front of it would give."""
    named = {**(MAY_BE_KEPT if pure else FORBIDDEN), **(NEGOTIATED if negotiated else {})}
    given = Response(headers={**named, **dict(marks(digest, draft))}, media_type=media_type).raw_headers
    pairs = [*(pair for pair in given if pair[0] != b"content-length"), *STANDING]
    return _Standing(pairs, header_lines(pairs))


def _short(result: Result) -> bool:
    return not result.partial and len(result.body) <= PIECE


async def _give(asked: _LookUp, body: bytes, scope: Scope, send: Send) -> None:
    own = [(b"content-length", b"%d" % len(body))]
    if asked.kept is not None:
        own.append((b"etag", entity_tag(body).encode()))
        asked.kept.put(asked.key, Answer([*asked.headers.pairs, *own], body))
    cycle = ready(scope)
    if cycle is not None:
        told = seen(scope).answered(200, len(body))
        return answer(cycle, b"".join((asked.headers.lines, header_lines(own), told)), body)
    await send({"type": "http.response.start", "status": 200, "headers": [*asked.headers.pairs, *own]})
    await send({"type": "http.response.body", "body": body})
    return None
