"""Counts of this process, in the Prometheus text format (version 0.0.4); with several services each tells its own."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vaughn.iris import KINDS
from vaughn.store.pool import WorkerPool
from vaughn.web.logbook import dropped
from vaughn.web.releases import Served

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds at which the buckets of the histogram end."""

_METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS"})
_SUBJECTS = frozenset(
    {
        "", ".well-known", "about", "changes", "concept", "dataset", "docs", "graph", "graphs", "health", "id",
        "limits", "metrics", "ns", "problems", "queries", "query", "questions", "search", "shapes", "sitemap", "sparql",
        "static", "statistics", "timeline", *KINDS, *KINDS.values(),
    }
)  # fmt: skip
_API = frozenset({"openapi", "search", "support", *KINDS.values()})
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
class Metrics:
    """What was counted since the start. under_way: requests now."""

    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    latency: dict[str, Histogram] = field(default_factory=dict)
    sent: int = 0
    cache_hits: int = 0
    under_way: int = 0

    def count(self, method: str, path: str, status: int, sent: int, seconds: float, cached: bool) -> None:
        """One request that has ended. sent: bytes of its body."""
        route = family(path)
        self.requests[route, method if method in _METHODS else "other", status] += 1
        self.latency.setdefault(route, Histogram()).add(seconds)
        self.sent += sent
        self.cache_hits += cached

    def text(self, held: Served) -> str:
        """Everything counted, and the state of the release and its workers."""
        return "".join(f"{line}\n" for line in (*self._counted(), *_release(held), *_pools(held)))

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


def family(path: str) -> str:
    """The group of addresses that a path belongs to; there are few, whatever strangers ask for."""
    subject, _, rest = path.strip("/").partition("/")
    subject = subject.partition(".")[0] or subject
    if subject == "api":
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


def _release(held: Served) -> Iterator[str]:
    manifest = held.release.manifest
    told = {"digest": manifest.digest, "build": manifest.build_id, "created": manifest.created}
    yield from _metric("release_info", "gauge", "the release being served", [(told, 1)])
    yield from _metric("release_draft", "gauge", "whether it is a draft", [({}, int(manifest.draft))])
    yield from _metric("release_quads", "gauge", "its quads", [({}, manifest.quads)])


def _pools(held: Served) -> Iterator[str]:
    """The workers of the embedded engine; a remote one has none."""
    pools = {"strangers": held.strangers, "pages": held.pages}
    found = {name: pool for name, pool in pools.items() if isinstance(pool, WorkerPool)}
    for state, says in (
        ("busy", "queries under way"),
        ("slow", "those in the slow lane"),
        ("waiting", "queries waiting"),
    ):
        samples = [({"pool": name}, getattr(pool, state)) for name, pool in found.items()]
        yield from _metric(f"pool_{state}", "gauge", says, samples)


def _metric(name: str, kind: str, says: str, samples: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP vaughn_{name} {says}"
    yield f"# TYPE vaughn_{name} {kind}"
    for labels, value in samples:
        yield _sample(f"vaughn_{name}", labels, value)


def _sample(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{label}="{str(each).translate(_ESCAPES)}"' for label, each in labels.items())
    return f"{name}{{{told}}} {value!r}" if told else f"{name} {value!r}"
