"""The reasoner that builds use: rules compiled from the axioms, run by the engine in a scratch store in memory.

Beyond what `facts` leaves out it knows three limits: rules that would merge individuals are refused (functional and
inverse-functional properties, keys, maxCardinality 1, owl:sameAs), as are restrictions to ranges of literals; no
derivation joins on the type of a literal; and numbers in inferred triples have the engine's canonical form.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from vaughn.build.closure import sparql, words
from vaughn.build.closure.axioms import Axioms, anonymous, axioms_among
from vaughn.build.closure.compile import Program, compiled
from vaughn.build.closure.facts import declared_datatypes, is_domain_class, is_domain_property, is_reserved
from vaughn.build.closure.result import Closure, Inconsistency
from vaughn.build.closure.rules import Atom, Constraint, Symbol
from vaughn.build.closure.saturate import Group, Plan, planned


class CompiledReasoner:
    """Raises AxiomUnsupported for an axiom it would have to ignore."""

    name = "compiled"

    def close(self, ontology: Sequence[Triple], assertions: Sequence[Triple]) -> Closure:
        started = time.perf_counter()
        axioms = Axioms([*axioms_among(ontology), *axioms_among(assertions)])
        program = compiled(axioms)
        plan = planned(program)
        store = _scratch(ontology, assertions, program)
        kept = _kept(plan, declared_datatypes(ontology))
        before = {symbol: set(_holding(store, symbol)) for symbol in kept}
        for group in plan.groups:
            _run(store, group)
        new = [triple for symbol in kept for triple in _holding(store, symbol) if triple not in before[symbol]]
        return Closure(
            triples=tuple(sorted(filter(_about_domain, new), key=str)),
            inconsistencies=tuple(sorted(set(_inconsistencies(store, program.constraints)))),
            seconds=time.perf_counter() - started,
        )


def _scratch(ontology: Iterable[Triple], assertions: Iterable[Triple], program: Program) -> Store:
    """A store with every triple that some rule or constraint could ask for, or conclude."""
    atoms = [atom for rule in program.rules for atom in (rule.head, *rule.body)]
    atoms += [atom for constraint in program.constraints for atom in constraint.body]
    wanted = {atom.predicate for atom in atoms} | {words.TYPE}
    store = Store()
    store.extend(_wanted(ontology, wanted))
    store.extend(_wanted(assertions, wanted))
    return store


def _wanted(triples: Iterable[Triple], wanted: set[NamedNode]) -> list[Quad]:
    return [_quad(triple) for triple in triples if triple.predicate in wanted]


def _quad(triple: Triple) -> Quad:
    """The triple; a type in an anonymous class by the name that the class bears here."""
    kind = triple.object
    if isinstance(kind, BlankNode) and triple.predicate == words.TYPE:
        return Quad(triple.subject, triple.predicate, anonymous(kind))
    return Quad(*triple)


def _run(store: Store, group: Group) -> None:
    if not group.loops:
        for step in group.steps:
            store.update(sparql.update(step))
        return
    texts = [sparql.update_again(step) for step in group.steps]
    size, before = _size(store, group), -1
    while size != before:
        for text in texts:
            store.update(text)
        size, before = _size(store, group), size


def _size(store: Store, group: Group) -> int:
    """How much there is of what a group makes; counting the whole store would take as long as the rules."""
    tokens = {token for step in group.steps for token in step.tokens}
    return sum(_count(store, token) for token in tokens)


def _count(store: Store, atom: Atom) -> int:
    number = cast("Literal", next(_rows(store, sparql.count(atom)))["count"])
    return int(number.value)


def _rows(store: Store, select: str) -> QuerySolutions:
    return cast("QuerySolutions", store.query(select))


def _kept(plan: Plan, datatypes: frozenset[NamedNode]) -> list[Symbol]:
    """The classes and properties that the plan makes facts of and whose facts are of the domain."""
    made = {head.symbol for step in plan.steps for head in step.heads}
    return [
        (predicate, kind)
        for predicate, kind in sorted(made, key=str)
        if (is_domain_property(predicate) if kind is None else is_domain_class(kind, datatypes))
        and not (kind is not None and kind.value.startswith(words.ANONYMOUS))
    ]


def _holding(store: Store, symbol: Symbol) -> Iterator[Triple]:
    return (quad.triple for quad in store.quads_for_pattern(None, *symbol))


def _about_domain(triple: Triple) -> bool:
    return not is_reserved(triple.subject)


def _inconsistencies(store: Store, constraints: Iterable[Constraint]) -> Iterator[Inconsistency]:
    for _, family in groupby(constraints, key=lambda constraint: constraint.axiom):
        several = list(family)
        if several[0].name != "cax-adc" or _overlapping(store, several):
            yield from (each for constraint in several for each in _broken(store, constraint))


def _overlapping(store: Store, family: Sequence[Constraint]) -> bool:
    """Whether any pair of these disjoint classes shares an individual; a class listed twice is disjoint with itself."""
    kinds = sorted({atom.symbol[1] for each in family for atom in each.body if atom.symbol[1]}, key=str)
    twice = any(len(set(each.body)) == 1 for each in family)
    return twice or bool(store.query(sparql.shared(kinds)))


def _broken(store: Store, constraint: Constraint) -> Iterator[Inconsistency]:
    for row in _rows(store, sparql.select(constraint)):
        terms = tuple(str(row[place]) for place in range(len(constraint.variables)))
        named = tuple(text[1:-1] if text.startswith("<") else text for text in terms)
        yield Inconsistency(constraint.name, named, constraint.says.format(*terms))
