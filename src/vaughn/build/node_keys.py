"""A digest per node of what its validation looks at, so that an edit re-validates what it touched and nothing else.

The reach of a node is itself, what it refers to, what that refers to, and what refers to it, each with its own
triples. A key covers the reach, and validation is shown nothing beyond it (`reach`): a shape that looks further finds
nothing there and complains at once, instead of missing an edit two files away.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from vaughn.turtle import node_of


@dataclass(frozen=True)
class Neighbours:
    """The graph as node → what it says, what it refers to and what refers to it."""

    says: Mapping[str, Sequence[str]]
    refers: Mapping[str, Sequence[str]]
    referrers: Mapping[str, Sequence[tuple[str, str]]]


def neighbours(triples: Iterable[ox.Triple]) -> Neighbours:
    """The graph around every subject."""
    says: dict[str, list[str]] = defaultdict(list)
    refers: dict[str, list[str]] = defaultdict(list)
    referrers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for triple in triples:
        subject = node_of(triple).value
        said = "_:" if isinstance(triple.object, ox.BlankNode) else str(triple.object)  # labels differ at each reading
        says[subject].append(f"{triple.predicate} {said}")
        if isinstance(triple.object, ox.NamedNode):
            refers[subject].append(triple.object.value)
            referrers[triple.object.value].append((triple.predicate.value, subject))
    return Neighbours(says, refers, referrers)


def node_keys(graph: Neighbours, salt: str) -> dict[str, str]:
    """Node → digest. salt: what every validation depends on (shapes, ontology, engine)."""
    own = {node: _digest(node, *sorted(said)) for node, said in graph.says.items()}
    near = {node: _digest(own[node], *_known(own, graph.refers.get(node, ()))) for node in own}
    return {node: _key(graph, node, salt, own, near) for node in own}


def reach(graph: Neighbours, nodes: Iterable[str]) -> set[str]:
    """The nodes whose triples a validation of `nodes` may look at."""
    focus = set(nodes)
    near = {other for node in focus for other in graph.refers.get(node, ())}
    far = {other for node in near for other in graph.refers.get(node, ())}
    return focus | near | far | {subject for node in focus for _, subject in graph.referrers.get(node, ())}


def _key(graph: Neighbours, node: str, salt: str, own: Mapping[str, str], near: Mapping[str, str]) -> str:
    referring = sorted(f"{predicate} {own[subject]}" for predicate, subject in graph.referrers.get(node, ()))
    return _digest(salt, own[node], *_known(near, graph.refers.get(node, ())), "|", *referring)


def _known(digests: Mapping[str, str], nodes: Iterable[str]) -> list[str]:
    return sorted({digests[node] for node in nodes if node in digests})


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
