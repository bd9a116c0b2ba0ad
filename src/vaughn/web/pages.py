"""Pages for people, and beside each the documents that carry the same as data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import (
    certainty,
    claims_behind,
    describe,
    graphs_of,
    independence,
    overview,
    quotes_of,
    support_for,
    tally,
)
from vaughn.errors import NotAcceptable, ThingUnknown, VaughnError
from vaughn.iris import Name, page_path
from vaughn.model import Cited, ClaimHead, Support
from vaughn.store.release import GraphInfo
from vaughn.web import addresses as addresses  # its words stand in the routes below
from vaughn.web import browsing, linked
from vaughn.web.api import thing_iri, thing_json
from vaughn.web.documents import (
    built,
    document_links,
    embedded,
    embedded_graph,
    graph_document,
    graph_triples,
    thing_document,
)
from vaughn.web.formats import DOCUMENTS
from vaughn.web.graphs import named_graphs
from vaughn.web.parameters import only, taking
from vaughn.web.places import local_path, root
from vaughn.web.portrait import dated, kinds_of, named_in, portray, scheme_of
from vaughn.web.releases import Served, served
from vaughn.web.rendering import href_beside, page
from vaughn.web.responses import cacheable
from vaughn.web.speaker import notice, query_path, unreviewed

router = APIRouter()

_ENDINGS = frozenset({*DOCUMENTS, "html"})
_OF_THINGS = only("labels")


@taking()
async def home(request: Request) -> Response:
    """/: what this is, three claims, what is here."""
    held = served(request)
    return _html(request, "home.html", overview=await overview(held.ask, held.release.manifest.counts))


async def thing(request: Request) -> Response:
    """/<kind>/<slug> is the page, /<kind>/<slug>.<ending> a document."""
    kind, (slug, ending) = request.path_params["kind"], _split(request.path_params["local"])
    await _OF_THINGS(request)
    try:
        iri = thing_iri(served(request), kind, slug)
    except ThingUnknown as error:
        raise error if ending else await _of_ending(request, f"id/{kind}/{slug}", _ENDINGS, error) from None
    if ending == "json":
        return await thing_json(request, kind, slug)
    if ending and ending != "html":
        return await thing_document(request, f"/{kind}/{slug}", iri, ending)
    return await (_claim(request, iri) if kind == "claim" else _thing(request, iri))


@taking("labels")
async def list_entry(request: Request) -> Response:
    """/concept/<scheme>/<code>.<ending>; without an ending, one is negotiated."""
    path, ending = _split(local_path(request))
    if not ending:
        return await _led(request, linked.list_entry)
    name = linked.parse(served(request), path.lstrip("/"))
    if ending == "html":
        return await _thing(request, name.iri, json=False)
    return await thing_document(request, path, name.iri, ending, json=False)


@taking()
async def graph(request: Request) -> Response:
    """/graph/<file>.<ending>; without an ending, one is negotiated."""
    path, ending = _split(local_path(request))
    if not ending:
        return await _led(request, linked.graph)
    name = linked.parse(served(request), path.lstrip("/"))
    return (
        await _graph_page(request, name) if ending == "html" else await graph_document(request, path, name.iri, ending)
    )


async def _led(request: Request, leads: Callable[[Request], Awaitable[Response]]) -> Response:
    """To the documents of what the path names; an ending that none of them has is refused as one."""
    try:
        return await leads(request)
    except ThingUnknown as error:
        path = local_path(request).lstrip("/")
        raise await _of_ending(request, path, linked.WITHOUT_JSON.values(), error) from None


async def _of_ending(request: Request, path: str, endings: Iterable[str], error: ThingUnknown) -> VaughnError:
    """The error where nothing goes by a name: not acceptable, if something goes by the name without its ending."""
    held, (stem, dot, ending) = served(request), path.rpartition(".")
    if not dot or "/" in ending:
        return error
    try:
        name = linked.parse(held, stem)
    except ThingUnknown:
        return error
    known = name.iri in {info.iri for info in held.release.manifest.graphs} or await graphs_of(held.ask, name.iri)
    return NotAcceptable(ending, sorted({*endings})) if known else error


async def _claim(request: Request, iri: str) -> Response:
    held = served(request)
    support = await support_for(held.ask, iri)
    whole = portray(await describe(held.ask, iri), held.release.iris, held.release.prefixes)
    return _html(
        request,
        "claim.html",
        built(held.release),
        path=page_path(held.release.iris.parse(iri)),
        embedded=await embedded(request, iri),
        support=support,
        claim=support.claim,
        notice=notice(support),
        independence=independence(support.claim),
        certainty=certainty(support.claim),
        tally=tally(support),
        query=query_path(support.query, claim=f"claim:{iri.rsplit('/', 1)[-1]}"),
        parts=[part for part in whole.parts if part.kind != "evidence"],
        heads=await _behind(held, [*named_in(whole), *_kin(support)]),
        files=await _files(held, iri),
    )


def _kin(support: Support) -> list[str]:
    """What a claim is inferred from, and what bears on it."""
    return [it.iri for it in (*support.inferred_from, *(each.thing for each in support.bearing))]


async def _thing(request: Request, iri: str, json: bool = True) -> Response:
    held = served(request)
    release = held.release
    thing = await describe(held.ask, iri)
    shown = portray(thing, release.iris, release.prefixes)
    known = {
        "notice": unreviewed(thing),
        "classes": kinds_of(thing.statements, release.prefixes),
        "scheme": scheme_of(thing.statements, release.prefixes),
        "embedded": await embedded(request, iri),
        "heads": await _behind(held, list(named_in(shown))),
        "files": await _files(held, iri),
        "dated": dated(thing),
        "dates": [part for part in shown.parts if part.kind == "date"],
        "thing": replace(shown, parts=tuple(part for part in shown.parts if part.kind != "date")),
        "href": partial(href_beside, release.iris, root(request.scope), {part.ref.iri for part in shown.parts}),
    }
    path = page_path(release.iris.parse(iri))
    return _html(request, "thing.html", built(held.release), path=path, json=json, **known)


async def _behind(held: Served, iris: Sequence[str]) -> dict[str, ClaimHead | Cited]:
    """What has to be said beside a name: of a claim, who says it and its state; of a passage, its words."""
    return {**await claims_behind(held.ask, iris), **await quotes_of(held.ask, iris)}


async def _files(held: Served, iri: str) -> list[GraphInfo]:
    """The files that speak of a thing."""
    named = set(await graphs_of(held.ask, iri))
    return [info for info in held.release.manifest.graphs if info.file and info.iri in named]


async def _graph_page(request: Request, name: Name) -> Response:
    held = served(request)
    found = next((each for each in await named_graphs(held) if each.info.iri == name.iri), None)
    if found is None:
        raise ThingUnknown(name.iri)
    triples, path = await graph_triples(held.ask, name.iri), page_path(name)
    known = {
        "graph": found,
        "subjects": sorted({subject.value for subject, _, _ in triples}),
        "embedded": await embedded_graph(request, path, triples),
    }
    return _html(request, "graph.html", built(held.release), path=path, json=False, **known)


def _html(request: Request, template: str, headers: Mapping[str, str] | None = None, /, **context: Any) -> Response:
    """A page, cacheable, linked to its data where it has any."""
    held = served(request)
    text = page(request, template, **context)
    kin = document_links(held.release, context["path"], json=context.get("json", True)) if "path" in context else {}
    return cacheable(request, text.encode(), "text/html", {**kin, **(headers or {})})


def _split(path: str) -> tuple[str, str]:
    """A path and its ending, "" where it has none that we serve (codes may have dots of their own)."""
    stem, dot, ending = path.rpartition(".")
    return (stem, ending) if dot and ending in _ENDINGS else (path, "")


router.add_route("/", home)
router.add_route("/id/{kind}/{local}", linked.thing)
router.add_route("/concept/{scheme}", list_entry)
router.add_route("/concept/{scheme}/{code}", list_entry)
router.add_route("/graph/{file:path}", graph)
router.add_route("/{plural:plural}", browsing.listing)
router.add_route("/{kind:kind}/{local}", thing)
