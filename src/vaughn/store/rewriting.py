"""Small graphs of our own from one notation into another, in this process."""

from __future__ import annotations

import pyoxigraph as ox

_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def rewritten(turtle: str, base: str, format: str) -> bytes:
    """A Turtle text of ours in another notation, with its own prefixes, its relative names resolved against `base`.

    format: ttl, nt, rdf or jsonld.
    """
    parser = ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE, base_iri=base)
    triples = [quad.triple for quad in parser]
    return ox.serialize(triples, format=_FORMATS[format], prefixes=parser.prefixes) or b""
