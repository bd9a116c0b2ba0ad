"""A release with the data of all suites, each in the graphs that its requests name."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from protocol import graph_store, result_formats, sparql_protocol
from releases import write_release
from vaughn.resources import open_site
from vaughn.store.release import GraphInfo

_QUERIES = ("documents/graph", "documents/default", "lists/things")


def write(build_dir: Path) -> None:
    """Write it below the build folder and let `current` point to it."""
    site = open_site()
    folder = build_dir / "releases" / "suites"
    queries = {name: (site.queries[0] / f"{name}.rq").read_text(encoding="utf-8") for name in _QUERIES}
    quads = [*sparql_protocol.quads(), *result_formats.quads(), *_graph_store_quads()]
    names = sorted({quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)})
    graphs = tuple(GraphInfo(name, sum(_is_in(quad, name) for quad in quads)) for name in names)
    write_release(folder, ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"", queries=queries, graphs=graphs)
    (build_dir / "current").symlink_to(folder)


def _graph_store_quads() -> list[ox.Quad]:
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name) if name else ox.DefaultGraph())
        for name, texts in graph_store.graphs().items()
        for text in texts
        for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    ]


def _is_in(quad: ox.Quad, graph: str) -> bool:
    return isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value == graph
