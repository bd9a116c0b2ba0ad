"""The limits in force, and the memory that they add up to."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from vaughn.settings import PREFIX, Settings
from vaughn.store.stable import memory_bound_mb, strangers_lanes
from vaughn.web import probes
from web.conftest import BROWSER, Client, running

UNBOUND = {"port", "services", "log_clients", "releases_keep", "memory_quads"}


def test_every_number_that_binds_a_client_is_listed(client: Client) -> None:
    told = client.get("/limits").json()
    numbers = {each.name for each in fields(Settings) if isinstance(each.default, int | float)} - UNBOUND
    listed = {name for name in told if not name.startswith("memory_")} - {"services", "totals"}
    assert listed == numbers | {each[0] for each in (*probes._STANDING, *probes._past(Settings()))}
    assert (told["workers"], told["query_seconds"], told["held_mb"]) == (1, 3, 256)


def test_limits_that_no_setting_changes_are_listed_as_they_are(client: Client) -> None:
    told = client.get("/limits").json()
    guard = {"query_tokens": 100_000, "query_operators": 1000, "query_patterns": 200, "waiting_part": 0.5}
    written = {"jsonld_triples": 500_000, "page_mb": 16, "page_rows": 1000}
    heads = {"target_length": 32_768, "head_length": 65_536, "head_lines": 100, "requests_ahead": 32}
    past = {"past_queries": 1, "past_queue": 2, "client_past_queries": 1}
    for name, value in (guard | written | heads | past).items():
        assert told[name] == value


def test_the_memory_bound_is_the_sum_of_its_parts(client: Client) -> None:
    told = client.get("/limits").json()
    parts = told["memory_parts_mb"]
    assert told["memory_bound_mb"] == sum(parts.values())
    assert told["memory_bound_mb"] == memory_bound_mb(Settings(workers=1, query_seconds=3), parts["release"])
    assert parts["release"] > 10


def test_the_page_shows_the_same(client: Client) -> None:
    told, page = client.get("/limits").json(), client.page("/limits")
    for name in (*told["memory_parts_mb"], *({each.name for each in fields(Settings)} & set(told) - UNBOUND)):
        assert f">{name}<" in page
    assert "never takes more than" in client.get("/limits", BROWSER).text


def test_services_side_by_side_are_told_what_they_take_and_admit_together(build_dir: Path) -> None:
    settings = Settings(workers=1, services=3)
    with running(build_dir, settings) as client:
        told = client.get("/limits").json()
        page = client.page("/limits")
    totals = told["totals"]
    assert told["services"] == 3
    assert {name: totals[name] / told[name] for name in totals} == dict.fromkeys(totals, 3)
    assert totals["slow_queries"] == 3 * strangers_lanes(settings).slow
    assert not {"query_seconds", "query_memory_mb", "result_mb", "idle_seconds"} & set(totals)
    assert f"more than {totals['memory_bound_mb']:,} MiB together" in page
    assert f">{3 * 512:,}<" in page


def test_one_service_alone_is_all_there_is(client: Client) -> None:
    told = client.get("/limits").json()
    assert {name: told[name] for name in told["totals"]} == told["totals"]
    assert "side by side" not in client.page("/limits")


def test_the_documentation_names_what_multiplies() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    (said,) = (part for part in text.split("\n\n") if "so these multiply" in part)
    listed = said.partition("so these multiply")[2].partition(". The setting")[0]
    named = {f"{PREFIX}{each.name.upper()}" for each in fields(Settings) if each.metadata["multiplies"]}
    assert {word.strip("`,.\n") for word in listed.split() if PREFIX in word} == named
