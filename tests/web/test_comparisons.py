"""Holding two releases against each other: in a process of its own, one pair at a time, no longer than it may."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from releases import write_release
from vaughn.errors import ComparisonsFull, ComparisonTimeout, WorkerDied
from vaughn.settings import Settings
from vaughn.store import comparing
from vaughn.web import comparisons
from vaughn.web.comparisons import Comparisons

pytestmark = pytest.mark.anyio

SLOW = (
    sys.executable,
    "-c",
    "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).with_suffix('.pid').write_text(str(os.getpid())); "
    "time.sleep(60)",
)
"""A process that never answers, and says beside the first file it is given which one it is."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    lines = [b'<https://example.org/site/id/body/%d> <https://example.org/name> "%d" .\n' % (it, it) for it in (1, 2)]
    first = write_release(tmp_path / "first", lines[0])
    return first.path, write_release(tmp_path / "second", b"".join(lines)).path


@asynccontextmanager
async def held(seconds: float = 10.0) -> AsyncIterator[Comparisons]:
    found = Comparisons(Settings(query_seconds=seconds))
    try:
        yield found
    finally:
        await found.close()


async def process_of(path: Path) -> int:
    """The process that never answers, once it has said which one it is."""
    told = path.with_suffix(".pid")
    while not (told.is_file() and told.read_text(encoding="utf-8")):
        await asyncio.sleep(0.01)
    return int(told.read_text(encoding="utf-8"))


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_pair_is_compared_once(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    async with held() as compared:
        found = await asyncio.gather(*(compared.between(*pair) for _ in range(3)))
        monkeypatch.setattr(comparisons, "_COMMAND", SLOW)
        assert [await compared.between(*pair)] * 3 == found
    assert (found[0].before.name, found[0].after.name) == ("first", "second")


async def test_what_takes_too_long_is_ended_and_the_loop_goes_on_meanwhile(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparisons, "_COMMAND", SLOW)
    async with held(0.5) as compared:
        start, waiting = time.perf_counter(), asyncio.ensure_future(compared.between(*pair))
        process = await process_of(pair[0])
        with pytest.raises(ComparisonTimeout, match=r"within 0\.5 s"):
            await waiting
        assert 0.4 < time.perf_counter() - start < 5
        assert gone(process)


async def test_another_pair_has_to_wait_and_a_client_who_leaves_ends_nothing(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparisons, "_COMMAND", SLOW)
    async with held() as compared, held() as of_the_past:
        waiting = asyncio.ensure_future(compared.between(*pair))
        process = await process_of(pair[0])
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert not gone(process)
        for each in (compared, of_the_past):
            with pytest.raises(ComparisonsFull):
                await each.between(*reversed(pair))
    assert gone(process)
    monkeypatch.undo()
    async with held() as compared:
        assert (await compared.between(*pair)).after.name == "second"


async def test_a_release_that_is_gone_and_memory_that_does_not_suffice_are_told_apart(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with held() as compared:
        with pytest.raises(FileNotFoundError):
            await compared.between(pair[0], tmp_path / "nothing")
        monkeypatch.setattr(comparisons, "COMPARING_MB", 0)
        with pytest.raises(WorkerDied, match="memory"):
            await compared.between(pair[0], _large(tmp_path / "large"))


def _large(folder: Path) -> Path:
    """A release with more names than fit into what an interpreter has to spare."""
    line = '<https://example.org/site/id/body/%d> <http://www.w3.org/2000/01/rdf-schema#label> "%d" .\n'
    return write_release(folder, "".join(line % (it, it) for it in range(60_000)).encode()).path


def test_the_process_ends_with_whoever_asked(pair: tuple[Path, Path]) -> None:
    """Who it is told asks is not who started it: it ends before it begins."""
    command = [sys.executable, "-P", "-m", comparing.__name__, *map(str, pair), "1", "64", str(os.getppid())]
    status = asyncio.run(_status(command))
    assert status == 1


async def _status(command: list[str]) -> int:
    return await (await asyncio.create_subprocess_exec(*command)).wait()
