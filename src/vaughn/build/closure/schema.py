"""The schema closed first: which class is within which, which property within which (Profiles Table 9).

Only what the rules for individuals cannot find by themselves is added: that one restriction is within another, because
its filler or its property is. Domains, ranges and chains of hierarchy come out of saturation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from vaughn.build.closure import words
from vaughn.build.closure.axioms import Axioms

Pair = tuple[NamedNode, NamedNode]


@dataclass(frozen=True)
class Inclusion:
    """Whatever is in `part` is in `whole`. name: the rule that says so; axiom: what it comes from."""

    part: NamedNode
    whole: NamedNode
    name: str
    axiom: str


@dataclass(frozen=True)
class _Restriction:
    node: NamedNode
    property: NamedNode
    filler: NamedNode
    axiom: str


def property_inclusions(axioms: Axioms) -> list[Inclusion]:
    """From rdfs:subPropertyOf and owl:equivalentProperty (prp-spo1, prp-eqp1, prp-eqp2); not closed."""
    found = []
    for axiom in axioms.of(words.SUB_PROPERTY):
        part, whole = axioms.property_of(axiom.subject, axiom), axioms.property_of(axiom.object, axiom)
        found.append(Inclusion(part, whole, "prp-spo1", str(axiom)))
    for axiom in axioms.of(words.EQUIVALENT_PROPERTY):
        one, other = axioms.property_of(axiom.subject, axiom), axioms.property_of(axiom.object, axiom)
        found.append(Inclusion(one, other, "prp-eqp1", str(axiom)))
        found.append(Inclusion(other, one, "prp-eqp2", str(axiom)))
    return found


def class_inclusions(axioms: Axioms) -> list[Inclusion]:
    """From every class axiom and from restrictions compared with each other (scm-svf, scm-avf); not closed."""
    found = [*_stated(axioms), *_composed(axioms)]
    properties = reach([*_pairs(property_inclusions(axioms)), *_same(axioms.declared(words.PROPERTY_DECLARATIONS))])
    some, every = _restrictions(axioms, words.SOME_VALUES), _restrictions(axioms, words.ALL_VALUES)
    bounds = _bounds(axioms)
    while True:
        classes = reach([*_pairs(found), *bounds])
        compared = [*_compared_some(some, classes, properties), *_compared_all(every, classes, properties)]
        new = [each for each in compared if each.whole not in classes[each.part]]
        if not new:
            return found + _empty(axioms)
        found += new


def reach(pairs: Iterable[Pair]) -> defaultdict[NamedNode, set[NamedNode]]:
    """For each node everything that some path of pairs leads to; a node is in its own set only where a path says so."""
    steps: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
    for part, whole in pairs:
        steps[part].add(whole)
    reached: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
    for start in list(steps):
        todo = [start]
        while todo:
            new = steps.get(todo.pop(), set()) - reached[start]
            reached[start] |= new
            todo.extend(new)
    return reached


def _stated(axioms: Axioms) -> Iterator[Inclusion]:
    for axiom in axioms.of(words.SUB_CLASS):
        part, whole = axioms.class_of(axiom.subject, axiom), axioms.class_of(axiom.object, axiom)
        yield Inclusion(part, whole, "cax-sco", str(axiom))
    for axiom in axioms.of(words.EQUIVALENT_CLASS):
        one, other = axioms.class_of(axiom.subject, axiom), axioms.class_of(axiom.object, axiom)
        yield Inclusion(one, other, "cax-eqc1", str(axiom))
        yield Inclusion(other, one, "cax-eqc2", str(axiom))


def _composed(axioms: Axioms) -> Iterator[Inclusion]:
    for axiom in axioms.of(words.INTERSECTION):
        for item in axioms.items(axiom.object, axiom):
            part, whole = axioms.class_of(axiom.subject, axiom), axioms.class_of(item, axiom)
            yield Inclusion(part, whole, "cls-int2", str(axiom))
    for axiom in axioms.of(words.UNION):
        for item in axioms.items(axiom.object, axiom):
            part, whole = axioms.class_of(item, axiom), axioms.class_of(axiom.subject, axiom)
            yield Inclusion(part, whole, "cls-uni", str(axiom))


def _restrictions(axioms: Axioms, predicate: NamedNode) -> list[_Restriction]:
    return [
        _Restriction(
            axioms.class_of(axiom.subject, axiom),
            axioms.restricted(axiom),
            axioms.class_of(axiom.object, axiom),
            str(axiom),
        )
        for axiom in axioms.of(predicate)
    ]


def _compared_some(
    restrictions: list[_Restriction],
    classes: defaultdict[NamedNode, set[NamedNode]],
    properties: defaultdict[NamedNode, set[NamedNode]],
) -> Iterator[Inclusion]:
    for one in restrictions:
        for other in restrictions:
            if one.property == other.property and other.filler in classes[one.filler]:
                yield Inclusion(one.node, other.node, "scm-svf1", one.axiom)
            if one.filler == other.filler and other.property in properties[one.property]:
                yield Inclusion(one.node, other.node, "scm-svf2", one.axiom)


def _compared_all(
    restrictions: list[_Restriction],
    classes: defaultdict[NamedNode, set[NamedNode]],
    properties: defaultdict[NamedNode, set[NamedNode]],
) -> Iterator[Inclusion]:
    for one in restrictions:
        for other in restrictions:
            if one.property == other.property and other.filler in classes[one.filler]:
                yield Inclusion(one.node, other.node, "scm-avf1", one.axiom)
            if one.filler == other.filler and other.property in properties[one.property]:
                yield Inclusion(other.node, one.node, "scm-avf2", one.axiom)


def _bounds(axioms: Axioms) -> list[Pair]:
    """Every declared class is within itself and owl:Thing, and owl:Nothing is within it (scm-cls)."""
    declared = axioms.declared([words.CLASS])
    within = [(each, words.THING) for each in declared]
    return [*_same(declared), *within, *((words.NOTHING, each) for each in declared)]


def _empty(axioms: Axioms) -> list[Inclusion]:
    """owl:Nothing within every declared class: only a contradiction uses it, and then both reasoners say the same."""
    return [Inclusion(words.NOTHING, each, "scm-cls", str(each)) for each in axioms.declared([words.CLASS])]


def _pairs(inclusions: Iterable[Inclusion]) -> Iterator[Pair]:
    return ((each.part, each.whole) for each in inclusions)


def _same(nodes: Iterable[NamedNode]) -> list[Pair]:
    return [(node, node) for node in nodes]
