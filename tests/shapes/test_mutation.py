"""What a shape requires is missed when it is gone: each required triple is deleted in turn from the valid data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node

from shape_cases import DATA, SHAPE, alone, results, shapes, targeted, world_with

Path = tuple[Node, ...]
"""The properties of a path, step after step."""
Mutation = tuple[str, str, tuple[Path, ...]]
"""A node shape's local name, the name of the shape that reports, and the paths that must not all be without a value."""


def _path(part: Node) -> Path:
    path = shapes().value(part, SH.path)
    return (path,) if isinstance(path, URIRef) else tuple(shapes().items(path)) if path else ()


def _demands(part: Node) -> bool:
    least = shapes().value(part, SH.minCount)
    return isinstance(least, Literal) and int(least) > 0


def _required(name: str) -> Iterator[Mutation]:
    for part in shapes().objects(SHAPE[name], SH.property):
        if _demands(part):
            yield name, str(part).split("#")[1], (_path(part),)


def _alternatives(name: str) -> Iterator[Mutation]:
    for head in shapes().objects(SHAPE[name], SH["or"]):
        parts = list(shapes().items(head))
        if all(_demands(part) for part in parts):
            yield name, name, tuple(_path(part) for part in parts)


MUTATIONS = sorted(mutation for name in targeted() for mutation in (*_required(name), *_alternatives(name)))


def _held(world: Graph, node: Node, path: Path) -> list[tuple[Node, Node, Node]]:
    """The triples of the last step of a path that begins at a node."""
    reached = {node}
    for step in path[:-1]:
        reached = {value for each in reached for value in world.objects(each, step)}
    return [triple for each in reached for triple in world.triples((each, path[-1], None))]


def _without(world: Graph, node: Node, paths: Iterable[Path]) -> list[tuple[Node, Node, Node]]:
    gone = [triple for path in paths for triple in _held(world, node, path)]
    for triple in gone:
        world.remove(triple)
    return gone


def _judged_without(name: str, paths: tuple[Path, ...]) -> set[str]:
    """The shapes that report once the values of the paths are gone from the valid case, node after node."""
    with world_with(DATA / name / "valid.ttl") as (world, case):
        only, reporting = alone(SHAPE[name]), set[str]()
        for node in {node for path in paths for node in case.subjects(path[0], None)}:
            only.set((SHAPE[name], SH.targetNode, node))
            gone = _without(world, node, paths)
            reporting |= {shape for shape, focus in results(world, only) if focus == str(node)}
            for triple in gone:
                world.add(triple)
        return reporting


@pytest.mark.parametrize(("name", "part", "paths"), MUTATIONS, ids=[f"{name}/{part}" for name, part, _ in MUTATIONS])
def test_what_is_required_is_missed_when_it_is_gone(name: str, part: str, paths: tuple[Path, ...]) -> None:
    assert part in _judged_without(name, paths)


def test_there_are_required_triples_to_delete() -> None:
    assert len(MUTATIONS) > len(targeted())
    assert [part for _, part, paths in MUTATIONS if len(paths[0]) > 1]
    assert [part for _, part, paths in MUTATIONS if len(paths) > 1]
