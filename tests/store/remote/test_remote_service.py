"""The whole service with a remote engine under it."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from store.remote import remote_servers
from store.remote.remote_servers import Server
from vaughn.iris import KINDS
from vaughn.settings import Settings
from vaughn.store.release import Release, current_release, open_release
from vaughn.store.remote import push
from vaughn.web import probes
from web.conftest import BROWSER, FACTS, Client, make_release, running
from web.raw import eventually


@pytest.fixture(scope="session")
def both(loaded: Server, shipped_builds: Path) -> Iterator[tuple[Client, Client]]:
    """The service on the shipped site's release, with the embedded engine and with a remote one."""
    patient = Settings(query_seconds=20.0, workers=1)
    with running(shipped_builds, patient) as embedded, running(shipped_builds, loaded.settings) as remote:
        yield embedded, remote


def release_of(build_dir: Path) -> Release:
    return open_release(current_release(build_dir))


@pytest.mark.skipif(not remote_servers.OXIGRAPH, reason=remote_servers.NO_OXIGRAPH)
def test_an_engine_that_is_still_empty_is_waited_for(tmp_path: Path) -> None:
    make_release(tmp_path / "build", "first", FACTS.read_text(encoding="utf-8"))
    with (
        remote_servers.oxigraph(tmp_path, workers=1) as server,
        running(tmp_path / "build", server.settings) as client,
    ):
        for path in ("/health/ready", "/api/claims"):
            told = client.get(path)
            assert (told.status_code, told.headers["Retry-After"]) == (503, "30")
            assert told.json()["type"].endswith("/engine-unfit")
        assert client.get("/health/live").status_code == 200
        asyncio.run(push(release_of(tmp_path / "build"), server.settings, lambda _: None))
        assert client.get("/health/ready").status_code == 200
        assert client.get("/api/claims").json()["claims"]


def test_an_engine_that_is_away_says_when_to_come_back(tmp_path: Path) -> None:
    make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    away = Settings(endpoint=f"http://127.0.0.1:{remote_servers.free_port()}/query", workers=1)
    with running(tmp_path, away) as client:
        told = client.get("/health/ready")
    assert (told.status_code, told.headers["Retry-After"]) == (503, "5")
    assert told.json()["type"].endswith("/engine-unreachable")


@pytest.mark.skipif(not remote_servers.OXIGRAPH, reason=remote_servers.NO_OXIGRAPH)
def test_readiness_does_not_wait_for_an_engine_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_READY_SECONDS", 1)
    make_release(tmp_path / "build", "first", FACTS.read_text(encoding="utf-8"))
    with remote_servers.oxigraph(tmp_path, workers=1) as server:
        asyncio.run(push(release_of(tmp_path / "build"), server.settings, lambda _: None))
        with running(tmp_path / "build", server.settings) as client:
            assert client.get("/health/ready").status_code == 200
            assert server.process
            server.process.send_signal(signal.SIGSTOP)
            start = time.monotonic()
            told = client.get("/health/ready")
            assert time.monotonic() - start < server.settings.query_seconds
            assert (told.status_code, told.headers["Retry-After"]) == (503, "5")
            assert told.json()["type"].endswith("/engine-unreachable")
            server.process.send_signal(signal.SIGCONT)
            assert eventually(lambda: client.get("/health/ready").status_code == 200)


@pytest.mark.skipif(not remote_servers.OXIGRAPH, reason=remote_servers.NO_OXIGRAPH)
def test_a_release_that_was_not_pushed_yet_is_told_once_and_served_when_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    builds, facts = tmp_path / "build", FACTS.read_text(encoding="utf-8")
    make_release(builds, "first", facts)
    with remote_servers.oxigraph(tmp_path, workers=1, query_seconds=1.0) as server:
        asyncio.run(push(release_of(builds), server.settings, lambda _: None))
        with running(builds, server.settings) as client, caplog.at_level(logging.WARNING):
            before = client.get("/health/ready").json()["release"]
            make_release(builds, "second", facts.replace("Desks are many.", "Desks are few."))
            time.sleep(3.5)
            assert client.get("/health/ready").json()["release"] == before
            assert caplog.text.count("the release before still serves") == 1
            asyncio.run(push(release_of(builds), server.settings, lambda _: None))
            deadline = time.monotonic() + 10
            while (now := client.get("/health/ready")).status_code != 200 or now.json()["release"] == before:
                assert time.monotonic() < deadline, now.text
                time.sleep(0.1)


OF_BUILDS = ("checks/dates-are-whole-periods", "lint/hierarchy-is-no-ring", "derive/06-own-words")


