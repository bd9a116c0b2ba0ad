"""Whether the service lives, whether it can answer, and the limits in force."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import Field, fields, replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vaughn.errors import EngineUnreachable, QueryUnknown, ReleaseMissing, StoreBusy, StoreError
from vaughn.search import LONGEST
from vaughn.settings import Settings
from vaughn.store.engines import own_parts_mb
from vaughn.store.guard import OPERATORS, PATTERNS, TOKENS
from vaughn.store.pool import WAITING_PART
from vaughn.store.stable import Stable, memory_parts_mb, past_lanes, strangers_lanes
from vaughn.store.writing import MOST_LINKED
from vaughn.web import comparisons, connections, nearest, turns
from vaughn.web.formats import HTML, negotiate
from vaughn.web.headers import LONGEST_TARGET
from vaughn.web.metrics import MEDIA_TYPE
from vaughn.web.observing import seen
from vaughn.web.parameters import taking
from vaughn.web.releases import Served, served
from vaughn.web.rendering import render
from vaughn.web.responses import cacheable
from vaughn.web.sparql import MOST_SHOWN, PAGE_MB

router = APIRouter()

_NO_LIMITS = frozenset({"port", "services", "log_clients", "releases_keep", "memory_quads"})
"""Numbers among the settings that bind no client."""

_STANDING = (
    ("query_tokens", TOKENS, False, "words, brackets and operators a query may have"),
    ("query_operators", OPERATORS, False, "operators and clauses a query may have, and things one DESCRIBE may name"),
    ("query_patterns", PATTERNS, False, "patterns that may be joined in one group of a query"),
    ("waiting_part", WAITING_PART, False, "part of a query's time that it may wait for a worker"),
    (
        "jsonld_triples",
        MOST_LINKED,
        False,
        "triples one answer of /sparql may have as JSON-LD, where result_rows allows more",
    ),
    ("page_mb", PAGE_MB, False, "MiB, as JSON or Turtle, of an answer of /sparql that is shown as a page"),
    ("page_rows", MOST_SHOWN, False, "rows of an answer that a page of /sparql shows; it says how many there are"),
    ("target_length", LONGEST_TARGET, False, "bytes of a request's path and query"),
    (
        "head_length",
        connections.LONGEST_HEAD,
        False,
        "bytes of a request's first line and headers; as much may stand around a body in chunks, and eight a byte",
    ),
    ("head_lines", connections.MOST_HEADERS, False, "headers of a request"),
    (
        "requests_ahead",
        connections.MOST_AHEAD,
        False,
        "requests that a connection may send before the first is answered",
    ),
    ("sentence_length", LONGEST, False, "characters of one sentence to compare"),
    ("list_sentences", nearest.MOST_SENTENCES, False, "sentences of one list at /api/support"),
    (
        "lists",
        turns.MOST,
        True,
        "lists of sentences that may be compared or wait for it, one after the other, each within "
        f"{turns.QUERIES} times query_seconds",
    ),
    ("comparisons", comparisons.MOST, True, "pairs of releases that may be compared at once, within query_seconds"),
    ("client_lists", turns.EACH, True, "lists of sentences that one client may have here"),
)
"""Limits that no setting changes."""

_KINDS = "lists/kinds"  # a release that is older than this query counts its things instead

_READY_SECONDS = 3

_NEVER_STORED = {"Cache-Control": "no-store"}


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"}, headers=_NEVER_STORED)


async def ready(request: Request) -> Response:
    """A worker answers from the release, which is still on disk and holds something; anything else is a problem, and so
    is one that takes longer than those who ask here wait."""
    held = served(request)
    if not held.release.path.is_dir():
        raise ReleaseMissing(held.release.path, "the release being served is gone from the disk")
    try:
        async with asyncio.timeout(_READY_SECONDS):
            kinds = await held.ask.table(_KINDS if _KINDS in held.ask.book.queries else "lists/counts")
    except TimeoutError:
        raise _late(held.settings) from None
    except QueryUnknown as error:
        raise ReleaseMissing(held.release.path, f"a release without its queries ({error})") from None
    if not kinds:
        raise ReleaseMissing(held.release.path, "the release being served holds nothing")
    state = {"status": "ready", "release": held.release.manifest.digest}
    return JSONResponse(state, headers=_NEVER_STORED)


def _late(settings: Settings) -> StoreError:
    """What it means that nothing answered: behind a remote engine, that it hangs."""
    reason = f"nothing answered within {_READY_SECONDS} s"
    return EngineUnreachable(reason) if settings.endpoint else StoreBusy(_READY_SECONDS, reason)


async def metrics(request: Request) -> Response:
    """What this process counted since its start, for Prometheus."""
    text = seen(request.scope).metrics.text(served(request))
    return Response(text, headers={**_NEVER_STORED, "Content-Type": MEDIA_TYPE})


@taking()
async def limits(request: Request) -> Response:
    """The limits on every client, with the words of the settings, and the memory that they add up to: of one service,
    and of all that the settings say run side by side."""
    held = served(request)
    found, memory, services = _limits(held.settings), _memory(held), held.settings.services
    whole = isinstance(held.stable, Stable)
    offers = {"application/json": "json", HTML: "html"}
    _, format = negotiate(request.headers.getlist("accept"), "", offers)
    vary = {"Vary": "Accept"}
    if format == "html":
        says = _TAKES if whole else {**_TAKES, **_TAKES_BESIDE_AN_ENGINE}
        given: dict[str, Any] = {"limits": found, "memory": memory, "services": services, "says": says, "whole": whole}
        return render(request, "limits.html", headers=vary, **given)
    told = {each["name"]: each["value"] for each in found}
    totals = {each["name"]: each["total"] for each in found if each["multiplies"]}
    told["memory_parts_mb"] = memory
    if whole:
        told["memory_bound_mb"] = sum(memory.values())
        totals["memory_bound_mb"] = sum(memory.values()) * services
    body = json.dumps({**told, "services": services, "totals": totals}).encode()
    return cacheable(request, body, "application/json", vary)


def _limits(settings: Settings) -> list[dict[str, Any]]:
    numbers = [each for each in fields(settings) if each.type in ("int", "float") and each.name not in _NO_LIMITS]
    in_force = replace(settings, slow_queries=strangers_lanes(settings).slow)
    standing = [_standing(*each, settings.services) for each in (*_STANDING, *_past(settings))]
    return [*(_limit(each, getattr(in_force, each.name), settings.services) for each in numbers), *standing]


def _past(settings: Settings) -> Iterable[tuple[str, float, bool, str]]:
    """The limits on strangers' queries to a release of the past, which has its own workers."""
    lanes = past_lanes(settings)
    yield "past_queries", lanes.fast, True, "strangers' queries that may run at once on one earlier release"
    yield "past_queue", lanes.queue, True, "strangers' queries that may wait there before new ones are refused"
    yield "client_past_queries", lanes.each, True, "queries one client may have running and waiting there"


