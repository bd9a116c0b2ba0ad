"""What a shape requires is missed when it is gone: each required triple is deleted in turn from the valid data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node

from shape_cases import DATA, SHAPE, alone, results, shapes, targeted, world_with

Mutation = tuple[str, str, URIRef]
"""A node shape's local name, the name of its property shape, and the path whose values it requires."""


def _required(name: str) -> Iterator[Mutation]:
    for part in shapes().objects(SHAPE[name], SH.property):
        path, least = shapes().value(part, SH.path), shapes().value(part, SH.minCount)
        if isinstance(path, URIRef) and isinstance(least, Literal) and int(least) > 0:
            yield name, str(part).split("#")[1], path


MUTATIONS = sorted(mutation for name in targeted() for mutation in _required(name))


def _without(world: Graph, node: Node, path: URIRef) -> list[tuple[Node, Node, Node]]:
    gone = list(world.triples((node, path, None)))
    for triple in gone:
        world.remove(triple)
    return gone


def _judged_without(name: str, path: URIRef) -> set[str]:
    """The shapes that report once the values of a path are gone from the valid case, node after node."""
    with world_with(DATA / name / "valid.ttl") as (world, case):
        only, reporting = alone(SHAPE[name]), set[str]()
        for node in set(case.subjects(path, None)):
            only.set((SHAPE[name], SH.targetNode, node))
            gone = _without(world, node, path)
            reporting |= {shape for shape, focus in results(world, only) if focus == str(node)}
            for triple in gone:
                world.add(triple)
        return reporting


@pytest.mark.parametrize(("name", "part", "path"), MUTATIONS, ids=[f"{name}/{part}" for name, part, _ in MUTATIONS])
def test_what_is_required_is_missed_when_it_is_gone(name: str, part: str, path: URIRef) -> None:
    assert part in _judged_without(name, path)


def test_there_are_required_triples_to_delete() -> None:
    assert len(MUTATIONS) > len(targeted())
