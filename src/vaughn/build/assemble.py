"""Put what was read into one in-memory store: a named graph per file, and ontology, shapes and catalogue.

The default graph starts with assertions and ontology; inference and derivation add to it, so that in the end it holds
everything served, each triple once. (A union of named graphs does not remove duplicates in this engine.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from vaughn.build.sources import Sources
from vaughn.errors import Finding
from vaughn.turtle import node_of

RESERVED = ("asserted", "inferred", "derived", "ontology", "shapes", "catalogue")


@dataclass(frozen=True)
class Assembly:
    """The store under way. base: the site's base; named graphs lie under `<base>graph/`."""

    store: ox.Store
    base: str

    def graph(self, name: str) -> ox.NamedNode:
        """The named graph of that name."""
        return ox.NamedNode(f"{self.base}graph/{name}")

    def triples(self, graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Triple]:
        """The triples of one graph, as the store keeps them (numbers in their normal form)."""
        return [quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph)]

    def add(self, name: str, triples: Iterable[ox.Triple]) -> int:
        """Add what the default graph does not hold yet to a named graph and to the default graph; how many that was."""
        fresh = [triple for triple in dict.fromkeys(triples) if ox.Quad(*triple) not in self.store]
        self.store.extend(_quads(fresh, self.graph(name)))
        self.store.extend(_quads(fresh, ox.DefaultGraph()))
        return len(fresh)


def assemble(sources: Sources) -> Assembly:
    """The store with every named graph that was read, and the default graph with assertions and ontology."""
    assembly = Assembly(ox.Store(), sources.site.base)
    for source in sources.graph:
        assembly.store.extend(_quads(source.triples, ox.NamedNode(source.graph)))
        assembly.store.extend(_quads(source.triples, ox.DefaultGraph()))
    entries = (triple for entry in sources.entries.values() for triple in entry.triples)
    assembly.store.extend(_quads(entries, assembly.graph("catalogue")))
    words = _canonical_words(assembly, sources)
    assembly.store.extend(words)
    own = assembly.graph("ontology")
    assembly.store.extend(_quads((quad.triple for quad in words if quad.graph_name == own), ox.DefaultGraph()))
    return assembly


def duplicates(sources: Sources) -> list[Finding]:
    """An error for each triple that two graph files assert, and for each file whose graph has a reserved name."""
    reserved = {f"{sources.site.base}graph/{name}": name for name in RESERVED}
    findings = [
        Finding("error", "reserved-graph-name", f"{reserved[source.graph]} is a reserved name", source.file)
        for source in sources.graph
        if source.graph in reserved
    ]
    homes: dict[ox.Triple, list[str]] = defaultdict(list)
    for source in sources.graph:
        for triple in dict.fromkeys(source.triples):
            homes[triple].append(source.file)
    return findings + [_duplicate(triple, files) for triple, files in homes.items() if len(files) > 1]


def _duplicate(triple: ox.Triple, files: Sequence[str]) -> Finding:
    message = f"{' and '.join(files)} both assert: {triple} ."
    remedy = "keep it in one of them"
    return Finding("error", "one-graph-per-triple", message, files[-1], node_of(triple).value, remedy)


def _canonical_words(assembly: Assembly, sources: Sources) -> list[ox.Quad]:
    """Ontology and shapes with blank nodes named by RDFC-1.0: equal inputs then give equal dumps."""
    parts = (("ontology", sources.ontology), ("shapes", sources.shapes))
    dataset = ox.Dataset(
        quad for name, files in parts for file in files for quad in _quads(file.triples, assembly.graph(name))
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def _quads(triples: Iterable[ox.Triple], graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    return (ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)
