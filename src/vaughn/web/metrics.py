"""Counts of this process, in the Prometheus text format (version 0.0.4); with several services each tells its own, and
says which process it is."""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vaughn.iris import KINDS
from vaughn.store import nursery
from vaughn.store.keeper import resident_mb
from vaughn.store.pool import WorkerPool
from vaughn.store.stable import Stable
from vaughn.web.logbook import dropped
from vaughn.web.releases import Served

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds at which the buckets of the histogram end."""

_METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS"})
_SUBJECTS = frozenset(
    {
        "", ".well-known", "about", "api", "changes", "concept", "dataset", "docs", "graph", "graphs", "health", "id",
        "limits", "metrics", "ns", "problems", "queries", "query", "questions", "search", "shapes", "sitemap", "sparql",
        "static", "statistics", "timeline", *KINDS, *KINDS.values(),
    }
)  # fmt: skip
_API = frozenset({"openapi", "search", "support", *KINDS.values()})
_TOGETHER = "memory resident in the workers; what they share with the template is counted in each of them"
_MOST_RULES = 32
_STARTED = time.time()
_ENDS = ("idle", "room", "slow", "unread")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})

Labels = Mapping[str, str | int]


@dataclass
class Histogram:
    """How long requests took. counts: one per bucket, the last for all beyond the bounds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


@dataclass
class Connections:
    """What the server counts of its connections; nothing where another server than ours is at the door (`watched`).

    refused: by whose limit. ended: by the service, and why: nothing was asked (idle), a head did not come whole (slow)
    or an answer was not taken (unread) in its time, or another needed the place (room). unasked: problems told before
    a request was read, by their type.
    """

    watched: bool = False
    open: int = 0
    opened: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_ENDS, 0)))
    unasked: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        if not self.watched:
            return
        yield from _metric("connections_open", "gauge", "connections open", [({}, self.open)])
        yield from _metric("connections_total", "counter", "connections there were", [({}, self.opened)])
        yield from _counts("connections_refused_total", "connections beyond a limit", "limit", self.refused)
        yield from _counts("connections_ended_total", "connections that stood still, or in the way", "why", self.ended)
        yield from _counts("unasked_problems_total", "problems told before a request was read", "type", self.unasked)


@dataclass
class Gauge:
    """Something that is looked at when it is asked for. says: what it is."""

    name: str
    says: str
    look: Callable[[], float]


@dataclass
class Metrics:
    """What was counted since the start. under_way: requests now. problems: by their type. rules: of the guard's, that
    refused a query. gauges: what others hold."""

    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    latency: dict[str, Histogram] = field(default_factory=dict)
    sent: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    under_way: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    connections: Connections = field(default_factory=Connections)
    gauges: list[Gauge] = field(default_factory=list)

    def count(self, method: str, path: str, status: int, sent: int, seconds: float, cached: bool) -> None:
        """One request that has ended. sent: bytes of its body."""
        route = family(path)
        self.requests[route, method if method in _METHODS else "other", status] += 1
        self.latency.setdefault(route, Histogram()).add(seconds)
        self.sent += sent
        self.cache_hits += cached

    def note(self, problem: str, rule: str | None) -> None:
        """One problem was answered. rule: of the guard's, where that refused a query."""
        self.problems[problem] += 1
        if rule is not None:  # a worker may have named it, which is not trusted to name few
            self.rules[rule if rule in self.rules or len(self.rules) < _MOST_RULES else "other"] += 1

    def text(self, held: Served) -> str:
        """Everything counted, and the state of the release and its workers."""
        parts = (_process(held), self._counted(), self.connections.lines(), self._looked_at(), _release(held))
        return "".join(f"{line}\n" for part in (*parts, _pools(held)) for line in part)

    def _counted(self) -> Iterator[str]:
        yield from _metric("http_requests_total", "counter", "requests answered", (
            ({"route": route, "method": method, "status": status}, number)
            for (route, method, status), number in sorted(self.requests.items())
        ))  # fmt: skip
        yield from _histograms(self.latency)
        yield from _metric("http_sent_bytes_total", "counter", "bytes of bodies sent", [({}, self.sent)])
        yield from _metric("http_under_way", "gauge", "requests under way", [({}, self.under_way)])
        yield from _metric("log_dropped_total", "counter", "lines of the log that nobody took", [({}, dropped())])
        yield from _metric("cache_hits_total", "counter", "answers from the cache", [({}, self.cache_hits)])
        yield from _metric(
            "cache_misses_total", "counter", "answers looked for in the cache, not found", [({}, self.cache_misses)]
        )
        yield from _counts("problems_total", "problems answered", "type", self.problems)
        yield from _counts("queries_refused_total", "queries that were not run", "rule", self.rules)

    def _looked_at(self) -> Iterator[str]:
        for each in self.gauges:
            yield from _metric(each.name, "gauge", each.says, [({}, each.look())])


