"""What harvesters read: the dataset's description and dump, its example queries, and a map of its pages."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send

from vaughn.answer import pages
from vaughn.answer.documents import STATEMENTS_QUERY
from vaughn.answer.pages import MOST_VALUES, WITHIN_QUERY, pages_within
from vaughn.errors import RangeMissed
from vaughn.iris import KINDS, NS, compact, page_path
from vaughn.search import Pages
from vaughn.store import jsonld
from vaughn.store.changes import read_changes
from vaughn.store.release import GraphInfo, Manifest, Release
from vaughn.store.results import triples
from vaughn.store.rewriting import rewritten
from vaughn.store.summary import Summary, read_summary
from vaughn.terms import LABEL
from vaughn.web import problems
from vaughn.web.documents import built, vocabulary
from vaughn.web.embedding import MOST_OF_DATASET, embed
from vaughn.web.formats import HTML, negotiate
from vaughn.web.graphs import named_graphs
from vaughn.web.linked import WITHOUT_JSON, negotiated
from vaughn.web.parameters import taking
from vaughn.web.places import origin
from vaughn.web.releases import Served, served
from vaughn.web.rendering import environment, page
from vaughn.web.responses import cacheable, is_held, links, see_other
from vaughn.web.staying import PARAMETER, staying

router = APIRouter()

MOST_MAPPED = 50_000
"""Pages that one map may have (sitemaps.org 0.9)."""

A_PART = 10_000
"""Pages of one part of a map, where the release says which there are: written in about a fifth of a second."""

_LEAST_SAID = 2
"""Triples that a thing has at least in the file that describes it: what it is, and its name or words."""

_MOST_READ = 30_000
"""Triples of the files of one part: the engine takes about 2 ms for each page it finds in them."""

_SPAN = re.compile(rb"[ \t]*(?:(\d{1,18})-(\d{0,18})|-\d{1,18})[ \t]*")
_DUMP = "dataset.nq.gz"
_PATH = "/dataset"
_STANDING = [
    (path, "") for path in ("/", "/timeline", "/statistics", "/queries", *(f"/{each}" for each in KINDS.values()))
]
"""Pages that are no thing's. When one last changed is not known: it may have been the template, or any file."""

_NOTATIONS = {kind: ending for kind, ending in WITHOUT_JSON.items() if ending != "html"}


@taking()
async def dataset(request: Request) -> Response:
    """/dataset and /.well-known/void lead to the description that suits the client."""
    return see_other(f"{_PATH}.{negotiated(request, WITHOUT_JSON)}", request.url.query)


@taking()
async def description(request: Request) -> Response:
    """/dataset.<ending>: what the release is, in VoID and DCAT 3."""
    release, ending = served(request).release, request.path_params["ending"]
    media_type, ending = negotiate((), ending, WITHOUT_JSON)
    held = served(request)
    known = {**await run_in_threadpool(_known, release), **await _agents(held), "graphs": await named_graphs(held)}
    known["past"] = held.past
    others = ((f"{_PATH}.{other}", {"rel": "alternate", "type": kind}) for kind, other in _NOTATIONS.items())
    headers = links((f"{release.manifest.base}dataset.{ending}", {"rel": "canonical"}), *others) | built(release)
    body = await asyncio.get_running_loop().run_in_executor(held.writing, _described, request, ending, known)
    return cacheable(request, body, media_type, headers)


def _described(request: Request, ending: str, known: Mapping[str, Any]) -> bytes:
    """The description in a notation; in a page with its JSON-LD inside."""
    if ending != "html":
        return _written(request, "dataset.ttl", ending, **known)
    inside = embed(_written(request, "dataset.ttl", "jsonld", **known), f"{_PATH}.jsonld", MOST_OF_DATASET)
    return page(request, "dataset.html", embedded=inside, **known).encode()


@taking()
async def dump(request: Request) -> Response:
    """/dataset.nq.gz: every quad, in one piece or by ranges."""
    release = served(request).release
    path = release.path / _DUMP
    digest = await run_in_threadpool(_digest, path)
    headers = {"ETag": f'"{digest}"', "Cache-Control": "public, no-cache", **_repr_digest(digest), **built(release)}
    if is_held(request.headers, headers):
        return Response(status_code=304, headers=headers)
    return _Ranged(path, headers=headers, media_type="application/gzip")


