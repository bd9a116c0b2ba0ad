"""The data behind a page: Turtle, JSON-LD, N-Triples, RDF/XML and JSON, each at its own address."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import Asker, document
from vaughn.answer.documents import DOCUMENT_QUERY
from vaughn.errors import ThingUnknown
from vaughn.store.engine import GRAPH_TYPES
from vaughn.store.release import Release
from vaughn.web import jsonld
from vaughn.web.formats import DOCUMENTS, HTML
from vaughn.web.notation import Triple, ntriples, turtle
from vaughn.web.releases import served
from vaughn.web.responses import cacheable, links

GRAPH_QUERY = "documents/graph"


async def thing_document(request: Request, path: str, iri: str, ending: str) -> Response:
    """A thing with its parts, or an entry of a code list. path: its page. Raises ThingUnknown."""
    held = served(request)
    triples = await document(held.ask, iri)
    body = await _written(held.ask, held.release, triples, ending, DOCUMENT_QUERY, {"thing": iri}, iri)
    return cacheable(request, body, DOCUMENTS[ending], document_links(held.release, path, ending))


async def graph_document(request: Request, path: str, graph: str, ending: str) -> Response:
    """A named graph. Raises ThingUnknown where the release has none of that name."""
    held = served(request)
    triples = await graph_triples(held.ask, graph)
    body = await _written(held.ask, held.release, triples, ending, GRAPH_QUERY, {"graph": graph})
    return cacheable(request, body, DOCUMENTS[ending], document_links(held.release, path, ending))


async def graph_triples(ask: Asker, graph: str) -> list[Triple]:
    """The triples of a named graph. Raises ThingUnknown where there are none."""
    found = await ask.triples(GRAPH_QUERY, graph=graph)
    if not found:
        raise ThingUnknown(graph)
    return found


def document_links(release: Release, path: str, ending: str = "", json: bool = True) -> dict[str, str]:
    """Links from one representation to the canonical address, the others, and the words they are written in.

    ending: "" for the page itself. json: whether there is one.
    """
    own = f"{release.manifest.base}{path.lstrip('/')}{ending and '.' + ending}"
    others = [
        (f"{path}.{other}", kind) for other, kind in DOCUMENTS.items() if other != ending and (json or other != "json")
    ]
    pages = [(path, HTML)] if ending else []
    return links(
        (own, {"rel": "canonical"}),
        *((target, {"rel": "alternate", "type": kind}) for target, kind in [*pages, *others]),
        ("/ns", {"rel": "describedby"})
        if ending
        else (f"{path}.ttl", {"rel": "describedby", "type": GRAPH_TYPES["ttl"]}),
    )


async def _written(
    ask: Asker,
    release: Release,
    triples: Sequence[Triple],
    ending: str,
    query: str,
    values: dict[str, str],
    root: str = "",
) -> bytes:
    """The triples in a format. root: the thing that a JSON-LD tree grows from; without one the document is flat."""
    if ending == "ttl":
        return turtle(triples, release.prefixes).encode()
    if ending == "nt":
        return ntriples(triples).encode()
    if ending == "jsonld":
        vocabulary = jsonld.Vocabulary(release.context, release.prefixes)
        return jsonld.encode(jsonld.tree(root, triples, vocabulary) if root else jsonld.graph(triples, vocabulary))
    return (await ask.serialised(query, ending, values)).body
