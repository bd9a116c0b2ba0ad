"""Monsters over HTTP: from several addresses, over a real socket, with a neighbour who must not notice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from hostile import HARMLESS, REFUSED, RUNNING, aimed
from servers import served_to_strangers
from vaughn.web.problem_types import TABLE

SECONDS = 1.5
LATE = 1.0
"""Seconds after its limit by which a monster must be answered on a busy machine."""

BUSY = {"busy", "slow-lane-full", "client-busy"}
LOOK_UP = "SELECT ?p ?o { ?s ?p ?o } LIMIT 5 OFFSET "


@pytest.fixture(scope="module")
def port(build_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    log = tmp_path_factory.mktemp("log") / "stderr"
    settings = {"query_seconds": SECONDS, "fast_seconds": 0.1, "query_memory_mb": 1024, "result_mb": 4}
    with served_to_strangers(build_dir, log, result_rows=20_000, **settings) as (_, port):
        yield port
    assert "Traceback" not in log.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Told:
    """One answer."""

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def asked(port: int, query: str, client: str = "127.0.0.1", **parameters: str) -> Told:
    """A query posted from an address of the loopback network."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30, source_address=(client, 0))
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sparql", urlencode({"query": query, **parameters}), headers)
    response = connection.getresponse()
    told = Told(response.status, response.headers, response.read())
    connection.close()
    return told


def problem(response: Told) -> str:
    """The last step of a problem's type."""
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["type"]).rpartition("/")[2]


def slugs(kinds: tuple[type[Exception], ...]) -> set[str]:
    return {TABLE[kind].slug for kind in kinds}


@contextmanager
def neighbour(port: int, client: str = "127.0.0.77") -> Iterator[list[Told]]:
    """Look-ups from another address, one after the other, for as long as the block lasts."""
    answers: list[Told] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            answers.append(asked(port, LOOK_UP + str(len(answers)), client))

    with ThreadPoolExecutor(1) as thread:
        looking = thread.submit(look)
        try:
            yield answers
        finally:
            done.set()
            looking.result()


@pytest.mark.parametrize("name", RUNNING)
def test_a_monster_is_answered_in_time_and_its_neighbour_never_fails(port: int, name: str) -> None:
    monster = RUNNING[name]
    with neighbour(port) as answers:
        start = time.monotonic()
        response = asked(port, monster.text, f"127.0.1.{list(RUNNING).index(name)}")
        seconds = time.monotonic() - start
    assert problem(response) in slugs(monster.ends)
    assert seconds < SECONDS + LATE
    assert [problem(answer) for answer in answers if answer.status != 200] == []
    assert answers


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_guard_stops_is_told_why_at_once(port: int, silent_port: int, name: str) -> None:
    monster = REFUSED[name]
    start = time.monotonic()
    response = asked(port, aimed(monster.text, silent_port))
    assert problem(response) in slugs(monster.ends)
    assert time.monotonic() - start < LATE


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_like_a_monster_is_answered(port: int, silent_port: int, name: str) -> None:
    text, rows = HARMLESS[name]
    if rows == 7:
        text, rows = text.replace("?s <https://example.org/name> ?name", "?s ?p ?name"), 7
    assert len(asked(port, aimed(text, silent_port)).json()["results"]["bindings"]) == rows


def test_fifty_at_once_from_several_addresses_are_each_answered(port: int, silent_port: int) -> None:
    monsters = [*RUNNING.values(), *REFUSED.values()]
    with neighbour(port) as answers, ThreadPoolExecutor(50) as herd:
        start = time.monotonic()
        runs = [
            (monster, herd.submit(asked, port, aimed(monster.text, silent_port), f"127.0.2.{number % 5 + 1}"))
            for number, monster in enumerate((monsters * 3)[:50])
        ]
        told = [(monster, problem(run.result())) for monster, run in runs]
        seconds = time.monotonic() - start
    assert all(slug in slugs(monster.ends) | BUSY for monster, slug in told)
    assert seconds < SECONDS + 2 * LATE  # what waited is counted
    assert [problem(answer) for answer in answers if answer.status != 200] == []
    assert answers
    assert len(answers) > 20


def test_a_timeout_may_shorten_and_never_lengthen(port: int) -> None:
    for given, held in (("0.3", 0.3), ("3000", SECONDS)):
        response = asked(port, RUNNING["cartesian count"].text, timeout=given)
        assert (problem(response), response.json()["seconds"]) == ("query-timeout", held)


@pytest.mark.parametrize(
    ("query", "unit"), [("{ ?a ?b ?c . ?d ?e ?f }", "bytes"), ("{ ?a ?b ?c . ?d ?e ?f } LIMIT 25000", "rows")]
)
def test_an_answer_over_a_cap_is_a_problem_and_its_beginning_is_marked(port: int, query: str, unit: str) -> None:
    query = f"SELECT {'(1 AS ?x)' if unit == 'rows' else '*'} {query}"
    response = asked(port, query)
    assert (response.status, problem(response), response.json()["unit"]) == (422, "result-too-large", unit)
    part = asked(port, query, partial="1")
    assert (part.status, part.headers["vaughn-partial"]) == (200, "1")
    assert 1000 < len(part.json()["results"]["bindings"]) <= 20_000
