"""How the service bears faults under load: `PYTHONPATH=tests python -m bench.load [seconds]`, 15 s a phase by default.

A service as `vaughn serve` starts it, on 100,000 triples, is asked a steady mix by six clients: point look-ups,
support, pages, named queries, all but the last with an address that no cache knows. Then one fault after the other:
its workers are killed, another release becomes current and the first one again, hostile queries come from other
addresses, the template that workers are forked from is killed; and, on a service that stands on Oxigraph's server,
that is killed and started again. Printed for each phase: requests, errors by kind, p50 and p99 in milliseconds, the
most memory of all processes together (PSS) and the stated bound.

Exit status 1 where a release switch lost a request or memory passed the bound.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from bench import domain
from bench.contenders import vaughn
from bench.processes import children, held_mb, workers
from hostile import REFUSED, RUNNING, aimed
from store.remote.remote_servers import OXIGRAPH, Server, oxigraph
from vaughn.build.publish import switch
from vaughn.resources import default_build_dir, open_site
from vaughn.settings import Settings
from vaughn.store.keeper import resident_mb
from vaughn.store.release import Release, current_release, open_release
from vaughn.store.remote import push
from vaughn.store.stable import memory_bound_mb
from vaughn.web.releases import alongside

CLIENTS = 6
MONSTERS = 20
"""Hostile queries under way or waiting at once, each from an address of its own."""

Fault = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Phase:
    """What was seen while something went on. errors: by status, or by the error of the connection."""

    name: str
    times: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    memory_mb: int = 0

    def told(self) -> str:
        ordered = sorted(self.times) or [0.0]
        p50, p99 = (1000 * ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
        errors = ", ".join(f"{number} {kind}" for kind, number in self.errors.most_common()) or "none"
        requests = len(self.times) + self.errors.total()
        return f"| {self.name} | {requests:,} | {errors} | {p50:.1f} | {p99:.1f} | {self.memory_mb:,} |"


class Mix:
    """What the clients ask about claims in turn."""

    def __init__(self, release: Release, slugs: list[str]) -> None:
        self._base, self._slugs = release.manifest.base, slugs
        self._chance = random.Random(domain.SEED)  # noqa: S311  not for secrets
        self._number = 0

    def next(self) -> str:
        self._number += 1
        slug, fresh = self._chance.choice(self._slugs), f"utm_source={self._number}"
        kinds = (
            f"/sparql?query=SELECT%20*%20%7B%3C{self._base}id/claim/{slug}%3E%20%3Fp%20%3Fo%7D%23{self._number}",
            f"/api/claims/{slug}/support",
            f"/claim/{slug}?{fresh}",
            f"/queries/claims/support.json?claim=claim:{slug}",
        )
        return kinds[self._number % len(kinds)]


class Trial:
    """One service under load."""

    def __init__(self, server: Server, mix: Mix) -> None:
        self._origin, self._mix = server.endpoint.removesuffix("/sparql"), mix
        assert server.process
        self.pid = server.process.pid

    async def phase(self, name: str, seconds: float, fault: Fault) -> Phase:
        """The mix for so many seconds, while the fault does its work."""
        phase, end = Phase(name), time.monotonic() + seconds
        calling = httpx.AsyncClient(timeout=30, trust_env=False)
        async with calling as client, alongside(self._watch(phase)), alongside(fault()):
            await asyncio.gather(*(self._client(client, phase, end) for _ in range(CLIENTS)))
        print(phase.told(), flush=True)
        return phase

    async def monsters(self) -> None:
        """Hostile queries from several addresses, one after the other from each; whatever they are answered with."""
        await asyncio.gather(*(self._herd(number) for number in range(MONSTERS)))

    async def kill_workers(self) -> None:
        """One worker after the other, four a second."""
        while True:
            await asyncio.sleep(0.25)
            for pid in workers(self.pid)[:1]:
                os.kill(pid, signal.SIGKILL)

    async def kill_template(self) -> None:
        """The process that workers are forked from, every two seconds."""
        while True:
            await asyncio.sleep(2)
            for pid in children(self.pid)[:1]:
                os.kill(pid, signal.SIGKILL)

    async def _client(self, client: httpx.AsyncClient, phase: Phase, end: float) -> None:
        while (begun := time.monotonic()) < end:
            try:
                answer = await client.get(self._origin + self._mix.next())
            except httpx.HTTPError as error:
                phase.errors[type(error).__name__] += 1
                await asyncio.sleep(0.05)
                continue
            if answer.is_success:
                phase.times.append(time.monotonic() - begun)
            else:
                phase.errors[f"{answer.status_code} {_kind(answer)}"] += 1

    async def _herd(self, number: int) -> None:
        kinds = [*RUNNING.values(), *REFUSED.values()]
        away = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{number + 1}")
        async with httpx.AsyncClient(transport=away, timeout=60, trust_env=False) as client:
            for monster in cycle(kinds[number:] + kinds[:number]):
                with suppress(httpx.HTTPError):
                    await client.post(f"{self._origin}/sparql", data={"query": aimed(monster.text, 9)})
                await asyncio.sleep(0.2)

    async def _watch(self, phase: Phase) -> None:
        while True:
            phase.memory_mb = max(phase.memory_mb, await asyncio.to_thread(held_mb, self.pid))
            await asyncio.sleep(0.3)


def _kind(answer: httpx.Response) -> str:
    """The last part of the problem's type."""
    try:
        return str(answer.json()["type"]).rsplit("/", 1)[-1]
    except (ValueError, KeyError, TypeError):
        return "without a problem"