class _Ranged(FileResponse):
    """A file, in one piece or by ranges; one that it does not have is answered by problem details."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope, missed = _without_unread_range(scope), False

        async def sending(message: Message) -> None:
            nonlocal missed
            missed = missed or message.get("status") == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            if not missed:
                await send(message)

        await super().__call__(scope, receive, sending)
        if missed:
            answer = await problems.answer(Request(scope), RangeMissed(Path(self.path).stat().st_size))
            await answer(scope, receive, send)


def _without_unread_range(scope: Scope) -> Scope:
    """A Range of another unit or without the form of ranges of bytes is passed over (RFC 9110 §14.2, §14.1.1)."""
    pairs = [pair for pair in scope["headers"] if pair[0] == b"range"]
    if all(_is_of_bytes(value) for _, value in pairs) and len(pairs) <= 1:
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"range"]}


def _is_of_bytes(value: bytes) -> bool:
    """Whether a Range header asks for ranges of bytes, none of which ends before it begins."""
    unit, _, spans = value.partition(b"=")
    return unit.strip().lower() == b"bytes" and all(map(_is_span, spans.split(b",")))


def _is_span(text: bytes) -> bool:
    found = _SPAN.fullmatch(text)
    return found is not None and not (found[1] and found[2] and int(found[2]) < int(found[1]))


def _repr_digest(digest: str) -> dict[str, str]:
    """A sha256, given in hexadecimal digits, as a client checks what it fetched, whole or in ranges (RFC 9530 §3)."""
    return {"Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"}


@taking()
async def examples(request: Request) -> Response:
    """/.well-known/sparql-examples: every named query as a SHACL executable; to a person, their page."""
    media_type, ending = negotiate(request.headers.getlist("accept"), "", {**_NOTATIONS, HTML: "html"})
    if ending == "html":
        return see_other("/queries")
    return cacheable(request, _examples(request, ending), media_type, {"Vary": "Accept"})


@taking()
async def examples_document(request: Request) -> Response:
    """/.well-known/sparql-examples.<ending>: the same in one notation."""
    media_type, ending = negotiate((), request.path_params["ending"], _NOTATIONS)
    return cacheable(request, _examples(request, ending), media_type)


def _examples(request: Request, ending: str) -> bytes:
    return _written(request, "examples.ttl", ending, queries=served(request).release.book.questions())


async def robots(request: Request) -> Response:
    """/robots.txt: every page may be read, and where their map is (RFC 9309)."""
    text = f"User-agent: *\nDisallow:\nSitemap: {origin(request)}/sitemap.xml\n"
    return Response(text, headers={"Cache-Control": "no-store"}, media_type="text/plain")


@taking()
async def sitemap(request: Request) -> Response:
    """/sitemap.xml: every page with the day it last changed, at the address this client knows (sitemaps.org 0.9).

    A long map is an index of parts. In a release that was built with its pages each part has so many of them. In an
    older one, where its files may describe more pages than one map may have, each has the pages of some files; the
    index is made from the manifest alone and a part from its own files, so that what one of them costs does not grow
    with the release.
    """
    held = served(request)
    known = await held.mapped()
    if await run_in_threadpool(len, known):
        return await run_in_threadpool(_mapped, request, known)
    parts = _parts(held)
    if len(parts) > 1:
        return _map(request, "sitemap-index.xml", parts=[max(info.modified for info in part) for part in parts])
    return _map(request, "sitemap.xml", pages=[*_STANDING, *_dated(held, await pages(held.ask))])


def _mapped(request: Request, known: Pages) -> Response:
    if len(known) > A_PART:
        return _map(request, "sitemap-index.xml", parts=known.newest(A_PART))
    return _map(request, "sitemap.xml", pages=[*_STANDING, *known.part(1, A_PART)])


@taking()
async def sitemap_part(request: Request) -> Response:
    """/sitemap-<number>.xml: one part of a long map, counted from 1."""
    held, number = served(request), request.path_params["number"]
    known = await held.mapped()
    if not await run_in_threadpool(len, known):
        return await _part_of_files(request, held, number)
    part = known.part(number, A_PART) if number and len(known) > A_PART else []
    if not part:
        raise HTTPException(404)
    shown = [*(_STANDING if number == 1 else ()), *part]
    return await run_in_threadpool(_map, request, "sitemap.xml", pages=shown)


async def _part_of_files(request: Request, held: Served, number: int) -> Response:
    """A thing is in the part of its first file."""
    parts = _parts(held)
    if not 1 <= number <= len(parts) or len(parts) == 1:
        raise HTTPException(404)
    own = {info.iri for info in parts[number - 1]}
    files = {info.iri for part in parts for info in part}
    found = await pages_within(held.ask, sorted(own))
    first = {thing: graphs for thing, graphs in found.items() if min(files.intersection(graphs)) in own}
    return _map(request, "sitemap.xml", pages=[*(_STANDING if number == 1 else ()), *_dated(held, first)])


def _dated(held: Served, found: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The path of every thing's page, and the ISO day on which a file that speaks of it last changed, "" if unknown."""
    changed = {info.iri: info.modified for info in held.release.manifest.graphs}
    return [
        (page_path(held.release.iris.parse(thing)), max(changed.get(graph, "") for graph in graphs))
        for thing, graphs in found.items()
    ]


