"""Loading a release into a remote engine: graph by graph, through its graph store (SPARQL 1.1 Graph Store Protocol)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath

import httpx
import pyoxigraph as ox

from vaughn.errors import EngineDenied, EngineFaulty, EngineUnfit, EngineUnreachable, ReleaseMissing, SettingsInvalid
from vaughn.settings import Settings
from vaughn.store.release import Release
from vaughn.store.remote.engine import endpoint_of
from vaughn.store.remote.probe import LOADING, Inquirer, Names, held, whole
from vaughn.store.remote.wire import Wire, checked
from vaughn.terms import IDENTIFIER

BATCH = 20_000
"""Triples in one request: 2 to 4 MB."""
_DENIED = (401, 403)


@dataclass(frozen=True)
class Pushed:
    """What was done. engine: its name in the table. removed: graphs of an earlier release that this one lacks."""

    engine: str
    graphs: int
    quads: int
    removed: int


async def push(release: Release, settings: Settings, say: Callable[[str], None], batch: int = BATCH) -> Pushed:
    """Make the engine hold this release and no other.

    say: is told of each graph before it is sent. batch: triples in one request.
    While it runs, and where it fails, the marker says that the engine holds nothing whole. Pushing the release that is
    there already takes as long as a query may, at least.
    Raises SettingsInvalid, EngineDenied, EngineUnreachable, EngineFaulty, QueryTimeout, EngineUnfit, ReleaseMissing.
    """
    wire = Wire(endpoint_of(settings), 1)
    try:
        inquirer = Inquirer(wire, settings)
        await _met(inquirer, settings)
        shelf = _Shelf(wire, store_of(settings, inquirer.quirks.graph_store), batch)
        pause = await _pause(release, inquirer, settings)
        return await _load(release, inquirer, shelf, say, pause)
    finally:
        await wire.close()


async def _met(inquirer: Inquirer, settings: Settings) -> None:
    """Meet the engine. Raises what that does, saying where nobody was met."""
    try:
        await inquirer.meet()
    except EngineUnreachable as error:
        raise EngineUnreachable(error.reason, f"is one running at {settings.endpoint}?") from None


def store_of(settings: Settings, usual: str) -> httpx.URL:
    """The address of the graph store. Raises SettingsInvalid where none is given and the engine has no usual one."""
    if settings.graph_store:
        return checked("VAUGHN_GRAPH_STORE", settings.graph_store)
    if not usual:
        raise SettingsInvalid("VAUGHN_GRAPH_STORE", "", "this engine's usual one is not known; give its address")
    endpoint = endpoint_of(settings)
    return endpoint.join(usual.format(name=PurePosixPath(endpoint.path).name))


class _Shelf:
    """The graphs of an engine, to be written."""

    def __init__(self, wire: Wire, address: httpx.URL, batch: int) -> None:
        self._wire, self._address, self._batch = wire, address, batch

    async def put(self, name: str, triples: Iterator[ox.Triple]) -> int:
        """Replace a graph. Nodes without a name go in the first request, since no two requests can share one."""
        count, method = 0, "PUT"
        while batch := list(islice(triples, self._batch)):
            await self._send(method, name, ox.serialize(batch, format=ox.RdfFormat.N_TRIPLES) or b"")
            count, method = count + len(batch), "POST"
        if not count:
            await self.remove(name)
        return count

    async def remove(self, name: str) -> None:
        await self._send("DELETE", name)

    async def _send(self, method: str, name: str, body: bytes = b"") -> None:
        reply = await self._wire.write(method, self._address.copy_merge_params({"graph": name}), body)
        if reply.status in _DENIED:
            raise EngineDenied(reply.status)
        if not reply.ok and (method, reply.status) != ("DELETE", 404):
            raise EngineFaulty(f"{method} of {name}: {reply.says}")


async def _pause(release: Release, inquirer: Inquirer, settings: Settings) -> float:
    """Seconds for which the marker must say that a release is being loaded.

    Where it will say again what it said before, a query that began before could not tell that a push went by; so it
    has to have ended.
    """
    again = await held(inquirer, Names(release.manifest.base)) == whole(release)
    return settings.query_seconds if again else 0.0


async def _load(
    release: Release, inquirer: Inquirer, shelf: _Shelf, say: Callable[[str], None], pause: float
) -> Pushed:
    names = Names(release.manifest.base)
    await shelf.put(names.marker, _marker(names, LOADING))
    ended = asyncio.get_running_loop().time() + pause
    sent = {}
    for name, triples in _graphs(release, names.default):
        say(name)
        sent[name] = await shelf.put(name, triples)
    removed = await _clear(inquirer, shelf, names, set(sent))
    await _compare(inquirer, sent)
    await asyncio.sleep(ended - asyncio.get_running_loop().time())
    await shelf.put(names.marker, _marker(names, whole(release)))
    return Pushed(inquirer.quirks.name, len(sent), sum(sent.values()), removed)


def _graphs(release: Release, default: str) -> Iterator[tuple[str, Iterator[ox.Triple]]]:
    """Every graph of the release with its triples; the default one last, under the name it has there.

    Raises ReleaseMissing.
    """
    try:
        store = ox.Store.read_only(str(release.store_path))
    except OSError as error:
        raise ReleaseMissing(release.store_path, str(error)) from None
    for graph in [*store.named_graphs(), ox.DefaultGraph()]:
        yield getattr(graph, "value", "") or default, _triples(store, graph)


def _triples(store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Iterator[ox.Triple]:
    """A graph's triples, those with blank nodes first."""
    for blank in (True, False):
        for quad in store.quads_for_pattern(None, None, None, graph):
            if blank is any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object)):
                yield quad.triple


def _marker(names: Names, says: str) -> Iterator[ox.Triple]:
    yield ox.Triple(ox.NamedNode(names.marker), ox.NamedNode(IDENTIFIER), ox.Literal(says))


async def _clear(inquirer: Inquirer, shelf: _Shelf, names: Names, kept: set[str]) -> int:
    """Remove the site's graphs that this release does not have; other sites' graphs stay."""
    rows = await inquirer.table("sizes", "graph", "triples")
    ours = {str(row["graph"]) for row in rows if str(row["graph"]).startswith(names.base)}
    gone = ours - kept - {names.marker}
    for name in sorted(gone):
        await shelf.remove(name)
    return len(gone)


async def _compare(inquirer: Inquirer, sent: dict[str, int]) -> None:
    """Count what arrived. Raises EngineUnfit where a graph is not as large as what was sent."""
    there = {str(row["graph"]): int(str(row["triples"])) for row in await inquirer.table("sizes", "graph", "triples")}
    for name, count in sent.items():
        found = there.get(name, 0)
        if found != count:
            raise EngineUnfit(f"{name} has {found:,} triples after {count:,} were loaded")
