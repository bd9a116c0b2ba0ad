"""/graphs: the Graph Store Protocol, read side (SPARQL 1.1 Graph Store HTTP Protocol §4.2, §5.2).

A graph is named by `graph=`, the default graph by `default`. The direct names of the site's own graphs are their
documents at /graph/<file>.<ending>.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vaughn.errors import ParameterFaulty, ThingUnknown, UpdateRefused
from vaughn.store import jsonld
from vaughn.store.engine import GRAPH_TYPES, JSONLD
from vaughn.store.results import triples
from vaughn.web.documents import GRAPH_QUERY, vocabulary
from vaughn.web.formats import HTML, negotiate
from vaughn.web.graphs import named_graphs
from vaughn.web.methods import NEVER
from vaughn.web.protocol import Pairs, decode
from vaughn.web.releases import served
from vaughn.web.rendering import render
from vaughn.web.responses import cacheable

router = APIRouter()

DEFAULT_QUERY = "documents/default"
_WRITES = ["PUT", "POST", "DELETE", "PATCH"]
_VARY = {"Vary": "Accept"}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_TYPES: Mapping[str, str] = {media_type: ending for ending, media_type in GRAPH_TYPES.items()} | {
    JSONLD: "jsonld",
    "application/xml": "rdf",
    "text/plain": "nt",
}
_LISTS: Mapping[str, str] = {"application/json": "json", HTML: "html", "application/xhtml+xml": "html"}


async def graphs(request: Request) -> Response:
    """One graph, or the list of all."""
    pairs = decode(request.scope["query_string"])
    named = [value for name, value in pairs if name == "graph"]
    default = any(name == "default" for name, _ in pairs)
    if not named and not default:
        return await _listing(request, _format(pairs))
    return await (_default(request, pairs) if _only(named, default) else _named(request, named[0], pairs))


async def refused(request: Request) -> Response:
    """Every method that writes. Raises UpdateRefused."""
    raise UpdateRefused(request.method)


def _only(named: list[str], default: bool) -> bool:
    """Whether the default graph is asked for. Raises ParameterFaulty unless exactly one graph is named."""
    if named and default:
        raise ParameterFaulty("default", "given together with `graph`; a request reads one graph")
    if len(named) > 1:
        raise ParameterFaulty("graph", f"given {len(named)} times, not once")
    if named and not _ABSOLUTE.fullmatch(named[0]):
        raise ParameterFaulty("graph", f"{named[0]!r} is no absolute IRI")
    return default


async def _named(request: Request, graph: str, pairs: Pairs) -> Response:
    if graph not in {info.iri for info in served(request).release.manifest.graphs}:
        raise ThingUnknown(graph)
    return await _written(request, GRAPH_QUERY, {"graph": graph}, pairs)


async def _default(request: Request, pairs: Pairs) -> Response:
    return await _written(request, DEFAULT_QUERY, {}, pairs)


async def _written(request: Request, query: str, values: dict[str, str], pairs: Pairs) -> Response:
    held = served(request)
    asked = _format(pairs)
    media_type, ending = negotiate(request.headers.getlist("accept"), asked, _TYPES)
    vary = {} if asked else _VARY
    if ending != "jsonld":
        return cacheable(request, (await held.ask.serialised(query, ending, values)).body, media_type, vary)
    found = triples((await held.ask.serialised(query, "nt", values)).body)
    return cacheable(request, jsonld.graph(found, vocabulary(request)), media_type, vary)


def _format(pairs: Pairs) -> str:
    """What `format=` asks for, "" where nothing does."""
    return next((value for name, value in pairs if name == "format"), "")


async def _listing(request: Request, asked: str) -> Response:
    """The named graphs, to a person as a page. Raises NotAcceptable."""
    vary = {} if asked else _VARY
    infos = served(request).release.manifest.graphs
    if negotiate(request.headers.getlist("accept"), asked, _LISTS)[1] == "html":
        return render(request, "graphs.html", headers=vary, graphs=await named_graphs(served(request)))
    body = json.dumps({"graphs": [vars(info) for info in infos]}).encode()
    return cacheable(request, body, "application/json", vary)


router.add_route("/graphs", graphs)
router.add_route("/graphs", refused, methods=_WRITES, name=NEVER)
router.add_route("/graph/{file:path}", refused, methods=_WRITES, name=NEVER)
