"""The data behind a page: Turtle, JSON-LD, N-Triples, RDF/XML and JSON, each at its own address."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from email.utils import format_datetime

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import Asker, document, graphs_of
from vaughn.answer.documents import DOCUMENT_QUERY, LABELLED_QUERY
from vaughn.errors import NotAcceptable, ParameterFaulty, ThingUnknown
from vaughn.store.engine import GRAPH_TYPES
from vaughn.store.release import Release
from vaughn.web import jsonld
from vaughn.web.formats import DOCUMENTS, HTML
from vaughn.web.notation import Triple, ntriples, turtle
from vaughn.web.places import root
from vaughn.web.releases import Served, served
from vaughn.web.responses import cacheable, links
from vaughn.web.staying import staying

GRAPH_QUERY = "documents/graph"
_UNSAFE = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


async def thing_document(request: Request, path: str, iri: str, ending: str, json: bool = True) -> Response:
    """A thing with its parts, or an entry of a code list. path: its page. json: whether the API has it too.

    Raises ThingUnknown, NotAcceptable.
    """
    _no_json(ending)
    held, labels = served(request), labels_wanted(request)
    triples = await document(held.ask, iri, labels)
    query = LABELLED_QUERY if labels else DOCUMENT_QUERY
    body = await _written(request, triples, ending, query, {"thing": iri}, iri)
    headers = document_links(held.release, path, ending, json) | await last_modified(held, iri)
    return cacheable(request, body, DOCUMENTS[ending], headers)


def vocabulary(request: Request) -> jsonld.Vocabulary:
    """The words that JSON-LD for this client is written in."""
    release = served(request).release
    address = staying(request.scope, root(request.scope) + jsonld.CONTEXT_PATH)
    return jsonld.Vocabulary(release.context, release.prefixes, address)


async def embedded(request: Request, iri: str) -> Markup:
    """A thing's JSON-LD for the inside of a page's script element: no character of it can end the element."""
    triples = await document(served(request).ask, iri)
    text = jsonld.encode(jsonld.tree(iri, triples, vocabulary(request))).decode()
    return Markup(text.translate(_UNSAFE))  # noqa: S704  what could end the element was just escaped


async def graph_document(request: Request, path: str, graph: str, ending: str) -> Response:
    """A named graph. Raises ThingUnknown where the release has none of that name, NotAcceptable."""
    _no_json(ending)
    held = served(request)
    triples = await graph_triples(held.ask, graph)
    body = await _written(request, triples, ending, GRAPH_QUERY, {"graph": graph})
    return cacheable(
        request, body, DOCUMENTS[ending], document_links(held.release, path, ending, json=False, about="/dataset")
    )


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


async def last_modified(held: Served, iri: str) -> dict[str, str]:
    """When a thing last changed, by the catalogue entries of its files, which know the day; nothing where they do not.

    It is for people and harvesters: whether an answer has changed is told by its entity tag alone.
    """
    changed = {info.iri: info.modified for info in held.release.manifest.graphs}
    newest = max((changed.get(graph, "") for graph in await graphs_of(held.ask, iri)), default="")
    return {"Last-Modified": http_date(newest)} if newest else {}


def http_date(day: str) -> str:
    """The first second of an ISO date, as HTTP writes it (RFC 9110 §5.6.7)."""
    start = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)
    return format_datetime(start, usegmt=True)


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


async def _written(
    request: Request,
    triples: Sequence[Triple],
    ending: str,
    query: str,
    values: dict[str, str],
    tree: str = "",
) -> bytes:
    """The triples in a format. tree: the thing that a JSON-LD tree grows from; without one the document is flat."""
    held = served(request)
    if ending == "ttl":
        return turtle(triples, held.release.prefixes).encode()
    if ending == "nt":
        return ntriples(triples).encode()
    if ending == "jsonld":
        words = vocabulary(request)
        return jsonld.encode(jsonld.tree(tree, triples, words) if tree else jsonld.graph(triples, words))
    return (await held.ask.serialised(query, ending, values)).body
