"""What size costs: `PYTHONPATH=tests python -m bench.scale [triples …]`, 100k, 1 M and 5 M by default.

Releases of the shipped facts and generated ones are written (see domain.py) and served, each by a service of its own,
all at once; look-ups go to each in turn, one after the other, each for another thing, so that no cache answers.
Printed: seconds to write and to open, MiB on disk and in memory (PSS of all processes, before and after the look-ups),
p50 and p99 of look-ups in milliseconds, what lists cost, and how the largest compares with the smallest.
Below a million quads a service keeps its release in memory, above on disk.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench import domain
from bench.contenders import vaughn
from bench.domain import Written
from bench.processes import held_mb
from store.remote.remote_servers import Server
from vaughn.resources import default_build_dir, open_site
from vaughn.store.release import current_release, open_release

SIZES = (100_000, 1_000_000, 5_000_000)
ROUNDS, EACH = 6, 15

LOOK_UPS: dict[str, Callable[[str], str]] = {
    "point": lambda slug: f"/sparql?query=SELECT%20%2A%20%7B%3C{{base}}id%2Fclaim%2F{slug}%3E%20%3Fp%20%3Fo%7D",
    "support (named query)": lambda slug: f"/queries/claims/support.json?claim=claim:{slug}",
    "support (API)": lambda slug: f"/api/claims/{slug}/support",
    "page of a claim": lambda slug: f"/claim/{slug}",
    "Turtle of a claim": lambda slug: f"/claim/{slug}.ttl",
}
"""Another thing each time: its slug in, a target out."""

QUICK = ("point", "support (named query)", "support (API)")
"""Asked EACH times a round; the others once."""

LISTS = {
    "first page of claims": "/api/claims?limit=20",
    "first page of sources": "/api/sources?limit=20",
    "claims, the last first": "/api/claims?limit=20&sort=-text",
    "claims, newest evidence first": "/api/claims?limit=20&sort=-date",
    "sources, newest first": "/api/sources?limit=20&sort=-date",
    "claims in a common state": "/api/claims?limit=20&reviewState=not-reviewed",
    "claims in a rare state": "/api/claims?limit=20&evidenceState=disputed",
    "claims from one source": "/api/claims?limit=20&source=generated-7",
    "claims about a rare category, newest first": "/api/claims?limit=20&category=duty-station&sort=-date",
    "claims with evidence from one year, counted": "/api/claims?limit=20&from=2001-01-01&to=2001-12-31&count=1",
    "claims in two states, counted": "/api/claims?limit=20&evidenceState=supported&reviewState=not-reviewed&count=1",
    "sources of a publisher": "/api/sources?limit=20&publisher=generated-7",
    "sources from a day on": "/api/sources?limit=20&from=2001-01-01",
    "search by name": "/api/search?q=privacy",
    "home page": "/",
    "sitemap": "/sitemap.xml",
    "a part of the sitemap": "/sitemap-1.xml",
}


@dataclass
class Served:
    """A release and the service on it. times: seconds of each answer, by what was asked; failed: statuses."""

    written: Written
    server: Server
    opened: float
    claims: int
    before_mb: int = 0
    times: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def ask(self, client: httpx.Client, name: str, target: str) -> None:
        origin = self.server.endpoint.removesuffix("/sparql")
        base = httpx.QueryParams({"": self.written.release.manifest.base})
        begun = time.perf_counter()
        answer = client.get(origin + target.format(base=str(base).removeprefix("=")))
        if answer.status_code == 200:
            self.times.setdefault(name, []).append(time.perf_counter() - begun)
        else:
            self.failed[name] = answer.status_code

    @property
    def pid(self) -> int:
        assert self.server.process
        return self.server.process.pid


def serve(stack: ExitStack, folder: Path, written: Written, shipped_claims: int) -> Served:
    """A service on a release, ready."""
    begun = time.perf_counter()
    server = stack.enter_context(vaughn(written.release, folder))
    opened = time.perf_counter() - begun
    served = Served(written, server, opened, written.release.manifest.counts["claim"] - shipped_claims)
    served.before_mb = held_mb(served.pid)
    return served


def look_up(services: list[Served], client: httpx.Client) -> None:
    """Every look-up at every service in turn, the same number of each."""
    chance = random.Random(domain.SEED)  # noqa: S311  not for secrets
    for round_number in range(ROUNDS):
        for served in services:
            for name, target in LOOK_UPS.items():
                for _ in range(EACH if name in QUICK else 1):
                    served.ask(client, name, target(f"generated-{chance.randrange(served.claims)}"))
        print(f"\rround {round_number + 1}, load average {os.getloadavg()[0]:.1f}", end="", flush=True)
    for served in services:
        for name, address in LISTS.items():
            served.ask(client, name, address)
    print()


def report(services: list[Served]) -> None:
    sizes = [f"{each.written.triples:,} triples" for each in services]
    print("| | " + " | ".join(sizes) + " |\n|---|" + "---|" * len(sizes))
    _row("quads", services, lambda each: f"{each.written.release.manifest.quads:,}")
    _row("written, s", services, lambda each: f"{each.written.seconds:.1f}")
    _row("written, s a million", services, lambda each: f"{each.written.seconds / each.written.triples * 1e6:.1f}")
    _row("on disk, MiB", services, lambda each: f"{each.written.size >> 20}")
    _row("started until ready, s", services, lambda each: f"{each.opened:.1f}")
    _row("memory when ready, MiB", services, lambda each: f"{each.before_mb}")
    _row("memory after, MiB", services, lambda each: f"{held_mb(each.pid)}")
    for name in LOOK_UPS:
        _row(f"{name}, p50 / p99 ms", services, lambda each, name=name: _told(each, name))  # type: ignore[misc]
    for name in LISTS:
        _row(f"{name}, ms", services, lambda each, name=name: _once(each, name))  # type: ignore[misc]
    for name in QUICK:
        first, last = (statistics.median(each.times[name]) for each in (services[0], services[-1]))
        print(f"{name}: the largest takes {last / first:.2f} times what the smallest takes (medians)")


def _row(name: str, services: list[Served], cell: Callable[[Served], str]) -> None:
    print(f"| {name} | " + " | ".join(cell(each) for each in services) + " |")


def _told(served: Served, name: str) -> str:
    ordered = sorted(served.times.get(name, []))
    if not ordered:
        return f"status {served.failed[name]}"
    p50, p99 = (1000 * ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
    return f"{p50:.2f} / {p99:.2f}" + (f" (some {served.failed[name]})" if name in served.failed else "")


def _once(served: Served, name: str) -> str:
    return f"status {served.failed[name]}" if name in served.failed else f"{1000 * served.times[name][0]:,.0f}"


def main(sizes: list[int]) -> None:
    shipped = open_release(current_release(default_build_dir(open_site())))
    with (
        tempfile.TemporaryDirectory() as temporary,
        ExitStack() as stack,
        httpx.Client(timeout=60, trust_env=False) as client,
    ):
        services = []
        for size in sizes:
            folder = Path(temporary, str(size))
            folder.mkdir()
            written = domain.write(folder / "release", shipped, size)
            print(f"{written.triples:,} triples written in {written.seconds:.0f} s", flush=True)
            services.append(serve(stack, folder, written, shipped.manifest.counts["claim"]))
        look_up(services, client)
        report(services)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
