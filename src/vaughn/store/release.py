"""A release on disk, as the service reads it: an immutable folder that `vaughn build` wrote.

build/current -> releases/<build id>      switched atomically, last
releases/<build id>/
    manifest.json      what this is: see Manifest
    dataset.nq.gz      every quad, sorted; the dataset digest is that of the uncompressed bytes
    store/             the same quads as an Oxigraph store
    queries/**.rq      the named queries it was built with
    search/            names, wordings, the places of things in their lists, what narrows these, and pages: see
                       vaughn.search
    prefixes.json      prefix → namespace
    context.jsonld     the JSON-LD context
    validation.json    every finding of validation and checks
    summary.json       what it holds of each class and property, and its keywords: see vaughn.store.summary
    changes.json       what it changed against the releases before it: see vaughn.store.changes
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vaughn.errors import ReleaseMissing
from vaughn.iris import Iris
from vaughn.querybook import QueryBook, read_book


@dataclass(frozen=True)
class GraphInfo:
    """One named graph: triples it holds, and for a curated file its path and last change (ISO date), by the
    catalogue."""

    iri: str
    triples: int
    file: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself. digest: sha256 of the sorted, uncompressed N-Quads. draft: the catalogue was not
    in order, so nothing in it may be cited. counts: things by kind, one of two kinds in both. things: each
    counted once, None in a release that does not say. curator: slug of the body that speaks in the curators' voice, ""
    in a release that does not say."""

    build_id: str
    digest: str
    created: str
    draft: bool
    base: str
    title: str
    description: str
    license: str
    quads: int
    graphs: tuple[GraphInfo, ...]
    counts: Mapping[str, int]
    versions: Mapping[str, str]
    things: int | None = None
    curator: str = ""

    @property
    def entities(self) -> int:
        """How many things there are; in a release that does not say, those of two kinds are counted twice."""
        return sum(self.counts.values()) if self.things is None else self.things


@dataclass(frozen=True)
class Release:
    """One release folder, opened for reading."""

    path: Path
    manifest: Manifest

    @cached_property
    def iris(self) -> Iris:
        return Iris(self.manifest.base)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        read = json.loads((self.path / "prefixes.json").read_text(encoding="utf-8"))
        return {str(key): str(value) for key, value in read.items()}

    @cached_property
    def context(self) -> Mapping[str, Any]:
        """The JSON-LD context document, `{"@context": …}`."""
        read: dict[str, Any] = json.loads((self.path / "context.jsonld").read_text(encoding="utf-8"))
        return read

    @cached_property
    def book(self) -> QueryBook:
        return read_book([self.path / "queries"], self.prefixes)

    def goes_by(self, start: str) -> bool:
        """Whether its name (the beginning of its build id), its build id or its digest begins so."""
        return self.path.name.startswith(start) or begins(start, self.manifest.build_id, self.manifest.digest)

    @property
    def store_path(self) -> Path:
        return self.path / "store"

    @property
    def search_path(self) -> Path:
        return self.path / "search"


def begins(start: str, *names: str) -> bool:
    """Whether one of the names begins so; of a digest, what it was made by may be left out (`sha256:`)."""
    return any(name.startswith(start) or name.partition(":")[2].startswith(start) for name in names)


def open_release(path: Path) -> Release:
    """The release in a folder. Raises ReleaseMissing when it is not there or not whole."""
    try:
        read = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        graphs = tuple(GraphInfo(**graph) for graph in read.pop("graphs"))
        return Release(path, Manifest(graphs=graphs, **read))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseMissing(path, f"no whole release ({error})") from None


def current_release(build_dir: Path) -> Path:
    """The real folder that `current` points to, resolved once, so that a switch never mixes two releases.

    Raises ReleaseMissing.
    """
    link = build_dir / "current"
    if not link.exists():
        raise ReleaseMissing(link)
    return link.resolve()


def kept_releases(build_dir: Path) -> Iterator[Release]:
    """Every whole release of a build folder, by name."""
    for path in sorted((build_dir / "releases").glob("[!.]*")):
        try:
            yield open_release(path)
        except ReleaseMissing:
            continue
