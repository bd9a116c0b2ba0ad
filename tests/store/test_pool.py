"""Queries through worker processes: answers, limits, deaths, and what is left behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from clock import Watch
from hostile import RUNNING
from releases import serving, write_release
from vaughn.errors import (
    EngineFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    ReleaseMissing,
    ResultTooLarge,
    StoreBusy,
    StoreError,
    WorkerDied,
)
from vaughn.settings import Settings
from vaughn.store.engine import GRAPH_TYPES, SOLUTION_TYPES, Form, Request
from vaughn.store.guard import inspect
from vaughn.store.pool import WorkerPool
from vaughn.store.release import Release
from vaughn.store.results import boolean, table, triples

pytestmark = pytest.mark.anyio

POINT = Request("SELECT ?name { <https://example.org/person/7> <https://example.org/name> ?name }", Form.SELECT, "json")
LONG = Request(RUNNING["cartesian count"].text, Form.SELECT, "json")


def select(text: str, **changes: object) -> Request:
    return replace(Request(text, Form.SELECT, "json"), **changes)  # type: ignore[arg-type]


async def names(pool: WorkerPool, request: Request = POINT) -> list[str]:
    return [row["name"].value for row in table((await pool.run(request)).body)]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until_gone(pid: int) -> None:
    """Wait for a process to end; a second is plenty."""
    async with asyncio.timeout(1):
        while alive(pid):
            await asyncio.sleep(0.005)


async def busy_worker(pool: WorkerPool) -> int:
    """The process at work: the one that uses processor time."""
    await asyncio.sleep(0.2)
    return max(
        pool.processes[1:], key=lambda pid: int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11])
    )


@pytest.mark.parametrize("written", SOLUTION_TYPES)
async def test_rows_come_in_every_format_of_rows(town: Release, written: str) -> None:
    async with serving(town, workers=1) as pool:
        result = await pool.run(replace(POINT, format=written))
    assert result.media_type == SOLUTION_TYPES[written]
    assert b"Person 7" in result.body


@pytest.mark.parametrize("written", GRAPH_TYPES)
async def test_graphs_come_in_every_format_of_graphs(town: Release, written: str) -> None:
    text = "DESCRIBE <https://example.org/person/7>"
    async with serving(town, workers=1) as pool:
        result = await pool.run(Request(text, Form.DESCRIBE, written))
    assert result.media_type == GRAPH_TYPES[written]
    assert b"Person 7" in result.body


async def test_ask_answers_a_truth_value_and_never_as_csv(town: Release) -> None:
    ask = Request("ASK { <https://example.org/person/7> ?p ?o }", Form.ASK, "json")
    async with serving(town, workers=1) as pool:
        assert boolean((await pool.run(ask)).body)
        with pytest.raises(QueryRefused, match="format"):
            await pool.run(replace(ask, format="csv"))


async def test_a_format_that_does_not_suit_the_form_is_refused(town: Release) -> None:
    async with serving(town, workers=1) as pool:
        with pytest.raises(QueryRefused, match="format"):
            await pool.run(replace(POINT, format="ttl"))


ONE, TWO = "https://example.org/graph/one", "https://example.org/graph/two"
BOTH_VIEWS = """PREFIX ex: <https://example.org/>
SELECT ?note
{ { ?s ex:note ?note } UNION { GRAPH ?g { ?s ex:note ?note } } }"""


@pytest.mark.parametrize(
    ("dataset", "seen"),
    [
        ({}, ["one", "two"]),
        ({"default_graphs": (ONE,)}, ["one"]),
        ({"named_graphs": (TWO,)}, ["two"]),
        ({"default_graphs": (ONE,), "named_graphs": (TWO,)}, ["one", "two"]),
        ({"default_graphs": (ONE, TWO), "named_graphs": ()}, ["one", "two"]),
    ],
    ids=["none", "default only", "named only", "both", "two defaults"],
)
async def test_the_protocols_dataset_is_all_that_a_query_sees(
    town: Release, dataset: dict[str, tuple[str, ...]], seen: list[str]
) -> None:
    async with serving(town, workers=1) as pool:
        rows = table((await pool.run(select(BOTH_VIEWS, **dataset))).body)
    assert sorted(row["note"].value for row in rows) == seen


async def test_without_a_dataset_the_querys_own_from_holds(town: Release) -> None:
    text = BOTH_VIEWS.replace("\n{", f"\nFROM <{TWO}>\n{{", 1)
    async with serving(town, workers=1) as pool:
        rows = table((await pool.run(select(text))).body)
        overridden = table((await pool.run(select(text, default_graphs=(ONE,)))).body)
    assert [row["note"].value for row in rows] == ["two"]
    assert [row["note"].value for row in overridden] == ["one"]


async def test_a_graph_that_is_no_iri_is_refused(town: Release) -> None:
    async with serving(town, workers=1) as pool:
        with pytest.raises(QueryRefused, match="no absolute IRI"):
            await pool.run(select(BOTH_VIEWS, default_graphs=("not an iri",)))


async def test_a_syntax_error_says_where(town: Release) -> None:
    async with serving(town, workers=1) as pool:
        with pytest.raises(QuerySyntax) as caught:
            await pool.run(select("SELECT * {\n  ?s ?p }"))
    assert (caught.value.line, caught.value.column) == (2, 9)
    assert "error at" not in caught.value.reason


async def test_a_syntax_error_names_the_prefix_that_nobody_declared(town: Release) -> None:
    async with serving(town, workers=1) as pool:
        with pytest.raises(QuerySyntax, match="no PREFIX declares ex:"):
            await pool.run(select("PREFIX a: <https://example.org/> SELECT * { ?s ex:p a:b }"))


async def test_a_result_over_the_cap_is_an_error_and_the_worker_goes_on(town: Release) -> None:
    async with serving(town, workers=1, result_mb=1) as pool:
        before = pool.processes
        with pytest.raises(ResultTooLarge) as caught:
            await pool.run(select("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
        assert await names(pool) == ["Person 7"]
        assert pool.processes == before
    assert (caught.value.limit, caught.value.unit) == (1 << 20, "bytes")


async def test_long_texts_and_long_results_cross_whole(town: Release) -> None:
    values = " ".join(f"<https://example.org/person/{number}>" for number in range(12_000))
    async with serving(town, workers=1) as pool:
        result = await pool.run(select(f"SELECT ?p ?n {{ VALUES ?p {{ {values} }} VALUES ?n {{ 1 2 }} }}"))
    assert len(table(result.body)) == 24_000


@pytest.mark.parametrize("monster", RUNNING)
async def test_a_monster_ends_in_time_and_its_neighbours_are_answered(town: Release, monster: str) -> None:
    seconds = 0.6
    async with serving(town, workers=2, query_seconds=seconds, query_memory_mb=256) as pool:
        watch = Watch()
        run = asyncio.create_task(pool.run(select(RUNNING[monster].text)))
        waits = []
        while not run.done():
            asked = Watch()
            assert await names(pool) == ["Person 7"]
            waits.append(asked.seconds)
        with pytest.raises((QueryTimeout, WorkerDied)):
            await run
        assert watch.seconds < seconds + 0.5
    assert max(waits) < 0.4
    assert len(waits) > 20


async def test_the_first_of_two_deadlines_holds(town: Release) -> None:
    async with serving(town, workers=1, query_seconds=0.4) as pool:
        for wanted, given in ((0.1, 0.1), (9.0, 0.4)):
            start, watch = time.monotonic(), Watch()
            with pytest.raises(QueryTimeout) as caught:
                await pool.run(replace(LONG, seconds=wanted))
            assert caught.value.seconds == given
            assert given <= time.monotonic() - start
            assert watch.seconds < given + 0.5


@pytest.mark.parametrize(
    ("sent", "error", "told"), [(signal.SIGKILL, WorkerDied, "killed"), (signal.SIGSEGV, EngineFailed, "crashed")]
)
async def test_a_worker_that_dies_at_work_is_an_error_for_one_client_only(
    town: Release, sent: signal.Signals, error: type[StoreError], told: str
) -> None:
    async with serving(town, workers=2) as pool:
        run = asyncio.create_task(pool.run(LONG))
        os.kill(await busy_worker(pool), sent)
        with pytest.raises(error, match=told):
            await run
        assert await names(pool) == ["Person 7"]


async def test_an_idle_worker_that_dies_is_replaced(town: Release) -> None:
    async with serving(town, workers=1) as pool:
        await names(pool)
        for pid in pool.processes[1:]:
            os.kill(pid, signal.SIGKILL)
            await until_gone(pid)
        await asyncio.sleep(0.4)
        assert await names(pool) == ["Person 7"]


async def test_a_dead_template_comes_back_with_its_workers(town: Release) -> None:
    async with serving(town, workers=2) as pool:
        before = pool.processes
        run = asyncio.create_task(pool.run(LONG))
        await asyncio.sleep(0.1)
        os.kill(before[0], signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await run
        assert await names(pool) == ["Person 7"]
        for pid in before:
            await until_gone(pid)


async def test_a_client_that_leaves_takes_its_query_along(town: Release) -> None:
    async with serving(town, workers=1) as pool:
        run = asyncio.create_task(pool.run(LONG))
        worker = await busy_worker(pool)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        await until_gone(worker)
        assert await names(pool) == ["Person 7"]
        assert pool.busy == 0


async def test_a_client_that_leaves_the_queue_takes_nobodys_place(town: Release) -> None:
    async with serving(town, workers=1, queue=1) as pool:
        long = asyncio.create_task(pool.run(replace(LONG, seconds=0.4)))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(pool.run(POINT))
        await asyncio.sleep(0.05)
        assert pool.waiting == 1
        waiting.cancel()
        await asyncio.sleep(0)
        assert await names(pool) == ["Person 7"]
        with pytest.raises(QueryTimeout):
            await long


async def test_a_full_queue_refuses_and_says_when_to_come_back(town: Release) -> None:
    async with serving(town, workers=1, queue=2) as pool:
        long = replace(LONG, seconds=0.4)
        runs = [asyncio.create_task(pool.run(request)) for request in (long, POINT, POINT)]
        await asyncio.sleep(0.05)
        with pytest.raises(StoreBusy) as caught:
            await pool.run(POINT)
        assert caught.value.retry_after >= 1
        outcomes = await asyncio.gather(*runs, return_exceptions=True)
    assert isinstance(outcomes[0], QueryTimeout)
    assert not any(isinstance(outcome, BaseException) for outcome in outcomes[1:])


async def test_nobody_waits_for_ever(town: Release) -> None:
    async with serving(town, workers=1, query_seconds=0.2, queue=10) as pool:
        runs = [asyncio.create_task(pool.run(LONG)) for _ in range(6)]
        outcomes = await asyncio.gather(*runs, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {QueryTimeout, StoreBusy}


async def test_a_hundred_clients_at_once_are_all_answered(town: Release) -> None:
    async def one(pool: WorkerPool, number: int) -> str:
        text = f"SELECT ?name {{ <https://example.org/person/{number}> <https://example.org/name> ?name }}"
        return (await names(pool, select(text)))[0]

    async with serving(town, workers=2, queue=100) as pool:
        found = await asyncio.gather(*(one(pool, number) for number in range(100)))
    assert found == [f"Person {number}" for number in range(100)]


async def test_a_worker_that_has_grown_is_replaced(town: Release) -> None:
    text = RUNNING["string bomb"].text.replace("?a34)", "?a23)").split("BIND(CONCAT(?a23")[0] + "}"
    growing = select(text)
    async with serving(town, workers=1, query_memory_mb=512) as pool:
        before = set(pool.processes[1:])
        await pool.run(growing)
        assert await names(pool) == ["Person 7"]
        assert len(before - set(pool.processes[1:])) == 1


def children() -> set[str]:
    """The processes that this one has started and not seen the end of."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split())


