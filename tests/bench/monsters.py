"""What a service does under monsters: `PYTHONPATH=tests python -m bench.monsters [RELEASE] [seconds]`.

The current release and 20 s by default. A neighbour asks point look-ups, one after the other: alone, and then while 50
monsters are always under way or waiting, asked again soon after they are answered, by five clients who have more of
them than a client may have.
Printed: the neighbour's look-ups, failures, p50 and p99 of both; what the monsters were answered with and the latest
of their answers; the memory of all processes together (PSS, so that shared pages count once; the most of several looks
a second, by a process of its own, since each look takes milliseconds) beside the stated bound. Long texts are inspected
by a worker, as the service has them inspected.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from bench.processes import held_mb
from hostile import REFUSED, RUNNING, Monster, aimed
from vaughn.errors import StoreError
from vaughn.resources import default_build_dir, open_site
from vaughn.settings import Settings
from vaughn.store.engine import Form, Inspection, Request
from vaughn.store.guard import inspect, quick
from vaughn.store.pool import WorkerPool
from vaughn.store.release import current_release, open_release
from vaughn.store.stable import Stable, memory_bound_mb, strangers_lanes

MONSTERS = 50
CLIENTS = 5
SETTINGS = Settings()
PROCESSES = multiprocessing.get_context("spawn")
POINT = Request("SELECT ?p ?o {{ <{iri}> ?p ?o }} LIMIT 20", Form.SELECT, "json", client="neighbour")
SUBJECTS = Request("SELECT ?s { ?s ?p ?o FILTER(isIRI(?s)) } LIMIT 1", Form.SELECT, "csv")


@dataclass
class Seen:
    """What was measured. looked: seconds of each look-up; answers: of monsters, by their errors; late: seconds of the
    latest."""

    looked: list[float] = field(default_factory=list)
    failed: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    late: float = 0.0
    memory_mb: int = 0


async def neighbour(pool: WorkerPool, iri: str, seconds: float, seen: Seen) -> None:
    """Point look-ups, one after the other, each with a text never seen before."""
    end = time.monotonic() + seconds
    while (start := time.monotonic()) < end:
        text = POINT.text.format(iri=iri) + f" OFFSET {len(seen.looked) % 1000}"
        try:
            await pool.run(Request(text, inspect(text, SETTINGS), "json", client="neighbour"))
        except StoreError:
            seen.failed += 1
        seen.looked.append(time.monotonic() - start)


async def herd(pool: WorkerPool, client: str, number: int, end: float, seen: Seen) -> None:
    """One monster after the other, until the end."""
    kinds: list[Monster] = [*RUNNING.values(), *REFUSED.values()]
    for monster in cycle(kinds[number % len(kinds) :] + kinds[: number % len(kinds)]):
        start = time.monotonic()
        if start > end:
            return
        try:
            text = aimed(monster.text, 9)
            form = await form_of(pool, text, client, start)
            await pool.run(Request(text, form, "json", client=client, arrived=start))
        except StoreError as error:
            seen.answers[type(error).__name__] += 1
        else:
            seen.answers["answered"] += 1
        seen.late = max(seen.late, time.monotonic() - start)
        await asyncio.sleep(0.2)


async def form_of(pool: WorkerPool, text: str, client: str, arrived: float) -> Form:
    """Looked at where the service does it."""
    if quick(text):
        return inspect(text, SETTINGS)
    limits = SETTINGS.query_length, SETTINGS.query_nesting, SETTINGS.query_path
    return await pool.inspect(Inspection(text, *limits, client=client, arrived=arrived))


def watch(pid: int, end: Event, most: Connection) -> None:
    """The whole life of the process that looks how much memory the others hold, until the end."""
    os.nice(10)
    found = 0
    while not end.wait(0.2):
        found = max(found, held_mb(pid))
    most.send(found)


@contextmanager
def watched(seen: Seen) -> Iterator[None]:
    """The memory of this process and all below it, while it lasts."""
    here, there = PROCESSES.Pipe(duplex=False)
    end = PROCESSES.Event()
    watching = PROCESSES.Process(target=watch, args=(os.getpid(), end, there))
    watching.start()
    yield
    end.set()
    seen.memory_mb = here.recv()
    watching.join()


def told(name: str, seen: Seen) -> None:
    ordered = sorted(seen.looked)
    p50, p99 = (1000 * ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
    worst = 1000 * ordered[-1]
    print(f"{name:9} {len(ordered):6} look-ups  {seen.failed} failed  ", end="")
    print(f"p50 {p50:.2f} ms  p99 {p99:.2f} ms  max {worst:.1f} ms", flush=True)


async def measure(release: Path, seconds: float) -> None:
    stable = await Stable.start(open_release(release), SETTINGS)
    pool = stable.strangers
    iri = (await pool.run(SUBJECTS)).body.split()[1].decode()
    alone, beset = Seen(), Seen()
    await neighbour(pool, iri, seconds, alone)
    told("alone", alone)
    with watched(beset):
        end = time.monotonic() + seconds
        herds = [herd(pool, f"client {number % CLIENTS}", number, end, beset) for number in range(MONSTERS)]
        await asyncio.gather(neighbour(pool, iri, seconds, beset), *herds)
    told("beset", beset)
    print(f"monsters  {dict(beset.answers)}; the latest after {beset.late:.1f} s; lanes {strangers_lanes(SETTINGS)}")
    print(f"memory    {beset.memory_mb} MiB at most, bound {memory_bound_mb(SETTINGS, stable.template_mb)} MiB")
    processes = [*stable.strangers.processes, *stable.pages.processes]
    await stable.close()
    left = sum(Path(f"/proc/{each}").exists() for each in processes)
    print(f"after     {held_mb(os.getpid())} MiB, {left} of the service's processes left")


def main() -> None:
    given = sys.argv[1:2]
    release = Path(given[0]) if given else current_release(default_build_dir(open_site()))
    asyncio.run(measure(release, float(sys.argv[2]) if len(sys.argv) > 2 else 20.0))


if __name__ == "__main__":
    main()
