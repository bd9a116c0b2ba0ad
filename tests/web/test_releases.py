"""One release after another, without losing a request."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vaughn.errors import ReleaseMissing
from vaughn.settings import Settings
from web.conftest import FACTS, Client, make_release, running

ENDLESS = "/sparql?format=json&query=SELECT+(COUNT(*)+AS+?n)+WHERE+{?a+?b+?c+.+?d+?e+?f+.+?g+?h+?i}"


def digest(client: Client) -> str:
    return str(client.get("/health/ready").json()["release"])


def wait_for_another(client: Client, before: str) -> str:
    deadline = time.monotonic() + 15
    while (now := digest(client)) == before:
        assert time.monotonic() < deadline, "the new release was never picked up"
        time.sleep(0.05)
    return now


def test_a_new_release_is_picked_up_and_no_request_is_lost(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8")
    make_release(tmp_path, "first", facts)
    with running(tmp_path, Settings(workers=1, query_seconds=4)) as client, ThreadPoolExecutor(2) as threads:
        first = digest(client)
        slow = threads.submit(client.get, ENDLESS)
        asked = threads.submit(lambda: [client.get("/api/claims").status_code for _ in range(100)])
        make_release(tmp_path, "second", facts.replace("Desks are many.", "Desks are few."), draft=True)
        wait_for_another(client, first)
        assert "Desks are few." in client.page("/claim/desks-are-many")
        assert "Nothing here may be cited." in client.page("/claim/desks-are-many")
        assert client.get("/api/claims").json()["release"]["draft"] is True
        assert set(asked.result()) == {200}
        assert slow.result().json()["type"].endswith("/query-timeout"), "ended by its own deadline, not by the switch"


def test_a_broken_release_leaves_the_one_before_serving(tmp_path: Path) -> None:
    first = make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    with running(tmp_path, Settings(workers=1)) as client:
        before = digest(client)
        (tmp_path / "releases" / "broken").mkdir()
        (tmp_path / "fresh").symlink_to(tmp_path / "releases" / "broken")
        (tmp_path / "fresh").rename(tmp_path / "current")
        time.sleep(1.5)
        assert digest(client) == before
    assert first.exists()


def test_without_a_release_the_service_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing), running(tmp_path, Settings()):
        pass
