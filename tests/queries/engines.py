"""One question, two engines: rows of Oxigraph and of rdflib in one comparable form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.query import Result
from rdflib.term import Node

from vaughn.turtle import parse_turtle

Row = tuple[str, ...]
"""One value per column in N-Triples form, "" where unbound. Numbers are written in their normal form."""

_NUMBERS = {"integer", "decimal", "double"}


def read(path: Path) -> ox.Store:
    """A store whose default graph is one Turtle file."""
    return store(parse_turtle(path.read_text(encoding="utf-8")).triples)


def store(triples: Iterable[ox.Triple]) -> ox.Store:
    """A store with these triples in its default graph."""
    made = ox.Store()
    made.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return made


def referee(source: ox.Store) -> Graph:
    """The default graph of a store as an rdflib graph."""
    return Graph("SimpleMemory").parse(data=_ntriples(source, ox.DefaultGraph()), format="nt")


def dataset_referee(source: ox.Store) -> Dataset:
    """The default graph and the named graphs of a store as an rdflib dataset."""
    made = Dataset()
    for name in source.named_graphs():
        made.graph(URIRef(str(name)[1:-1])).parse(data=_ntriples(source, name), format="nt")
    made.default_graph.parse(data=_ntriples(source, ox.DefaultGraph()), format="nt")
    return made


def _ntriples(source: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> bytes:
    triples = (quad.triple for quad in source.quads_for_pattern(None, None, None, graph))
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def default_graph(source: ox.Store, text: str) -> object:
    """What Oxigraph answers from the default graph alone."""
    return source.query(text, default_graph=[ox.DefaultGraph()], named_graphs=[])


def ask_oxigraph(source: ox.Store, text: str, *, whole: bool = False) -> list[Row]:
    """Rows of a SELECT, sorted triples of a CONSTRUCT. whole: named graphs are there too."""
    answer = source.query(text) if whole else default_graph(source, text)
    if isinstance(answer, ox.QuerySolutions):
        return [tuple(_spelt(row[variable]) for variable in answer.variables) for row in answer]
    assert isinstance(answer, ox.QueryTriples)
    return sorted({(_spelt(one.subject), _spelt(one.predicate), _spelt(one.object)) for one in answer})


def ask_rdflib(source: Graph, text: str) -> list[Row]:
    """The same question, asked of rdflib."""
    answer = source.query(text)
    if answer.type == "SELECT":
        return list(_selected(answer))
    return sorted({tuple(_spelt_by_rdflib(node) for node in triple) for triple in answer.graph or ()})


def _selected(answer: Result) -> Iterator[Row]:
    for row in answer.bindings:
        yield tuple(_spelt_by_rdflib(row.get(variable)) for variable in answer.vars or ())


def _spelt(term: object) -> str:
    if isinstance(term, ox.BlankNode):
        return "_:"
    if isinstance(term, ox.Literal) and term.datatype.value.rpartition("#")[2] in _NUMBERS:
        return _number(term.value)
    return "" if term is None else str(term)


def _spelt_by_rdflib(node: Node | None) -> str:
    match node:
        case None:
            return ""
        case BNode():
            return "_:"
        case URIRef():
            return f"<{node}>"
        case Literal() if node.datatype and str(node.datatype).rpartition("#")[2] in _NUMBERS:
            return _number(str(node))
    assert isinstance(node, Literal)
    return str(ox.Literal(str(node), language=node.language, datatype=_datatype(node)))


def _datatype(node: Literal) -> ox.NamedNode | None:
    return ox.NamedNode(str(node.datatype)) if node.datatype and not node.language else None


def _number(text: str) -> str:
    return repr(float(text))
