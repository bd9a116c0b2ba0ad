"""One release, two pools, one template; lanes; and monsters, from many clients, with neighbours."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from clock import Watch
from hostile import HARMLESS, REFUSED, RUNNING, Monster, aimed
from releases import stabled
from vaughn.errors import (
    ClientBusy,
    QueryRefused,
    QueryTimeout,
    SlowLaneFull,
    StoreBusy,
    StoreError,
    UpdateRefused,
    WorkerDied,
)
from vaughn.settings import Settings
from vaughn.store.engine import Form, Inspection, Request
from vaughn.store.guard import QUICK, inspect
from vaughn.store.keeper import resident_mb
from vaughn.store.pool import Lanes, WorkerPool
from vaughn.store.release import Release
from vaughn.store.results import table
from vaughn.store.stable import Stable, memory_bound_mb, past_lanes, strangers_lanes
from vaughn.store.template import NICE

pytestmark = pytest.mark.anyio

POINT = Request(
    "SELECT ?name { <https://example.org/person/7> <https://example.org/name> ?name }", Form.SELECT, "json", client="n"
)
LONG = Request(RUNNING["cartesian count"].text, Form.SELECT, "json", client="m")
SETTINGS = Settings()


async def asked(pool: WorkerPool, text: str, client: str = "m") -> int:
    """How many rows a stranger's query has, after the guard has seen it."""
    result = await pool.run(Request(text, inspect(text, SETTINGS), "json", client=client))
    return len(table(result.body))


async def met(
    pool: WorkerPool, monster: Monster, client: str = "m", limit: float | None = None
) -> tuple[StoreError, float]:
    """What a monster is answered with, and after how many seconds that this machine gave it."""
    watch = Watch()
    with pytest.raises(StoreError) as caught:
        await pool.run(Request(monster.text, inspect(monster.text, SETTINGS), "json", client=client, seconds=limit))
    return caught.value, watch.seconds


async def noted(pool: WorkerPool, client: str, served: list[str], text: str = POINT.text) -> None:
    """A client's query, noted when it is answered."""
    await asked(pool, text, client)
    served.append(client)


def inspection(text: str) -> Inspection:
    return Inspection(text, SETTINGS.query_length, SETTINGS.query_nesting, SETTINGS.query_path, client="m")


