"""The limits in force, and the memory that they add up to."""

from __future__ import annotations

from dataclasses import fields

from vaughn.settings import Settings
from vaughn.store.stable import memory_bound_mb
from web.conftest import BROWSER, Client

UNBOUND = {"port", "log_clients", "releases_keep"}


def test_every_number_that_binds_a_client_is_listed(client: Client) -> None:
    told = client.get("/limits").json()
    numbers = {each.name for each in fields(Settings) if isinstance(each.default, int | float)} - UNBOUND
    assert numbers == {name for name in told if not name.startswith("memory_")}
    assert (told["workers"], told["query_seconds"], told["held_mb"]) == (1, 3, 256)


def test_the_memory_bound_is_the_sum_of_its_parts(client: Client) -> None:
    told = client.get("/limits").json()
    parts = told["memory_parts_mb"]
    assert told["memory_bound_mb"] == sum(parts.values())
    assert told["memory_bound_mb"] == memory_bound_mb(Settings(workers=1, query_seconds=3), parts["release"])
    assert parts["release"] > 10


def test_the_page_shows_the_same(client: Client) -> None:
    told, page = client.get("/limits").json(), client.page("/limits")
    for name in (*told["memory_parts_mb"], *(each.name for each in fields(Settings) if each.name in told)):
        assert f">{name}<" in page
    assert "never takes more than" in client.get("/limits", BROWSER).text
