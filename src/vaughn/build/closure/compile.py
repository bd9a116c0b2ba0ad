"""Axioms as rules and constraints, one function per kind of axiom (Profiles Tables 5, 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, Variable

from vaughn.build.closure import words
from vaughn.build.closure.axioms import Axioms
from vaughn.build.closure.facts import is_reserved
from vaughn.build.closure.rules import Atom, Constant, Constraint, Rule, X, Y, Z, member
from vaughn.build.closure.schema import class_inclusions, property_inclusions
from vaughn.errors import AxiomUnsupported


@dataclass(frozen=True)
class Program:
    """All rules and constraints of an ontology."""

    rules: tuple[Rule, ...]
    constraints: tuple[Constraint, ...]


def compiled(axioms: Axioms) -> Program:
    """The program of an ontology.

    Raises AxiomUnsupported for an axiom whose rule would merge individuals, reason over literals' types, or change
    the meaning of the language's own words.
    """
    rules = [rule for kind in _KINDS for rule in kind(axioms)]
    constraints = [constraint for kind in _CONSTRAINTS for constraint in kind(axioms)]
    kept = [rule for rule in rules if _matters(rule.head, rule.axiom, axioms)]
    bodies = [(rule.axiom, rule.body) for rule in kept] + [(each.axiom, each.body) for each in constraints]
    for axiom, body in bodies:
        for atom in body:
            _check_premise(atom, axiom, axioms)
    return Program(tuple(kept), tuple(constraints))


def _hierarchy(axioms: Axioms) -> Iterator[Rule]:
    for each in property_inclusions(axioms):
        yield Rule(each.name, Atom(X, each.whole, Y), (Atom(X, each.part, Y),), each.axiom)
    for each in class_inclusions(axioms):
        yield Rule(each.name, member(X, each.whole), (member(X, each.part),), each.axiom)


def _domains_and_ranges(axioms: Axioms) -> Iterator[Rule]:
    for name, predicate, end in (("prp-dom", words.DOMAIN, X), ("prp-rng", words.RANGE, Y)):
        for axiom in axioms.of(predicate):
            kind = axioms.class_of(axiom.object, axiom)
            premise = Atom(X, axioms.property_of(axiom.subject, axiom), Y)
            yield Rule(name, member(end, kind), (premise,), str(axiom))


def _inverses(axioms: Axioms) -> Iterator[Rule]:
    for axiom in axioms.of(words.INVERSE_OF):
        one, other = axioms.property_of(axiom.subject, axiom), axioms.property_of(axiom.object, axiom)
        yield Rule("prp-inv1", Atom(Y, other, X), (Atom(X, one, Y),), str(axiom))
        yield Rule("prp-inv2", Atom(Y, one, X), (Atom(X, other, Y),), str(axiom))


def _characteristics(axioms: Axioms) -> Iterator[Rule]:
    for axiom in axioms.typed(words.SYMMETRIC):
        both = axioms.property_of(axiom.subject, axiom)
        yield Rule("prp-symp", Atom(Y, both, X), (Atom(X, both, Y),), str(axiom))
    for axiom in axioms.typed(words.TRANSITIVE):
        step = axioms.property_of(axiom.subject, axiom)
        yield Rule("prp-trp", Atom(X, step, Z), (Atom(X, step, Y), Atom(Y, step, Z)), str(axiom))


def _chains(axioms: Axioms) -> Iterator[Rule]:
    for axiom in axioms.of(words.CHAIN):
        steps = [axioms.property_of(item, axiom) for item in axioms.items(axiom.object, axiom)]
        nodes = [Variable(f"n{place}") for place in range(len(steps) + 1)]
        body = tuple(Atom(start, step, end) for step, (start, end) in zip(steps, pairwise(nodes), strict=True))
        head = Atom(nodes[0], axioms.property_of(axiom.subject, axiom), nodes[-1])
        yield Rule("prp-spo2", head, body, str(axiom))


def _quantified(axioms: Axioms) -> Iterator[Rule]:
    for axiom in axioms.of(words.SOME_VALUES):
        node, filler = axioms.class_of(axiom.subject, axiom), axioms.class_of(axiom.object, axiom)
        value = Atom(X, axioms.restricted(axiom), Y)
        body = (value,) if filler == words.THING else (value, member(Y, filler))
        yield Rule("cls-svf2" if filler == words.THING else "cls-svf1", member(X, node), body, str(axiom))
    for axiom in axioms.of(words.ALL_VALUES):
        node, filler = axioms.class_of(axiom.subject, axiom), axioms.class_of(axiom.object, axiom)
        body = (member(X, node), Atom(X, axioms.restricted(axiom), Y))
        yield Rule("cls-avf", member(Y, filler), body, str(axiom))


def _values(axioms: Axioms) -> Iterator[Rule]:
    for axiom in axioms.of(words.HAS_VALUE):
        node = axioms.class_of(axiom.subject, axiom)
        value = Atom(X, axioms.restricted(axiom), _constant(axiom.object, axiom))
        yield Rule("cls-hv1", value, (member(X, node),), str(axiom))
        yield Rule("cls-hv2", member(X, node), (value,), str(axiom))


def _intersections(axioms: Axioms) -> Iterator[Rule]:
    """Only the way in (cls-int1); the way out is hierarchy."""
    for axiom in axioms.of(words.INTERSECTION):
        body = tuple(member(X, axioms.class_of(item, axiom)) for item in axioms.items(axiom.object, axiom))
        yield Rule("cls-int1", member(X, axioms.class_of(axiom.subject, axiom)), body, str(axiom))


def _enumerations(axioms: Axioms) -> Iterator[Rule]:
    for axiom in axioms.of(words.ONE_OF):
        node = axioms.class_of(axiom.subject, axiom)
        for item in axioms.items(axiom.object, axiom):
            yield Rule("cls-oo", member(_constant(item, axiom), node), (), str(axiom))


def _disjoint_classes(axioms: Axioms) -> Iterator[Constraint]:
    for name, predicate in (("cax-dw", words.DISJOINT_WITH), ("cls-com", words.COMPLEMENT)):
        for axiom in axioms.of(predicate):
            pair = (axioms.class_of(axiom.subject, axiom), axioms.class_of(axiom.object, axiom))
            yield _apart(name, pair, axiom)
    for axiom in axioms.typed(words.ALL_DISJOINT_CLASSES):
        kinds = [axioms.class_of(item, axiom) for item in _members(axioms, axiom)]
        for pair in combinations(kinds, 2):
            yield _apart("cax-adc", pair, axiom)


def _disjoint_properties(axioms: Axioms) -> Iterator[Constraint]:
    says = "{{}} is bound to {{}} by both {} and {}, which are disjoint"
    stated = [("prp-pdw", axiom, (axiom.subject, axiom.object)) for axiom in axioms.of(words.PROPERTY_DISJOINT)]
    for axiom in axioms.typed(words.ALL_DISJOINT_PROPERTIES):
        stated += [("prp-adp", axiom, pair) for pair in combinations(_members(axioms, axiom), 2)]  # type: ignore[misc]
    for name, axiom, pair in stated:
        one, other = (axioms.property_of(each, axiom) for each in pair)
        yield Constraint(name, (Atom(X, one, Y), Atom(X, other, Y)), says.format(one, other), str(axiom))


def _one_way(axioms: Axioms) -> Iterator[Constraint]:
    for axiom in axioms.typed(words.ASYMMETRIC):
        step = axioms.property_of(axiom.subject, axiom)
        says = f"{{}} and {{}} are bound both ways by {step}, which goes one way only"
        yield Constraint("prp-asyp", (Atom(X, step, Y), Atom(Y, step, X)), says, str(axiom))
    for axiom in axioms.typed(words.IRREFLEXIVE):
        step = axioms.property_of(axiom.subject, axiom)
        says = f"{{}} is bound to itself by {step}, which is irreflexive"
        yield Constraint("prp-irp", (Atom(X, step, X),), says, str(axiom))


def _none_at_all(axioms: Axioms) -> Iterator[Constraint]:
    nothing = str(words.NOTHING)
    yield Constraint("cls-nothing2", (member(X, words.NOTHING),), f"{{}} is in {nothing}, which is empty", nothing)
    for axiom in [*axioms.of(words.MAX_CARDINALITY), *axioms.of(words.MAX_QUALIFIED)]:
        if not isinstance(axiom.object, Literal) or axiom.object.value.strip("+0") != "":
            raise AxiomUnsupported(str(axiom), "only 0 has a rule here")
        yield _no_value(axioms, axiom)


def _no_value(axioms: Axioms, axiom: Triple) -> Constraint:
    step = axioms.restricted(axiom)
    body = [member(X, axioms.class_of(axiom.subject, axiom)), Atom(X, step, Y)]
    if axiom.predicate == words.MAX_QUALIFIED:
        body += [member(Y, kind) for kind in _fillers(axioms, axiom) if kind != words.THING]
    name = "cls-maxc1" if axiom.predicate == words.MAX_CARDINALITY else "cls-maxqc1"
    return Constraint(name, tuple(body), f"{{}} may have no {step}, and has {{}}", str(axiom))


def _fillers(axioms: Axioms, axiom: Triple) -> list[NamedNode]:
    found = [axioms.class_of(each.object, axiom) for each in axioms.values(axiom.subject, words.ON_CLASS)]
    if len(found) != 1:
        raise AxiomUnsupported(str(axiom), f"the restriction has {len(found)} owl:onClass, not one")
    return found


def _apart(name: str, pair: tuple[NamedNode, NamedNode], axiom: Triple) -> Constraint:
    one, other = (_said(kind) for kind in pair)
    body = (member(X, pair[0]), member(X, pair[1]))
    return Constraint(name, body, f"{{}} is of both {one} and {other}, which share nothing", str(axiom))


def _said(kind: NamedNode) -> str:
    return "an anonymous class" if kind.value.startswith(words.ANONYMOUS) else str(kind)


def _members(axioms: Axioms, axiom: Triple) -> list[object]:
    lists = axioms.values(axiom.subject, words.MEMBERS)
    if len(lists) != 1:
        raise AxiomUnsupported(str(axiom), f"it has {len(lists)} owl:members, not one")
    return axioms.items(lists[0].object, axiom)


def _constant(term: object, axiom: Triple) -> Constant:
    """An individual or literal that an axiom names. Raises AxiomUnsupported for a blank node: it has no name."""
    if isinstance(term, BlankNode) or not isinstance(term, NamedNode | Literal):
        raise AxiomUnsupported(str(axiom), "an individual in an axiom needs an IRI")
    return term


def _matters(head: Atom, axiom: str, axioms: Axioms) -> bool:
    """Whether a conclusion can lead to a domain fact. Raises AxiomUnsupported for one that is itself an axiom."""
    if head.predicate in words.TOP_PROPERTIES:
        return False
    kind = head.symbol[1]
    if kind in words.RULED_TYPES or kind in words.REFUSED:
        raise AxiomUnsupported(axiom, f"it would infer axioms: that things are {kind}")
    return kind is None or kind == words.NOTHING or not (is_reserved(kind) or axioms.is_data_range(kind))


def _check_premise(atom: Atom, axiom: str, axioms: Axioms) -> None:
    """Raises AxiomUnsupported for a premise whose truth is not recorded: what is left out of the facts."""
    if atom.predicate in words.TOP_PROPERTIES:
        raise AxiomUnsupported(axiom, f"{atom.predicate} binds everything")
    kind = atom.symbol[1]
    if kind is None or kind == words.NOTHING:
        return
    if axioms.is_data_range(kind):
        raise AxiomUnsupported(axiom, f"{kind} is a range of literals, whose types are not inferred")
    if is_reserved(kind):
        raise AxiomUnsupported(axiom, f"who is a member of {kind} is not inferred")


_KINDS = (
    _hierarchy,
    _domains_and_ranges,
    _inverses,
    _characteristics,
    _chains,
    _quantified,
    _values,
    _intersections,
    _enumerations,
)
_CONSTRAINTS = (_disjoint_classes, _disjoint_properties, _one_way, _none_at_all)
