"""The cases of tests/build/closure, as data: a new case is a new folder and adds no Python.

cases/<name>/{ontology,facts,expected}.ttl           what follows, worked out by hand
contradictions/<name>/{ontology,facts}.ttl, expected.txt   one line each: the rule and the individuals
refused/<name>.ttl                                   an axiom that must not be ignored; first line: what the error says
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
from pyoxigraph import Dataset, Quad, Triple

HERE = Path(__file__).parent / "build" / "closure"


def folders(kind: str) -> list[Path]:
    """Every case of a kind, by name."""
    found = sorted((HERE / kind).iterdir())
    assert found, f"no {kind}"
    return found


def triples(path: Path) -> list[Triple]:
    """What a Turtle file says."""
    return [quad.triple for quad in pyoxigraph.parse(path=path)]


def given(case: Path) -> tuple[list[Triple], list[Triple]]:
    """A case's ontology and facts."""
    return triples(case / "ontology.ttl"), triples(case / "facts.ttl")


def canonical(graph: list[Triple]) -> set[str]:
    """A graph's triples with blank nodes named alike in equal graphs."""
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in graph)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad.triple) for quad in dataset}
