"""A running service on a small release, and a client that speaks to it over HTTP without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp, Message

from releases import write_release
from vaughn.asgi import create
from vaughn.iris import Iris
from vaughn.resources import open_site
from vaughn.search import Wording, write_wordings
from vaughn.settings import Settings
from vaughn.store.release import GraphInfo
from vaughn.web import openapi

SITE = open_site()
FACTS = Path(__file__).with_name("facts.ttl")
CATALOGUE = Path(__file__).with_name("catalogue.ttl")
openapi.SOON = 3600.0  # nothing is made ahead beside a test: the library mutes its warnings for the whole process
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Client:
    """Requests to an app that runs on its own event loop; redirects are not followed. root: where it is mounted."""

    def __init__(self, app: ASGIApp, portal: BlockingPortal, root: str = "") -> None:
        self._portal = portal
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, root_path=root)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://testserver")

    def get(self, path: str, accept: str = "*/*", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, headers={"Accept": accept, **named})

    def bare(self, path: str, headers: Mapping[str, str]) -> httpx.Response:
        """A GET with these headers and no Accept of the client's own."""

        async def send() -> httpx.Response:
            request = self._http.build_request("GET", path, headers=dict(headers))
            if "Accept" not in headers:
                del request.headers["Accept"]
            return await self._http.send(request)

        return self._portal.call(send)

    def at_once(self, requests: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[httpx.Response]:
        """Several requests under way together: method, path and what else httpx takes; answers in their order."""

        async def send() -> list[httpx.Response]:
            return await asyncio.gather(*(self._http.request(method, path, **rest) for method, path, rest in requests))

        return self._portal.call(send)

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        response = self.get(path, BROWSER)
        assert response.status_code == 200, response.text
        return response.text

    def request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            return await self._http.request(method, path, **rest)

        return self._portal.call(send)


@contextmanager
def running(build_dir: Path, settings: Settings, root: str = "") -> Iterator[Client]:
    """A client of the service on a build folder, started and stopped as a server would."""
    app = create(settings, build_dir)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_lifespan(app)):
        yield Client(app, portal, root)


@asynccontextmanager
async def _lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """The ASGI lifespan: startup, then shutdown, each confirmed. Raises what the app raises when it cannot start."""
    sent: asyncio.Queue[Message] = asyncio.Queue()
    received: asyncio.Queue[Message] = asyncio.Queue()
    task = asyncio.ensure_future(app({"type": "lifespan", "asgi": {"version": "3.0"}}, sent.get, received.put))
    for step in ("startup", "shutdown"):
        await sent.put({"type": f"lifespan.{step}"})
        answer = await received.get()
        if answer["type"] != f"lifespan.{step}.complete":
            await task
            raise AssertionError(answer)
        if step == "startup":
            yield
    await task


def make_release(build_dir: Path, name: str, facts: str, draft: bool = False) -> Path:
    """A release of some facts with the shipped words and queries, and `current` pointing to it."""
    graph = GraphInfo(SITE.base + "graph/small", facts.count(" .\n"), "graph/small.ttl", "2025-05-07")
    made = tuple(GraphInfo(f"{SITE.base}graph/{name}", 1) for name in ("catalogue", "ontology", "shapes"))
    quads = _quads(facts, graph.iri, *(each.iri for each in made))
    queries = {
        path.relative_to(SITE.queries[0]).with_suffix("").as_posix(): path for path in SITE.queries[0].rglob("*.rq")
    }
    folder = build_dir / "releases" / name
    write_release(
        folder,
        ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"",
        base=SITE.base,
        prefixes=prefixes(),
        queries={name: path.read_text(encoding="utf-8") for name, path in queries.items()},
        graphs=(graph, *made),
        draft=draft,
    )
    write_wordings(folder / "search", _wordings(quads))
    (folder / "context.jsonld").write_text((SITE.ontology / "context.jsonld").read_text(encoding="utf-8"))
    switch(build_dir, folder)
    return folder


def switch(build_dir: Path, folder: Path) -> None:
    """Point `current` to a release, in one step as the builder does."""
    fresh = build_dir / "fresh"
    fresh.symlink_to(folder)
    fresh.rename(build_dir / "current")


def prefixes() -> dict[str, str]:
    """Those of the facts and one for each kind of thing and part."""
    context = json.loads((SITE.ontology / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    named = {name: iri for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))}
    parser = ox.parse(FACTS.read_bytes(), format=ox.RdfFormat.TURTLE)
    list(parser)
    return named | parser.prefixes | Iris(SITE.base).prefixes()


def _quads(facts: str, graph: str, catalogue: str, words: str, shapes: str) -> list[ox.Quad]:
    """Facts, their catalogue entry, words and shapes, each in a named graph, facts and words in the default graph too.

    Concepts get the labels that rules give.
    """
    told = list(ox.parse(facts.encode(), format=ox.RdfFormat.TURTLE))
    known = [quad for path in SITE.ontology_files() if path.parent.name != "shapes" for quad in _read(path)]
    wanted = [quad for path in SITE.ontology_files() if path.parent.name == "shapes" for quad in _read(path)]
    label = ox.NamedNode(prefixes()["rdfs"] + "label")
    named = [ox.Quad(quad.subject, label, quad.object) for quad in known if quad.predicate.value.endswith("#prefLabel")]
    graphs = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))
        for name, group in ((graph, told), (catalogue, _read(CATALOGUE)), (words, known), (shapes, wanted))
        for quad in group
    ]
    return [*told, *known, *named, *graphs]


def _read(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))


def _wordings(quads: list[ox.Quad]) -> Iterator[Wording]:
    """How the claims are worded, by the shipped query."""
    store = ox.Store()
    store.extend(quads)
    rows = store.query((SITE.queries[0] / "search" / "wordings.rq").read_text(encoding="utf-8"))
    for row in rows:  # type: ignore[union-attr]
        yield Wording(row["claim"].value, row["kind"].value, row["wording"].value)


@pytest.fixture(scope="session")
def build_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder with one release: the facts beside this file, the shipped words and queries."""
    folder = tmp_path_factory.mktemp("build")
    make_release(folder, "first", FACTS.read_text(encoding="utf-8"))
    return folder


@pytest.fixture(scope="session")
def client(build_dir: Path) -> Iterator[Client]:
    """A client of the service on that release."""
    with running(build_dir, Settings(workers=1, query_seconds=3)) as found:
        yield found
