"""Names that can be looked up: one 303 from an IRI to the document that suits the client (Cool URIs §4.2)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import document
from vaughn.errors import IriInvalid, ThingUnknown
from vaughn.iris import NS, Name, anchor, page_path
from vaughn.web.formats import DOCUMENTS, HTML, negotiate
from vaughn.web.graphs import ASSERTED
from vaughn.web.parameters import taking
from vaughn.web.places import local_path
from vaughn.web.releases import Served, served
from vaughn.web.responses import see_other

_OFFERS: Mapping[str, str] = {HTML: "html", "application/xhtml+xml": "html"} | {
    media_type: ending for ending, media_type in DOCUMENTS.items()
}
WITHOUT_JSON = {media_type: ending for media_type, ending in _OFFERS.items() if ending != "json"}
"""The types of documents that are no API's: media type → ending."""

_PART_OF_THING = NS + "partOfThing"


@taking("labels")
async def thing(request: Request) -> Response:
    """/id/<kind>/<slug> leads to the thing, /id/<part kind>/<owner>--<name> to its place on the owner's page."""
    held = served(request)
    name = parse(held, f"id/{request.path_params['kind']}/{request.path_params['local']}")
    ending = negotiated(request, _OFFERS)
    triples = await document(held.ask, name.iri)
    if name.what == "thing":
        return see_other(page_path(name) + _suffix(ending), request.url.query)
    owners = [value.value for _, key, value in triples if key.value == _PART_OF_THING]
    if not owners:
        raise ThingUnknown(name.iri)
    page = page_path(held.release.iris.parse(owners[0]))
    return see_other(page + (_suffix(ending) or f"#{anchor(name)}"), request.url.query)


@taking("labels")
async def list_entry(request: Request) -> Response:
    """/concept/<scheme> and /concept/<scheme>/<code> lead to their documents."""
    held = served(request)
    name = parse(held, local_path(request).lstrip("/"))
    ending = negotiated(request, WITHOUT_JSON)
    await document(held.ask, name.iri)
    return see_other(f"{page_path(name)}.{ending}", request.url.query)


@taking()
async def graph(request: Request) -> Response:
    """/graph/<file> leads to the documents of a named graph, /graph/asserted to what lists those that are files."""
    held = served(request)
    name = parse(held, local_path(request).lstrip("/"))
    if name.slug == ASSERTED:
        ending = negotiated(request, WITHOUT_JSON)
        return see_other("/graphs" if ending == "html" else f"/dataset.{ending}")
    if name.iri not in {info.iri for info in held.release.manifest.graphs}:
        raise ThingUnknown(name.iri)
    return see_other(f"{page_path(name)}.{negotiated(request, WITHOUT_JSON)}", request.url.query)


def parse(held: Served, path: str) -> Name:
    """The name that a path stands for. Raises ThingUnknown where it is none of the grammar's."""
    iri = held.release.manifest.base + path
    try:
        return held.release.iris.parse(iri)
    except IriInvalid:
        raise ThingUnknown(iri) from None


def negotiated(request: Request, offers: Mapping[str, str]) -> str:
    return negotiate(request.headers.getlist("accept"), "", offers)[1]


def _suffix(ending: str) -> str:
    return "" if ending == "html" else f".{ending}"