async def _nothing() -> None:
    return


async def _switching(build_dir: Path, names: list[str]) -> None:
    """Another release becomes current every two seconds."""
    for name in cycle(names):
        await asyncio.sleep(2)
        await asyncio.to_thread(switch, build_dir, name)


async def _dying(engine: Server, seconds: float) -> None:
    """The engine is killed after a third of the phase."""
    await asyncio.sleep(seconds / 3)
    engine.end()


async def embedded(release: Release, folder: Path, seconds: float) -> list[str]:
    """The service on its own engine, under each fault in turn; what was not as promised."""
    with ExitStack() as stack:
        server = stack.enter_context(vaughn(release, folder))
        (folder / "releases" / "other").symlink_to(release.path.with_name("other"))
        trial = Trial(server, Mix(release, _slugs(release)))
        bound = memory_bound_mb(Settings(), resident_mb(children(trial.pid)[0]))
        quiet = await trial.phase("nothing", seconds, _nothing)
        killed = await trial.phase("a worker killed, four a second", seconds, trial.kill_workers)
        turns = lambda: _switching(folder, ["other", "bench"])  # noqa: E731
        switched = await trial.phase("another release every 2 s", seconds, turns)
        beset = await trial.phase(f"{MONSTERS} hostile queries at a time", seconds, trial.monsters)
        orphaned = await trial.phase("the template killed every 2 s", seconds, trial.kill_template)
        after = await trial.phase("nothing again", seconds, _nothing)
    return _broken([quiet, killed, switched, beset, orphaned, after], switched, bound)


async def remote(release: Release, folder: Path, seconds: float) -> None:
    """The service on Oxigraph's server, which dies and comes back."""
    async with AsyncExitStack() as stack:
        (folder / "engine").mkdir()
        engine = stack.enter_context(oxigraph(folder / "engine"))
        await push(release, engine.settings, lambda _: None)
        (folder / "service").mkdir()
        server = stack.enter_context(vaughn(release, folder / "service", endpoint=engine.endpoint))
        trial = Trial(server, Mix(release, _slugs(release)))
        await trial.phase("remote engine: nothing", seconds, _nothing)
        await trial.phase("remote engine: killed after a third", seconds, lambda: _dying(engine, seconds))
        begun = time.monotonic()
        await asyncio.to_thread(engine.start)
        back = time.monotonic() - begun
        await trial.phase(f"remote engine: back, after {back:.1f} s of its own", seconds, _nothing)


def _slugs(release: Release) -> list[str]:
    made = domain.Domain(release.manifest.base)
    return [made.claim(number).rsplit("/", 1)[-1] for number in range(500)]


def _broken(phases: list[Phase], switched: Phase, bound: int) -> list[str]:
    found = []
    if switched.errors:
        found.append(f"the release switch lost {switched.errors.total()} requests: {dict(switched.errors)}")
    most = max(phase.memory_mb for phase in phases)
    print(f"\nMemory: {most:,} MiB at most; the bound is {bound:,} MiB. Load average {os.getloadavg()[0]:.1f}.")
    if most > bound:
        found.append("memory passed the bound")
    return found


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    shipped = open_release(current_release(default_build_dir(open_site())))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        release = domain.write(folder / "release", shipped, 100_000).release
        domain.write(folder / "other", shipped, 90_000)
        (folder / "service").mkdir()
        (folder / "remote").mkdir()
        print("| fault | requests | errors | p50 ms | p99 ms | MiB |\n|---|---|---|---|---|---|")
        broken = asyncio.run(embedded(release, folder / "service", seconds))
        if OXIGRAPH:
            asyncio.run(remote(release, folder / "remote", seconds))
    sys.exit("; ".join(broken) or None)


if __name__ == "__main__":
    main()
