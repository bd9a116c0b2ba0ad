"""Cases for the shapes: a folder per node shape with data that conforms and data that must fail, and for what.

data/<Shape>/valid.ttl             conforms to every shape, and has a node that <Shape> targets
data/<Shape>/invalid[-<what>].ttl  fails, with the results that the file of the same name ending in .expect tells:
                                   first line `<Shape> <focus node>`, then the shapes that report, one a line
neighbours.ttl                     valid things to which the cases may refer
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyshacl
from rdflib import SH, Graph, Namespace
from rdflib.term import Node

from vaughn.iris import SHAPES
from vaughn.resources import shipped_root

HERE = Path(__file__).parent / "shapes"
DATA = HERE / "data"
SHAPE = Namespace(SHAPES)
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)

Found = set[tuple[str, str]]
"""Pairs of the reporting shape's local name and the focus node's IRI."""


@dataclass(frozen=True)
class Expectation:
    """What an invalid file must give: only `reporting`, parts of the node shape, and only on `focus`."""

    shape: str
    focus: str
    reporting: frozenset[str]

    @property
    def found(self) -> Found:
        """The expectation in the form of a result."""
        return {(name, self.focus) for name in self.reporting}


def case_name(path: Path) -> str:
    """How a test calls a case: folder and file."""
    return f"{path.parent.name}/{path.stem}"


def files(pattern: str) -> list[Path]:
    """The case files that match a pattern, sorted by path."""
    return sorted(DATA.glob(f"*/{pattern}"))


def expectation(path: Path) -> Expectation:
    """What the file beside an invalid case promises."""
    head, *reporting = path.with_suffix(".expect").read_text(encoding="utf-8").split("\n")
    shape, focus = head.split()
    return Expectation(shape, focus, frozenset(filter(None, reporting)))


@cache
def shapes() -> Graph:
    """All shapes of the ontology. Not to be changed."""
    files = sorted((shipped_root() / "ontology" / "shapes").glob("*.ttl"))
    return _parsed(files, "SimpleMemory")  # asked the most by far; pySHACL wants the other kind for data


@cache
def ontology() -> Graph:
    """Words and code lists. Not to be changed."""
    folder = shipped_root() / "ontology"
    return _parsed([*sorted(folder.glob("*.ttl")), *sorted((folder / "lists").glob("*.ttl"))])


@cache
def _world() -> Graph:
    return ontology() + _parsed([HERE / "neighbours.ttl"])


@contextmanager
def world_with(path: Path) -> Iterator[tuple[Graph, Graph]]:
    """Ontology, code lists, neighbours and a case in one graph; and the case alone."""
    world, case = _world(), _parsed([path])
    added = [triple for triple in case if triple not in world]
    for triple in added:
        world.add(triple)
    try:
        yield world, case
    finally:
        for triple in added:
            world.remove(triple)


def results(world: Graph, using: Graph, focus: list[str] | None = None) -> Found:
    """What pySHACL reports for a graph, on the focus nodes alone where they are given."""
    _, report, _ = pyshacl.validate(world, shacl_graph=using, inplace=True, advanced=False, focus_nodes=focus)
    assert isinstance(report, Graph)
    return {(_local(report.value(node, SH.sourceShape)), str(report.value(node, SH.focusNode)))
            for node in report.objects(None, SH.result)}  # fmt: skip


@cache
def targeted() -> list[str]:
    """The local names of the node shapes that find their own nodes, sorted."""
    named = {shape for target in TARGETS for shape in shapes().subjects(target, None)}
    return sorted(_local(shape) for shape in named)


def parts(shape: Node) -> set[Node]:
    """A shape and every shape it names, however deep."""
    graph, seen, open_ = shapes(), set[Node](), [shape]
    while open_:
        node = open_.pop()
        if node not in seen:
            seen.add(node)
            open_ += [*graph.objects(node, SH.property), *graph.objects(node, SH["not"]), *_listed(graph, node)]
    return seen


def alone(shape: Node) -> Graph:
    """A shapes graph of one shape with its parts."""
    graph = Graph()
    for part in parts(shape):
        graph += shapes().cbd(part)
    return graph


def _listed(graph: Graph, node: Node) -> Iterator[Node]:
    for members in graph.objects(node, SH["or"]):
        yield from graph.items(members)


def _parsed(paths: list[Path], store: str = "default") -> Graph:
    graph = Graph(store, bind_namespaces="none")
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def _local(node: Node | None) -> str:
    return str(node).removeprefix(SHAPES)
