"""The JSON API: every kind of thing, and the evidence for and against a claim."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import claims_behind, describe, support_for
from vaughn.errors import IriInvalid, ThingUnknown
from vaughn.iris import KINDS
from vaughn.web import addresses as addresses  # its words stand in the routes below
from vaughn.web.lists import listed
from vaughn.web.parameters import only
from vaughn.web.portrait import named_in
from vaughn.web.releases import Served, served
from vaughn.web.responses import as_json
from vaughn.web.schema import ClaimPageOut, ClaimsOut, SupportOut, ThingOut, ThingsOut
from vaughn.web.speaker import Speaker, notice, release_out, unreviewed

router = APIRouter(prefix="/api")

_KIND_OF = {plural: kind for kind, plural in KINDS.items()}
_PLAIN = [Depends(only())]


@router.get("/claims", response_model=ClaimsOut, summary="Claims, without their evidence", tags=["claims"])
async def list_claims(request: Request) -> Response:
    return await listed(request, "claim", "claims", "")


@router.get("/claims/{slug}", response_model=ClaimPageOut, summary="One claim", tags=["claims"], dependencies=_PLAIN)
async def one_claim(request: Request, slug: str) -> Response:
    return await thing_json(request, "claim", slug)


@router.get(
    "/claims/{slug}/support",
    response_model=SupportOut,
    summary="Evidence for and against",
    tags=["claims"],
    dependencies=_PLAIN,
)
async def claim_support(request: Request, slug: str) -> Response:
    """Every line of evidence of one claim: those that support it, dispute it, qualify it, and merely touch it."""
    held = served(request)
    found = await support_for(held.ask, thing_iri(held, "claim", slug))
    return as_json(request, Speaker.to(request).support(found, release_out(held.release.manifest)))


@router.get("/{plural:list}", response_model=ThingsOut, summary="Things of a kind", tags=["things"])
async def list_things(request: Request, plural: str) -> Response:
    name, dot, ending = plural.partition(".")
    return await listed(request, _KIND_OF[name], name, ending if dot else "")


@router.get(
    "/{plural:plural}/{slug}",
    response_model=ThingOut,
    summary="One thing, with its parts",
    tags=["things"],
    dependencies=_PLAIN,
)
async def one_thing(request: Request, plural: str, slug: str) -> Response:
    return await thing_json(request, _KIND_OF[plural], slug)


async def thing_json(request: Request, kind: str, slug: str) -> Response:
    """A thing's JSON, the same bytes at /api/<plural>/<slug> and /<kind>/<slug>.json."""
    held = served(request)
    say, iri = Speaker.to(request), thing_iri(held, kind, slug)
    release = release_out(held.release.manifest)
    if kind == "claim":
        found = await support_for(held.ask, iri)
        return as_json(request, ClaimPageOut(claim=say.claim(found.claim), notice=notice(found), release=release))
    thing = await describe(held.ask, iri)
    heads = await claims_behind(held.ask, named_in(thing))
    told = say.description(thing, heads)
    return as_json(request, ThingOut(thing=told, notice=unreviewed(thing), release=release))


def thing_iri(held: Served, kind: str, slug: str) -> str:
    """The IRI a path stands for. Raises ThingUnknown where the path is none of the grammar's."""
    try:
        return held.release.iris.thing(kind, slug)
    except IriInvalid:
        raise ThingUnknown(f"{held.release.manifest.base}id/{kind}/{slug}") from None