async def test_closing_answers_everybody_and_leaves_no_process(town: Release) -> None:
    before = children()
    async with serving(town, workers=1) as pool:
        processes = pool.processes
        runs = [asyncio.create_task(pool.run(request)) for request in (LONG, POINT)]
        await asyncio.sleep(0.1)
    for run in runs:
        with pytest.raises(WorkerDied, match="stopping"):
            await run
    with pytest.raises(WorkerDied, match="stopping"):
        await pool.run(POINT)
    assert len(processes) == 3
    assert not any(alive(pid) for pid in processes)
    assert children() <= before


async def test_a_release_without_its_data_does_not_start(tmp_path: Path) -> None:
    broken = write_release(tmp_path / "broken", b"")
    (broken.path / "dataset.nq.gz").write_bytes(b"no gzip")
    with pytest.raises(ReleaseMissing, match="gzip"):
        await WorkerPool.start(broken, Settings(), 1)
    (broken.path / "store" / "CURRENT").unlink()
    with pytest.raises(ReleaseMissing, match="not a store"):
        await WorkerPool.start(broken, Settings(memory_quads=0), 1)


async def test_a_release_on_disk_answers_as_one_in_memory(town: Release) -> None:
    text = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?s <https://example.org/age> 33 }"
    request = Request(text, Form.CONSTRUCT, "nt")
    async with serving(town, workers=1) as memory, serving(town, workers=1, memory_quads=0) as disk:
        one, other = (await memory.run(request)).body, (await disk.run(request)).body
    assert len(triples(one)) == 44
    assert sorted(triples(one), key=str) == sorted(triples(other), key=str)


