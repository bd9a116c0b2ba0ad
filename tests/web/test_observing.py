"""Every request has an id, a line in the log, a time in its header and a place in the metrics."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hostile import RUNNING
from vaughn.settings import Settings
from vaughn.web.metrics import BOUNDS, family
from web.conftest import FACTS, Client, make_release, running

Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    """The lines of the access log since the test began."""
    with caplog.at_level(logging.INFO, logger="vaughn.access"):
        yield lambda: [json.loads(line) for line in caplog.messages]


def samples(client: Client) -> dict[str, float]:
    """Each sample of /metrics by its name and labels."""
    response = client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    told = [line for line in response.text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+', line) for line in told)
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in told)}


@pytest.mark.parametrize("given", ["job-7", "0f.2_c", "a" * 64])
def test_a_sane_request_id_is_kept(client: Client, given: str) -> None:
    assert client.get("/api/claims", x_request_id=given).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "-a", "a" * 65, "a b", 'a"b', "é".encode().decode("latin-1")])
def test_any_other_request_gets_an_id_of_ours(client: Client, given: str) -> None:
    made = client.request("GET", "/about", headers={b"X-Request-ID": given.encode("latin-1")}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert made != client.get("/about").headers["x-request-id"]


def test_a_request_is_one_line_of_the_log(client: Client, log: Log) -> None:
    response = client.get("/api/claims/desks-exist?release", x_request_id="one")
    (told,) = log()
    assert told.pop("seconds") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told.pop("time"))
    assert told == {
        "method": "GET", "path": "/api/claims/desks-exist", "query": "release", "status": response.status_code,
        "bytes": len(response.content), "requestId": "one", "cacheHit": False,
    }  # fmt: skip


def test_a_long_query_is_not_written_out(client: Client, log: Log) -> None:
    client.get("/sparql?query=" + "x" * 1000)
    (told,) = log()
    assert (told["query"], told["status"]) == ("query=" + "x" * 194, 400)


def test_a_client_is_named_only_where_a_setting_says_so(tmp_path: Path, client: Client, log: Log) -> None:
    client.get("/about")
    make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    with running(tmp_path, Settings(workers=1, log_clients=1)) as open_client:
        open_client.get("/about")
    assert [each.get("client") for each in log()] == [None, "127.0.0.1"]


def test_an_answer_from_the_cache_says_so(client: Client, log: Log) -> None:
    before = samples(client)["vaughn_cache_hits_total"]
    first, second = (client.get("/api/claims?limit=3&sort=-sources") for _ in range(2))
    assert re.fullmatch(r'total;dur=\d+\.\d+, cache;desc="miss"', first.headers["server-timing"])
    assert second.headers["server-timing"].endswith('cache;desc="hit"')
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert [line["cacheHit"] for line in log()[-2:]] == [False, True]
    assert samples(client)["vaughn_cache_hits_total"] == before + 1


def test_requests_are_counted_by_route_and_status(client: Client) -> None:
    names = [
        f'vaughn_http_requests_total{{route="{route}",method="GET",status="{status}"}}'
        for route, status in (("/api/claims", 400), ("/api/claims/{slug}", 404), ("other", 404))
    ]
    before = samples(client)
    for path in ("/api/claims?limit=0", "/api/claims/no-such", "/no-such-place"):
        client.get(path)
    after = samples(client)
    assert [after[name] - before.get(name, 0) for name in names] == [1, 1, 1]


def test_the_histogram_adds_up(client: Client) -> None:
    client.get("/about")
    told = samples(client)
    steps = [told[f'vaughn_http_seconds_bucket{{route="/about",le="{bound}"}}'] for bound in (*BOUNDS, "+Inf")]
    assert steps == sorted(steps)
    assert steps[-1] == told['vaughn_http_seconds_count{route="/about"}'] >= 1
    assert 0 < told['vaughn_http_seconds_sum{route="/about"}'] < 60


def test_the_metrics_tell_of_workers_and_release(client: Client) -> None:
    told = samples(client)
    assert told['vaughn_pool_busy{pool="strangers"}'] == told['vaughn_pool_waiting{pool="pages"}'] == 0
    assert told["vaughn_http_under_way"] == 1
    for pool in ("strangers", "pages"):
        workers, memory = (told[f'vaughn_pool_{each}{{pool="{pool}"}}'] for each in ("workers", "memory_bytes"))
        assert 1 <= workers <= 8
        assert 5 * workers < memory / 2**20 < 1024 * workers
    digest = client.get("/health/ready").json()["release"]
    assert any(f'digest="{digest}"' in name for name in told)


def test_the_metrics_tell_of_what_was_refused_and_what_is_kept(client: Client) -> None:
    before = samples(client)
    assert client.get("/sparql?query=ASK { SERVICE <http://127.0.0.1:9/> {} }").status_code == 400
    assert client.get("/api/claims/nobody-knows-it").status_code == 404
    client.get("/api/claims?limit=2&sort=-sources")
    after = samples(client)
    grown = {
        'vaughn_problems_total{type="query-refused"}', 'vaughn_queries_refused_total{rule="service"}',
        'vaughn_problems_total{type="thing-unknown"}', "vaughn_cache_answers", "vaughn_cache_bytes",
    }  # fmt: skip
    assert {name: after[name] - before.get(name, 0) > 0 for name in grown} == dict.fromkeys(grown, True)
    assert after["vaughn_cache_misses_total"] == before["vaughn_cache_misses_total"] + 4  # with the look at the metrics
    assert after["vaughn_held_bytes"] == after["vaughn_held_clients"] == after["vaughn_past_open"] == 0
    assert not any(name.startswith("vaughn_connections") for name in after)  # no server of ours is at the door


def test_the_metrics_tell_of_the_process_its_memory_and_its_workers_ends(tmp_path: Path) -> None:
    make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    with running(tmp_path, Settings(workers=1, query_seconds=0.3)) as client:
        before = samples(client)
        assert client.get(f"/sparql?query={RUNNING['cartesian count'].text}").status_code == 504
        time.sleep(0.2)
        after = samples(client)
    asked = 'vaughn_workers_ended_total{how="asked"}'
    assert after[asked] > before.get(asked, 0)
    assert after[f'vaughn_process_info{{pid="{os.getpid()}"}}'] == 1
    assert time.time() - 7200 < after["vaughn_process_start_seconds"] <= time.time()
    assert all(10 < after[f'vaughn_memory_bytes{{of="{of}"}}'] / 2**20 < 4096 for of in ("service", "template"))


def test_strangers_cannot_make_routes(client: Client) -> None:
    assert {family(f"/api/{step}/x") for step in ("a", "..", "%")} == {"other"}
    assert [family(path) for path in ("/", "/sparql.csv", "/claim/a", "/api/claims.csv", "/api/openapi.json")] == [
        "/", "/sparql", "/claim/…", "/api/claims", "/api/openapi",
    ]  # fmt: skip


def test_a_release_that_is_gone_or_empty_is_not_ready(tmp_path: Path) -> None:
    folder = make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    with running(tmp_path, Settings(workers=1)) as client:
        assert client.get("/health/ready").status_code == 200
        shutil.move(folder, folder.with_name("elsewhere"))
        response = client.get("/health/ready")
        assert (response.status_code, client.get("/health/live").status_code) == (503, 200)
        assert "elsewhere" not in response.text
