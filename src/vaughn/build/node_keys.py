"""A digest per node of what its validation looks at, so that an edit re-validates what it touched and nothing else.

The reach of a node is itself, what it refers to, what that refers to, and what refers to it, each with its own
triples. A key covers the reach, and validation is shown nothing beyond it (`reach`): a shape that looks further finds
nothing there and complains at once, instead of missing an edit two files away.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from vaughn.turtle import node_of


@dataclass(frozen=True)
class Neighbours:
    """The graph as node → its triples, what it refers to and the triples that refer to it."""

    says: Mapping[str, Sequence[ox.Triple]]
    refers: Mapping[str, Sequence[str]]
    referrers: Mapping[str, Sequence[ox.Triple]]


def neighbours(triples: Iterable[ox.Triple]) -> Neighbours:
    """The graph around every subject."""
    says: dict[str, list[ox.Triple]] = defaultdict(list)
    refers: dict[str, list[str]] = defaultdict(list)
    referrers: dict[str, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        subject, target = node_of(triple).value, triple.object
        says[subject].append(triple)
        if isinstance(target, ox.NamedNode):
            refers[subject].append(target.value)
            referrers[target.value].append(triple)
    return Neighbours(says, refers, referrers)


def node_keys(graph: Neighbours, salt: str, nodes: Iterable[str]) -> dict[str, str]:
    """Node → digest, for those of `nodes` that say something. salt: what every validation depends on (shapes,
    ontology, engine)."""
    own, near = _own(graph), _Digests(lambda node: _digest(own[node], *_known(graph, own, node)))
    return {node: _key(graph, node, salt, own, near) for node in nodes if node in graph.says}


def reach(graph: Neighbours, nodes: Iterable[str]) -> set[str]:
    """The nodes whose triples a validation of `nodes` may look at."""
    focus = set(nodes)
    near = {other for node in focus for other in graph.refers.get(node, ())}
    far = {other for node in near for other in graph.refers.get(node, ())}
    return focus | near | far | {node_of(triple).value for node in focus for triple in graph.referrers.get(node, ())}


class _Digests(dict[str, str]):
    """Node → digest, made when first asked for: a key needs those of a few nodes out of thousands."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, node: str) -> str:
        self[node] = digest = self._make(node)
        return digest


def _own(graph: Neighbours) -> _Digests:
    """The digest of each node's own triples; labels of blank nodes differ at each reading and are left out."""
    return _Digests(lambda node: _digest(node, *sorted(map(_said, graph.says[node]))))


def _said(triple: ox.Triple) -> str:
    return f"{triple.predicate} {'_:' if isinstance(triple.object, ox.BlankNode) else triple.object}"


def _key(graph: Neighbours, node: str, salt: str, own: _Digests, near: _Digests) -> str:
    referrers = graph.referrers.get(node, ())
    referring = sorted(f"{triple.predicate.value} {own[node_of(triple).value]}" for triple in referrers)
    return _digest(salt, own[node], *_known(graph, near, node), "|", *referring)


def _known(graph: Neighbours, digests: _Digests, node: str) -> list[str]:
    """The digests of what a node refers to, where the graph describes it."""
    return sorted({digests[other] for other in graph.refers.get(node, ()) if other in graph.says})


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
