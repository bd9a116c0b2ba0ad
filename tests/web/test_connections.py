"""Connections that stand still, say too much, or are too many: over a real socket."""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from servers import served_to_strangers
from vaughn.web.connections import LONGEST_HEAD, MOST_AHEAD, MOST_HEADERS
from vaughn.web.house import GRACE, HASTE, SPARE
from web.conftest import SITE
from web.raw import Heard, asking, ended, get, heard, opened, said

STRANGER = "127.0.0.9"
MOST, EACH = 12, 5
QUERY = "Content-Type: application/sparql-query"
LIVE = get("/health/live")
LAST = get("/health/live", "Connection: close")
MONSTER = asking("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "stderr"


@pytest.fixture(scope="module")
def port(build_dir: Path, log: Path) -> Iterator[int]:
    """The port of a service with little patience and few connections."""
    settings = {"request_seconds": 1, "idle_seconds": 1.5, "send_seconds": 2}
    with served_to_strangers(build_dir, log, connections=MOST, client_connections=EACH, **settings) as (_, port):
        yield port


@pytest.fixture(autouse=True)
def neighbour(port: int, log: Path) -> Iterator[None]:
    """Whatever a client did, the next one is answered, and nothing broke."""
    yield
    time.sleep(0.05)
    assert said(port, LAST).status == 200
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("begin", [b"", b"\r\n", LIVE])
def test_a_connection_without_a_request_ends(port: int, begin: bytes) -> None:
    with opened(port) as connection:
        connection.sendall(begin)
        assert heard(connection).status == (200 if begin == LIVE else 0)


@pytest.mark.parametrize("begin", [b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_come_is_told_so(port: int, begin: bytes) -> None:
    with opened(port) as connection:
        connection.sendall(begin)
        answer = heard(connection)
    assert (answer.status, answer.problem) == (408, "request-slow")
    assert (answer.told["limit"], answer.told["part"]) == (1.0, "head")


@pytest.mark.parametrize("begin", [b"GET / HTTP/1.1\r\nHost: x\r\nX: ", LIVE + b"GET / HTTP/1.1\r\nX: "])
def test_a_head_that_comes_in_drops_ends(port: int, begin: bytes) -> None:
    with opened(port) as connection:
        connection.sendall(begin)
        assert ended(connection)


def test_line_ends_between_requests_keep_nothing_open(port: int) -> None:
    with opened(port) as connection:
        connection.sendall(LIVE)
        connection.recv(1 << 16)
        assert ended(connection, b"\r\n")


def test_a_body_that_does_not_come_is_told_so(port: int) -> None:
    head = get("/sparql", "Content-Type: application/sparql-query", "Content-Length: 100", method="POST")
    answer = said(port, head + b"ASK ")
    assert (answer.status, answer.problem, answer.told["limit"]) == (408, "request-slow", 1.0)
    assert b"connection: close" in answer.head.lower()


def test_a_body_that_comes_in_drops_is_told_so(port: int) -> None:
    head = get("/sparql", "Content-Type: application/sparql-query", "Transfer-Encoding: chunked", method="POST")
    with opened(port) as connection:
        connection.sendall(head)
        for _ in range(14):
            connection.sendall(b"1\r\n \r\n")
            time.sleep(0.1)
        assert heard(connection).problem == "request-slow"


def test_a_body_that_nobody_reads_keeps_nothing_open(port: int) -> None:
    head = get("/nowhere", "Content-Length: 1000000", method="POST")
    with opened(port) as connection:
        connection.sendall(head)
        assert b" 404 " in connection.recv(1 << 16)
        assert ended(connection)


def test_clients_that_go_away_while_they_are_refused_break_nothing(port: int) -> None:
    for _ in range(100):
        with opened(port) as connection:
            connection.sendall(get("/nowhere", "Content-Length: 1000000", method="POST"))
            connection.recv(64)  # the head is on its way, the body is not
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("head", "status", "problem"),
    [
        (b"GET /sparql?query=ASK{}#" + b"a" * LONGEST_HEAD + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "address-too-long"),
        (b"GET /" + b"a" * 8_000_000, 414, "address-too-long"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (LONGEST_HEAD + 1) + b"\r\n\r\n", 431, "head-too-large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 8_000_000, 431, "head-too-large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 100_000, 431, "head-too-large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * MOST_HEADERS + b"\r\n", 431, "head-too-large"),
    ],
    ids=["target", "endless target", "header", "endless header", "endless headers", "headers"],
)
def test_a_head_that_is_too_long_is_refused(port: int, head: bytes, status: int, problem: str) -> None:
    with opened(port) as connection:
        try:
            connection.sendall(head)
        except (BrokenPipeError, ConnectionResetError):
            return
        answer = heard(connection)
    assert (answer.status, answer.told["status"], answer.problem) == (status, status, problem)


@pytest.mark.parametrize(
    "line", ["hello", "GET", "GET / HTTP/x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01"]
)
def test_what_is_no_request_is_answered_by_a_problem(port: int, line: str) -> None:
    answer = said(port, line.encode("latin-1") + b"\r\n\r\n")
    assert (answer.status, answer.told["type"]) == (400, f"{SITE.base}problems/request-unreadable")
    assert b"application/problem+json" in answer.head
    assert said(port, get("/problems/request-unreadable", "Connection: close")).status == 200


@pytest.mark.parametrize("method", ["FOO", "get", "VERSION-CONTROL", "CONNECT"])
def test_a_method_that_is_unknown_is_called_so(port: int, method: str) -> None:
    answer = said(port, get("/health/live:80", method=method))
    assert (answer.status, answer.problem, answer.told["method"]) == (501, "method-unknown", method)
    assert b"access-control-allow-origin: *" in answer.head


def test_a_method_that_is_known_and_not_answered_is_told_which_are(port: int) -> None:
    assert said(port, get("/health/live", "Connection: close", method="SOURCE")).status == 405


POST = "POST /sparql HTTP/1.1\nHost: x\nContent-Type: application/sparql-query\n"


@pytest.mark.parametrize(
    "request_",
    [
        POST + "Content-Length: 6\nTransfer-Encoding: chunked\n\n0\n\nGET /health/live HTTP/1.1\nHost: x\n\n",
        POST + "Transfer-Encoding: xchunked\nContent-Length: 6\n\nASK {}",
        POST + "Transfer-Encoding : chunked\n\n0\n\n",
        POST + "Transfer-Encoding: identity\nContent-Length: 6\n\nASK {}",
        POST + "Content-Length: 6\nContent-Length: 7\n\nASK {}x",
        POST + "Content-Length: 6, 6\n\nASK {}",
        POST + "Content-Length: +6\n\nASK {}",
        POST + "Content-Length: -1\n\n",
        POST + "Content-Length: 18446744073709551616\n\n",
        POST + "Transfer-Encoding: chunked\n\nfffffffffffffffff\n",
        "GET /health/live HTTP/1.1\nHost: x\nA: b\n c\n\n",
        "GET /health/live HTTP/1.1\nHost: x\nA: b\0c\n\n",
        "GET /health/live HTTP/1.1\n\n",
        'GET /health/live HTTP/1.1\nHost: a b/<x>"\n\n',
        "GET /health/live HTTP/1.1\nHost: [::1\n\n",
        "GET /health/live HTTP/1.1\nHost: a/x?y#z@q\n\n",
        "GET /health/live HTTP/1.1\nHost: \xff\n\n",
        POST.replace("1.1", "1.0") + "Transfer-Encoding: chunked\n\n6\nASK {}\n0\n\n",
        "GET /health/live HTTP/1.1\nHost: x\nHost: y\n\n",
        "GET http://elsewhere.example HTTP/1.1\nHost: x\n\n",
        "GET /claim/\xfc HTTP/1.1\nHost: x\n\n",
        "GET /search?q=\xff HTTP/1.1\nHost: x\n\n",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_not_read(port: int, request_: str) -> None:
    answer = said(port, request_.replace("\n", "\r\n").encode("latin-1"))
    assert (answer.status, answer.problem) == (400, "request-unreadable")
    assert b"alive" not in answer.body
    assert b"connection: close" in answer.head.lower()


@pytest.mark.parametrize("protocol", ["h2c", "websocket", "x"])
def test_an_offer_to_change_the_protocol_is_passed_over_and_the_body_read(port: int, protocol: str) -> None:
    head = f"{POST}Connection: Upgrade, HTTP2-Settings\nUpgrade: {protocol}\nHTTP2-Settings: AA\nContent-Length: 6\n\n"
    for split in (False, True):
        with opened(port) as connection:
            connection.sendall(head.replace("\n", "\r\n").encode())
            time.sleep(0.1 * split)
            connection.sendall(b"ASK {}" + LAST)
            answer = heard(connection)
        assert answer.status == 200
        assert b'"boolean":true' in answer.body
        assert b"alive" in answer.body


@pytest.mark.parametrize(
    "host", ["evil.example", "[::1]:80", "a_b.example", "192.0.2.1:8000", "%C3%A9", "a:99999999", ":", ""]
)
def test_nobody_is_sent_to_the_host_that_a_client_names(port: int, host: str) -> None:
    answer = said(port, f"GET /claims/?x=1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
    assert answer.status == 307
    assert b"\r\nlocation: /claims?x=1\r\n" in answer.head.lower() + b"\r\n"


@pytest.mark.parametrize("coding", ["gzip, chunked", "Deflate,chunked"])
def test_a_body_in_a_coding_that_is_not_read_is_told_so(port: int, coding: str) -> None:
    head = get("/sparql", QUERY, f"Transfer-Encoding: {coding}", method="POST")
    answer = said(port, head + b"6\r\nASK {}\r\n0\r\n\r\n")
    assert (answer.status, answer.problem, answer.told["coding"]) == (501, "coding-unknown", coding)


@pytest.mark.parametrize("version", ["2.0", "0.9", "9.9"])
def test_another_major_version_is_told_that_it_is_not_spoken(port: int, version: str) -> None:
    answer = said(port, LAST.replace(b"HTTP/1.1", b"HTTP/" + version.encode()))
    assert (answer.status, answer.problem, answer.told["version"]) == (505, "version-unknown", version)


def test_a_later_minor_version_is_answered_and_keeps_its_connection(port: int) -> None:
    answer = heard_of(port, LIVE.replace(b"HTTP/1.1", b"HTTP/1.2") + LAST)
    assert (answer.status, answer.body.count(b"alive")) == (200, 2)
    assert said(port, b"GET /health/live HTTP/1.2\r\n\r\n").status == 400


def test_the_oldest_version_is_asked_to_go_on_by_nobody(port: int) -> None:
    head = get("/sparql", QUERY, "Expect: 100-continue", "Content-Length: 6", method="POST")
    answer = said(port, head.replace(b"HTTP/1.1", b"HTTP/1.0") + b"ASK {}")
    assert (answer.status, b"true" in answer.body) == (200, True)


def test_an_absolute_target_names_no_other_service(port: int) -> None:
    assert said(port, LAST.replace(b"GET /", b"GET http://elsewhere.example/")).body == b'{"status":"alive"}'


@pytest.mark.parametrize("number", [MOST_AHEAD, MOST_AHEAD + 2, MOST_AHEAD * 40])
def test_however_many_requests_are_sent_ahead_all_are_answered(port: int, number: int) -> None:
    asked = b"".join(asking(f"SELECT ({each} AS ?x) {{}}") for each in range(number))
    answer = heard_of(port, asked + LAST)
    told = re.findall(rb'"value":"(\d+)"', answer.body)
    assert [int(each) for each in told] == list(range(number))
    assert answer.body.endswith(b'{"status":"alive"}')


def test_what_was_asked_before_something_broken_is_answered_first(port: int) -> None:
    ahead = b"".join(counting("ahead", 100_000 + each) for each in range(3))
    posted = get("/sparql", QUERY, "Transfer-Encoding: chunked", method="POST")
    for broken in (b"hello\r\n\r\n", posted + b"z\r\n", posted + b"6\r\nASK {}z"):
        answer = heard_of(port, ahead + broken + LIVE)
        assert answer.body.count(b'"ahead"') == 6
        assert answer.body.count(b"/problems/request-unreadable") == 1
        assert b"alive" not in answer.body


@pytest.mark.parametrize("many", [1, 3])
def test_a_client_that_says_no_more_and_listens_is_answered(port: int, many: int) -> None:
    posted, slow = get("/sparql", QUERY, "Content-Length: 6", method="POST") + b"ASK {}", counting("n", 200_000 + many)
    for request in (
        asking(f"ASK {{}} #{time.time()}"),
        get(f"/claims?limit={many}"),
        posted,
        slow,
        get("/static/vaughn.css"),
    ):
        with opened(port) as connection:
            connection.sendall(request * many)
            connection.shutdown(socket.SHUT_WR)
            answer = heard(connection)
        assert len(re.findall(rb"HTTP/1.1 [2-5]", answer.head + answer.body)) == many, request


def test_a_client_that_says_no_more_is_asked_whether_it_listens(patient_port: int) -> None:
    with opened(patient_port) as connection:
        connection.sendall(MONSTER)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_client_of_http_1_0_that_says_no_more_is_sent_what_any_answer_begins_with(port: int) -> None:
    for request, late in ((counting("old", 1_500_000), True), (get("/claims?limit=7"), False)):
        with opened(port) as connection:
            connection.sendall(request.replace(b"HTTP/1.1", b"HTTP/1.0"))
            connection.shutdown(socket.SHUT_WR)
            pieces = [*iter(partial(connection.recv, 1 << 20), b"")]
        assert b"".join(pieces).startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"".join(pieces).count(b"HTTP/1.1") == 1
        assert (pieces[0] == b"HTTP/1.1 ") is late


def test_what_is_told_of_a_fault_has_one_beginning_too(patient_port: int) -> None:
    with opened(patient_port) as connection:
        connection.sendall(MONSTER.replace(b"HTTP/1.1", b"HTTP/1.0"))
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1 << 16) == b"HTTP/1.1 "
        assert connection.recv(1 << 16).startswith(b"503 Service Unavailable\r\n")


JSON = get("/api/support", "Content-Type: application/json", "Transfer-Encoding: chunked", method="POST")
CHUNKED = get("/sparql", QUERY, "Transfer-Encoding: chunked", method="POST")


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (CHUNKED + b"5\r\nASK{}\r\n0\r\n", b"X: y\r\n" * 10_000),
        (CHUNKED + b"5\r\nASK{}\r\n0\r\nX: ", b"y" * 60_000),
        (CHUNKED + b"5;", b"x" * 60_000),
        (JSON + b"2\r\n{}\r\n0\r\n", b"X: y\r\n" * 10_000),
    ],
    ids=["trailers", "trailer", "extension", "trailers of the API"],
)
def test_what_stands_around_a_body_is_bounded_and_who_sends_more_can_read_so(
    port: int, begin: bytes, more: bytes
) -> None:
    with opened(port) as connection:
        connection.sendall(begin)
        connection.sendall(more * 100)
        answer = heard(connection)
    assert (answer.status, answer.problem, answer.told["limit"]) == (431, "head-too-large", LONGEST_HEAD)


def test_a_body_in_the_smallest_chunks_is_read_and_its_trailers_left_out(port: int) -> None:
    query = b"ASK {}" + b" " * 30_000
    with opened(port) as connection:
        connection.sendall(CHUNKED + b"".join(b"1;a=b\r\n%c\r\n" % each for each in query) + b"0\r\n")
        connection.sendall(b"Accept: text/csv\r\nAccept-Encoding: x\r\n\r\n" + LAST)
        answer = heard(connection)
    assert (answer.status, b'"boolean":true' in answer.body) == (200, True)
    assert b"alive" in answer.body


def counting(name: str, rows: int) -> bytes:
    """A query that takes some tenths of a second."""
    return asking(f"SELECT (COUNT(*) AS ?{name}) {{ {{ SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {rows} }} }}")


def heard_of(port: int, requests: bytes) -> Heard:
    """What several requests are answered with until the connection rests."""
    with opened(port) as connection:
        connection.sendall(requests)
        return heard(connection)


def held(stack: ExitStack, port: int, number: int, client: str = "127.0.0.1") -> list[socket.socket]:
    """So many open connections, each of which was answered once."""
    made = [stack.enter_context(opened(port, client)) for _ in range(number)]
    for connection in made:
        connection.sendall(LIVE)
        assert b" 200 " in connection.recv(1 << 16)
    return made


def test_a_connection_too_many_is_told_so_and_a_free_place_is_taken(port: int) -> None:
    with ExitStack() as stack:
        full = held(stack, port, MOST)
        answer = said(port, LIVE, STRANGER)
        assert (answer.status, answer.problem, answer.told["limit"]) == (503, "connections-full", MOST)
        assert b"retry-after" in answer.head.lower()
        full.pop().close()
        time.sleep(0.1)
        assert said(port, LAST, STRANGER).status == 200


def test_one_client_may_not_have_all_connections_but_a_proxy_may(port: int) -> None:
    with ExitStack() as stack:
        held(stack, port, EACH, STRANGER)
        answer = said(port, LIVE, STRANGER)
        assert (answer.status, answer.told["limit"]) == (503, EACH)
        assert said(port, LAST, "127.0.0.8").status == 200
    with ExitStack() as stack:
        held(stack, port, EACH + 1, "127.0.0.1")


def test_far_too_many_connections_are_each_told_so_unasked(port: int) -> None:
    with ExitStack() as stack:
        held(stack, port, EACH, STRANGER)
        more = [stack.enter_context(opened(port, STRANGER)) for _ in range(SPARE + 30)]
        unasked = [heard(connection) for connection in more[:30]]
        for connection in more[30:]:
            connection.sendall(LIVE)
        asked = [heard(connection) for connection in more[30:]]
    assert {(answer.status, answer.problem) for answer in (*unasked, *asked)} == {(503, "connections-full")}
    assert {answer.told["limit"] for answer in unasked} == {EACH}
    assert b"\r\nretry-after: 5\r\n" in unasked[0].head


CROWD = ("127.0.0.3", "127.0.0.4", "127.0.0.5")


def crowded(stack: ExitStack, port: int, begin: bytes) -> list[socket.socket]:
    """As many connections as may be, of three clients; each has said so much and no more."""
    made = [stack.enter_context(opened(port, CROWD[number % 3])) for number in range(MOST)]
    for connection in made:
        connection.sendall(begin)
    return made


@pytest.fixture(scope="module")
def patient_port(build_dir: Path, log: Path) -> Iterator[int]:
    """The port of a service with few connections and much patience."""
    with served_to_strangers(build_dir, log.with_name("patient"), connections=MOST, client_connections=EACH) as (_, at):
        yield at


@pytest.mark.parametrize(
    "begin",
    [b"", b"GET / HT", get("/sparql", "Content-Type: application/sparql-query", "Content-Length: 9", method="POST")],
    ids=["silent", "half a head", "no body"],
)
def test_a_full_house_of_clients_that_ask_nothing_makes_room(patient_port: int, begin: bytes) -> None:
    with ExitStack() as stack:
        idle = crowded(stack, patient_port, begin)
        time.sleep(HASTE * 2)
        assert said(patient_port, LAST, STRANGER).status == 200  # it has one, and each of the crowd has four
        stack.enter_context(opened(patient_port, CROWD[0])).sendall(begin)  # full again
        time.sleep(GRACE + 0.1)
        started = time.monotonic()
        neighbours = [stack.enter_context(opened(patient_port, STRANGER)) for _ in range(EACH)]
        for neighbour in neighbours:
            neighbour.sendall(LIVE)
            assert b" 200 " in neighbour.recv(1 << 16)
        assert time.monotonic() - started < 1
        idle[0].settimeout(1)
        first = heard(idle[0])
        assert (first.status, first.status and first.problem) == ((408, "request-slow") if begin else (0, 0))
        for neighbour in neighbours[1:]:  # as many as each of the crowd has left, or fewer
            neighbour.sendall(LIVE)
            assert b" 200 " in neighbour.recv(1 << 16)


def test_a_full_house_at_work_makes_no_room_and_says_so(patient_port: int) -> None:
    with ExitStack() as stack:
        crowded(stack, patient_port, MONSTER)
        answers = [said(patient_port, LAST, STRANGER) for _ in range(20)]
    assert {(answer.status, answer.problem) for answer in answers} == {(503, "connections-full")}


def test_the_metrics_count_what_became_of_connections(port: int) -> None:
    def told() -> dict[str, float]:
        lines = said(port, get("/metrics", "Connection: close")).body.decode().splitlines()
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}

    before = told()
    said(port, b"hello\r\n\r\n")
    with opened(port) as silent, opened(port) as half:
        half.sendall(b"GET / HT")
        assert told()["vaughn_connections_open"] == 3
        assert (heard(silent).status, heard(half).status) == (0, 408)
    after = told()
    grown = {
        name
        for name in after
        if after[name] > before.get(name, 0) and name.startswith(("vaughn_conn", "vaughn_unasked"))
    }
    assert grown == {
        "vaughn_connections_total", 'vaughn_connections_ended_total{why="idle"}',
        'vaughn_connections_ended_total{why="slow"}', 'vaughn_unasked_problems_total{type="request-slow"}',
        'vaughn_unasked_problems_total{type="request-unreadable"}',
    }  # fmt: skip
    assert before["vaughn_connections_open"] == after["vaughn_connections_open"] == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"BAD\r\n\r\n", 400), (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414)],
)
def test_what_is_refused_before_it_is_read_has_an_id_and_a_line_in_the_log(
    port: int, log: Path, sent: bytes, status: int
) -> None:
    answer = said(port, sent)
    named = re.search(rb"x-request-id: ([0-9a-f]{32})\r\n", answer.head.lower())
    assert (answer.status, bool(named)) == (status, True)
    time.sleep(0.3)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    told = [line for line in lines if named and line["requestId"] == named[1].decode()]
    assert [(line["method"], line["path"], line["status"], line["cacheHit"]) for line in told] == [
        (None, None, status, False)
    ]
    assert told[0]["bytes"] == len(answer.body)
