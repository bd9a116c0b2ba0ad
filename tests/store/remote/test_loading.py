"""A push leaves an engine with one whole release, or saying that it has none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from releases import write_release
from store.remote import remote_servers
from store.remote.remote_servers import Server, say, scripted
from vaughn.errors import EngineFaulty, EngineUnfit, SettingsInvalid
from vaughn.settings import Settings
from vaughn.store.engine import Form, Request
from vaughn.store.quirks import ENGINES
from vaughn.store.release import Release
from vaughn.store.remote import RemoteEngine, push
from vaughn.store.remote.loading import store_of

pytestmark = pytest.mark.anyio

SITE = "https://example.org/site/graph/"


def graph(server: Server, name: str) -> httpx.Response:
    """What the engine's graph store has of a graph."""
    address = server.endpoint.replace("/query", "/store")
    return httpx.get(address, params={"graph": name}, headers={"Accept": "application/n-triples"})


def release_of(folder: Path, *quads: str) -> Release:
    return write_release(folder, "".join(f"{quad} .\n" for quad in quads).encode())


async def test_another_release_takes_the_place_of_the_one_before(oxigraph: Server, tmp_path: Path) -> None:
    before = release_of(tmp_path / "a", "<x:a> <x:p> 1".replace("1", '"1"'), f'<x:a> <x:p> "1" <{SITE}gone>')
    after = release_of(tmp_path / "b", '<x:a> <x:p> "2"', f'<x:a> <x:p> "2" <{SITE}new>')
    await push(before, oxigraph.settings, lambda _: None)
    done = await push(after, oxigraph.settings, lambda _: None)
    assert (done.engine, done.graphs, done.quads, done.removed) == ("oxigraph", 2, 2, 1)
    assert graph(oxigraph, f"{SITE}gone").status_code == 404
    engine = await RemoteEngine.start(after, oxigraph.settings, 1)
    found = await engine.run(Request("SELECT ?o { ?s ?p ?o }", Form.SELECT, "csv"))
    await engine.close()
    assert found.body == b"o\r\n2\r\n"


async def test_graphs_of_other_sites_stay(oxigraph: Server, tmp_path: Path) -> None:
    others = ({"graph": "https://elsewhere.example/graph"}, {"default": ""})
    address = oxigraph.endpoint.replace("/query", "/store")
    for other in others:
        httpx.put(address, params=other, content="<x:a> <x:p> 1 .", headers={"Content-Type": "text/turtle"})
    await push(release_of(tmp_path / "a", '<x:a> <x:p> "2"'), oxigraph.settings, lambda _: None)
    for other in others:
        found = httpx.get(address, params=other, headers={"Accept": "application/n-triples"})
        assert found.text.count("<x:p>") == 1


async def test_a_default_graph_that_is_gone_is_gone(oxigraph: Server, tmp_path: Path) -> None:
    before = release_of(tmp_path / "a", '<x:a> <x:p> "1"', f'<x:a> <x:p> "1" <{SITE}one>')
    after = release_of(tmp_path / "b", f'<x:a> <x:p> "1" <{SITE}one>')
    await push(before, oxigraph.settings, lambda _: None)
    await push(after, oxigraph.settings, lambda _: None)
    assert graph(oxigraph, SITE.removesuffix("graph/") + "sparql#default").status_code == 404


async def test_nodes_without_a_name_stay_one_across_many_requests(oxigraph: Server, tmp_path: Path) -> None:
    named = [f'<x:s{number}> <x:p> "{number}"' for number in range(9)]
    node = ['_:b <x:p> "a"', '_:b <x:q> "b"', "<x:z> <x:p> _:b"]
    release = release_of(tmp_path / "a", *named, *node)
    await push(release, oxigraph.settings, lambda _: None, batch=4)
    engine = await RemoteEngine.start(release, oxigraph.settings, 1)
    text = 'ASK { <x:z> <x:p> ?b . ?b <x:p> "a" ; <x:q> "b" }'
    found = await engine.run(Request(text, Form.ASK, "json"))
    await engine.close()
    assert found.body == b'{"head":{},"boolean":true}'


async def test_a_push_that_fails_leaves_the_engine_unfit(oxigraph: Server, town: Release, tmp_path: Path) -> None:
    broken = release_of(tmp_path / "a", '<x:a> <x:p> "1"', '<x:a> <x:p> "1" <x:graph>')

    def stop(graph: str) -> None:
        if graph.endswith("sparql#default"):
            raise EngineFaulty("stopped by hand")

    with pytest.raises(EngineFaulty, match="stopped by hand"):
        await push(broken, oxigraph.settings, stop)
    for release in (town, broken):
        with pytest.raises(EngineUnfit, match="it holds loading"):
            await RemoteEngine.start(release, oxigraph.settings, 1)


async def test_a_store_that_refuses_is_quoted(town: Release) -> None:
    def full(handler: BaseHTTPRequestHandler) -> None:
        rows = b'{"head":{"vars":["marker","digest"]},"results":{"bindings":[]}}'
        asked = {"ASK {}": b'{"head":{},"boolean":true}'}.get(str(vars(handler)["asked"]).strip(), rows)
        say(handler, *((200, asked) if handler.command == "POST" else (507, b"full")))

    with scripted(full) as endpoint, pytest.raises(EngineFaulty, match=r"PUT of .*sparql#release: full"):
        await push(town, Settings(endpoint=endpoint, graph_store=endpoint), lambda _: None)


@pytest.mark.parametrize(
    ("name", "endpoint", "store"),
    [
        ("oxigraph", "http://a:7878/query", "http://a:7878/store"),
        ("virtuoso", "http://a:8890/sparql", "http://a:8890/sparql-graph-crud-auth"),
        ("virtuoso", "http://a:8890/sparql-auth", "http://a:8890/sparql-graph-crud-auth"),
        ("fuseki", "http://a:3030/vaughn/sparql", "http://a:3030/vaughn/data"),
        ("graphdb", "http://a:7200/repositories/vaughn", "http://a:7200/repositories/vaughn/rdf-graphs/service"),
        ("stardog", "http://a:5820/vaughn/query", "http://a:5820/vaughn/"),
        ("neptune", "https://a:8182/sparql", "https://a:8182/sparql/gsp/"),
    ],
)
def test_the_usual_graph_store_lies_beside_the_endpoint(name: str, endpoint: str, store: str) -> None:
    usual = next(quirks.graph_store for quirks in ENGINES if quirks.name == name)
    assert str(store_of(Settings(endpoint=endpoint), usual)) == store


def test_a_graph_store_that_nobody_knows_has_to_be_given() -> None:
    with pytest.raises(SettingsInvalid, match=r"^VAUGHN_GRAPH_STORE: .*give its address"):
        store_of(Settings(endpoint="http://a/"), "")


def test_the_command_loads_the_current_release(
    vaughn: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    if not remote_servers.OXIGRAPH:
        pytest.skip(remote_servers.NO_OXIGRAPH)
    with remote_servers.oxigraph(tmp_path) as server:
        done = vaughn("release", "push", "--endpoint", server.endpoint)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("oxigraph holds release ")


def test_the_command_asks_whether_an_engine_is_running_where_none_answers(
    vaughn: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    endpoint = f"http://127.0.0.1:{remote_servers.free_port()}/query"
    done = vaughn("release", "push", "--endpoint", endpoint)
    assert done.returncode == 7
    assert done.stderr.endswith(f"; is one running at {endpoint}?\n")


def test_the_command_says_what_is_missing(vaughn: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = vaughn("release", "push")
    assert done.returncode == 2
    assert "VAUGHN_ENDPOINT" in done.stderr
