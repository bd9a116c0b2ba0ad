"""Answers that nobody takes, bodies too large to read, and clients that go away: over a real socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from hostile import RUNNING
from servers import served_to_strangers
from vaughn.errors import SendingFull
from vaughn.settings import Settings
from vaughn.web.sending import Held
from web.raw import Heard, asking, ended, eventually, get, heard, opened, said

LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
SMALL = "SELECT * { ?a ?b ?c } LIMIT 10"
MONSTER = RUNNING["cartesian count"].text
QUERY = "Content-Type: application/sparql-query"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "stderr"


@pytest.fixture(scope="module")
def port(build_dir: Path, log: Path) -> Iterator[int]:
    """The port of a service with room for one large answer of each client and two in all."""
    settings = {"send_seconds": 2, "request_seconds": 5, "idle_seconds": 5, "held_mb": 24, "result_mb": 15}
    with served_to_strangers(build_dir, log, query_seconds=30, fast_seconds=20, query_length=100_000, **settings) as (
        _,
        port,
    ):
        yield port


@pytest.fixture(autouse=True)
def unbroken(log: Path) -> Iterator[None]:
    yield
    told = log.read_text(encoding="utf-8")
    assert "Traceback" not in told
    assert "ASGI callable" not in told


def under_way(port: int) -> dict[str, float]:
    """Gauges of the service."""
    lines = httpx.get(f"http://127.0.0.1:{port}/metrics").text.splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def busy(port: int) -> float:
    return under_way(port)['vaughn_pool_busy{pool="strangers"}']


def test_a_large_answer_comes_whole_to_whoever_reads_it(port: int) -> None:
    rows = httpx.get(f"http://127.0.0.1:{port}/sparql", params={"query": LARGE, "format": "json"})
    assert len(rows.content) > 6 << 20
    assert len(rows.json()["results"]["bindings"]) == 30_000
    assert int(rows.headers["content-length"]) == len(rows.content)


def test_a_reader_that_takes_nothing_is_dropped_and_its_room_is_free_again(port: int) -> None:
    def large() -> Heard:
        return said(port, asking(LARGE, "Connection: close"), "127.0.0.20")

    with ExitStack() as stack:
        slow: list[socket.socket] = []

        def refused() -> bool:
            """Whether there is no room beside two more who take nothing; on a busy machine the first may be gone by
            the time that the last has an answer."""
            for _ in range(2):
                connection = stack.enter_context(opened(port, f"127.0.1.{len(slow) + 1}", receive=4096))
                connection.sendall(asking(LARGE))
                slow.append(connection)
            told = large()
            return told.status == 503 and told.problem == "sending-full"

        assert eventually(refused)
        assert said(port, asking(SMALL, "Connection: close"), "127.0.0.20").status == 200
        assert all(ended(connection) for connection in slow)
    assert eventually(lambda: large().status == 200)
    assert len(large().body) > 6 << 20


def test_a_reader_that_takes_a_byte_now_and_then_is_dropped(port: int) -> None:
    with opened(port, receive=4096) as connection:
        connection.sendall(asking(LARGE))
        assert ended(connection, b"\r\n", take=1)


def test_a_query_whose_client_goes_away_is_stopped(port: int) -> None:
    with opened(port) as connection:
        connection.sendall(asking(MONSTER))
        assert eventually(lambda: busy(port) == 1)
    assert eventually(lambda: busy(port) == 0)


def test_a_query_of_http_1_0_whose_client_goes_away_is_stopped_long_before_its_deadline(port: int) -> None:
    with opened(port) as connection:
        connection.sendall(asking(MONSTER).replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert eventually(lambda: busy(port) == 1)
    left = time.monotonic()
    assert eventually(lambda: busy(port) == 0)
    assert time.monotonic() - left < 3


def test_a_posted_query_whose_client_goes_away_is_stopped(port: int) -> None:
    with opened(port) as connection:
        body = MONSTER.encode()
        connection.sendall(get("/sparql", QUERY, f"Content-Length: {len(body)}", method="POST") + body)
        assert eventually(lambda: busy(port) == 1)
    assert eventually(lambda: busy(port) == 0)


@pytest.mark.parametrize("path", ["/sparql", "/api/support"])
def test_a_client_that_goes_away_in_the_middle_of_its_body_is_no_fault(port: int, path: str) -> None:
    media_type = QUERY if path == "/sparql" else "Content-Type: application/json"
    with opened(port) as connection:
        connection.sendall(get(path, media_type, "Content-Length: 1000", method="POST") + b'["half')
        time.sleep(0.1)
    assert eventually(lambda: under_way(port)["vaughn_http_under_way"] == 1)


def test_a_body_announced_too_large_is_refused_unread(port: int) -> None:
    answer = said(port, get("/sparql", QUERY, "Content-Length: 99000000000", method="POST"))
    assert (answer.status, answer.problem) == (413, "request-too-large")


def test_whoever_sends_a_large_body_all_the_same_can_read_the_refusal(port: int) -> None:
    with opened(port) as connection:
        connection.sendall(get("/sparql", QUERY, "Content-Length: 4000000", method="POST"))
        connection.sendall(b" " * 4_000_000)
        assert heard(connection).status == 413


def test_a_body_in_chunks_is_refused_when_it_passes_the_limit(port: int) -> None:
    with opened(port) as connection:
        connection.sendall(get("/sparql", QUERY, "Transfer-Encoding: chunked", method="POST"))
        for _ in range(10):
            connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        assert heard(connection).status == 413


def test_who_asks_whether_to_go_on_is_told_so_or_refused(port: int) -> None:
    expect = "Expect: 100-continue"
    with opened(port) as connection:
        connection.sendall(get("/sparql", QUERY, expect, "Content-Length: 6", "Connection: close", method="POST"))
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"ASK {}")
        assert heard(connection).status == 200
    refused = said(port, get("/sparql", QUERY, expect, "Content-Length: 99000000", method="POST"))
    assert refused.status == 413
    assert b"connection: close" in refused.head.lower()


def test_what_is_left_of_a_refused_body_is_no_request(port: int) -> None:
    smuggled = get("/health/live")
    head = get("/sparql", "Content-Type: text/plain", f"Content-Length: {len(smuggled)}", method="POST")
    with opened(port) as connection:
        connection.sendall(head)
        time.sleep(0.2)
        connection.sendall(smuggled + smuggled)
        answer = heard(connection)
    assert answer.status == 415
    assert b"alive" not in answer.body


def test_a_post_without_anything_lacks_a_query(port: int) -> None:
    answer = said(port, get("/sparql", "Content-Length: 0", "Connection: close", method="POST"))
    assert (answer.status, answer.problem, answer.told["parameter"]) == (400, "parameter-faulty", "query")


def test_nobody_holds_more_than_a_share_and_all_of_it_comes_back() -> None:
    held = Held(Settings(held_mb=8, result_mb=1))
    with held.account("a") as one, held.account("a") as other, held.account("b") as third:
        one.take(held.each)
        with pytest.raises(SendingFull):
            other.take(1)
        third.take(held.each)
        assert (held.bytes, len(held)) == (held.each * 2, 2)
    assert (held.bytes, len(held)) == (0, 0)


@pytest.mark.parametrize("padding", [0, 30_000, 90_000])
def test_an_answer_as_long_as_may_be_comes_to_whoever_posts_for_it(port: int, padding: int) -> None:
    query = b"SELECT * { ?a ?b ?c . ?d ?e ?f }#" + b"x" * padding
    head = get("/sparql?partial=1", QUERY, f"Content-Length: {len(query)}", "Connection: close", method="POST")
    with opened(port) as connection:
        connection.sendall(head + query)
        answer = heard(connection)
    assert (answer.status, b"vaughn-partial: 1" in answer.head) == (200, True)
    assert (15 << 20) - 4096 < len(answer.body) <= 15 << 20


def test_a_full_share_is_told_from_a_full_house() -> None:
    held = Held(Settings(held_mb=8, result_mb=4))
    with held.account("a") as one, held.account("b") as other, held.account("c") as third:
        one.take(held.each)
        with pytest.raises(SendingFull) as own:
            one.take(1)
        other.take(held.each)
        with pytest.raises(SendingFull) as full:
            third.take(1)
        one.clear()
        third.take(1)
    assert (own.value.limit, own.value.whose) == (4 << 20, "for one client")
    assert (full.value.limit, full.value.whose) == (8 << 20, "in all")


def test_all_together_hold_no_more_than_there_is_room_for() -> None:
    held = Held(Settings(held_mb=8, result_mb=4))
    with held.account("a") as one, held.account("b") as other, held.account("c") as third:
        one.take(held.each)
        other.take(held.each)
        with pytest.raises(SendingFull):
            third.take(1)
        assert (held.bytes, third.bytes) == (held.most, 0)
    assert held.bytes == 0
