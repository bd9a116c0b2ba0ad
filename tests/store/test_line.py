"""Who runs next."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from vaughn.errors import StoreBusy, WorkerDied
from vaughn.store.clients import Rank
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


@pytest.mark.parametrize(("turn", "longest"), [(0.04, None), (60, 0.02)])
async def test_nobody_waits_longer_than_half_a_turn_or_than_they_may(turn: float, longest: float | None) -> None:
    line = Line(workers=1, queue=5, turn=turn)
    with pytest.raises(StoreBusy):
        await asyncio.wait_for(line.take(longest=longest), 1)
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


@pytest.mark.parametrize("rank", [Rank.UNKNOWN, Rank.HEAVY])
async def test_one_place_is_for_light_clients_alone(crew: list[Worker], rank: Rank) -> None:
    line = Line(workers=2, queue=5, turn=9)
    for worker in crew:
        line.add(worker)
    await line.take("a", rank)
    second = asyncio.create_task(line.take("b", rank))
    await asyncio.sleep(0)
    assert not second.done()
    await asyncio.wait_for(line.take("c", Rank.LIGHT), 1)
    second.cancel()


@pytest.mark.parametrize("rank", Rank)
async def test_any_client_may_have_the_only_place(crew: list[Worker], rank: Rank) -> None:
    line = Line(workers=1, queue=5, turn=9)
    line.add(crew[0])
    assert await asyncio.wait_for(line.take("a", rank), 1) is crew[0]


async def test_the_last_idle_worker_is_kept_while_light_clients_are_here(crew: list[Worker]) -> None:
    line = Line(workers=3, queue=5, turn=9)
    line.add(crew[0])
    assert await line.take("a", Rank.UNKNOWN) is crew[0]
    line.give(crew[0])
    line.give(await line.take("b", Rank.LIGHT))
    other = asyncio.create_task(line.take("a", Rank.UNKNOWN))
    await asyncio.sleep(0)
    assert not other.done()
    assert await line.take("b", Rank.LIGHT) is crew[0]
    line.add(crew[1])
    line.add(crew[2])
    assert await asyncio.wait_for(other, 1) is not crew[0]


async def order(line: Line, held: Worker, *clients: tuple[str, Rank]) -> str:
    """The order in which clients that come in this order, while a worker is held, are served when it is given back."""
    served: list[str] = []

    async def client(name: str, rank: Rank) -> None:
        worker = await line.take(name, rank)
        served.append(name)
        line.give(worker)

    tasks = [asyncio.create_task(client(*each)) for each in clients]
    await asyncio.sleep(0)
    line.give(held)
    await asyncio.gather(*tasks)
    return "".join(served)


async def test_light_clients_go_first_and_heavy_ones_wait_until_no_other_does(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=9, turn=9)
    line.add(crew[0])
    ranks = (Rank.HEAVY, Rank.UNKNOWN, Rank.LIGHT, Rank.HEAVY, Rank.UNKNOWN, Rank.LIGHT)
    assert await order(line, await line.take(), *zip("abcdef", ranks, strict=True)) == "cfbead"


async def test_fifty_unknown_clients_make_no_light_one_wait(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=60, turn=9)
    line.add(crew[0])
    crowd = [(f"{number} ", Rank.UNKNOWN) for number in range(50)]
    served = await order(line, await line.take(), *crowd, ("neighbour ", Rank.LIGHT))
    assert served.split()[0] == "neighbour"


async def test_unknown_clients_have_one_place_in_four_however_many_light_ones_wait(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=30, turn=9)
    line.add(crew[0])
    light = [(name, Rank.LIGHT) for name in "abcdefghi"]
    assert await order(line, await line.take(), *light, ("X", Rank.UNKNOWN), ("Y", Rank.UNKNOWN)) == "abcXdefYghi"


async def test_clients_of_a_rank_take_turns(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=30, turn=9)
    line.add(crew[0])
    clients = [(name, Rank.UNKNOWN) for name in "aaaabbc"]
    assert await order(line, await line.take(), *clients) == "abcabaa"


async def test_a_full_queue_of_those_behind_makes_room_for_another(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=2, turn=9)
    line.add(crew[0])
    held = await line.take()
    heavy = [asyncio.create_task(line.take("h", Rank.HEAVY)) for _ in range(2)]
    await asyncio.sleep(0)
    unknown = asyncio.create_task(line.take("u", Rank.UNKNOWN))
    with pytest.raises(StoreBusy, match="goes last"):
        await heavy[1]
    with pytest.raises(StoreBusy):
        await line.take("h", Rank.HEAVY)
    light = [asyncio.create_task(line.take("l", Rank.LIGHT)) for _ in range(2)]
    for one in (heavy[0], unknown):
        with pytest.raises(StoreBusy):
            await one
    with pytest.raises(StoreBusy):
        await line.take("l", Rank.LIGHT)
    line.give(held)
    assert await light[0] is held
    light[1].cancel()


async def test_a_heavy_client_that_can_have_no_place_soon_is_refused_at_once(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=9, turn=9, heavy=1)
    line.add(crew[0])
    held = await line.take()
    first = asyncio.create_task(line.take("a", Rank.HEAVY))
    await asyncio.sleep(0)
    with pytest.raises(StoreBusy, match="goes last"):
        await asyncio.wait_for(line.take("b", Rank.HEAVY), 0.1)
    waiting = [asyncio.create_task(line.take("c", Rank.UNKNOWN)) for _ in range(2)]
    await asyncio.sleep(0)
    line.set_back("c")
    assert line.waiting == 1
    line.give(held)
    assert await first is held
    assert all(isinstance(each, StoreBusy) for each in await asyncio.gather(*waiting, return_exceptions=True))


async def test_a_client_that_turns_out_heavy_is_set_back_with_all_it_has_waiting(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    line.add(crew[0])
    held = await line.take("a", Rank.LIGHT)
    again = asyncio.create_task(line.take("a", Rank.LIGHT))
    other = asyncio.create_task(line.take("b", Rank.UNKNOWN))
    await asyncio.sleep(0)
    line.set_back("a")
    line.give(held)
    assert await other is held
    assert (again.done(), line.waiting) == (False, 1)
    again.cancel()


async def test_who_leaves_after_being_moved_is_gone_from_the_queue(crew: list[Worker]) -> None:
    line = Line(workers=1, queue=5, turn=9)
    waiting = asyncio.create_task(line.take("a", Rank.UNKNOWN))
    await asyncio.sleep(0)
    line.set_back("a")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert line.waiting == 0
