"""Rules: what they are made of, and what kinds there are.

An atom is a triple pattern: `?x a C`, `?x p ?y`, or one with constants. A rule adds its head wherever its body holds; a
constraint's body must hold nowhere. Every rule of OWL 2 Profiles §4.3, Tables 5-7 becomes rules or constraints whose
classes and properties are those of one axiom; `name` is the name it has in those tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from vaughn.build.closure import words

Constant = NamedNode | BlankNode | Literal
Term = Constant | Variable
Symbol = tuple[NamedNode, NamedNode | None]
"""What an atom speaks of: (rdf:type, a class), or (a property, None)."""

X: Final = Variable("x")
Y: Final = Variable("y")
Z: Final = Variable("z")


@dataclass(frozen=True)
class Atom:
    """A triple pattern; a subject may be a literal, since the rules work on generalised RDF."""

    subject: Term
    predicate: NamedNode
    object: Term

    @property
    def symbol(self) -> Symbol:
        if self.predicate == words.TYPE and isinstance(self.object, NamedNode):
            return (self.predicate, self.object)
        return (self.predicate, None)

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(term for term in (self.subject, self.object) if isinstance(term, Variable))

    def replaced(self, by: dict[Variable, Term]) -> Atom:
        """The atom with variables replaced."""
        return Atom(_replaced(self.subject, by), self.predicate, _replaced(self.object, by))


@dataclass(frozen=True)
class Rule:
    """head follows wherever body holds; an empty body always does. axiom: the N-Triples of what it was made from."""

    name: str
    head: Atom
    body: tuple[Atom, ...]
    axiom: str

    @property
    def single(self) -> bool:
        """Whether it follows from any fact of one property or class: one premise, no constant, no repeated variable."""
        if len(self.body) != 1:
            return False
        wanted = 1 if self.body[0].symbol[1] else 2
        return len(set(self.body[0].variables)) == wanted


@dataclass(frozen=True)
class Constraint:
    """What must hold nowhere. says: a sentence about its variables, in order, for `str.format`."""

    name: str
    body: tuple[Atom, ...]
    says: str
    axiom: str

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Each variable once, in order of appearance."""
        return tuple(dict.fromkeys(variable for atom in self.body for variable in atom.variables))


def member(term: Term, kind: NamedNode) -> Atom:
    """`term a kind`."""
    return Atom(term, words.TYPE, kind)


def _replaced(term: Term, by: dict[Variable, Term]) -> Term:
    return by.get(term, term) if isinstance(term, Variable) else term
