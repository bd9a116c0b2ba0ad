"""A request that comes again byte for byte is answered as if it had been read, and observed like any other."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from servers import served_to_strangers
from vaughn.web.repeating import LONGEST, MOST, Repeats, whole_head
from web.conftest import FACTS, make_release
from web.raw import asking, eventually, get, heard, opened

ONE = asking("SELECT (1 AS ?one) {}")
PAGE = get("/claim/desks-exist.ttl")
OF_ONE_REQUEST = re.compile(rb"\r\n(?:date|x-request-id|server-timing): [^\r]*")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "stderr"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A build folder that a test may change: a draft, so that its answers carry the mark of one."""
    make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"), draft=True)
    return tmp_path


@pytest.fixture
def connection(own: Path, log: Path) -> Iterator[socket.socket]:
    with served_to_strangers(own, log) as (_, port), opened(port) as made:
        yield made


def answer(connection: socket.socket, request: bytes, head: bool = False) -> bytes:
    """One whole answer. head: it has no body, whatever it says of its length."""
    connection.sendall(request)
    taken = b""
    while b"\r\n\r\n" not in taken:
        taken += connection.recv(1 << 16)
    start, _, body = taken.partition(b"\r\n\r\n")
    said = re.search(rb"\r\ncontent-length: (\d+)", start)
    wanted = int(said[1]) if said and not head else 0
    while len(body) < wanted:
        body += connection.recv(1 << 16)
    assert len(body) == wanted
    return start + b"\r\n\r\n" + body


def release(connection: socket.socket) -> str:
    """The digest of the release that is served."""
    told = json.loads(answer(connection, get("/health/ready")).partition(b"\r\n\r\n")[2])
    return str(told["release"])


def lines(log: Path, path: str) -> list[dict[str, Any]]:
    """What the access log says of requests for a path."""
    time.sleep(0.3)
    told = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [line for line in told if line["path"] == path]


@pytest.mark.parametrize("request_", [ONE, PAGE, asking("ASK {}", "X: y"), get("/claims", "Accept: text/html")])
def test_an_answer_given_again_is_the_answer_given(connection: socket.socket, request_: bytes) -> None:
    given = [answer(connection, request_) for _ in range(4)]
    assert given[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nvaughn-draft: 1\r\n" in given[0]
    assert len({OF_ONE_REQUEST.sub(b"", each) for each in given}) == 1
    assert len(set(re.findall(rb"\r\nx-request-id: ([0-9a-f]{32})\r\n", b"".join(given)))) == 4
    assert [each.count(b'cache;desc="hit"') for each in given] == [0, 1, 1, 1]
    assert all(each.count(b"\r\ndate: ") == 1 for each in given)


def test_a_head_and_what_a_client_has_already_are_answered_again_without_a_body(connection: socket.socket) -> None:
    tag = re.search(rb'\r\netag: ("[0-9a-f]+")', answer(connection, ONE))
    assert tag
    had = asking("SELECT (1 AS ?one) {}", f"If-None-Match: {tag[1].decode()}")
    for request, status in ((had, b"304 Not Modified"), (ONE.replace(b"GET", b"HEAD"), b"200 OK")):
        given = [answer(connection, request, head=True) for _ in range(4)]
        assert len({OF_ONE_REQUEST.sub(b"", each) for each in given}) == 1
        assert given[0].startswith(b"HTTP/1.1 " + status)


def test_each_is_a_line_of_the_log_and_counted(connection: socket.socket, log: Path) -> None:
    given = [answer(connection, ONE) for _ in range(4)]
    told = lines(log, "/sparql")
    ids = [re.search(rb"\r\nx-request-id: (\w+)", each) for each in given]
    assert [line["requestId"] for line in told] == [found[1].decode() for found in ids if found]
    assert [line["cacheHit"] for line in told] == [False, True, True, True]
    assert len({(line["method"], line["query"], line["status"], line["bytes"]) for line in told}) == 1
    counted = answer(connection, get("/metrics")).decode()
    assert 'vaughn_http_requests_total{route="/sparql",method="GET",status="200"} 4\n' in counted
    assert "vaughn_cache_hits_total 3\n" in counted


def test_an_id_of_the_client_is_kept_each_time(connection: socket.socket) -> None:
    given = [answer(connection, asking("ASK {}", "X-Request-ID: mine")) for _ in range(4)]
    assert all(b"\r\nx-request-id: mine\r\n" in each for each in given)


def test_another_release_answers_at_once(connection: socket.socket, own: Path) -> None:
    before = [answer(connection, PAGE) for _ in range(3)][-1]
    first = release(connection)
    make_release(own, "second", FACTS.read_text(encoding="utf-8").replace("desk", "table"))
    assert eventually(lambda: release(connection) != first)
    after = [answer(connection, PAGE) for _ in range(3)]
    assert {OF_ONE_REQUEST.sub(b"", each) for each in after} != {OF_ONE_REQUEST.sub(b"", before)}
    assert b"vaughn-draft" not in b"".join(after)


def test_bytes_that_hold_more_than_one_request_are_read(connection: socket.socket) -> None:
    for _ in range(3):
        answer(connection, ONE)
    connection.sendall((ONE + PAGE) * 3 + PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    told = heard(connection)
    assert (told.head + told.body).count(b"HTTP/1.1 200 OK") == 7


def test_a_connection_that_is_to_end_ends_each_time(own: Path, log: Path) -> None:
    last = ONE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with served_to_strangers(own, log) as (_, port):
        for _ in range(4):
            with opened(port) as made:
                made.sendall(last)
                assert b"connection: close" in heard(made).head


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n\r\n\r\n", ONE + ONE, ONE + b"x", ONE[:-1], get("/", "X: " + "x" * LONGEST)]
)
def test_only_one_whole_short_head_is_remembered(data: bytes) -> None:
    assert whole_head(ONE)
    assert not whole_head(data)


def test_what_is_kept_no_longer_is_forgotten_and_so_is_the_least_recently_used() -> None:
    repeats, kept = Repeats(), {b"date": b"one"}
    for number in range(MOST):
        repeats.remember(b"%d" % number, kept.get)
    assert repeats.answer(b"0", lambda: b"date") == b"one"
    repeats.remember(b"new", kept.get)
    assert [repeats.answer(head, lambda: b"date") for head in (b"0", b"1", b"new")] == [b"one", None, b"one"]
    assert repeats.answer(b"0", lambda: b"no more") is None
    assert repeats.answer(b"0", lambda: b"date") is None
