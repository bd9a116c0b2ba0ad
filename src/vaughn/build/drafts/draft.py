"""What a new draft says: a node with the values that were given, its parts, and the date nodes they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.drafts.dates import read_span
from vaughn.build.drafts.demands import Demands, Property
from vaughn.build.drafts.values import Names
from vaughn.errors import DraftRefused
from vaughn.iris import compact

_NOT_REVIEWED = "not-reviewed"


@dataclass
class Draft:
    """A draft under way. asked: what messages call it. homes: the file of each IRI that is taken.

    triples: what it says so far. classes: the class of each node it describes, the first one being what was asked for.
    """

    asked: str
    names: Names
    homes: Mapping[str, str]
    triples: list[ox.Triple] = field(default_factory=list)
    classes: dict[str, str] = field(default_factory=dict)

    @property
    def demands(self) -> Demands:
        return self.names.demands

    def mint(self, iri: str, class_: str) -> str:
        """Describe a new node. Raises DraftRefused where a file describes it already, naming the file."""
        if iri in self.homes:
            raise DraftRefused(self.asked, f"{self.homes[iri]} describes {iri} already; edit that, or choose a name")
        self.classes[iri] = class_
        self.link(iri, terms.RDF_TYPE, class_)
        return iri

    def link(self, subject: str, predicate: str, target: str) -> None:
        """One triple between two IRIs."""
        self.add(subject, predicate, ox.NamedNode(target))

    def add(self, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        """One triple, unless it stands already."""
        triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
        if triple not in self.triples:
            self.triples.append(triple)

    def said(self, node: str) -> set[str]:
        """The properties that a node has."""
        return {triple.predicate.value for triple in self.triples if triple.subject == ox.NamedNode(node)}

    def knows(self, name: str) -> tuple[str, Property] | None:
        """The first node whose class has a property of that name (with or without prefix) or IRI, and the property."""
        for node, class_ in self.classes.items():
            for one in self.demands.properties(class_).values():
                if one.iri == name or one.name == name.rpartition(":")[2]:
                    return node, one
        return None

    def give(self, name: str, value: str) -> None:
        """Say a property of the first node that has it.

        Raises DraftRefused for a property that no node has, a value it cannot have, or a review that nobody made.
        """
        found = self.knows(name)
        if found is None:
            known = {one.name for class_ in self.classes.values() for one in self.demands.properties(class_).values()}
            raise DraftRefused(self.asked, f"it has no property {name}; it has {', '.join(sorted(known))}")
        node, one = found
        if one.iri == terms.REVIEW_STATE and value != _NOT_REVIEWED:
            raise DraftRefused(self.asked, f"a draft is {_NOT_REVIEWED}; a person who reviewed it edits the file")
        self.say(node, one, value)

    def say(self, node: str, one: Property, value: str) -> None:
        """Say a property of a node, with a date of its own where that is what the property takes."""
        if terms.TIME_SPAN in one.classes and ":" not in value:
            self.link(node, one.iri, self._date(node, one, value))
        else:
            self.add(node, one.iri, self.names.term(self.asked, one, value))

    def unreviewed(self) -> None:
        """Say of every node that needs a review state that no person has reviewed it."""
        for node, class_ in self.classes.items():
            one = self.demands.properties(class_)[terms.REVIEW_STATE]
            if one.demand and one.iri not in self.said(node):
                self.say(node, one, _NOT_REVIEWED)

    def answered(self) -> Draft:
        """The draft itself, where every name in it is that of a thing. Raises DraftRefused for one that no file and no
        list describes, with the nearest of its kind: it is misspelt, or has to be written first."""
        named = (term for triple in self.triples for term in (triple.subject, triple.object))
        for term in named:
            if isinstance(term, ox.NamedNode) and term.value not in self.classes and self.names.strange(term.value):
                raise DraftRefused(self.asked, self._unanswered(term.value))
        return self

    def _unanswered(self, iri: str) -> str:
        near = " or ".join(self.names.nearest(iri))
        meant = f", or did you mean {near}?" if near else ""
        return f"no file describes {compact(iri, self.names.prefixes)}; write it first{meant}"

    def _date(self, node: str, one: Property, value: str) -> str:
        """Describe the date of a property; a part of the node's top owner, named after what it dates."""
        try:
            span = read_span(value)
        except ValueError as error:
            raise DraftRefused(self.asked, f"{one.name}={value!r}: {error}") from None
        iri = self.mint(self._date_name(node, one), terms.TIME_SPAN)
        said = self.demands.properties(terms.TIME_SPAN)
        for predicate, word in span.values.items():
            self.say(iri, said[predicate], word)
        return iri

    def _date_name(self, node: str, one: Property) -> str:
        """`date:<owner>--<what>`; with the kind before it where a thing of another kind has that one."""
        name = self.names.iris.parse(node)
        what = "-".join(filter(None, (name.part, kebab(one.name.removesuffix("On")))))
        plain = self.names.iris.part("date", name.slug, what)
        return self.names.iris.part("date", name.slug, f"{name.scope}-{what}") if plain in self.homes else plain


def kebab(word: str) -> str:
    """A camelCase word in small letters with hyphens."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", word).lower()
