"""Release folders written straight from N-Quads, and pools that serve them, for tests."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pyoxigraph as ox

from vaughn.settings import Settings
from vaughn.store.pool import WorkerPool
from vaughn.store.release import GraphInfo, Release, open_release
from vaughn.store.stable import Stable

BASE = "https://example.org/site/"


def write_release(
    path: Path,
    nquads: bytes,
    base: str = BASE,
    prefixes: Mapping[str, str] | None = None,
    queries: Mapping[str, str] | None = None,
    graphs: tuple[GraphInfo, ...] = (),
    draft: bool = False,
) -> Release:
    """A whole release in the layout of store/release.py, holding exactly the given quads.

    queries: name (`claims/support`) → text with its header.
    """
    path.mkdir(parents=True, exist_ok=True)
    quads = _write_store(path, nquads)
    for name, text in (queries or {}).items():
        target = path / "queries" / f"{name}.rq"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (path / "queries").mkdir(exist_ok=True)
    _write_json(path / "prefixes.json", dict(prefixes or {}))
    _write_json(path / "context.jsonld", {"@context": dict(prefixes or {})})
    _write_json(path / "validation.json", [])
    _write_json(path / "manifest.json", _manifest(nquads, quads, base, graphs, draft))
    return open_release(path)


@asynccontextmanager
async def serving(release: Release, workers: int = 1, **settings: float) -> AsyncIterator[WorkerPool]:
    """A pool on a release, closed at the end; keywords are those of Settings."""
    chosen = {"query_seconds": 5.0, "query_memory_mb": 512, **settings}
    pool = await WorkerPool.start(release, Settings(**chosen), workers)  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def stabled(release: Release, **settings: float) -> AsyncIterator[Stable]:
    """Both pools of a release, closed at the end; keywords are those of Settings."""
    chosen = {"query_seconds": 5.0, "query_memory_mb": 512, **settings}
    stable = await Stable.start(release, Settings(**chosen))  # type: ignore[arg-type]
    try:
        yield stable
    finally:
        await stable.close()


def _write_store(path: Path, nquads: bytes) -> int:
    lines = sorted(set(nquads.splitlines(keepends=True)))
    with gzip.GzipFile(path / "dataset.nq.gz", "wb", mtime=0) as file:
        file.write(b"".join(lines))
    store = ox.Store(str(path / "store"))
    store.bulk_load(nquads, format=ox.RdfFormat.N_QUADS)
    store.flush()
    return len(store)


def _manifest(nquads: bytes, quads: int, base: str, graphs: tuple[GraphInfo, ...], draft: bool) -> dict[str, object]:
    digest = hashlib.sha256(b"".join(sorted(set(nquads.splitlines(keepends=True))))).hexdigest()
    return {
        "build_id": digest,
        "digest": digest,
        "created": "2000-01-01T00:00:00Z",
        "draft": draft,
        "base": base,
        "title": "A site for tests",
        "description": "What the tests need and nothing else.",
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "quads": quads,
        "graphs": [vars(graph) for graph in graphs],
        "counts": {},
        "versions": {"pyoxigraph": ox.__version__},
    }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
