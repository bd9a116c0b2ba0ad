"""/changes: what each release changed, for people, programs and feed readers; told when the release was built.

With `from` and `to`, what one kept release has otherwise than another, found out when it is first asked for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from vaughn.errors import ParameterFaulty
from vaughn.iris import KINDS
from vaughn.store.changes import (
    MOST_CHARACTERS,
    MOST_LISTED,
    MOST_OF_A_THING,
    MOST_VALUES,
    SORTS,
    Changes,
    edition,
    read_changes,
)
from vaughn.store.release import Release, kept_releases
from vaughn.web import parameters
from vaughn.web.formats import HTML, negotiate
from vaughn.web.linked import negotiated
from vaughn.web.parameters import taking
from vaughn.web.past import chosen, digits, gone
from vaughn.web.releases import served
from vaughn.web.rendering import page
from vaughn.web.responses import cacheable, links, see_other

router = APIRouter()

ATOM = "application/atom+xml"
_PATH = "/changes"
_BOTH = ("from", "to")
_TYPES: Mapping[str, str] = {"html": HTML, "json": "application/json", "atom": ATOM}
_PASSING = {"Cache-Control": "no-store"}
"""Of what tells which releases are kept: that may be another a moment later."""

_BOUNDS = {
    "most": MOST_LISTED,
    "mostValues": MOST_VALUES,
    "mostOfAThing": MOST_OF_A_THING,
    "mostCharacters": MOST_CHARACTERS,
}
"""Of one record: entries of each list, values that are told in all, and of one thing, and characters of each."""

_OFFERS: Mapping[str, str] = {
    HTML: "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    ATOM: "atom",
    "application/xml": "atom",
    "text/xml": "atom",
}
_OFFERS_OF_TWO = {media_type: ending for media_type, ending in _OFFERS.items() if ending != "atom"}
"""A feed tells what comes after what it told before, which two releases that somebody chose do not."""


@taking("from", "to")
async def negotiation(request: Request) -> Response:
    """/changes leads to the document that suits the client."""
    return see_other(f"{_PATH}.{negotiated(request, _OFFERS)}", request.url.query)


@taking("from", "to")
async def document(request: Request) -> Response:
    """/changes.<ending>: the record of this release and of those before it, newest first; with `from` and `to` how
    those two differ.

    Raises ParameterFaulty, ReleaseGone for a release that is not kept and of which nothing is on record; where two are
    held against each other, ComparisonTimeout, ComparisonsFull, WorkerDied.
    """
    release, pair = served(request).release, _pair(request)
    _, ending = negotiate((), request.path_params["ending"], _OFFERS_OF_TWO if pair else _OFFERS)
    kept = await run_in_threadpool(_kept, release)
    known = (await _between(request, kept, *pair),) if pair else await run_in_threadpool(read_changes, release)
    own = (f"{release.manifest.base}changes.{ending}", {"rel": "canonical"})
    others = [
        (f"{_PATH}.{other}", {"rel": "alternate", "type": kind}) for other, kind in _TYPES.items() if other != ending
    ]
    headers = links(own, *others) | (_PASSING if ending != "atom" else {})
    writing = asyncio.get_running_loop().run_in_executor(
        served(request).writing, _written, request, known, kept, ending
    )
    return cacheable(request, await writing, _TYPES[ending], headers)


def _pair(request: Request) -> tuple[str, str] | None:
    """The digits of the two releases asked for; None where none is. Raises ParameterFaulty."""
    given = {name: values[0] for name, values in parameters.read(request, _BOTH).items()}
    if not given:
        return None
    missing = [name for name in _BOTH if not given.get(name)]
    if missing:
        raise ParameterFaulty(missing[0], "missing; `from` names one release, and `to` the one to hold against it")
    before, after = (digits(given[name], name) for name in _BOTH)
    return before, after


async def _between(request: Request, kept: Sequence[Release], before: str, after: str) -> Changes:
    """How two releases differ: found in their data, or on record where one of them is kept no longer."""
    held = served(request)
    found = [chosen(kept, each, name) for each, name in zip((before, after), _BOTH, strict=True)]
    if None not in found:
        paths = [each.path for each in found if each]
        with suppress(FileNotFoundError):  # removed meanwhile
            return await held.comparisons.between(*paths)
    recorded = await run_in_threadpool(_recorded, kept, before, after)
    if recorded is None:
        raise gone(after if found[0] else before, kept, held.release)
    return recorded


def _recorded(kept: Sequence[Release], before: str, after: str) -> Changes | None:
    """How two releases differ, where one that is kept has it on record."""
    known = (each for release in kept for each in read_changes(release))
    return next((each for each in known if each.before.goes_by(before) and each.after.goes_by(after)), None)


def _kept(release: Release) -> list[Release]:
    """The releases that lie beside this one, each of which `release=` can ask for, the newest first."""
    found = kept_releases(release.path.parents[1])
    return sorted(found, key=lambda each: (each.manifest.created, each.path.name), reverse=True)


def _written(request: Request, known: Sequence[Changes], kept: Sequence[Release], ending: str) -> bytes:
    digests = frozenset(each.manifest.digest for each in kept)
    if ending == "json":
        body = {**_BOUNDS, "changes": [_told(each, digests) for each in known]}
        return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"
    template = "changes.html" if ending == "html" else "changes.atom"
    pair = _pair(request)
    asked = f"?{urlencode(dict(zip(_BOTH, pair, strict=True)))}" if pair else ""
    given = {"record": known, "kept": digests, "releases": [edition(each) for each in kept], "asked": asked}
    return page(request, template, sorts=SORTS, plurals=KINDS, brief=_brief, bounds=_BOUNDS, **given).encode()


def _brief(changes: Changes) -> str:
    """What a record counts, without what there is none of."""
    counted = [(sort, sort, sort) for sort in (*SORTS, "renamed")]
    counted.append(("states", "evidence state moved", "evidence states moved"))
    counted.append(("means", "query, shape or context made anew", "queries, shapes or contexts made anew"))
    found = [(changes.counts[key], one, many) for key, one, many in counted if changes.counts[key]]
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in found) or "no difference"


def _told(changes: Changes, kept: Set[str]) -> dict[str, Any]:
    """A record, with what is still kept of its two releases."""
    told = changes.as_json()
    marks = {side: {**told[side], "kept": told[side]["digest"] in kept} for side in ("before", "after")}
    return told | marks


router.add_route(_PATH, negotiation)
router.add_route(_PATH + ".{ending}", document)