def _limit(spec: Field[Any], value: float, services: int) -> dict[str, Any]:
    return _standing(spec.name, value, spec.metadata["multiplies"], spec.metadata["says"], services)


def _standing(name: str, value: float, multiplies: bool, says: str, services: int) -> dict[str, Any]:
    """One limit; total: what all services together admit, each counting for itself where that multiplies."""
    total = value * services if multiplies else value
    return {"name": name, "value": value, "total": total, "multiplies": multiplies, "says": says}


def _memory(held: Served) -> Mapping[str, int]:
    """MiB of one service, by what they are for."""
    if isinstance(held.stable, Stable):
        return memory_parts_mb(held.settings, held.stable.template_mb)
    return own_parts_mb(held.settings)


_TAKES = {
    "service": "the service with no query under way",
    "release": "the release, once for all workers",
    "workers": "every worker at work, each with as much as one query may take, and two spare ones",
    "results": "one result of each worker on its way to the service",
    "held": "long answers being sent and requests being read",
    "writing": "one long answer being turned into a page",
    "cache": "answers kept for the next who asks",
    "comparing": "the process in which two kept releases are held against each other",
    "connections": "what each connection may hold of a request, and of an answer",
    "past": "as many earlier releases as may be open, each with two workers and two spare ones",
}

_TAKES_BESIDE_AN_ENGINE = {
    "release": "the process that readers of queries come from",
    "workers": "readers of strangers' queries, each with no more than one query may take",
    "results": "one answer of the engine on each connection to it, as it comes in",
}


router.add_route("/health/live", live)
router.add_route("/health/ready", ready)
router.add_route("/metrics", metrics)
router.add_route("/limits", limits)
