"""By what a release is asked and read, and what of it another one has otherwise: named queries, shapes, the context."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from vaughn.iris import SHAPES
from vaughn.store.changes import Remade
from vaughn.store.release import Release

SHAPES_GRAPH = "graph/shapes"
"""The named graph that holds the shapes, below the base."""

Nodes = dict[bytes, list[tuple[bytes, bytes]]]
"""What a graph says of each node, as N-Quads write it: subject → predicates and objects."""

_UNNAMED = b"_:"
_OURS = f"<{SHAPES}".encode()


def means(before: Release, after: Release, old: Nodes, new: Nodes) -> tuple[Remade, ...]:
    """What `after` has otherwise than `before`: queries, then shapes, then the context, each by name.

    old, new: what their graphs of shapes say; a blank node counts as what it says, since its label is made anew.
    """
    contexts = ({"context.jsonld": json.dumps(each.context, sort_keys=True)} for each in (before, after))
    return (
        *_remade("query", _queries(before), _queries(after)),
        *_remade("shape", _shapes(old), _shapes(new)),
        *_remade("context", *contexts),
    )


def _remade(kind: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Remade]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old or name not in new:
            yield Remade(kind, name, "added" if name in new else "removed")
        elif old[name] != new[name]:
            yield Remade(kind, name, "changed")


def _queries(release: Release) -> dict[str, bytes]:
    """The text of each query, by its name."""
    folder = release.path / "queries"
    return {path.relative_to(folder).with_suffix("").as_posix(): path.read_bytes() for path in folder.rglob("*.rq")}


def _shapes(nodes: Nodes) -> dict[str, object]:
    """What is said of each shape, by its local name."""
    named = (node for node in nodes if node.startswith(_OURS))
    return {node.removeprefix(_OURS)[:-1].decode(): _said(node, nodes, frozenset()) for node in named}


def _said(node: bytes, nodes: Nodes, above: frozenset[bytes]) -> object:
    """What is said of a node, and of the blank nodes below it; no further where they go round in a circle."""
    within = above | {node}
    return frozenset(
        (predicate, _said(value, nodes, within) if value.startswith(_UNNAMED) and value not in within else value)
        for predicate, value in nodes.get(node, ())
    )