def family(path: str) -> str:
    """The group of addresses that a path belongs to; there are few, whatever strangers ask for."""
    subject, _, rest = path.strip("/").partition("/")
    subject = subject.partition(".")[0] or subject
    if subject == "api" and rest:
        plural, _, slug = rest.partition("/")
        plural = plural.partition(".")[0]
        return f"/api/{plural}{'/{slug}' if slug else ''}" if plural in _API else "other"
    if subject not in _SUBJECTS:
        return "other"
    return f"/{subject}{'/…' if rest else ''}"


def _histograms(latency: Mapping[str, Histogram]) -> Iterator[str]:
    name = "vaughn_http_seconds"
    yield f"# HELP {name} seconds from the request's head to the answer's last byte"
    yield f"# TYPE {name} histogram"
    for route, histogram in sorted(latency.items()):
        seen = 0
        for bound, number in zip((*BOUNDS, "+Inf"), histogram.counts, strict=True):
            seen += number
            yield _sample(f"{name}_bucket", {"route": route, "le": str(bound)}, seen)
        yield _sample(f"{name}_sum", {"route": route}, histogram.seconds)
        yield _sample(f"{name}_count", {"route": route}, seen)


def _process(held: Served) -> Iterator[str]:
    """Which process this is, and its memory; that of the template is the release, once for all workers."""
    yield from _metric("process_info", "gauge", "the process that counted all this", [({"pid": os.getpid()}, 1)])
    yield from _metric("process_start_seconds", "gauge", "when it began, in seconds since 1970", [({}, _STARTED)])
    sizes = [({"of": "service"}, resident_mb(os.getpid()))]
    if isinstance(held.stable, Stable):
        sizes.append(({"of": "template"}, held.stable.template_mb))
    told = ((labels, size << 20) for labels, size in sizes)
    yield from _metric("memory_bytes", "gauge", "memory resident, without workers", told)


def _release(held: Served) -> Iterator[str]:
    manifest = held.release.manifest
    told = {"digest": manifest.digest, "build": manifest.build_id, "created": manifest.created}
    yield from _metric("release_info", "gauge", "the release being served", [(told, 1)])
    yield from _metric("release_draft", "gauge", "whether it is a draft", [({}, int(manifest.draft))])
    yield from _metric("release_quads", "gauge", "its quads", [({}, manifest.quads)])


def _pools(held: Served) -> Iterator[str]:
    """The workers of the embedded engine; a remote one has none."""
    found = _worker_pools(held)
    yield from _counts("workers_ended_total", "worker processes that ended", "how", nursery.ENDED)
    for state, says in (
        ("busy", "queries under way"),
        ("slow", "those in the slow lane"),
        ("waiting", "queries waiting"),
    ):
        samples = [({"pool": name}, getattr(pool, state)) for name, pool in found.items()]
        yield from _metric(f"pool_{state}", "gauge", says, samples)
    workers = [({"pool": name}, len(_workers(pool))) for name, pool in found.items()]
    yield from _metric("pool_workers", "gauge", "worker processes", workers)
    sizes = [({"pool": name}, _resident(_workers(pool))) for name, pool in found.items()]
    yield from _metric("pool_memory_bytes", "gauge", _TOGETHER, sizes)


def resident_with(held: Served) -> int:
    """Bytes resident in the processes of a release's embedded engine, what they share counted in each of them."""
    return _resident({pid for pool in _worker_pools(held).values() for pid in pool.processes})


def _workers(pool: WorkerPool) -> list[int]:
    """Process ids; without the template there are none."""
    return pool.processes[1:]


def _resident(pids: Collection[int]) -> int:
    return sum(map(resident_mb, pids)) << 20


def _worker_pools(held: Served) -> Mapping[str, WorkerPool]:
    pools = {"strangers": held.strangers, "pages": held.pages}
    return {name: pool for name, pool in pools.items() if isinstance(pool, WorkerPool)}


def _counts(name: str, says: str, label: str, counts: Mapping[str, int]) -> Iterator[str]:
    """A counter by one label."""
    return _metric(name, "counter", says, (({label: each}, number) for each, number in sorted(counts.items())))


def _metric(name: str, kind: str, says: str, samples: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP vaughn_{name} {says}"
    yield f"# TYPE vaughn_{name} {kind}"
    for labels, value in samples:
        yield _sample(f"vaughn_{name}", labels, value)


def _sample(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{label}="{str(each).translate(_ESCAPES)}"' for label, each in labels.items())
    return f"{name}{{{told}}} {value!r}" if told else f"{name} {value!r}"
