"""/changes: what each release changed, for people, programs and feed readers; told when the release was built."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from vaughn.iris import KINDS
from vaughn.store.changes import MOST_LISTED, SORTS, Changes, read_changes
from vaughn.store.release import Release, kept_releases
from vaughn.web.formats import HTML, negotiate
from vaughn.web.linked import negotiated
from vaughn.web.parameters import taking
from vaughn.web.releases import served
from vaughn.web.rendering import page
from vaughn.web.responses import cacheable, links, see_other

router = APIRouter()

ATOM = "application/atom+xml"
_PATH = "/changes"
_TYPES: Mapping[str, str] = {"html": HTML, "json": "application/json", "atom": ATOM}
_PASSING = {"Cache-Control": "no-store"}
"""Of what tells which releases are kept: that may be another a moment later."""

_OFFERS: Mapping[str, str] = {
    HTML: "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    ATOM: "atom",
    "application/xml": "atom",
    "text/xml": "atom",
}


@taking()
async def negotiation(request: Request) -> Response:
    """/changes leads to the document that suits the client."""
    return see_other(f"{_PATH}.{negotiated(request, _OFFERS)}", request.url.query)


@taking()
async def document(request: Request) -> Response:
    """/changes.<ending>: the record of this release and of those before it, newest first."""
    release = served(request).release
    _, ending = negotiate((), request.path_params["ending"], _OFFERS)
    known, kept = await run_in_threadpool(read_changes, release), await run_in_threadpool(_kept, release)
    own = (f"{release.manifest.base}changes.{ending}", {"rel": "canonical"})
    others = [
        (f"{_PATH}.{other}", {"rel": "alternate", "type": kind}) for other, kind in _TYPES.items() if other != ending
    ]
    headers = links(own, *others) | (_PASSING if ending != "atom" else {})
    return cacheable(request, _written(request, known, kept, ending), _TYPES[ending], headers)


def _kept(release: Release) -> frozenset[str]:
    """The digests of the releases that lie beside this one, each of which `release=` can ask for."""
    return frozenset(each.manifest.digest for each in kept_releases(release.path.parents[1]))


def _written(request: Request, known: Sequence[Changes], kept: Set[str], ending: str) -> bytes:
    if ending == "json":
        body = {"most": MOST_LISTED, "changes": [_told(each, kept) for each in known]}
        return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"
    template = "changes.html" if ending == "html" else "changes.atom"
    return page(request, template, record=known, kept=kept, sorts=SORTS, plurals=KINDS).encode()


def _told(changes: Changes, kept: Set[str]) -> dict[str, Any]:
    """A record, with what is still kept of its two releases."""
    told = changes.as_json()
    marks = {side: {**told[side], "kept": told[side]["digest"] in kept} for side in ("before", "after")}
    return told | marks


router.add_route(_PATH, negotiation)
router.add_route(_PATH + ".{ending}", document)
