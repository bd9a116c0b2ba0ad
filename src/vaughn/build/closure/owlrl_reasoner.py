"""The referee: owlrl's closure, a brute-force reading of the rules: slow (minutes at 100,000 triples), independent."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import rdflib
from owlrl import OWLRL_Semantics
from owlrl.Namespaces import ERRNS
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from vaughn.build.closure import words
from vaughn.build.closure.axioms import refuse_merging
from vaughn.build.closure.facts import declared_datatypes, is_domain_fact
from vaughn.build.closure.result import Closure, Inconsistency
from vaughn.errors import AxiomMerging

# A literal that is none of its datatype is the shapes' business; rdflib would print a traceback for each.
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
_Term = NamedNode | BlankNode | Literal

_MESSAGES: Final = (
    ("cls-nothing2", r"(\S+) is defined of type 'Nothing'"),
    ("cls-com", r"Violation of complementarity for classes \S+ and \S+ on element (\S+)"),
    ("cls-maxc1", r"Erroneous usage of maximum cardinality with \S+ and (\S+)"),
    ("cls-maxqc1", r"Erroneous usage of maximum qualified cardinality with \S+, \S+ and (\S+)"),
    ("cax-dw", r"Disjoint classes \S+ and \S+ have a common individual (\S+)"),
    ("prp-irp", r"Irreflexive property used on (\S+) with \S+"),
    ("prp-asyp", r"Erroneous usage of asymmetric property \S+ on (\S+) and (\S+)"),
    ("prp-pdw", r"Erroneous usage of disjoint properties \S+ and \S+ on (\S+) and (.+)"),
    ("prp-adp", r"Disjoint properties in an 'AllDisjointProperties' are not really disjoint: \((\S+), \S+,(.+?)\) and"),
    ("prp-npa", r"Negative \(\w+\) property assertion violated for: \((\S+), \S+, (.+)\)"),
    ("eq-diff", r"'sameAs' and '\w+' cannot be used on the same subject-object pair: \((\S+), (\S+)\)"),
)
"""Rule and wording of each contradiction owlrl reports. It reports ill-formed literals (dt-not-type) too: those are the
shapes' business and are passed over."""


class OwlrlReasoner:
    """Runs owlrl over an rdflib graph. Blank nodes keep their labels and literals their letters, both ways.

    Of its answer only domain facts are kept (see `facts`); its messages become inconsistencies. Raises AxiomMerging
    where axioms make individuals the same, or anything follows by which they would be.
    """

    name = "owlrl"

    def close(self, ontology: Sequence[Triple], assertions: Sequence[Triple]) -> Closure:
        started = time.perf_counter()
        terms = _Terms()
        given = {*ontology, *assertions}
        refuse_merging(sorted(given, key=str))
        graph = rdflib.Graph()
        for triple in given:
            graph.add(
                (terms.to_rdflib(triple.subject), terms.to_rdflib(triple.predicate), terms.to_rdflib(triple.object))
            )
        semantics = OWLRL_Semantics(graph, axioms=False, daxioms=False)
        semantics.closure()
        datatypes = declared_datatypes(ontology)
        kept = {triple for triple in _triples(graph, terms) if is_domain_fact(triple, datatypes)} - given
        _refuse_merged(kept)
        return Closure(
            triples=tuple(sorted(kept, key=str)),
            inconsistencies=tuple(sorted(_inconsistencies(semantics.error_messages, terms))),
            seconds=time.perf_counter() - started,
        )


class _Terms:
    """Terms of the engine and of rdflib, each remembered, so that one comes back as it went in."""

    def __init__(self) -> None:
        self._back: dict[rdflib.term.Node, _Term] = {}

    def to_rdflib(self, term: object) -> rdflib.term.Node:
        node = _node(term)
        self._back[node] = term  # type: ignore[assignment]
        return node

    def from_rdflib(self, node: rdflib.term.Node) -> _Term:
        known = self._back.get(node)
        return known if known is not None else NamedNode(str(node))

    def said(self, text: str) -> str:
        """A term as messages name it: owlrl leaves out what marks a blank node."""
        blank = self._back.get(rdflib.BNode(text))
        return str(blank) if blank else text


def _node(term: object) -> rdflib.term.Node:
    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case BlankNode():
            return rdflib.BNode(term.value)
        case Literal(language=str(language)):
            return rdflib.Literal(term.value, lang=language)
        case Literal():
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"a triple term has no place in OWL 2 RL: {term}")


def _triples(graph: rdflib.Graph, terms: _Terms) -> Iterator[Triple]:
    """The graph's triples, without those RDF cannot carry and without owlrl's own error reports."""
    reports = set(graph.subjects(rdflib.RDF.type, ERRNS.ErrorMessage))
    for subject, predicate, value in graph:
        if isinstance(predicate, rdflib.URIRef) and not isinstance(subject, rdflib.Literal) and subject not in reports:
            yield Triple(terms.from_rdflib(subject), terms.from_rdflib(predicate), terms.from_rdflib(value))  # type: ignore[arg-type]


def _refuse_merged(kept: Iterable[Triple]) -> None:
    for merged in sorted(str(triple) for triple in kept if triple.predicate == words.SAME_AS):
        raise AxiomMerging(merged)


def _inconsistencies(messages: Iterable[str], terms: _Terms) -> Iterator[Inconsistency]:
    for message in messages:
        for rule, wording in _MESSAGES:
            found = re.match(wording, message)
            if found:
                yield Inconsistency(rule, tuple(map(terms.said, found.groups())), message)
