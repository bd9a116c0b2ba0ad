"""A plain look-up takes a shorter way and is answered as by the longer one, which has everything else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import quote

import pytest
from starlette.types import Message, Receive, Scope, Send

from servers import served_to_strangers
from vaughn.errors import QueryTimeout, WorkerDied
from vaughn.settings import Settings
from vaughn.store.engine import Request as Question
from vaughn.store.engine import Result
from vaughn.store.engines import Engines
from vaughn.store.release import open_release
from vaughn.web.attending import Rounds
from vaughn.web.cache import Cache
from vaughn.web.metrics import Metrics
from vaughn.web.observing import Observed
from vaughn.web.releases import Served, Shelf, lender
from vaughn.web.sending import PIECE
from vaughn.web.sparql import OUTCOME
from vaughn.web.straight import LONGEST, Straight
from web.conftest import FACTS, Client, make_release
from web.raw import get, heard, opened

pytestmark = pytest.mark.anyio

ROWS = "SELECT ?p ?o { ?s ?p ?o } ORDER BY ?p ?o LIMIT 3"
OF_ONE_REQUEST = {"x-request-id", "server-timing", "date"}
DONE = Result(b'{"head":{},"boolean":true}', "application/sparql-results+json", 0.001)


class Engine:
    """Says what it is told to, or waits for ever."""

    def __init__(self) -> None:
        self.says: Result | Exception | None = DONE
        self.asked: list[str] = []
        self.broken_off = False

    async def run(self, asked: Question) -> Result:
        self.asked.append(asked.text)
        if isinstance(self.says, Exception):
            raise self.says
        try:
            return self.says or (await asyncio.Event().wait() and DONE)
        except asyncio.CancelledError:
            self.broken_off = True
            raise


class Stage:
    """The straight path between what observes a request and an app that notes what it is given."""

    def __init__(self, folder: Path) -> None:
        self.engine = Engine()
        release = open_release(folder)
        engines = cast("Engines", SimpleNamespace(strangers=self.engine))
        self.shelf = SimpleNamespace(current=Served(Settings(), release, engines))
        shelf = cast("Shelf", self.shelf)
        self.given: list[Scope] = []
        self.sent: list[Message] = []
        self.gone = asyncio.Event()
        straight = Straight(self._app, shelf, Cache(self._app, shelf), Rounds())
        self._observed = Observed(straight, Metrics(), clients=False)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.given.append(scope)

    async def _receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    async def ask(self, query: str, **scope: object) -> None:
        """query: the query string, encoded."""
        usual = {"type": "http", "method": "GET", "path": "/sparql", "headers": [], "client": ("127.0.0.9", 1)}
        asked = {**usual, "query_string": query.encode(), **scope}
        await self._observed(asked, self._receive, self._send)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build_dir = tmp_path_factory.mktemp("straight")
    return make_release(build_dir, "first", FACTS.read_text(encoding="utf-8"), draft=True)


@pytest.fixture
async def stage(folder: Path) -> Stage:
    return Stage(folder)


def asked(text: str) -> str:
    return f"query={quote(text)}"


async def test_a_plain_look_up_never_comes_to_the_app_and_is_kept(stage: Stage) -> None:
    await stage.ask(asked("ASK {}"))
    assert (len(stage.given), stage.engine.asked) == (0, ["ASK {}"])
    assert [message.get("body", b"") for message in stage.sent] == [b"", DONE.body]
    await stage.ask(asked("ASK {}"))
    assert (len(stage.given), stage.engine.asked) == (1, ["ASK {}"])


async def test_what_differs_each_time_is_not_kept(stage: Stage) -> None:
    for _ in range(2):
        await stage.ask(asked("SELECT (NOW() AS ?now) {}"))
    assert (len(stage.given), len(stage.engine.asked)) == (0, 2)
    assert not {b"etag"} & dict(stage.sent[0]["headers"]).keys()


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ("", {}),
        (asked("ASK {}"), {"method": "POST"}),
        (asked("ASK {}"), {"method": "HEAD"}),
        (asked("ASK {}"), {"path": "/sparql.json"}),
        (asked("ASK {}"), {"path": "/claims"}),
        (asked("ASK {}"), {"headers": [(b"range", b"bytes=0-1")]}),
        (asked("ASK {}"), {"headers": [(b"content-length", b"3")]}),
        (asked("ASK {}"), {"headers": [(b"if-none-match", b"*")]}),
        (asked("ASK {}"), {"headers": [(b"accept", b"text/html")]}),
        (asked("ASK {}"), {"headers": [(b"accept", b"image/png")]}),
        (asked("ASK {}"), {"state": {"vaughn.refusal": RuntimeError("no place")}}),
        (f"{asked('ASK {}')}&release=sha256%3A123456789abc", {}),
        (f"{asked('ASK {}')}&rele%61se=123456789abc", {}),
        (f"{asked('ASK {}')}&{asked('ASK {}')}", {}),
        (f"{asked('ASK {}')}&timeout=never", {}),
        (f"{asked('ASK {}')}&update=CLEAR%20ALL", {}),
        (asked("CLEAR ALL"), {}),
        (asked("ASK { SERVICE <http://a> {} }"), {}),
        (asked("ASK {} #" + "x" * LONGEST), {}),
        ("query=%FF", {}),
    ],
)
async def test_what_is_not_plain_is_left_to_the_app_unasked(stage: Stage, query: str, scope: dict[str, object]) -> None:
    await stage.ask(query, **scope)
    assert (len(stage.given), stage.engine.asked, stage.sent) == (1, [], [])
    assert OUTCOME not in stage.given[0]


@pytest.mark.parametrize(
    "outcome",
    [
        QueryTimeout(10, 0),
        RuntimeError("a fault of ours"),
        Result(b"x" * (PIECE + 1), DONE.media_type, 1),
        Result(b"x", DONE.media_type, 1, partial=True),
    ],
)
async def test_what_turns_out_not_to_be_plain_is_handed_over_with_what_the_engine_said(
    stage: Stage, outcome: Result | Exception
) -> None:
    stage.engine.says, before = outcome, cast("Served", stage.shelf.current)
    await stage.ask(asked("ASK {}"))
    assert (len(stage.engine.asked), stage.sent) == (1, [])
    assert [scope[OUTCOME] for scope in stage.given] == [outcome]
    assert lender(stage.given[0]) is before
    assert before.requests == 0


async def test_a_client_that_goes_away_takes_its_query_along(stage: Stage) -> None:
    stage.engine.says = None
    asking = asyncio.create_task(stage.ask(asked("ASK {}")))
    await asyncio.sleep(0.01)
    stage.gone.set()
    async with asyncio.timeout(1):
        await asking
    assert (stage.engine.broken_off, stage.given, stage.sent) == (True, [], [])


async def test_a_look_up_that_the_server_stops_is_told_so(stage: Stage) -> None:
    stage.engine.says = None
    asking = asyncio.create_task(stage.ask(asked("ASK {}")))
    await asyncio.sleep(0.01)
    asking.cancel()
    await asking
    assert isinstance(stage.given[0][OUTCOME], WorkerDied)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (asked(ROWS), "application/json"),
        (asked(ROWS), "text/csv;q=0.5, text/tab-separated-values"),
        (asked(ROWS), "*/*"),
        (f"{asked(ROWS)}&format=csv", "text/html"),
        (f"{asked('SELECT ?s { ?s ?p ?o }')}&default-graph-uri=http%3A%2F%2Fnone", "*/*"),
        (asked("ASK { ?s ?p ?o }"), "application/sparql-results+xml"),
        (asked("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 2"), "text/turtle"),
        (asked("SELECT (RAND() > 2 AS ?never) {}"), "text/csv"),
    ],
)
async def test_both_ways_give_one_answer(client: Client, query: str, accept: str) -> None:
    given = [client.get(f"{path}?{query}", accept) for path in ("/sparql", "/sparql/", "/sparql")]
    assert {each.status_code for each in given} == {200}
    assert len({each.text for each in given}) == 1
    told = [{(name, value) for name, value in each.headers.items() if name not in OF_ONE_REQUEST} for each in given]
    assert told[0] == told[1] == told[2]
    kept = "RAND" not in query
    assert ["hit" in each.headers["server-timing"] for each in given] == [False, False, kept]


@pytest.fixture(scope="module")
def port(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served_to_strangers(folder.parent.parent, tmp_path_factory.mktemp("log") / "stderr") as (_, port):
        yield port


def on_the_wire(port: int, *requests: bytes) -> bytes:
    """All that comes back to requests that are sent at once, the last of which ends the connection."""
    with opened(port) as made:
        made.sendall(b"".join(requests))
        said = heard(made)
    return re.sub(rb"\r\n(?:date|x-request-id|server-timing): [^\r]*", b"", said.head + b"\r\n\r\n" + said.body)


def growing(times: int) -> str:
    """A query whose answer is a string of 32 KiB, so many times."""
    steps = "BIND('12345678' AS ?a)" + "".join(
        f" BIND(CONCAT({', '.join(['?' + before] * 16)}) AS ?{after})" for before, after in ("ab", "bc", "cd")
    )
    return f"SELECT (CONCAT({', '.join(['?d'] * times)}) AS ?long) {{ {steps} }}"


@pytest.mark.parametrize("text", [ROWS, growing(4), growing(9)], ids=["short", "long", "longer than a piece"])
async def test_on_the_wire_both_ways_give_the_same_lines(port: int, text: str) -> None:
    paths = [f"{path}?{asked(text)}" for path in ("/sparql", "/sparql/")]
    straight, long = (on_the_wire(port, get(path, "Connection: close")) for path in paths)
    assert sorted(straight.split(b"\r\n")) == sorted(long.split(b"\r\n"))
    assert b"\r\nconnection: close\r\n" in straight
    assert b"\r\nvaughn-draft: 1\r\n" in straight


async def test_look_ups_sent_ahead_are_answered_in_their_order(port: int) -> None:
    requests = [get(f"/sparql?{asked(f'SELECT ({number} AS ?n) {{}}')}&format=csv") for number in range(5)]
    said = on_the_wire(port, *requests, get("/health/live", "Connection: close"))
    assert re.findall(rb"\r\n\r\nn\r\n(\d)\r\n", said) == [b"0", b"1", b"2", b"3", b"4"]
