"""/ns and /shapes: the words of the graph, and the shapes its files must have."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vaughn.errors import NotAcceptable
from vaughn.iris import NS, SHAPES
from vaughn.web.documents import document_links, graph_document, graph_triples
from vaughn.web.formats import HTML, JSONLD
from vaughn.web.linked import WITHOUT_JSON, negotiated
from vaughn.web.places import local_path
from vaughn.web.releases import served
from vaughn.web.rendering import page
from vaughn.web.responses import cacheable, see_other
from vaughn.web.terms import words

router = APIRouter()

_GRAPHS: Mapping[str, tuple[str, str, str]] = {
    "ns": ("graph/ontology", NS, "Vocabulary"),
    "shapes": ("graph/shapes", SHAPES, "Shapes"),
}
"""Each vocabulary's named graph below the base, its namespace, and its title."""


async def vocabulary(request: Request) -> Response:
    """/ns and /shapes lead to their documents."""
    return see_other(f"{local_path(request)}.{negotiated(request, WITHOUT_JSON)}")


async def document(request: Request) -> Response:
    """/ns.<ending> and /shapes.<ending>."""
    stem, _, ending = local_path(request).lstrip("/").partition(".")
    if ending not in WITHOUT_JSON.values():
        raise NotAcceptable(ending, sorted(set(WITHOUT_JSON.values())))
    held = served(request)
    graph, namespace, title = _GRAPHS[stem]
    if ending != "html":
        return await graph_document(request, f"/{stem}", held.release.manifest.base + graph, ending)
    found = words(await graph_triples(held.ask, held.release.manifest.base + graph), held.release.prefixes, namespace)
    text = page(request, "ns.html", words=found, title=title, stem=f"/{stem}")
    return cacheable(request, text.encode(), HTML, document_links(held.release, f"/{stem}", "html", json=False))


async def context(request: Request) -> Response:
    """/ns/context.jsonld: what the keys of our JSON-LD mean."""
    body = json.dumps(served(request).release.context, ensure_ascii=False, indent=1).encode() + b"\n"
    return cacheable(request, body, JSONLD)


for stem in _GRAPHS:
    router.add_route(f"/{stem}", vocabulary)
    router.add_route(f"/{stem}.{{ending}}", document)
router.add_route("/ns/context.jsonld", context)
