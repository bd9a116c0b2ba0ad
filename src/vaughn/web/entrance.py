"""/api: what there is to ask, for whoever has nothing but the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from vaughn import __version__
from vaughn.iris import KINDS
from vaughn.web import deprecation
from vaughn.web.formats import HTML, negotiate
from vaughn.web.parameters import only
from vaughn.web.places import root
from vaughn.web.releases import served
from vaughn.web.rendering import page
from vaughn.web.responses import as_json, cacheable
from vaughn.web.schema import EntranceOut, KindOut
from vaughn.web.speaker import release_out
from vaughn.web.staying import staying

router = APIRouter(prefix="/api", tags=["service"])

_OFFERS: Mapping[str, str] = {"application/json": "json", HTML: "html", "application/xhtml+xml": "html"}
_VARY = {"Vary": "Accept"}
_ELSEWHERE: Mapping[str, str] = {
    "openapi": "/api/openapi.json",
    "documentation": "/docs",
    "policy": deprecation.POLICY_PATH,
    "problems": "/problems",
    "search": "/api/search",
    "support": "/api/support",
    "queries": "/queries",
    "sparql": "/sparql",
    "dataset": "/dataset",
    "changes": "/changes",
    "limits": "/limits",
}
_AS_PAGE: Mapping[int | str, Mapping[str, Any]] = {200: {"content": {HTML: {"schema": {"type": "string"}}}}}


@router.get(
    "",
    response_model=EntranceOut,
    summary="What there is to ask",
    dependencies=[Depends(only())],
    responses={status: dict(said) for status, said in _AS_PAGE.items()},
)
async def entrance(request: Request) -> Response:
    """Every kind of thing with the addresses of its list and of one of it, and where everything else is: as JSON, or by
    the Accept header as a page."""
    _, ending = negotiate(request.headers.getlist("accept"), "", _OFFERS)
    told = _told(request)
    if ending == "json":
        return as_json(request, told, _VARY)
    return cacheable(request, page(request, "api.html", told=told).encode(), HTML, _VARY)


def _told(request: Request) -> EntranceOut:
    manifest = served(request).release.manifest
    kinds = [
        KindOut(kind=kind, path=_place(request, f"/api/{plural}"), one=root(request.scope) + f"/api/{plural}/{{slug}}")
        for kind, plural in KINDS.items()
    ]
    elsewhere = {name: _place(request, path) for name, path in _ELSEWHERE.items()}
    return EntranceOut(version=__version__, kinds=kinds, **elsewhere, release=release_out(manifest))


def _place(request: Request, path: str) -> str:
    return staying(request.scope, root(request.scope) + path)
