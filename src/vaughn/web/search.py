"""/search: claims by their wording, and things by their names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import claim, claims_behind, named
from vaughn.answer.names import beginnings
from vaughn.model import Found, Ref
from vaughn.search import LONGEST, Match
from vaughn.web.nearest import TEXT_SCHEMA, checked, nearest, says
from vaughn.web.parameters import only, taking
from vaughn.web.releases import Served, served
from vaughn.web.rendering import render
from vaughn.web.responses import as_json
from vaughn.web.schema import FoundOut, SearchOut
from vaughn.web.speaker import Speaker, release_out

pages = APIRouter()
router = APIRouter(prefix="/api", tags=["search"])

_MOST_CLAIMS = 10
_MOST_THINGS = 100
_KINDS = {"text": "its text", "alternative": "another wording of it"}


@router.get(
    "/search", response_model=SearchOut, summary="Things and concepts by name", dependencies=[Depends(only("q"))]
)
async def search_names(request: Request, q: Annotated[str, Query(json_schema_extra=TEXT_SCHEMA)]) -> Response:
    """Things and entries of code lists with a name in which every word occurs, shortest names first."""
    held = served(request)
    say = Speaker.to(request)
    things = await _named(held, checked(q, "q"))
    heads = await claims_behind(held.ask, [each.ref.iri for each in things])
    found = [
        FoundOut(kind=each.kind, thing=say.ref(each.ref), claim=say.standing(heads.get(each.ref.iri)))
        for each in things
    ]
    return as_json(request, SearchOut(q=q, found=found, release=release_out(held.release.manifest)))


@taking("q")
async def page(request: Request) -> Response:
    """The form, and what was found."""
    sought = request.query_params.get("q", "").strip()
    if not sought:
        return render(request, "search.html", sought="", near=None, longest=LONGEST)
    held = served(request)
    (matches,) = await nearest(held, [checked(sought, "q")], _MOST_CLAIMS)
    near = [(match, _kind(match), await claim(held.ask, match.claim)) for match in matches]
    things = await _named(held, sought)
    shown = things[:_MOST_THINGS]
    heads = await claims_behind(held.ask, [each.ref.iri for each in shown])
    found: dict[str, Any] = {"near": near, "says": says(matches), "things": shown, "all": len(things), "heads": heads}
    return render(request, "search.html", sought=sought, longest=LONGEST, **found)


async def _named(held: Served, sought: str) -> Sequence[Found]:
    """What goes by these words: found in the release's own list of names, by the engine where it has none."""
    names, words = await held.names(), beginnings(sought)
    if not names or not words:
        return await named(held.ask, sought)
    found = await asyncio.get_running_loop().run_in_executor(held.comparing, names.find, words)
    return [Found(Ref(each.thing, each.label), each.kind) for each in found]


def _kind(match: Match) -> str:
    return _KINDS.get(match.wording.kind, "a quote in its evidence")


pages.add_route("/search", page)
