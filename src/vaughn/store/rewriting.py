"""Small graphs of our own from one notation into another, in this process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def _numbered(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples, each blank node by its number as it is first met: the engine names them otherwise every time."""
    numbers: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return numbers.setdefault(term, ox.BlankNode(f"b{len(numbers) + 1}"))
        return term

    return [ox.Triple(named(each.subject), each.predicate, named(each.object)) for each in triples]


def rewritten(turtle: str, base: str, format: str) -> bytes:
    """A Turtle text of ours in another notation, with its own prefixes, its relative names resolved against `base`.

    format: ttl, nt, rdf or jsonld.
    """
    parser = ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE, base_iri=base)
    triples = _numbered(quad.triple for quad in parser)
    return ox.serialize(triples, format=_FORMATS[format], prefixes=parser.prefixes) or b""
