"""Those who need to know an engine share one attempt to learn it, and an engine that hangs holds up nobody for long."""

from __future__ import annotations

import asyncio
import time

import pytest

from vaughn.errors import EngineUnreachable
from vaughn.store.quirks import GENERIC
from vaughn.store.remote.knowledge import Knowledge
from vaughn.store.remote.probe import Known

pytestmark = pytest.mark.anyio

KNOWN = Known(GENERIC, "form")


class Engine:
    """An engine that is learned as told, and how often it was tried."""

    def __init__(self) -> None:
        self.tried = 0
        self.away = False
        self.goes_on = asyncio.Event()

    async def learn(self) -> Known:
        self.tried += 1
        await self.goes_on.wait()
        if self.away:
            raise EngineUnreachable("away")
        return KNOWN


async def failed(engine: Engine) -> Knowledge:
    """What is known after one attempt that failed; the next one hangs."""
    knowledge = Knowledge(engine.learn)
    engine.away = True
    engine.goes_on.set()
    with pytest.raises(EngineUnreachable):
        await knowledge.get()
    engine.goes_on.clear()
    return knowledge


async def test_those_who_ask_at_once_share_one_attempt() -> None:
    engine = Engine()
    knowledge = Knowledge(engine.learn)
    asking = [asyncio.create_task(knowledge.get()) for _ in range(5)]
    await asyncio.sleep(0)
    engine.goes_on.set()
    assert await asyncio.gather(*asking) == [KNOWN] * 5
    assert (await knowledge.get(), engine.tried) == (KNOWN, 1)


async def test_an_attempt_goes_on_when_who_began_it_leaves() -> None:
    engine = Engine()
    knowledge = Knowledge(engine.learn)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await knowledge.get()
    engine.goes_on.set()
    assert (await knowledge.get(), engine.tried) == (KNOWN, 1)


async def test_after_a_failure_nobody_waits_long_for_an_engine_that_hangs() -> None:
    engine = Engine()
    knowledge = await failed(engine)
    start = time.monotonic()
    told = await asyncio.gather(*(knowledge.get() for _ in range(5)), return_exceptions=True)
    assert 0.5 < time.monotonic() - start < 2.0
    assert [type(each) for each in told] == [EngineUnreachable] * 5
    assert engine.tried == 2
    await knowledge.close()


async def test_an_engine_that_is_back_is_found_by_who_asks_next() -> None:
    engine = Engine()
    knowledge = await failed(engine)
    engine.away = False
    engine.goes_on.set()
    assert await knowledge.get() == KNOWN


async def test_what_was_forgotten_is_learned_again() -> None:
    engine = Engine()
    engine.goes_on.set()
    knowledge = Knowledge(engine.learn)
    await knowledge.get()
    knowledge.forget()
    await knowledge.get()
    assert engine.tried == 2


async def test_an_attempt_ends_with_the_service() -> None:
    engine = Engine()
    knowledge = Knowledge(engine.learn)
    asking = asyncio.create_task(knowledge.get())
    await asyncio.sleep(0.01)
    await knowledge.close()
    with pytest.raises(EngineUnreachable, match="stopping"):
        await asking
