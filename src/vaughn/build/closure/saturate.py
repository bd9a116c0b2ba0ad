"""Saturation: each rule's head takes along everything that follows from it by rules with one premise.

After it a rule with one premise needs to run once, over what was asserted; and a rule with a join need not wake any of
them. The order: rules with one premise from the ends of the hierarchies upwards, so that none sees what another made;
then the joins, each strongly connected group after those that feed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, Variable

from vaughn.build.closure import words
from vaughn.build.closure.compile import Program
from vaughn.build.closure.rules import Atom, Rule, Symbol, Term

_ByPremise = Mapping[Symbol, Sequence[Rule]]


@dataclass(frozen=True)
class Step:
    """One update: add all heads wherever the body holds. own: whether heads[0] is the rule's own, so that the others
    follow from it and stand wherever it stands."""

    heads: tuple[Atom, ...]
    body: tuple[Atom, ...]
    own: bool

    @property
    def tokens(self) -> tuple[Atom, ...]:
        """The heads whose numbers tell whether the step added anything."""
        return self.heads[:1] if self.own else self.heads


@dataclass(frozen=True)
class Group:
    """Steps that run together; `loops` until nothing is new where they feed each other."""

    steps: tuple[Step, ...]
    loops: bool


@dataclass(frozen=True)
class Plan:
    """groups: in the order they run."""

    groups: tuple[Group, ...]

    @property
    def steps(self) -> Iterator[Step]:
        return (step for group in self.groups for step in group.steps)


def planned(program: Program) -> Plan:
    """The plan of a program."""
    by_premise = _by_premise(program.rules)
    used = _used(program)
    joins = [_saturated(rule.head, rule.body, by_premise, used) for rule in program.rules if not rule.single]
    premises = [rules[0].body for rules in by_premise.values()]
    singles = [_saturated(body[0], body, by_premise, used) for body in premises]
    upwards = sorted((step for step in singles if step.heads), key=lambda step: (len(step.heads), str(step.body)))
    once = [Group((step,), loops=False) for step in upwards]
    return Plan((*once, *grouped([step for step in joins if step.heads])))


def consequences(atom: Atom, by_premise: _ByPremise) -> list[Atom]:
    """An atom and everything that follows from it alone, nearest first."""
    found = [atom]
    for each in found:
        for rule in by_premise.get(each.symbol, ()):
            new = rule.head.replaced(_matched(rule.body[0], each))
            if new not in found:
                found.append(new)
    return found


def grouped(steps: Sequence[Step]) -> list[Group]:
    """The strongly connected groups of steps, each after those that feed it."""
    feeds = [{place for place, other in enumerate(steps) if _feeds(step, other)} for step in steps]
    reached = [_reached(place, feeds) for place in range(len(steps))]
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(steps)):
        first = min((other for other in reached[place] if place in reached[other]), default=place)
        groups[first].append(place)
    ordered = sorted(groups.values(), key=lambda places: (-len(reached[places[0]] | set(places)), places))
    return [Group(tuple(steps[place] for place in places), loops=places[0] in reached[places[0]]) for places in ordered]


def _by_premise(rules: Iterable[Rule]) -> dict[Symbol, list[Rule]]:
    found: defaultdict[Symbol, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.single:
            found[rule.body[0].symbol].append(rule)
    return dict(found)


def _used(program: Program) -> set[Symbol]:
    """What rules with a join and constraints ask for: an anonymous class is only recorded if one of them does."""
    bodies = [rule.body for rule in program.rules if not rule.single]
    bodies += [constraint.body for constraint in program.constraints]
    return {atom.symbol for body in bodies for atom in body}


def _saturated(head: Atom, body: tuple[Atom, ...], by_premise: _ByPremise, used: set[Symbol]) -> Step:
    heads = [each for each in consequences(head, by_premise) if each not in body and _recorded(each, used)]
    return Step(tuple(heads), body, own=head in heads)


def _recorded(atom: Atom, used: set[Symbol]) -> bool:
    kind = atom.symbol[1]
    anonymous = kind is not None and kind.value.startswith(words.ANONYMOUS)
    return not isinstance(atom.subject, Literal) and (not anonymous or atom.symbol in used)


def _matched(premise: Atom, atom: Atom) -> dict[Variable, Term]:
    """How the variables of a general premise stand for the terms of an atom."""
    pairs = ((premise.subject, atom.subject), (premise.object, atom.object))
    return {variable: term for variable, term in pairs if isinstance(variable, Variable)}


def _feeds(step: Step, other: Step) -> bool:
    made = {head.symbol for head in step.heads}
    return any(atom.symbol in made for atom in other.body)


def _reached(start: int, feeds: Sequence[set[int]]) -> set[int]:
    reached: set[int] = set()
    todo = [start]
    while todo:
        new = feeds[todo.pop()] - reached
        reached |= new
        todo.extend(new)
    return reached
