"""Whatever an engine does, the service has an error of its own for it, and goes on when the engine does."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from releases import write_release
from store.remote import remote_servers
from store.remote.remote_servers import Server, put, say, scripted
from vaughn.errors import (
    ClientBusy,
    EngineCuts,
    EngineDenied,
    EngineFaulty,
    EngineUnfit,
    EngineUnreachable,
    QueryTimeout,
    ResultTooLarge,
    SettingsInvalid,
    StoreBusy,
    StoreError,
    UpdateRefused,
)
from vaughn.settings import Settings
from vaughn.store.engine import Form, Inspection, Request
from vaughn.store.engines import RemoteEngines, open_engines
from vaughn.store.quirks import Quirks, engine_named
from vaughn.store.release import Release
from vaughn.store.remote import RemoteEngine, probe, push
from vaughn.store.remote.answers import error_of, rewritten
from vaughn.store.remote.dialect import Spoken
from vaughn.store.remote.probe import Names, whole
from vaughn.store.remote.wire import Reply
from vaughn.store.stable import Stable
from vaughn.store.writing import Caps

pytestmark = pytest.mark.anyio

ONE = Request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Form.SELECT, "csv")
SLOW = Request("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", Form.SELECT, "csv")
PASSWORD = "open sesame"  # noqa: S105  nobody's
FOUR_THOUSAND = b"n\r\n4000\r\n"

Script = Callable[[BaseHTTPRequestHandler], None]


@asynccontextmanager
async def started(release: Release, settings: Settings, connections: int = 1) -> AsyncIterator[RemoteEngine]:
    engine = await RemoteEngine.start(release, settings, connections)
    try:
        yield engine
    finally:
        await engine.close()


async def error(script: Script, release: Release, request: Request = ONE, **settings: object) -> Exception:
    """What becomes of a query that such an engine is asked."""
    with scripted(script) as endpoint:
        chosen = Settings(endpoint=endpoint, query_seconds=2.0, **settings)  # type: ignore[arg-type]
        with pytest.raises((StoreError, EngineUnfit)) as caught:
            async with started(release, chosen) as engine:
                await engine.run(request)
    return caught.value


async def test_a_killed_engine_is_an_error_and_is_found_again(oxigraph: Server, town: Release) -> None:
    async with started(town, oxigraph.settings) as engine:
        assert (await engine.run(ONE)).body == FOUR_THOUSAND
        oxigraph.end(signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(EngineUnreachable):
                await engine.run(ONE)
        oxigraph.start()
        assert (await engine.run(ONE)).body == FOUR_THOUSAND


async def test_an_engine_that_dies_at_work_is_an_error_at_once(oxigraph: Server, town: Release) -> None:
    async with started(town, oxigraph.settings) as engine:
        asked = asyncio.create_task(engine.run(SLOW))
        await asyncio.sleep(0.3)
        oxigraph.end(signal.SIGKILL)
        with pytest.raises(EngineUnreachable):
            await asyncio.wait_for(asked, 1.0)


async def test_an_engine_may_come_up_after_the_service(oxigraph: Server, town: Release) -> None:
    oxigraph.end()
    async with started(town, oxigraph.settings) as engine:
        with pytest.raises(EngineUnreachable):
            await engine.run(ONE)
        oxigraph.start()
        assert (await engine.run(ONE)).body == FOUR_THOUSAND


async def test_a_deadline_is_kept_and_neighbours_are_answered(oxigraph: Server, town: Release) -> None:
    async with started(town, oxigraph.settings, 2) as engine:
        start = time.perf_counter()
        slow = asyncio.create_task(engine.run(replace(SLOW, seconds=0.5)))
        assert (await engine.run(ONE)).body == FOUR_THOUSAND
        with pytest.raises(QueryTimeout):
            await slow
        assert time.perf_counter() - start < 1.0


@pytest.mark.skipif(not remote_servers.OXIGRAPH, reason=remote_servers.NO_OXIGRAPH)
async def test_the_engines_own_deadline_is_no_short_answer(town: Release, tmp_path: Path) -> None:
    with remote_servers.oxigraph(tmp_path, "--timeout-s", "1") as server:
        await push(town, server.settings, lambda _: None)
        async with started(town, server.settings) as engine:
            with pytest.raises(QueryTimeout):
                await engine.run(SLOW)


def test_virtuosos_late_answers_are_time_outs_although_they_are_200() -> None:
    quirks = engine_named("virtuoso")
    assert quirks
    spoken = Spoken(ONE.text, (), 0)
    late = Reply(200, httpx.Headers({"x-sql-state": "S1TAT"}), b"{}", True)
    whole = Reply(200, httpx.Headers(), b"{}", True)
    assert isinstance(error_of(late, ONE, spoken, quirks, 3.0), QueryTimeout)
    assert error_of(whole, ONE, spoken, quirks, 3.0) is None


@pytest.mark.skipif(not remote_servers.VIRTUOSO, reason=remote_servers.NO_VIRTUOSO)
async def test_wrong_credentials_are_an_error_of_their_own(town: Release, tmp_path: Path) -> None:
    with remote_servers.virtuoso(tmp_path, endpoint_password=PASSWORD) as server:
        with pytest.raises(EngineDenied):
            await push(town, server.settings, lambda _: None)
        guarded = replace(server.settings, endpoint=server.endpoint + "-auth")
        async with started(town, guarded) as engine:
            with pytest.raises(EngineDenied):
                await engine.run(ONE)


async def test_a_password_is_sent_to_who_asks_for_it_and_never_shown(
    town: Release, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str | None] = []

    def guarded(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Authorization"))
        say(handler, 401 if seen[-1] is None else 403, WWW_Authenticate="Basic")

    caplog.set_level(logging.DEBUG)
    found = await error(guarded, town, endpoint_user="reader", endpoint_password=PASSWORD)
    assert isinstance(found, EngineDenied)
    assert seen[:2] == [None, "Basic cmVhZGVyOm9wZW4gc2VzYW1l"]
    assert PASSWORD not in caplog.text + str(found) + repr(Settings(endpoint_password=PASSWORD))
    assert "cmVhZGVyOm9wZW4gc2VzYW1l" not in caplog.text


async def test_a_proxy_before_an_engine_without_credentials_is_given_them(town: Release) -> None:
    seen: list[str | None] = []

    def proxy(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Authorization"))
        if seen[-1] is None:
            say(handler, 401, WWW_Authenticate="Basic", Server="a proxy")
        else:
            engine(handler)

    engine = holding(town, lambda handler: say(handler, 200, b'{"head":{"vars":["n"]},"results":{"bindings":[]}}'))
    with scripted(proxy) as endpoint:
        settings = Settings(
            endpoint=endpoint, endpoint_engine="oxigraph", endpoint_user="reader", endpoint_password=PASSWORD
        )
        async with started(town, settings) as asked:
            assert (await asked.run(ONE)).body == b"n\r\n"
    assert seen[0] is None
    assert set(seen[1:]) == {"Basic cmVhZGVyOm9wZW4gc2VzYW1l"}


async def test_credentials_that_an_engine_has_no_use_for_are_told(
    town: Release, caplog: pytest.LogCaptureFixture
) -> None:
    script = holding(town, lambda handler: say(handler, 200, b"no rows"))
    found = await error(script, town, endpoint_engine="neptune", endpoint_user="reader")
    assert isinstance(found, EngineFaulty)
    assert "neptune takes no user and password, so VAUGHN_ENDPOINT_USER is not sent" in caplog.text


async def test_an_engine_without_this_release_is_refused(oxigraph: Server, town: Release) -> None:
    other = replace(town, manifest=replace(town.manifest, digest="another"))
    with pytest.raises(EngineUnfit, match=f"it holds {town.manifest.digest}, not another; .*vaughn release push"):
        await RemoteEngine.start(other, oxigraph.settings, 1)


@pytest.mark.parametrize(("format", "age"), [("", "an older"), (" 1", "an older"), (" 3", "a newer")])
async def test_a_release_that_another_version_loaded_is_refused_in_so_many_words(
    oxigraph: Server, town: Release, format: str, age: str
) -> None:
    name = Names(town.manifest.base).marker
    identifier = f"<http://purl.org/dc/terms/identifier> '{town.manifest.digest}{format}'"
    put(oxigraph, name, f"<{name}> {identifier} .")
    with pytest.raises(EngineUnfit, match=f"pushed by {age} version of vaughn, .*; load it with: vaughn release push"):
        await RemoteEngine.start(town, oxigraph.settings, 1)


async def test_a_release_half_loaded_is_refused(oxigraph: Server, town: Release) -> None:
    marker = Names(town.manifest.base).marker
    text = f'<{marker}> <http://purl.org/dc/terms/identifier> "loading" .'
    address = oxigraph.endpoint.replace("/query", "/store")
    httpx.put(
        address, params={"graph": marker}, content=text, headers={"Content-Type": "text/turtle"}
    ).raise_for_status()
    with pytest.raises(EngineUnfit, match="it holds loading"):
        await RemoteEngine.start(town, oxigraph.settings, 1)


async def test_a_release_that_is_not_there_is_waited_for_where_there_is_no_other(
    oxigraph: Server, tmp_path: Path
) -> None:
    other = write_release(tmp_path / "other", b'<x:a> <x:p> "1" .\n')
    with pytest.raises(EngineUnfit):
        await open_engines(other, oxigraph.settings)
    engines = await open_engines(other, oxigraph.settings, waits=True)
    try:
        for engine in (engines.strangers, engines.pages):
            with pytest.raises(EngineUnfit, match="vaughn release push"):
                await engine.run(ONE)
        await push(other, oxigraph.settings, lambda _: None)
        for engine in (engines.strangers, engines.pages):
            assert (await engine.run(ONE)).body == b"n\r\n1\r\n"
    finally:
        await engines.close()


async def test_a_service_answers_nothing_while_a_release_is_pushed_and_goes_on_by_itself(
    oxigraph: Server, town: Release, tmp_path: Path
) -> None:
    other = write_release(tmp_path / "other", b'<x:a> <x:p> "1" .\n')

    def stop(_: str) -> None:
        raise EngineFaulty("stopped by hand")

    async with started(town, oxigraph.settings) as engine:
        assert (await engine.run(ONE)).body == FOUR_THOUSAND
        with pytest.raises(EngineFaulty, match="stopped by hand"):
            await push(other, oxigraph.settings, stop)
        for _ in range(2):
            with pytest.raises(EngineUnfit, match="it holds loading"):
                await engine.run(ONE)
        await push(other, oxigraph.settings, lambda _: None)
        with pytest.raises(EngineUnfit, match=f"it holds {other.manifest.digest}"):
            await engine.run(ONE)
        await push(town, oxigraph.settings, lambda _: None)
        assert (await engine.run(ONE)).body == FOUR_THOUSAND


async def test_an_answer_that_a_push_overtook_is_not_given(town: Release) -> None:
    asked: list[str] = []

    def overtaken(handler: BaseHTTPRequestHandler) -> None:
        asked.append("")
        say(handler, 200, b'{"head":{"vars":["n"]},"results":{"bindings":[]}}')

    found = await error(holding(town, overtaken, lambda: bool(asked)), town)
    assert isinstance(found, EngineUnfit)
    assert "by now it holds loading" in str(found)


async def test_answers_that_come_together_are_vouched_for_together(town: Release) -> None:
    read: list[str] = []

    def counted() -> bool:
        read.append("")
        time.sleep(0.1)
        return False

    none = holding(
        town, lambda handler: say(handler, 200, b'{"head":{"vars":["n"]},"results":{"bindings":[]}}'), counted
    )
    with scripted(none) as endpoint:
        async with started(town, Settings(endpoint=endpoint), 8) as engine:
            assert len(read) == 1
            found = await asyncio.gather(*(engine.run(ONE) for _ in range(8)))
    assert [each.body for each in found] == [b"n\r\n"] * 8
    assert len(read) < 8


async def test_the_same_release_pushed_again_is_not_whole_before_every_older_query_has_ended(
    oxigraph: Server, town: Release
) -> None:
    settings = replace(oxigraph.settings, query_seconds=1.5)
    start = time.monotonic()
    await push(town, settings, lambda _: None)
    assert time.monotonic() - start >= 1.5


@pytest.mark.skipif(not remote_servers.VIRTUOSO, reason=remote_servers.NO_VIRTUOSO)
async def test_an_engine_that_would_cut_graphs_without_a_word_is_refused(town: Release, tmp_path: Path) -> None:
    with remote_servers.virtuoso(tmp_path, cap=50_000) as server:
        await push(town, server.settings, lambda _: None)
        with pytest.raises(EngineCuts, match="it cuts answers after 50,000 rows"):
            await RemoteEngine.start(town, server.settings, 1)


def flooded(town: Release, cap: str | None, floods: list[str], then: Script) -> Script:
    """An engine as slow as Virtuoso with a million rows; cap: what it says of its own, None where it refuses to."""
    known = {"head": {"vars": ["cap"]}, "results": {"bindings": [{"cap": {"type": "literal", "value": cap}}]}}

    def script(handler: BaseHTTPRequestHandler) -> None:
        asked = str(vars(handler)["asked"])
        if "ResultSetMaxRows" in asked:
            say(handler, 500 if cap is None else 200, json.dumps(known).encode())
        elif "VALUES ?f" in asked:
            floods.append(asked)
            time.sleep(2.0)
        else:
            others(handler)

    others = holding(town, then)
    return script


def nothing(handler: BaseHTTPRequestHandler) -> None:
    say(handler, 200, b'{"head":{"vars":["n"]},"results":{"bindings":[]}}')


@pytest.mark.parametrize("cap", ["0", "", "nonsense", "1000001", "9000000"])
async def test_an_engine_that_tells_its_cap_is_asked_for_no_flood(town: Release, cap: str) -> None:
    floods: list[str] = []
    with scripted(flooded(town, cap, floods, nothing)) as endpoint:
        async with started(town, Settings(endpoint=endpoint, endpoint_engine="virtuoso")) as engine:
            assert (await engine.run(ONE)).body == b"n\r\n"
    assert floods == []


@pytest.mark.parametrize(
    ("cap", "rows", "met"),
    [("1000000", 1_000_000, "1,000,000"), ("50000 rows", 60_000, "50,000"), ("0", 1_048_576, "1,048,576")],
)
async def test_a_cap_that_is_told_has_to_be_above_that_of_the_service(
    town: Release, cap: str, rows: int, met: str
) -> None:
    found = await error(flooded(town, cap, [], nothing), town, endpoint_engine="virtuoso", result_rows=rows)
    assert isinstance(found, EngineCuts)
    assert f"it cuts answers after {met} rows" in str(found)


async def test_a_flood_that_takes_long_holds_up_nobody_for_ever_and_is_not_let_loose_again(
    town: Release, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(probe, "_LEARNING", 0.3)
    floods: list[str] = []
    gone = iter([True])

    def once_gone(handler: BaseHTTPRequestHandler) -> None:
        if not next(gone, False):
            nothing(handler)

    with scripted(flooded(town, None, floods, once_gone)) as endpoint:
        async with started(town, Settings(endpoint=endpoint, endpoint_engine="virtuoso")) as engine:
            with pytest.raises(EngineUnreachable):
                await engine.run(ONE)
            assert (await engine.run(ONE)).body == b"n\r\n"
    assert len(floods) == 1
    assert "virtuoso does not tell in time after how many rows it cuts graphs" in caplog.text


async def test_an_engine_that_keeps_its_cap_to_itself_shows_it_in_a_flood(town: Release) -> None:
    def short(handler: BaseHTTPRequestHandler) -> None:
        asked = str(vars(handler)["asked"])
        if "VALUES ?f" in asked and handler.headers["Accept"] == "text/csv":
            say(handler, 200, b"one\r\n1\r\n", X_SPARQL_MaxRows="1")
        else:
            silent(handler)

    silent = flooded(town, None, [], nothing)
    found = await error(short, town, endpoint_engine="virtuoso")
    assert isinstance(found, EngineCuts)
    assert "after 1 rows" in str(found)


async def test_an_engine_with_another_release_is_not_asked_for_its_cap(town: Release) -> None:
    floods: list[str] = []
    other = replace(town, manifest=replace(town.manifest, digest="another"))
    found = await error(flooded(town, None, floods, nothing), other, endpoint_engine="virtuoso")
    assert isinstance(found, EngineUnfit)
    assert floods == []


async def test_nobody_follows_a_redirect(town: Release) -> None:
    found = await error(lambda handler: say(handler, 302, Location="http://127.0.0.1:9/"), town)
    assert isinstance(found, EngineFaulty)


async def test_an_engine_that_closes_without_a_word_cannot_be_reached(town: Release) -> None:
    assert isinstance(await error(lambda _: None, town), EngineUnreachable)


async def test_an_engine_that_hangs_on_forms_is_asked_otherwise(town: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_SECONDS", 1.0)
    ended = threading.Event()

    def hanging(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "POST":
            ended.wait(30.0)
        else:
            answers(handler)

    answers = holding(town, lambda handler: say(handler, 200, b'{"head":{"vars":["n"]},"results":{"bindings":[]}}'))
    with scripted(hanging) as endpoint:
        async with started(town, Settings(endpoint=endpoint)) as engine:
            assert (await engine.run(ONE)).body == b"n\r\n"
        ended.set()


async def test_nobody_waits_for_a_hung_engine_beyond_ones_own_deadline(town: Release) -> None:
    with asking_a_hung_engine([]) as endpoint:
        engine = RemoteEngine(town, Settings(endpoint=endpoint), httpx.URL(endpoint), 8)
        start = time.monotonic()
        told = await asyncio.gather(*(engine.run(replace(ONE, seconds=0.4)) for _ in range(5)), return_exceptions=True)
        assert time.monotonic() - start < 1.0
        assert [type(each) for each in told] == [QueryTimeout] * 5
        await engine.close()


async def test_an_engine_that_hangs_whichever_way_it_is_asked_cannot_be_reached(
    town: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "_SECONDS", 0.2)
    seen: list[str] = []
    with asking_a_hung_engine(seen) as endpoint:
        async with started(town, Settings(endpoint=endpoint)) as engine:
            with pytest.raises(EngineUnreachable, match="answers none"):
                await engine.run(ONE)
    assert seen[:2] == ["POST", "GET"]
    assert len(seen) <= 4, "two attempts, of two ways each"


async def test_an_answer_and_its_confirmation_share_one_deadline(town: Release) -> None:
    asked: list[str] = []

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        asked.append("")
        time.sleep(0.4)
        say(handler, 200, b'{"head":{"vars":["n"]},"results":{"bindings":[]}}')

    def still_there() -> bool:
        time.sleep(0.4 if asked else 0.0)
        return False

    with scripted(holding(town, slowly, still_there)) as endpoint:
        async with started(town, Settings(endpoint=endpoint)) as engine:
            with pytest.raises(QueryTimeout):
                await engine.run(replace(ONE, seconds=0.6))
            assert (await engine.run(replace(ONE, seconds=3.0))).body == b"n\r\n"


@contextmanager
def asking_a_hung_engine(seen: list[str]) -> Iterator[str]:
    """The address of an engine that takes a query and says nothing, until the block ends. seen: the methods used."""
    ended = threading.Event()

    def hang(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.command)
        ended.wait(30.0)

    with scripted(hang) as endpoint:
        try:
            yield endpoint
        finally:
            ended.set()


async def test_what_does_not_parse_is_no_answer(town: Release) -> None:
    assert isinstance(await error(lambda handler: say(handler, 200, b"<html>"), town), EngineFaulty)


@pytest.mark.parametrize(
    "rows", [b'{"head":{},"boolean":true}', b'{"head":{"vars":["marker"]},"results":{"bindings":[{}]}}']
)
async def test_rows_that_are_none_or_lack_a_column_are_no_answer(town: Release, rows: bytes) -> None:
    alive = b'{"head":{},"boolean":true}'

    def answers(handler: BaseHTTPRequestHandler) -> None:
        say(handler, 200, alive if "ASK" in vars(handler)["asked"] else rows)

    assert isinstance(await error(answers, town), EngineFaulty)


async def test_a_strangers_rows_are_never_a_truth_value(town: Release) -> None:
    truth = holding(town, lambda handler: say(handler, 200, b'{"head":{},"boolean":true}'))
    assert isinstance(await error(truth, town, replace(ONE, format="json")), EngineFaulty)


def test_no_more_of_a_graph_is_read_than_may_be_given_and_a_triple_sent_twice_counts_once() -> None:
    request, quirks = Request("CONSTRUCT WHERE { ?s ?p ?o }", Form.CONSTRUCT, "nt"), Quirks("any")
    three = b"".join(b"<x:a> <x:p> <x:%d> .\n" % number for number in (1, 1, 2, 1, 2, 3))
    assert rewritten(Reply(200, {}, three, True), request, quirks, Caps(1 << 20, 3))[0].count(b"\n") == 3
    with pytest.raises(ResultTooLarge):
        rewritten(Reply(200, {}, three + b"what would not parse", True), request, quirks, Caps(1 << 20, 2))


async def test_an_overloaded_engine_is_one_that_cannot_be_reached_now(town: Release) -> None:
    assert isinstance(await error(lambda handler: say(handler, 503), town), EngineUnreachable)


async def test_a_failing_engine_is_quoted_in_one_line(town: Release) -> None:
    found = await error(lambda handler: say(handler, 500, b"out of memory\n at line 1"), town)
    assert str(found) == "the engine under the service gave no answer: out of memory"


def holding(town: Release, then: Script, gone: Callable[[], bool] = lambda: False) -> Script:
    """An engine that holds the town, and answers what is none of the service's own questions as told.

    gone: whether its marker says by now that a release is being loaded.
    """

    def script(handler: BaseHTTPRequestHandler) -> None:
        asked = " ".join(str(vars(handler)["asked"]).split())
        answer = next((each for known, each in answers.items() if known in asked), None)
        if answer is None:
            then(handler)
        else:
            say(handler, 200, json.dumps(answer()).encode())

    def marker(digest: str) -> dict[str, object]:
        name = {"type": "uri", "value": Names(town.manifest.base).marker}
        return table({"marker": name, "digest": {"type": "literal", "value": digest}})

    def table(*rows: object) -> dict[str, object]:
        return {"head": {"vars": ["marker", "digest"]}, "results": {"bindings": rows}}

    answers: dict[str, Callable[[], object]] = {
        "ASK {}": lambda: {"head": {}, "boolean": True},
        "GRAPH ?marker": lambda: marker("loading" if gone() else whole(town)),
        "STRENDS(STR(?marker)": table,
    }
    return script


async def test_an_endless_answer_is_read_up_to_the_cap(town: Release) -> None:
    sent = 0

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        try:
            while sent < 1 << 28:
                sent += handler.wfile.write(b" " * (1 << 16))
        except OSError:
            return

    found = await error(holding(town, endless), town, result_mb=1)
    assert isinstance(found, ResultTooLarge)
    assert sent < 1 << 25


async def test_an_engine_dying_amid_its_answer_gives_no_short_one(town: Release) -> None:
    def broken(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"head":{"vars":[]},"results":{"bindings":[]}}')

    assert isinstance(await error(holding(town, broken), town), EngineUnreachable)


async def test_one_client_has_no_more_queries_than_one_may(oxigraph: Server, town: Release) -> None:
    settings = replace(oxigraph.settings, client_queries=1)
    async with started(town, settings, 2) as engine:
        first = asyncio.create_task(engine.run(replace(SLOW, client="a", seconds=0.5)))
        await asyncio.sleep(0.1)
        with pytest.raises(ClientBusy):
            await engine.run(replace(ONE, client="a"))
        assert (await engine.run(replace(ONE, client="b"))).body == FOUR_THOUSAND
        with pytest.raises(QueryTimeout):
            await first
        assert (await engine.run(replace(ONE, client="a"))).body == FOUR_THOUSAND


async def test_a_full_queue_refuses_and_the_wait_is_counted(oxigraph: Server, town: Release) -> None:
    async with started(town, replace(oxigraph.settings, queue=1)) as engine:
        first, second = (asyncio.create_task(engine.run(each)) for each in (replace(SLOW, seconds=0.5), ONE))
        await asyncio.sleep(0.1)
        assert (engine.busy, engine.waiting) == (1, 1)
        with pytest.raises(StoreBusy):
            await engine.run(ONE)
        assert (await second).body == FOUR_THOUSAND
        assert isinstance((await asyncio.gather(first, return_exceptions=True))[0], QueryTimeout)
        assert (engine.busy, engine.waiting) == (0, 0)


async def test_the_wait_and_the_answer_share_one_deadline_from_the_arrival(oxigraph: Server, town: Release) -> None:
    async with started(town, replace(oxigraph.settings, query_seconds=1.0)) as engine:
        start = time.monotonic()
        first, second = (asyncio.create_task(engine.run(each)) for each in (replace(SLOW, seconds=0.7), ONE))
        with pytest.raises(StoreBusy):
            await second
        assert 0.4 < time.monotonic() - start < 0.7, "half of the deadline is waited at most"
        with pytest.raises(QueryTimeout):
            await first
        with pytest.raises(QueryTimeout) as late:
            await engine.run(replace(SLOW, arrived=time.monotonic() - 0.7))
        assert time.monotonic() - start < 1.3
        assert late.value.seconds == 1.0, "what is told is the deadline, not what was left of it"


async def test_a_long_text_is_looked_at_beside_the_loop(town: Release) -> None:
    engine = RemoteEngine(town, Settings(), httpx.URL("http://127.0.0.1:9/"), 1)
    assert await engine.inspect(Inspection("ASK { ?s ?p ?o }", 1000, 64, 32)) is Form.ASK
    with pytest.raises(UpdateRefused):
        await engine.inspect(Inspection("DROP ALL", 1000, 64, 32))
    await engine.close()


@pytest.mark.parametrize("endpoint", ["ftp://127.0.0.1/sparql", "sparql", "file:///etc/passwd", "http://"])
async def test_only_http_is_spoken(town: Release, endpoint: str) -> None:
    with pytest.raises(SettingsInvalid, match="no http or https address"):
        await RemoteEngine.start(town, Settings(endpoint=endpoint), 1)


async def test_an_address_with_a_password_is_refused_without_repeating_it(town: Release) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        await RemoteEngine.start(town, Settings(endpoint="http://reader:sesame@127.0.0.1/sparql"), 1)
    assert "sesame" not in str(caught.value)


async def test_an_engine_that_nobody_knows_is_refused(town: Release) -> None:
    with pytest.raises(SettingsInvalid, match="no engine of the table"):
        await RemoteEngine.start(town, Settings(endpoint="http://127.0.0.1/", endpoint_engine="abacus"), 1)


async def test_the_settings_choose_the_engines(oxigraph: Server, town: Release) -> None:
    remote = await open_engines(town, oxigraph.settings)
    embedded = await open_engines(town, Settings(query_memory_mb=1024))
    try:
        assert (type(remote), type(embedded)) == (RemoteEngines, Stable)
        for engine in (remote.strangers, remote.pages, embedded.strangers, embedded.pages):
            assert (await engine.run(ONE)).body == FOUR_THOUSAND
    finally:
        await remote.close()
        await embedded.close()
