"""What the ontology's tests share: its files, parsed once per session, and the JSON-LD context."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph

from ontology.referee import union
from vaughn.resources import shipped_root

ONTOLOGY = shipped_root() / "ontology"
SHARED: Path = shipped_root().parent / "shared"


@pytest.fixture(scope="session")
def files() -> Mapping[str, Graph]:
    """Each Turtle file of the ontology except the shapes, by its path below `ontology/`."""
    paths = (path for path in sorted(ONTOLOGY.rglob("*.ttl")) if path.parent.name != "shapes")
    return {path.relative_to(ONTOLOGY).as_posix(): Graph().parse(path) for path in paths}


@pytest.fixture(scope="session")
def ontology(files: Mapping[str, Graph]) -> Graph:
    """All files together: words, code lists and alignments."""
    return union(*files.values())


@pytest.fixture(scope="session")
def words(files: Mapping[str, Graph]) -> Graph:
    """The words alone, without code lists and alignments."""
    return union(*(graph for name, graph in files.items() if "/" not in name))


@pytest.fixture(scope="session")
def context() -> Mapping[str, Any]:
    """What stands under `@context`."""
    read: dict[str, Any] = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))
    return read["@context"]  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference material beside the checkout; skips where there is none."""
    if not SHARED.is_dir():
        pytest.skip(f"no reference material at {SHARED}")
    return SHARED
