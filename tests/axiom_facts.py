"""Facts made from an ontology's own axioms: for each axiom a case whose premises make its rule conclude something.

A kind of axiom without a maker is an error, so that whatever the ontology begins to use is exercised too.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, count

from pyoxigraph import NamedNode, Triple
from rdflib import OWL, RDF, RDFS

TYPE = NamedNode(RDF.type)
FIRST, REST, NIL = NamedNode(RDF.first), NamedNode(RDF.rest), NamedNode(RDF.nil)

Things = Iterator[NamedNode]


@dataclass(frozen=True)
class Case:
    """What to assert, and what one axiom makes of it: a conclusion, or a contradiction that names `at_fault`."""

    premises: tuple[Triple, ...]
    conclusion: Triple | None = None
    at_fault: NamedNode | None = None


@dataclass(frozen=True)
class Axiom:
    """One axiom. kind: the local name that tells it from others; terms: the classes or properties it is about."""

    kind: str
    terms: tuple[NamedNode, ...]


def axioms(ontology: Sequence[Triple]) -> list[Axiom]:
    """Every axiom of an ontology, sorted. Raises KeyError for a kind that is neither exercised nor passed over."""
    cells = _Cells(ontology)
    found = [axiom for triple in ontology for axiom in _of(triple, cells)]
    return sorted(set(found), key=lambda axiom: (axiom.kind, [term.value for term in axiom.terms]))


def case(axiom: Axiom, things: Things) -> Case:
    """A case for one axiom, about the next of the things."""
    return MAKERS[axiom.kind](axiom.terms, things)


def fresh() -> Things:
    """Individuals that nothing else speaks of, one after the other."""
    return (NamedNode(f"http://example.org/thing/{number}") for number in count())


def graph(ontology: Sequence[Triple], seed: int, size: int) -> list[Triple]:
    """`size` facts from premises of axioms drawn at random, every kind as often as the others; things are shared, two
    facts to each on average, so that conclusions feed each other; the same facts for the same seed."""
    draw = random.Random(seed)  # noqa: S311  repeatable, not secret
    by_kind = [[each for each in axioms(ontology) if each.kind == kind] for kind in sorted(set(MAKERS) - DISJOINT)]
    pool = [NamedNode(f"http://example.org/shared/{number}") for number in range(size)]
    things = (draw.choice(pool) for _ in count())
    facts: dict[Triple, None] = {}
    while len(facts) < size:
        facts.update(dict.fromkeys(case(draw.choice(draw.choice(by_kind)), things).premises))
    return list(facts)[:size]


class _Cells:
    """The lists of an ontology."""

    def __init__(self, ontology: Sequence[Triple]) -> None:
        self._first = {triple.subject: triple.object for triple in ontology if triple.predicate == FIRST}
        self._rest = {triple.subject: triple.object for triple in ontology if triple.predicate == REST}

    def items(self, head: object) -> Iterator[NamedNode]:
        while head != NIL:
            yield _named(self._first[head])  # type: ignore[index]
            head = self._rest[head]  # type: ignore[index]


def _of(triple: Triple, cells: _Cells) -> Iterator[Axiom]:
    word = triple.object if triple.predicate == TYPE else triple.predicate
    kind = _schema_name(word)
    if kind is None or kind in PASSED_OVER:
        return
    if kind in PAIRWISE:
        yield from (Axiom(kind, pair) for pair in combinations(cells.items(triple.object), 2))
    elif kind in LISTED:
        yield Axiom(kind, (_named(triple.subject), *cells.items(triple.object)))
    elif kind in MARKS:
        yield Axiom(kind, (_named(triple.subject),))
    elif kind in MAKERS:
        pair = (_named(triple.subject), _named(triple.object))
        yield from (Axiom(kind, each) for each in ((pair, pair[::-1]) if kind in BOTH_WAYS else (pair,)))
    else:
        raise KeyError(f"no facts are made for {triple}")


def _schema_name(word: object) -> str | None:
    """The local name of a word of RDFS's or OWL's that says something about classes or properties."""
    if not isinstance(word, NamedNode):
        return None
    if word.value.startswith(str(OWL)):
        return word.value.removeprefix(str(OWL))
    name = word.value.removeprefix(str(RDFS))
    return name if name in RDFS_AXIOMS else None


def _named(term: object) -> NamedNode:
    if isinstance(term, NamedNode):
        return term
    raise KeyError(f"no facts are made for anonymous classes and properties: {term}")


def _sub_class(terms: tuple[NamedNode, ...], things: Things) -> Case:
    part, whole = terms
    one = next(things)
    return Case((Triple(one, TYPE, part),), Triple(one, TYPE, whole))


def _sub_property(terms: tuple[NamedNode, ...], things: Things) -> Case:
    part, whole = terms
    one, other = next(things), next(things)
    return Case((Triple(one, part, other),), Triple(one, whole, other))


def _domain(terms: tuple[NamedNode, ...], things: Things) -> Case:
    link, kind = terms
    one, other = next(things), next(things)
    return Case((Triple(one, link, other),), Triple(one, TYPE, kind))


def _range(terms: tuple[NamedNode, ...], things: Things) -> Case:
    link, kind = terms
    one, other = next(things), next(things)
    return Case((Triple(one, link, other),), Triple(other, TYPE, kind))


def _inverse(terms: tuple[NamedNode, ...], things: Things) -> Case:
    link, back = terms
    one, other = next(things), next(things)
    return Case((Triple(one, link, other),), Triple(other, back, one))


def _symmetric(terms: tuple[NamedNode, ...], things: Things) -> Case:
    (link,) = terms
    one, other = next(things), next(things)
    return Case((Triple(one, link, other),), Triple(other, link, one))


def _transitive(terms: tuple[NamedNode, ...], things: Things) -> Case:
    (link,) = terms
    one, middle, other = next(things), next(things), next(things)
    return Case((Triple(one, link, middle), Triple(middle, link, other)), Triple(one, link, other))


def _chain(terms: tuple[NamedNode, ...], things: Things) -> Case:
    head, *links = terms
    path = [next(things) for _ in range(len(links) + 1)]
    steps = tuple(Triple(one, link, other) for one, link, other in zip(path, links, path[1:], strict=False))
    return Case(steps, Triple(path[0], head, path[-1]))


def _disjoint(terms: tuple[NamedNode, ...], things: Things) -> Case:
    one = next(things)
    return Case(tuple(Triple(one, TYPE, kind) for kind in terms), at_fault=one)


MAKERS: dict[str, Callable[[tuple[NamedNode, ...], Things], Case]] = {
    "SymmetricProperty": _symmetric,
    "TransitiveProperty": _transitive,
    "disjointWith": _disjoint,
    "domain": _domain,
    "inverseOf": _inverse,
    "members": _disjoint,
    "propertyChainAxiom": _chain,
    "range": _range,
    "subClassOf": _sub_class,
    "subPropertyOf": _sub_property,
}
DISJOINT = {"disjointWith", "members"}
BOTH_WAYS = {"inverseOf"}
PAIRWISE, LISTED, MARKS = {"members"}, {"propertyChainAxiom"}, {"SymmetricProperty", "TransitiveProperty"}
RDFS_AXIOMS = {"domain", "range", "subClassOf", "subPropertyOf"}
PASSED_OVER = {
    *("AnnotationProperty", "Class", "DatatypeProperty", "ObjectProperty", "Ontology"),
    "AllDisjointClasses",
    *("deprecated", "versionIRI", "versionInfo"),
}
"""Declarations, from which nothing follows for a thing; the mark of a list whose `members` are exercised; and
annotations."""
