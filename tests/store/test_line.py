"""Who runs next."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from vaughn.errors import StoreBusy, WorkerDied
from vaughn.store.handle import Worker
from vaughn.store.line import Line

pytestmark = pytest.mark.anyio


@pytest.fixture
async def crew() -> AsyncIterator[list[Worker]]:
    """Three workers whose other ends nobody reads."""
    pairs = [socket.socketpair() for _ in range(3)]
    workers = [Worker(number, 0, ours) for number, (ours, _) in enumerate(pairs)]
    yield workers
    for worker, (_, theirs) in zip(workers, pairs, strict=True):
        worker.close()
        theirs.close()


async def test_a_spare_stays_idle_while_enough_are_busy(crew: list[Worker]) -> None:
    line = Line(workers=2, queue=5, turn=9)
    for worker in crew:
        line.add(worker)
    await line.take()
    await line.take()
    third = asyncio.create_task(line.take())
    await asyncio.sleep(0)
    assert (line.busy, line.waiting, third.done()) == (2, 1, False)
    third.cancel()


async def test_who_came_first_is_served_first(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    served: list[str] = []

    async def client(name: str) -> None:
        worker = await line.take()
        served.append(name)
        await asyncio.sleep(0)
        line.give(worker)

    clients = [asyncio.create_task(client(name)) for name in "abcd"]
    await asyncio.sleep(0)
    line.add(crew[0])
    await asyncio.gather(*clients)
    assert "".join(served) == "abcd"
    assert (line.busy, line.waiting) == (0, 0)


async def test_a_dropped_worker_makes_room_for_the_spare(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    line.add(crew[0])
    line.add(crew[1])
    first = await line.take()
    second = asyncio.create_task(line.take())
    await asyncio.sleep(0)
    first.close()
    line.drop(first)
    assert await second is not first
    line.give(first)
    assert line.busy == 1


async def test_a_worker_handed_to_one_who_just_left_is_not_lost(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    waiting = asyncio.create_task(line.take())
    await asyncio.sleep(0)
    line.add(crew[0])
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert line.busy == 0
    assert await line.take() is crew[0]


async def test_a_queue_of_none_refuses_whoever_would_wait(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=0, turn=2.5)
    line.add(crew[0])
    await line.take()
    with pytest.raises(StoreBusy) as caught:
        await line.take()
    assert caught.value.retry_after == 3


async def test_a_wait_of_two_turns_is_the_longest() -> None:
    line = Line(workers=1, queue=5, turn=0.02)
    with pytest.raises(StoreBusy):
        await asyncio.wait_for(line.take(), 1)
    assert line.waiting == 0


async def test_everybody_is_sent_away_at_the_end() -> None:
    line = Line(workers=1, queue=5, turn=9)
    clients = [asyncio.create_task(line.take()) for _ in range(3)]
    await asyncio.sleep(0)
    line.abandon(WorkerDied("the end"))
    outcomes = await asyncio.gather(*clients, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [WorkerDied] * 3


async def test_a_slow_query_leaves_its_place_to_the_next(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9, slow=1)
    line.add(crew[0])
    line.add(crew[1])
    first = await line.take()
    second = asyncio.create_task(line.take())
    await asyncio.sleep(0)
    assert not second.done()
    assert line.slow_down(first)
    assert await second is not first
    assert (line.busy, line.slow) == (2, 1)


async def test_the_slow_lane_has_an_end(crew: list[Worker]) -> None:
    line = Line(workers=2, queue=5, turn=9, slow=1)
    for worker in crew:
        line.add(worker)
    one, other = await line.take(), await line.take()
    assert line.slow_down(one)
    assert not line.slow_down(other)
    line.drop(one)
    assert line.slow_down(other)


async def test_heavy_clients_leave_one_place_to_others(crew: list[Worker]) -> None:
    line = Line(workers=2, queue=5, turn=9)
    for worker in crew:
        line.add(worker)
    await line.take(heavy=True)
    second = asyncio.create_task(line.take(heavy=True))
    await asyncio.sleep(0)
    assert not second.done()
    await asyncio.wait_for(line.take(), 1)
    second.cancel()


async def test_a_heavy_client_may_have_the_only_place(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    line.add(crew[0])
    assert await asyncio.wait_for(line.take(heavy=True), 1) is crew[0]


async def test_heavy_clients_wait_until_no_other_does(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    line.add(crew[0])
    held = await line.take()
    served: list[str] = []

    async def client(name: str, heavy: bool) -> None:
        worker = await line.take(name, heavy)
        served.append(name)
        line.give(worker)

    clients = [asyncio.create_task(client(*each)) for each in (("a", True), ("b", False), ("c", True), ("d", False))]
    await asyncio.sleep(0)
    line.give(held)
    await asyncio.gather(*clients)
    assert "".join(served) == "bdac"


async def test_a_full_queue_of_heavy_clients_makes_room_for_another(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=2, turn=9)
    line.add(crew[0])
    held = await line.take()
    heavy = [asyncio.create_task(line.take(heavy=True)) for _ in range(2)]
    await asyncio.sleep(0)
    light = asyncio.create_task(line.take())
    with pytest.raises(StoreBusy):
        await heavy[1]
    with pytest.raises(StoreBusy):
        await line.take(heavy=True)
    line.give(held)
    assert await light is held
    heavy[0].cancel()


async def test_a_client_that_turns_out_heavy_is_set_back_with_all_it_has_waiting(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    line.add(crew[0])
    held = await line.take("a")
    again, other = asyncio.create_task(line.take("a")), asyncio.create_task(line.take("b"))
    await asyncio.sleep(0)
    line.set_back("a")
    line.give(held)
    assert await other is held
    assert (again.done(), line.waiting) == (False, 1)
    again.cancel()
