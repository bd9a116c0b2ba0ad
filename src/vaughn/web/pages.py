"""Pages for people, and beside each the documents that carry the same as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import claims, claims_behind, describe, independence, overview, support_for, things
from vaughn.errors import ThingUnknown
from vaughn.iris import KINDS, Name, page_path
from vaughn.model import Support
from vaughn.web import linked
from vaughn.web.api import thing_iri, thing_json
from vaughn.web.documents import document_links, embedded, graph_document, graph_triples, last_modified, thing_document
from vaughn.web.formats import DOCUMENTS
from vaughn.web.graphs import named_graphs
from vaughn.web.places import local_path
from vaughn.web.portrait import kinds_of, named_in, portray
from vaughn.web.releases import served
from vaughn.web.rendering import page
from vaughn.web.responses import cacheable
from vaughn.web.speaker import notice, query_path

router = APIRouter()

_KIND_OF = {plural: kind for kind, plural in KINDS.items()}
_ENDINGS = frozenset({*DOCUMENTS, "html"})


async def home(request: Request) -> Response:
    """/: what this is, three claims, what is here."""
    held = served(request)
    return _html(request, "home.html", overview=await overview(held.ask, held.release.manifest.counts))


async def listing(request: Request) -> Response:
    """/claims, /sources …: every thing of a kind."""
    kind = _KIND_OF.get(request.path_params["plural"])
    if kind is None:
        raise HTTPException(404)
    ask = served(request).ask
    if kind == "claim":
        return _html(request, "claims.html", claims=await claims(ask))
    return _html(request, "list.html", kind=kind, plural=KINDS[kind], things=await things(ask, kind))


async def thing(request: Request) -> Response:
    """/<kind>/<slug> is the page, /<kind>/<slug>.<ending> a document."""
    kind, (slug, ending) = request.path_params["kind"], _split(request.path_params["local"])
    if kind not in KINDS:
        raise HTTPException(404)
    iri = thing_iri(served(request), kind, slug)
    if ending == "json":
        return await thing_json(request, kind, slug)
    if ending and ending != "html":
        return await thing_document(request, f"/{kind}/{slug}", iri, ending)
    return await (_claim(request, iri) if kind == "claim" else _thing(request, iri))


async def list_entry(request: Request) -> Response:
    """/concept/<scheme>/<code>.<ending>; without an ending, one is negotiated."""
    path, ending = _split(local_path(request))
    if not ending:
        return await linked.list_entry(request)
    name = linked.parse(served(request), path.lstrip("/"))
    if ending == "html":
        return await _thing(request, name.iri, json=False)
    return await thing_document(request, path, name.iri, ending, json=False)


async def graph(request: Request) -> Response:
    """/graph/<file>.<ending>; without an ending, one is negotiated."""
    path, ending = _split(local_path(request))
    if not ending:
        return await linked.graph(request)
    name = linked.parse(served(request), path.lstrip("/"))
    return (
        await _graph_page(request, name) if ending == "html" else await graph_document(request, path, name.iri, ending)
    )


async def _claim(request: Request, iri: str) -> Response:
    held = served(request)
    support = await support_for(held.ask, iri)
    whole = portray(await describe(held.ask, iri), held.release.iris, held.release.prefixes)
    return _html(
        request,
        "claim.html",
        await last_modified(held, iri),
        path=page_path(held.release.iris.parse(iri)),
        embedded=await embedded(request, iri),
        support=support,
        claim=support.claim,
        notice=notice(support),
        independence=independence(support.claim),
        query=query_path(support.query, claim=f"claim:{iri.rsplit('/', 1)[-1]}"),
        parts=[part for part in whole.parts if part.kind != "evidence"],
        heads=await claims_behind(held.ask, [*named_in(whole), *_kin(support)]),
    )


def _kin(support: Support) -> list[str]:
    """What a claim is inferred from, and what bears on it."""
    return [it.iri for it in (*support.inferred_from, *(each.thing for each in support.bearing))]


async def _thing(request: Request, iri: str, json: bool = True) -> Response:
    release = served(request).release
    thing = await describe(served(request).ask, iri)
    shown = portray(thing, release.iris, release.prefixes)
    classes = kinds_of(thing.statements, release.prefixes)
    path = page_path(release.iris.parse(iri))
    changed = await last_modified(served(request), iri)
    data = await embedded(request, iri)
    known = {"classes": classes, "embedded": data, "heads": await claims_behind(served(request).ask, named_in(shown))}
    return _html(request, "thing.html", changed, path=path, thing=shown, json=json, **known)


async def _graph_page(request: Request, name: Name) -> Response:
    held = served(request)
    found = next((each for each in await named_graphs(held) if each.info.iri == name.iri), None)
    if found is None:
        raise ThingUnknown(name.iri)
    subjects = sorted({subject.value for subject, _, _ in await graph_triples(held.ask, name.iri)})
    return _html(request, "graph.html", path=page_path(name), graph=found, subjects=subjects, json=False)


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
router.add_route("/{plural}", listing)
router.add_route("/{kind}/{local}", thing)
