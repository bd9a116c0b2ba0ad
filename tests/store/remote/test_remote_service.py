"""The whole service with a remote engine under it."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.remote import remote_servers
from store.remote.remote_servers import Server
from vaughn.settings import Settings
from vaughn.store.release import Release, current_release, open_release
from vaughn.store.remote import push
from vaughn.web import probes
from web.conftest import FACTS, Client, make_release, running


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
            assert time.monotonic() - start < 2.0
            assert (told.status_code, told.headers["Retry-After"]) == (503, "5")
            assert told.json()["type"].endswith("/engine-unreachable")
            server.process.send_signal(signal.SIGCONT)
            assert client.get("/health/ready").status_code == 200


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


def test_a_filter_that_virtuoso_reads_wrongly_is_withheld_and_never_answered_wrongly(
    both: tuple[Client, Client], loaded: Server
) -> None:
    embedded, remote = both
    wrongly = loaded.endpoint.endswith("/sparql")
    for given in ("authority=foia", "category=duty-station", "from=2015-01-01"):
        path = f"/api/claims?limit=3&{given}"
        told = remote.get(path)
        assert told.status_code == (501 if wrongly else 200)
        assert ("answers it wrongly" in told.text) is wrongly
        assert wrongly or told.text == embedded.get(path).text


def test_filters_and_orders_of_lists_are_those_of_the_embedded_engine(both: tuple[Client, Client]) -> None:
    embedded, remote = both
    paths = [f"/api/{plural}?limit=5&count=1&{given}" for plural, given in NARROWED]
    assert all(embedded.get(path).status_code == 200 for path in paths)
    assert not {path for path in paths if said(remote, path) != said(embedded, path)}


NARROWED = (
    ("authorities", "authority=foia"),
    ("authorities", "sort=-label"),
    ("sources", "sourceKind=court-opinion"),
    ("sources", "from=2000-01-01&to=2010-01-01&sort=-date"),
)
"""A list and what it is narrowed by."""


def said(client: Client, path: str) -> tuple[int, object]:
    """A status, and what was said: the triples of N-Triples as a set, anything else as it stands."""
    told = client.get(path)
    lines = sorted(told.text.splitlines()) if ".nt" in path else told.text
    return told.status_code, lines
