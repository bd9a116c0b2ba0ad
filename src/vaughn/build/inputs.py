"""What a build is made from, as digests; the build ID is the digest of them all.

Equal inputs have equal IDs on every machine. The store's own files are no part of it: RocksDB writes different bytes
for equal content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from vaughn.querybook import read_book
from vaughn.resources import Site

if TYPE_CHECKING:
    from vaughn.build.closure import ReasonerName  # the reasoner takes as long to load as a file to check

_PACKAGE = Path(__file__).resolve().parents[1]
_ENGINES = ("vaughn", "pyoxigraph", "pyshacl", "rdflib", "owlrl")
_SHORT = 16


@dataclass(frozen=True)
class Inputs:
    """Digests (sha256, hexadecimal) of everything that a release depends on, and the versions of the engines."""

    site: str
    ontology: str
    graph: str
    queries: str
    package: str
    reasoner: ReasonerName
    versions: Mapping[str, str]

    @cached_property
    def build_id(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def folder_name(self) -> str:
        """The name of the release's folder: the first 16 digits of the build ID."""
        return self.build_id[:_SHORT]


def read_inputs(site: Site, reasoner: ReasonerName) -> Inputs:
    """The digests of a site's files, of the effective named queries, and of this package. Raises HeaderInvalid."""
    graph = (path for path in site.graph.rglob("*.ttl") if "inbox" not in path.relative_to(site.graph).parts)
    told = {key: getattr(site, key) for key in ("base", "title", "description", "curator", "license")}
    texts = {name: query.text for name, query in read_book(site.queries, {}).queries.items()}
    return Inputs(
        site=_digest_text(json.dumps(told, sort_keys=True)),
        ontology=digest_files(site.ontology, site.ontology.rglob("*.*")),
        graph=digest_files(site.graph, graph),
        queries=_digest_text(json.dumps(texts, sort_keys=True)),
        package=digest_files(_PACKAGE, _PACKAGE.rglob("*.py")),
        reasoner=reasoner,
        versions=engine_versions(),
    )


def engine_versions() -> dict[str, str]:
    """The versions that shape a release, by name."""
    return {name: version(name) for name in _ENGINES}


def digest_files(top: Path, paths: Iterable[Path]) -> str:
    """One digest over files: their paths below `top` and their bytes, in the order of the paths."""
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        total.update(f"{path.relative_to(top).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _digest_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