async def test_two_fresh_workers_draw_different_random_names(tmp_path: Path) -> None:
    # Loading may draw random numbers; a generator shared by the fork would give both workers the same.
    release = write_release(tmp_path / "blank", b"_:a <https://example.org/p> _:b .\n")
    drawing = select("SELECT (UUID() AS ?u) { ?a ?b ?c }")
    async with serving(release, workers=2) as pool:
        one, two = await asyncio.gather(pool.run(drawing), pool.run(drawing))
    assert one.body != two.body


async def test_what_the_guard_just_lets_through_crashes_no_worker(town: Release) -> None:
    deep = 498
    flat = {
        "unions": "SELECT * { " + "{ ?s a ?o } UNION " * 999 + "{ ?s a ?o } }",
        "optionals": "SELECT * { " + "OPTIONAL { ?s a ?o } " * 999 + "}",
        "minuses": "SELECT * { ?s a ?o " + "MINUS { ?s a ?o } " * 999 + "}",
        "filters": "SELECT * { ?s a ?o " + "FILTER(?s) " * 999 + "}",
        "binds": "SELECT * { " + " ".join(f"BIND(1 AS ?v{n})" for n in range(499)) + " }",
        "columns": "SELECT " + " ".join(f"(1 AS ?v{n})" for n in range(1000)) + " {}",
        "ors": "SELECT * { FILTER(1" + "||1" * 998 + ") }",
        "differences": "SELECT * { FILTER(1" + "-1" * 998 + ") }",
        "nots": "SELECT * { FILTER(" + "!" * 998 + "1) }",
        "functions": "SELECT * { FILTER(" + "STR(" * deep + "1" + ")" * deep + ") }",
        "braces": "SELECT * " + "{" * deep + "}" * deep,
        "stars": "SELECT * { ?s " + "(" * deep + "a" + ")*" * deep + " ?o }",
        "triple terms": "SELECT * { ?s ?p " + "<<( ?s ?p " * (deep // 2) + "1" + ")>>" * (deep // 2) + " }",
    }
    things = " ".join(f"<https://example.org/{number}>" for number in range(1000))
    widest = Settings(query_nesting=500)
    requests = [Request(text, inspect(text, widest), "json") for text in flat.values()]
    requests.append(Request(f"DESCRIBE {things}", Form.DESCRIBE, "nt"))
    async with serving(town, workers=2, query_seconds=20) as pool:
        outcomes = await asyncio.gather(*map(pool.run, requests), return_exceptions=True)
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []


async def test_every_failure_is_one_of_the_trees(town: Release) -> None:
    faulty = [
        "SELECT (<https://example.org/f>(1) AS ?x) {}",
        "SELECT * { ?s ?p",
        "ASK { } x",
        "SELECT * { ?s <rel> ?o }",
    ]
    async with serving(town, workers=1) as pool:
        for text in faulty:
            with pytest.raises(StoreError):
                await pool.run(select(text))
        assert await names(pool) == ["Person 7"]


async def test_the_release_folder_may_be_a_link_that_moves(tmp_path: Path, town: Release) -> None:
    link = tmp_path / "current"
    link.symlink_to(town.path)
    async with serving(replace(town, path=link), workers=1) as pool:
        link.unlink()
        os.kill(pool.processes[0], signal.SIGKILL)
        await asyncio.sleep(0.05)
        assert await names(pool) == ["Person 7"]


@pytest.mark.parametrize("text", ["SELECT ?s ?o { ?s <urn:p> ?o }", "CONSTRUCT WHERE { ?s <urn:p> ?o }"])
async def test_blank_nodes_have_the_names_of_the_dump_in_every_process(tmp_path: Path, text: str) -> None:
    release = write_release(tmp_path, b"".join(b"_:c14n%d <urn:p> _:c14n%d .\n" % (n, n + 1) for n in range(20)))
    request = Request(text, Form.SELECT, "tsv") if "SELECT" in text else Request(text, Form.CONSTRUCT, "nt")
    async with serving(release) as one, serving(release) as other:
        first, second = await one.run(request), await other.run(request)
    assert first.body == second.body
    assert {f"_:c14n{number}" for number in range(21)} == set(re.findall(r"_:\w+", first.body.decode()))
