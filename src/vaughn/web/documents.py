"""The data behind a page: Turtle, JSON-LD, N-Triples, RDF/XML and JSON, each at its own address."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import Asker, document, incoming
from vaughn.answer.documents import INCOMING_QUERY, MOST_INCOMING, in_order
from vaughn.errors import NotAcceptable, ParameterFaulty, ThingUnknown
from vaughn.model import Triple
from vaughn.store import jsonld
from vaughn.store.engine import GRAPH_TYPES
from vaughn.store.release import Release
from vaughn.store.rewriting import rewritten
from vaughn.web.embedding import MOST_TRIPLES, Embedded, embed, safe
from vaughn.web.formats import DOCUMENTS, HTML
from vaughn.web.headers import LEFT_OUT
from vaughn.web.notation import ntriples, turtle
from vaughn.web.places import root
from vaughn.web.releases import Served, served
from vaughn.web.responses import cacheable, http_date, links
from vaughn.web.staying import staying

GRAPH_QUERY = "documents/graph"


async def thing_document(request: Request, path: str, iri: str, ending: str, json: bool = True) -> Response:
    """A thing with its parts, or an entry of a code list. path: its page. json: whether the API has it too.

    Raises ThingUnknown, NotAcceptable.
    """
    _no_json(ending)
    held, labels = served(request), labels_wanted(request)
    triples, left_out = await _whole(held, iri, labels)
    body = _noted(request, triples, ending, iri)
    headers = document_links(held.release, path, ending, json) | left_out | built(held.release)
    return cacheable(request, body, DOCUMENTS[ending], headers)


async def _whole(held: Served, iri: str, labels: bool = False) -> tuple[Sequence[Triple], dict[str, str]]:
    """The triples of a thing's document, and a header that says so where those that lead to it are left out."""
    triples, pointing = await document(held.ask, iri, labels), await incoming(held.ask, iri, labels)
    if pointing is None:
        return triples, {LEFT_OUT: f"{INCOMING_QUERY}, more than {MOST_INCOMING}"}
    return in_order([*triples, *pointing]), {}


def vocabulary(request: Request) -> jsonld.Vocabulary:
    """The words that JSON-LD for this client is written in."""
    release = served(request).release
    address = staying(request.scope, root(request.scope) + jsonld.CONTEXT_PATH)
    return jsonld.Vocabulary(release.context, release.prefixes, address)


async def embedded(request: Request, iri: str) -> Markup:
    """A thing's JSON-LD for the inside of a page's script element: no character of it can end the element."""
    triples, _ = await _whole(served(request), iri)
    return safe(jsonld.encode(jsonld.tree(iri, triples, vocabulary(request))))


async def embedded_graph(request: Request, path: str, triples: Sequence[Triple]) -> Embedded:
    """The document of a named graph, path its page's without an ending, for the inside of that page."""
    if len(triples) > MOST_TRIPLES:
        return Embedded(Markup(""), f"{path}.jsonld")
    return await asyncio.get_running_loop().run_in_executor(
        served(request).writing, lambda: embed(_noted(request, triples, "jsonld"), f"{path}.jsonld")
    )


async def graph_document(request: Request, path: str, graph: str, ending: str) -> Response:
    """A named graph. Raises ThingUnknown where the release has none of that name, NotAcceptable."""
    _no_json(ending)
    held = served(request)
    triples = await graph_triples(held.ask, graph)
    if ending == "rdf":
        body = (await held.ask.serialised(GRAPH_QUERY, ending, {"graph": graph})).body
    else:
        body = _noted(request, triples, ending)
    headers = document_links(held.release, path, ending, json=False, about="/dataset")
    return cacheable(request, body, DOCUMENTS[ending], headers | built(held.release))


def _no_json(ending: str) -> None:
    """Raises NotAcceptable for JSON, which the API alone writes."""
    if ending == "json":
        raise NotAcceptable(ending, [other for other in DOCUMENTS if other != "json"])


def labels_wanted(request: Request) -> bool:
    """Whether `labels=1` asks for the names of linked things. Raises ParameterFaulty."""
    given = request.query_params.get("labels", "0")
    if given not in ("0", "1"):
        raise ParameterFaulty("labels", f"{given!r} is neither 0 nor 1")
    return given == "1"


def built(release: Release) -> dict[str, str]:
    """When a release was built, as the time of the last change of all that is made from it.

    The catalogue knows the day on which a file changed; that a document has not changed since a day cannot be told from
    it, since a file may change twice in one, and rules, queries and templates without any.
    """
    return {"Last-Modified": http_date(release.manifest.created)}


async def graph_triples(ask: Asker, graph: str) -> list[Triple]:
    """The triples of a named graph. Raises ThingUnknown where there are none."""
    found = await ask.triples(GRAPH_QUERY, graph=graph)
    if not found:
        raise ThingUnknown(graph)
    return found


def document_links(
    release: Release, path: str, ending: str = "", json: bool = True, about: str = "/ns"
) -> dict[str, str]:
    """Links from one representation to the canonical address, the others, and what describes it.

    ending: "" for the page itself. json: whether there is one. about: what describes the data: its words, or for a
    graph the dataset's description, where its title, license and origin stand.
    """
    own = f"{release.manifest.base}{path.lstrip('/')}{ending and '.' + ending}"
    others = [
        (f"{path}.{other}", kind) for other, kind in DOCUMENTS.items() if other != ending and (json or other != "json")
    ]
    pages = [(path, HTML)] if ending else []
    return links(
        (own, {"rel": "canonical"}),
        *((target, {"rel": "alternate", "type": kind}) for target, kind in [*pages, *others]),
        (about, {"rel": "describedby"})
        if ending
        else (f"{path}.ttl", {"rel": "describedby", "type": GRAPH_TYPES["ttl"]}),
    )


def _noted(request: Request, triples: Sequence[Triple], ending: str, tree: str = "") -> bytes:
    """The triples in a format. tree: the thing that a JSON-LD tree grows from; without one the document is flat."""
    if ending == "ttl":
        return turtle(triples, served(request).release.prefixes).encode()
    if ending == "jsonld":
        words = vocabulary(request)
        return jsonld.encode(jsonld.tree(tree, triples, words)) if tree else jsonld.graph(triples, words)
    plain = ntriples(triples)
    return rewritten(plain, served(request).release.manifest.base, ending) if ending == "rdf" else plain.encode()