def used(pid: int) -> int:
    """Ticks of processor time that a process has used."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[11])


def niceness(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[16])


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


async def test_strangers_and_pages_are_answered_from_one_template(town: Release) -> None:
    before = set(children(os.getpid()))
    async with stabled(town, workers=2, page_workers=1) as stable:
        for pool in (stable.strangers, stable.pages):
            assert await asked(pool, POINT.text) == 1
        templates = {stable.strangers.processes[0], stable.pages.processes[0]}
        workers = {*stable.strangers.processes[1:], *stable.pages.processes[1:]}
        assert set(children(os.getpid())) - before == templates
        assert set(children(templates.pop())) == workers
        assert len(workers) == 5
    assert set(children(os.getpid())) <= before


async def test_a_dead_template_comes_back_for_both_pools(town: Release) -> None:
    async with stabled(town, query_seconds=60) as stable:
        template = stable.pages.processes[0]
        os.kill(template, signal.SIGKILL)
        async with asyncio.timeout(60):
            while stable.pages.processes[:1] == [template]:
                await asyncio.sleep(0.01)
        for pool in (stable.strangers, stable.pages):
            assert await asked(pool, POINT.text) == 1


async def test_a_monster_of_strangers_does_not_hold_up_the_pages(town: Release) -> None:
    async with stabled(town, workers=1, slow_queries=1, queue=1) as stable:
        runs = [asyncio.create_task(stable.strangers.run(LONG)) for _ in range(2)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(asked(stable.pages, POINT.text), 1) == 1
        for run in runs:
            run.cancel()


async def test_a_slow_query_is_niced_and_another_takes_its_place(town: Release) -> None:
    async with stabled(town, workers=1, slow_queries=1, fast_seconds=0.2) as stable:
        pool = stable.strangers
        run = asyncio.create_task(pool.run(LONG))
        await asyncio.sleep(0.1)
        assert (pool.busy, pool.slow) == (1, 0)
        async with asyncio.timeout(4):
            while not pool.slow:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        assert (pool.busy, pool.slow) == (1, 1)
        assert sorted(map(niceness, pool.processes[1:])) == [0, 0, NICE]
        assert await asyncio.wait_for(asked(pool, POINT.text, "n"), 1) == 1
        run.cancel()
        await asyncio.wait([run])
        assert (pool.busy, pool.slow, len(pool.processes)) == (0, 0, 3)


async def test_a_look_up_that_gets_no_processor_time_is_not_called_slow(town: Release) -> None:
    async with stabled(town, workers=1, slow_queries=1, fast_seconds=0.05) as stable:
        pool = stable.strangers
        for pid in pool.processes[1:]:
            os.kill(pid, signal.SIGSTOP)
        run = asyncio.create_task(asked(pool, POINT.text, "n"))
        await asyncio.sleep(0.5)
        assert (pool.busy, pool.slow) == (1, 0)
        for pid in pool.processes[1:]:
            os.kill(pid, signal.SIGCONT)
        assert await run == 1


async def test_a_slow_query_may_still_answer_and_its_niced_worker_goes(town: Release) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a <https://example.org/age> ?b . ?c <https://example.org/age> ?d . ?c ?e ?f }"
    async with stabled(town, workers=1, slow_queries=1, fast_seconds=0.01, query_seconds=30) as stable:
        assert await asked(stable.strangers, text) == 1
        await asyncio.sleep(0.2)
        assert [niceness(pid) for pid in stable.strangers.processes[1:]] == [0, 0]


async def test_one_slow_query_too_many_is_refused_and_says_when_to_come_back(town: Release) -> None:
    async with stabled(town, workers=2, slow_queries=1, fast_seconds=0.05, query_seconds=2) as stable:
        runs = [asyncio.create_task(stable.strangers.run(LONG)) for _ in range(2)]
        outcomes = await asyncio.gather(*runs, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {SlowLaneFull, QueryTimeout}
        refusal = next(outcome for outcome in outcomes if isinstance(outcome, SlowLaneFull))
        assert (refusal.limit, refusal.retry_after) == (1, 2)
        assert await asked(stable.strangers, POINT.text, "n") == 1


async def test_a_slow_query_that_dies_leaves_the_pool_as_it_was(town: Release) -> None:
    async with stabled(town, workers=1, slow_queries=1, fast_seconds=0.05) as stable:
        pool = stable.strangers
        run = asyncio.create_task(pool.run(LONG))
        await asyncio.sleep(0.3)
        os.kill(next(pid for pid in pool.processes[1:] if niceness(pid) == NICE), signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await run
        assert await asked(pool, POINT.text, "n") == 1
        assert (pool.slow, len(pool.processes)) == (0, 3)


async def test_one_client_cannot_fill_the_queue(town: Release) -> None:
    async with stabled(town, workers=1, client_queries=3, query_seconds=2) as stable:
        runs = [asyncio.create_task(stable.strangers.run(LONG)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(ClientBusy):
            await stable.strangers.run(LONG)
        assert await asked(stable.strangers, POINT.text, "n") == 1
        await asyncio.gather(*runs, return_exceptions=True)
        assert await asked(stable.strangers, POINT.text, "m") == 1


@pytest.mark.parametrize("monster", RUNNING)
async def test_a_monster_ends_within_its_limit(town: Release, monster: str) -> None:
    async with stabled(town, query_seconds=0.6, query_memory_mb=256) as stable:
        error, seconds = await met(stable.strangers, RUNNING[monster])
        assert isinstance(error, QueryTimeout | WorkerDied)
        assert seconds < 0.6 + 0.5
        assert await asked(stable.strangers, POINT.text, "n") == 1


async def test_what_the_guard_stops_never_reaches_a_worker(town: Release, silent_port: int) -> None:
    async with stabled(town) as stable:
        before = stable.strangers.processes
        for monster in REFUSED.values():
            aim = replace(monster, text=aimed(monster.text, silent_port))
            error, seconds = await met(stable.strangers, aim)
            assert isinstance(error, monster.ends)
            assert seconds < 0.5
        assert stable.strangers.processes == before


@pytest.mark.parametrize("name", HARMLESS)
async def test_what_only_looks_like_a_monster_is_answered(town: Release, silent_port: int, name: str) -> None:
    text, rows = HARMLESS[name]
    async with stabled(town) as stable:
        assert await asked(stable.strangers, aimed(text, silent_port)) == rows


async def test_fifty_monsters_at_once_are_each_answered_and_no_neighbour_fails(town: Release) -> None:
    monsters = [*RUNNING.values()] * 7
    async with stabled(town, query_seconds=1, fast_seconds=0.05, query_memory_mb=256, slow_queries=1) as stable:
        watch = Watch()
        runs = [asyncio.create_task(met(stable.strangers, each, str(n % 5))) for n, each in enumerate(monsters[:50])]
        looked = 0
        while not all(run.done() for run in runs):
            assert await asked(stable.strangers, POINT.text, "n") == 1
            looked += 1
        answers = [run.result() for run in runs]
        most = 1 + 0.5  # the limit, the wait included
        assert watch.seconds < most + 0.5
        assert all(isinstance(error, QueryTimeout | WorkerDied | StoreBusy) for error, _ in answers)
        assert max(seconds for _, seconds in answers) < most
        assert looked > 50
        assert (stable.strangers.busy, stable.strangers.slow, stable.strangers.waiting) == (0, 0, 0)


@pytest.mark.parametrize("end", ["cancelled", "killed", "stopped"])
async def test_a_client_whose_query_cost_a_worker_goes_last(town: Release, end: str) -> None:
    async with stabled(town, workers=1, fast_seconds=4, slow_queries=1) as stable:
        pool = stable.strangers
        assert await asked(pool, POINT.text, "m") == 1
        run = asyncio.create_task(pool.run(replace(LONG, seconds=0.4 if end == "stopped" else None)))
        await asyncio.sleep(0.2)
        if end == "cancelled":
            run.cancel()
        if end == "killed":
            os.kill(max(pool.processes[1:], key=used), signal.SIGKILL)
        await asyncio.gather(run, return_exceptions=True)
        held = asyncio.create_task(pool.run(replace(LONG, client="x", seconds=0.5)))
        await asyncio.sleep(0.05)
        served: list[str] = []
        await asyncio.gather(*(noted(pool, client, served) for client in "mu"), held, return_exceptions=True)
        assert served == ["u", "m"]


async def test_long_texts_go_behind_look_ups_and_make_no_client_light(town: Release) -> None:
    long = POINT.text + " #" + "x" * QUICK
    async with stabled(town, workers=1, fast_seconds=4, slow_queries=1) as stable:
        pool = stable.strangers
        assert await asked(pool, long, "m") == 1
        assert await asked(pool, POINT.text, "n") == 1
        held = asyncio.create_task(pool.run(replace(LONG, client="x", seconds=0.4)))
        await asyncio.sleep(0.05)
        served: list[str] = []
        waiting = [noted(pool, "m", served), noted(pool, "n", served, long), noted(pool, "n", served)]
        await asyncio.gather(*waiting, held, return_exceptions=True)
        assert served == ["n", "m", "n"]


async def test_a_monster_of_a_warmed_up_client_takes_its_rank(town: Release) -> None:
    async with stabled(town, workers=1, fast_seconds=0.05, slow_queries=1) as stable:
        pool = stable.strangers
        for client in "mn":
            assert await asked(pool, POINT.text, client) == 1
        monsters = [asyncio.create_task(pool.run(LONG)) for _ in range(4)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(asked(pool, POINT.text, "n"), 1) == 1
        assert sum(monster.done() for monster in monsters) <= 1
        for monster in monsters:
            monster.cancel()
        await asyncio.wait(monsters)


async def test_a_query_is_answered_within_its_limit_the_wait_included(town: Release) -> None:
    async with stabled(town, workers=1, fast_seconds=4, slow_queries=1, query_seconds=1.5) as stable:
        first = asyncio.create_task(met(stable.strangers, RUNNING["cartesian count"], "a", 0.6))
        await asyncio.sleep(0.05)
        error, seconds = await met(stable.strangers, RUNNING["cartesian count"], "b")
        assert isinstance(error, QueryTimeout)
        assert (error.seconds, error.waited >= 0.4) == (1.5, True)
        assert f"{error.waited:g} s of which it waited" in str(error)
        assert seconds < 1.5 + 0.5
        await first


async def test_time_that_passed_before_the_question_counts_too(town: Release) -> None:
    async with stabled(town, workers=1, fast_seconds=4) as stable:
        late = replace(LONG, seconds=1.0, arrived=time.monotonic() - 0.8)
        watch = Watch()
        with pytest.raises(QueryTimeout) as caught:
            await stable.strangers.run(late)
        assert watch.seconds < 0.7
        assert caught.value.waited == 0.8


async def test_a_long_text_is_looked_at_by_a_worker_within_the_limits(town: Release) -> None:
    async with stabled(town, workers=1, client_queries=1) as stable:
        pool = stable.strangers
        assert await pool.inspect(inspection("ASK { ?s ?p '" + "a" * 900_000 + "' }")) is Form.ASK
        with pytest.raises(UpdateRefused):
            await pool.inspect(inspection("DROP ALL"))
        with pytest.raises(QueryRefused, match="length"):
            await pool.inspect(inspection("ASK { " + "a " * 100_001))


async def test_a_look_at_a_text_has_the_limits_of_a_query(town: Release) -> None:
    async with stabled(town, workers=1, client_queries=1) as stable:
        pool = stable.strangers
        for pid in pool.processes[1:]:
            os.kill(pid, signal.SIGSTOP)
        looked = asyncio.create_task(pool.inspect(replace(inspection("ASK {}"), seconds=0.2)))
        await asyncio.sleep(0)
        with pytest.raises(ClientBusy):
            await pool.inspect(inspection("ASK {}"))
        with pytest.raises(QueryTimeout):
            await looked


async def test_a_worker_whose_client_went_away_is_replaced_later_while_another_is_idle(
    town: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vaughn.store.pool._BREATH", 60.0)
    async with stabled(town, workers=1, fast_seconds=4, slow_queries=1) as stable:
        pool = stable.strangers
        for left in (1, 1):  # the second leaves none idle, and another is there at once
            run = asyncio.create_task(pool.run(LONG))
            await asyncio.sleep(0.1)
            run.cancel()
            await asyncio.wait([run])
            await asyncio.sleep(0.3)
            assert len(pool.processes) == 1 + left
        assert await asked(pool, POINT.text, "n") == 1


async def test_vanishing_clients_take_their_work_and_its_memory_along(town: Release) -> None:
    async with stabled(town, slow_queries=2, query_memory_mb=512) as stable:
        pool = stable.strangers
        text = RUNNING["cartesian sort"].text
        runs = [asyncio.create_task(asked(pool, text, str(number))) for number in range(20)]
        await asyncio.sleep(0.5)
        assert pool.busy
        for run in runs:
            run.cancel()
        await asyncio.wait(runs)
        assert await asked(pool, POINT.text, "n") == 1
        await asyncio.sleep(0.3)
        assert (pool.busy, pool.waiting, len(pool.processes)) == (0, 0, 4)
        assert max(resident_mb(pid) for pid in pool.processes[1:]) < stable.template_mb + 30


async def test_results_that_nobody_has_read_yet_hold_no_worker(town: Release) -> None:
    big = Request("SELECT * { ?a ?b ?c . ?d <https://example.org/age> 7 }", Form.SELECT, "json", client="reader")
    async with stabled(town, workers=1, client_queries=1, fast_seconds=2) as stable:
        unread = [await stable.strangers.run(big) for _ in range(3)]
        assert await asked(stable.strangers, POINT.text, "n") == 1
        assert stable.strangers.busy == 0
    assert min(len(result.body) for result in unread) > 1 << 20


async def test_a_part_comes_marked_through_the_pool(town: Release) -> None:
    request = Request("SELECT ?s { ?s ?p ?o }", Form.SELECT, "csv", partial=True)
    async with stabled(town, result_rows=10) as stable:
        part = await stable.strangers.run(request)
        whole = await stable.strangers.run(replace(request, text=request.text + " LIMIT 10"))
    assert (part.partial, part.body.count(b"\r\n")) == (True, 11)
    assert (whole.partial, whole.body.count(b"\r\n")) == (False, 11)


@pytest.mark.parametrize(
    "more",
    [
        {"workers": 3},
        {"page_workers": 2},
        {"slow_queries": 9},
        {"query_memory_mb": 4096},
        {"result_mb": 128},
        {"releases_open": 3},
        {"held_mb": 512},
        {"connections": 600},
    ],
)
def test_more_of_anything_is_more_in_the_bound(more: dict[str, int]) -> None:
    assert memory_bound_mb(replace(SETTINGS, **more), 100) > memory_bound_mb(SETTINGS, 100)  # type: ignore[arg-type]


def test_the_bound_of_the_defaults_is_as_documented() -> None:
    settings = replace(SETTINGS, slow_queries=1)
    past = 40 + 2 * (1024 + 256 + 2 * 24 + 3 * 64)
    workers, ways = 4 * 1024 + 2 * 256 + 6 * 24, 4 * 3 * 64 + 256 + 128 + 64 + 512 + 512 + 40
    assert memory_bound_mb(settings, 100) == 160 + 100 + workers + ways + 2 * past


async def test_a_monster_on_a_release_of_the_past_holds_up_strangers_alone_and_few_of_them(town: Release) -> None:
    stable = await Stable.start_past(town, SETTINGS)
    try:
        runs = [asyncio.create_task(stable.strangers.run(replace(LONG, client=each))) for each in "mnopq"]
        refused, _ = await asyncio.wait(runs, timeout=0.5)
        assert [type(run.exception()) for run in refused] == [StoreBusy, StoreBusy]
        with pytest.raises(ClientBusy):
            await stable.strangers.run(LONG)
        assert await asyncio.wait_for(asked(stable.pages, POINT.text), 2) == 1
        for run in runs:
            run.cancel()
    finally:
        await stable.close()


def test_a_release_of_the_past_gives_strangers_no_more_than_the_settings_do() -> None:
    assert past_lanes(replace(SETTINGS, queue=0, client_queries=1)) == Lanes(1, 0, 1)


def test_there_is_a_slow_lane_on_any_machine() -> None:
    assert strangers_lanes(SETTINGS).slow >= 1
    assert strangers_lanes(replace(SETTINGS, slow_queries=5)).slow == 5