def _parts(held: Served) -> list[list[GraphInfo]]:
    """The files of a release, in parts that describe no more pages than one map may have unless one file does.

    One part where the release is too old to be asked for a part.
    """
    parts: list[list[GraphInfo]] = [[]]
    divided = WITHIN_QUERY in held.ask.book.queries
    for info in held.release.manifest.graphs if divided else ():
        if info.file:
            if parts[-1] and not _fit([*parts[-1], info]):
                parts.append([])
            parts[-1].append(info)
    return parts


def _fit(part: Sequence[GraphInfo]) -> bool:
    triples = sum(info.triples for info in part)
    return triples <= min(MOST_MAPPED * _LEAST_SAID, _MOST_READ) and len(part) <= MOST_VALUES


def _map(request: Request, template: str, **known: Any) -> Response:
    text = (
        environment().get_template(template).render(base=origin(request), stay=partial(staying, request.scope), **known)
    )
    return Response(text, headers={"Cache-Control": "no-store"}, media_type="application/xml")


def _known(release: Release) -> dict[str, Any]:
    """What the descriptions say of a release."""
    manifest, path = release.manifest, release.path / _DUMP
    return {
        "manifest": manifest,
        "version": _version(manifest.digest),
        "previous": _previous(release),
        "vocabulary": NS,
        "modified": max((info.modified for info in manifest.graphs), default=""),
        "default_size": default_size(manifest),
        "dump_size": path.stat().st_size,
        "dump_digest": _digest(path),
        "summary": read_summary(release.path) or Summary(),
        "partition": partial(_partition, release.prefixes),
    }


def _partition(prefixes: Mapping[str, str], what: str, iri: str) -> str:
    """The fragment that names what the dataset holds of a class or a property. what: either word."""
    return f"{what}-{quote(compact(iri, prefixes), safe=':')}"


def _version(digest: str) -> str:
    """The name of one version of the dataset, below the base; it leads to that version's description."""
    return f"dataset?{PARAMETER}={digest.rpartition(':')[2]}"


def _previous(release: Release) -> str:
    """The version before, "" where none is on record whose data were others."""
    own = release.manifest.digest
    return next((_version(each.before.digest) for each in read_changes(release) if each.before.digest != own), "")


async def _agents(held: Served) -> dict[str, Any]:
    """Who made the dataset, where the graph has the body that the site names as its curators; and who runs the service,
    and whom to ask, where the settings say so."""
    manifest, settings = held.release.manifest, held.settings
    curator = held.release.iris.thing("body", manifest.curator) if manifest.curator else ""
    told = await held.ask.triples(STATEMENTS_QUERY, thing=curator) if curator else ()
    names = [value.value for _, key, value in told if key.value == LABEL]
    return {
        "creator": (curator, names[0]) if names else None,
        "publisher": settings.publisher,
        "publisher_page": settings.publisher_page,
        "contact": settings.contact,
    }


def default_size(manifest: Manifest) -> int:
    """Triples of the default graph."""
    return manifest.quads - sum(info.triples for info in manifest.graphs)


@cache
def _digest(path: Path) -> str:
    """The sha256 of a file of a release, which never changes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _within(scope: Scope, target: str) -> str:
    """Where something is to be had, below the base: of the release that was asked for, not of the current one."""
    return staying(scope, f"/{target}")[1:]


def _written(request: Request, template: str, ending: str, **known: Any) -> bytes:
    """A description in a notation, its names resolved against the site's base."""
    turtle = environment().get_template(template).render(within=partial(_within, request.scope), **known)
    base = served(request).release.manifest.base
    if ending != "jsonld":
        return rewritten(turtle, base, ending)
    return jsonld.graph(triples(rewritten(turtle, base, "nt")), vocabulary(request))


router.add_route(_PATH, dataset)
router.add_route("/.well-known/void", dataset)
router.add_route(f"/{_DUMP}", dump)
router.add_route(_PATH + ".{ending}", description)
router.add_route("/.well-known/sparql-examples", examples)
router.add_route("/.well-known/sparql-examples.{ending}", examples_document)
router.add_route("/robots.txt", robots)
router.add_route("/sitemap.xml", sitemap)
router.add_route("/sitemap-{number:int}.xml", sitemap_part)