@pytest.mark.parametrize("ending", ["", ".csv"])
def test_the_builds_own_queries_are_withheld_and_say_why(both: tuple[Client, Client], ending: str) -> None:
    embedded, remote = both
    for query in OF_BUILDS:
        address = f"/queries/{query}{'.nt' if ending and query.startswith('derive') else ending}"
        assert embedded.get(address).status_code == 200
        told = remote.get(address)
        assert told.status_code == 501
        assert told.json()["type"].endswith("/query-withheld")
        assert told.json()["query"] == query
        assert "one of the build's own" in told.json()["reason"]


def test_filters_and_orders_of_lists_are_those_of_the_embedded_engine(both: tuple[Client, Client]) -> None:
    embedded, remote = both
    paths = [f"/api/{plural}?limit=5&count=1&{given}" for plural, given in NARROWED]
    assert all(embedded.get(path).status_code == 200 for path in paths)
    assert not {path for path in paths if said(remote, path) != said(embedded, path)}


NARROWED = (
    ("authorities", "authority=foia"),
    ("authorities", "sort=-label"),
    ("claims", "sort=-date"),
    ("claims", "evidenceState=disputed&evidenceState=supported&sort=date"),
    ("claims", "voice=reported&claimType=empirical"),
    ("sources", "category=duty-station"),
    ("sources", "sourceKind=court-opinion"),
    ("sources", "from=2000-01-01&to=2010-01-01&sort=-date"),
    ("claims", "category=duty-station&evidenceState=supported"),
    ("claims", "from=2000-01-01&to=2010-01-01"),
    ("claims", "from=2000-01-01&to=2010-01-01&sort=date"),
    ("claims", "authority=foia&from=2015-01-01&sort=-sources"),
)
"""A list and what it is narrowed by."""


def said(client: Client, path: str) -> tuple[int, object]:
    """A status, and what was said: the triples of N-Triples as a set, anything else as it stands."""
    told = client.get(path)
    lines = sorted(told.text.splitlines()) if ".nt" in path else told.text
    return told.status_code, lines


def of_each_kind(client: Client) -> Iterator[str]:
    """A list of the API, a page and a document of every kind of thing."""
    for plural in KINDS.values():
        yield f"/api/{plural}?limit=2"
        for thing in client.get(f"/api/{plural}?limit=1").json()["claims" if plural == "claims" else "things"]:
            yield from (thing["path"], f"{thing['path']}.ttl")


OTHERS = (
    "/",
    "/rationales",
    "/timeline",
    "/statistics",
    "/ns.ttl",
    "/concept/evidence-state.ttl",
    "/concept/evidence-state/disputed.jsonld?labels=1",
    "/graph/shapes.ttl",
    "/dataset.ttl",
    "/sitemap.xml",
    "/search?q=duty",
    "/queries/claims/support?claim=claim:not-all-duty-stations-must-be-released",
    "/queries/memoranda/in-force.csv?date=2025-06-01",
    "/queries/documents/inverse.csv?thing=authority:foia&thing=body:dhs-oig",
    "/queries/claims/list.csv?claim=claim:foia-c2-text&claim=claim:pa-j-text&state=supported",
)
"""Pages and documents that are of no thing."""


def test_every_kind_of_page_document_and_answer_is_the_embedded_engines_at_first_asking(
    both: tuple[Client, Client],
) -> None:
    embedded, remote = both
    paths = [*of_each_kind(embedded), *OTHERS]
    assert len(paths) > 2 * len(KINDS) + len(OTHERS)
    assert not {path for path in paths if seen(remote, path) != seen(embedded, path)}


def seen(client: Client, path: str) -> object:
    """What a browser is given, which has to be an answer: Turtle as its graph, anything else as it stands."""
    told = client.get(path, BROWSER)
    assert told.status_code == 200, (path, told.text)
    if not told.headers["Content-Type"].startswith("text/turtle"):
        return told.text
    graph = ox.Dataset(ox.parse(told.content, format=ox.RdfFormat.TURTLE))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in graph}


def test_the_limits_are_those_of_the_service_and_leave_the_engines_memory_to_the_engine(
    both: tuple[Client, Client],
) -> None:
    embedded, remote = (client.get("/limits").json() for client in both)
    assert set(embedded["memory_parts_mb"]) == set(remote["memory_parts_mb"])
    assert "memory_bound_mb" in embedded
    assert "memory_bound_mb" not in {*remote, *remote["totals"]}
    connections = remote["workers"] + remote["page_workers"]
    assert remote["memory_parts_mb"]["results"] == connections * 4 * remote["result_mb"]
    page = both[1].page("/limits")
    assert "What it takes is its own" in page
    assert "never takes more" not in page
