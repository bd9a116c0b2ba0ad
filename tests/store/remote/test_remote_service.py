"""The whole service with a remote engine under it."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from pathlib import Path

import pytest

from store.remote import remote_servers
from vaughn.settings import Settings
from vaughn.store.release import Release, current_release, open_release
from vaughn.store.remote import push
from vaughn.web import probes
from web.conftest import FACTS, make_release, running


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
            assert (told.status_code, told.headers["Retry-After"]) == (503, "1")
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
