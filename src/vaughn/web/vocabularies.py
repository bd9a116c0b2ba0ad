"""/ns and /shapes: the words of the graph, and the shapes its files must have."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer.documents import STATEMENTS_QUERY
from vaughn.errors import NotAcceptable, ThingUnknown
from vaughn.iris import NS, SHAPES, compact
from vaughn.store.engine import JSONLD
from vaughn.web.documents import built, document_links, embedded_graph, graph_document, graph_triples
from vaughn.web.formats import HTML
from vaughn.web.linked import WITHOUT_JSON, negotiated
from vaughn.web.parameters import taking
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


@taking()
async def vocabulary(request: Request) -> Response:
    """/ns and /shapes lead to their documents."""
    return see_other(f"{local_path(request)}.{negotiated(request, WITHOUT_JSON)}", request.url.query)


@taking()
async def version(request: Request) -> Response:
    """/ns/<version>, the name of this very version of the words, leads to their documents (OWL 2 Structural
    Specification §3.3).

    Raises ThingUnknown for any other version.
    """
    held = served(request)
    ontology = NS.rstrip("#")
    iri, words = f"{ontology}/{request.path_params['version']}", held.release.prefixes
    told = await held.ask.triples(STATEMENTS_QUERY, thing=ontology)
    if iri not in {value.value for _, key, value in told if compact(key.value, words) == "owl:versionIRI"}:
        raise ThingUnknown(iri)
    return see_other(f"/ns.{negotiated(request, WITHOUT_JSON)}", request.url.query)


@taking()
async def document(request: Request) -> Response:
    """/ns.<ending> and /shapes.<ending>."""
    stem, _, ending = local_path(request).lstrip("/").partition(".")
    if ending not in WITHOUT_JSON.values():
        raise NotAcceptable(ending, sorted(set(WITHOUT_JSON.values())))
    held = served(request)
    graph, namespace, title = _GRAPHS[stem]
    if ending != "html":
        return await graph_document(request, f"/{stem}", held.release.manifest.base + graph, ending)
    triples = await graph_triples(held.ask, held.release.manifest.base + graph)
    found = words(triples, held.release.prefixes, namespace)
    inside = await embedded_graph(request, f"/{stem}", triples)
    text = page(request, "ns.html", words=found, title=title, stem=f"/{stem}", embedded=inside)
    headers = document_links(held.release, f"/{stem}", "html", json=False) | built(held.release)
    return cacheable(request, text.encode(), HTML, headers)


@taking()
async def context(request: Request) -> Response:
    """/ns/context.jsonld: what the keys of our JSON-LD mean."""
    body = json.dumps(served(request).release.context, ensure_ascii=False, indent=1).encode() + b"\n"
    return cacheable(request, body, JSONLD)


for stem in _GRAPHS:
    router.add_route(f"/{stem}", vocabulary)
    router.add_route(f"/{stem}.{{ending}}", document)
router.add_route("/ns/context.jsonld", context)
router.add_route("/ns/{version}", version)
