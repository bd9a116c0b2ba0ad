"""The axioms of an ontology, found and named: what the rules are compiled from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from vaughn.build.closure import words
from vaughn.build.closure.facts import is_reserved
from vaughn.errors import AxiomMerging, AxiomUnsupported


def axioms_among(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples that state something about classes, properties or the identity of individuals."""
    of_schema: dict[NamedNode, bool] = {}
    for triple in triples:
        predicate = triple.predicate
        known = of_schema.get(predicate)
        if known is None:
            known = of_schema[predicate] = predicate in words.SCHEMA or predicate.value.startswith(words.OWL_NAMESPACE)
        if known or (predicate == words.TYPE and is_reserved(triple.object)):
            yield triple


def refuse_merging(triples: Iterable[Triple]) -> None:
    """Raises AxiomMerging for the first axiom that would make individuals the same: owl:sameAs between two, functional
    and inverse-functional properties, keys, a maximum cardinality of 1 (Profiles Tables 4 to 6), rules for these."""
    for triple in triples:
        if _merges(triple):
            raise AxiomMerging(str(triple))


class Axioms:
    """Axioms by predicate and by type, in the order of their N-Triples form.

    Raises AxiomUnsupported, when made, for an axiom that has no rule.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._by_predicate: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
        self._by_type: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
        ordered = sorted(set(triples), key=str)
        refuse_merging(ordered)
        for triple in ordered:
            _refuse_unknown(triple)
            if triple.predicate != words.TYPE:
                self._by_predicate[triple.predicate].append(triple)
            elif isinstance(triple.object, NamedNode):
                self._by_type[triple.object].append(triple)
        self._first = {triple.subject: triple.object for triple in self._by_predicate[words.FIRST]}
        self._rest = {triple.subject: triple.object for triple in self._by_predicate[words.REST]}
        self._data_ranges = words.BUILT_IN_DATA_RANGES | frozenset(self.declared(words.DATA_RANGES))

    def of(self, predicate: NamedNode) -> list[Triple]:
        """The axioms with this predicate."""
        return self._by_predicate[predicate]

    def typed(self, kind: NamedNode) -> list[Triple]:
        """The statements that something is of this kind."""
        return self._by_type[kind]

    def declared(self, kinds: Iterable[NamedNode]) -> list[NamedNode]:
        """The classes or properties declared to be of one of these kinds, by name; anonymous ones included."""
        subjects = {_name(axiom.subject) for kind in kinds for axiom in self._by_type[kind]}
        return sorted((subject for subject in subjects if subject is not None), key=str)

    def values(self, subject: object, predicate: NamedNode) -> list[Triple]:
        """The axioms about one node with this predicate."""
        return [axiom for axiom in self._by_predicate[predicate] if axiom.subject == subject]

    def class_of(self, term: object, axiom: Triple) -> NamedNode:
        """A class by name; an anonymous one gets one. Raises AxiomUnsupported for a literal."""
        name = _name(term)
        if name is None:
            raise AxiomUnsupported(str(axiom), f"{term} is not a class")
        return name

    def property_of(self, term: object, axiom: Triple) -> NamedNode:
        """A property. Raises AxiomUnsupported for an anonymous inverse and for the language's own properties."""
        if not isinstance(term, NamedNode):
            raise AxiomUnsupported(str(axiom), "an anonymous property has no rule; give the inverse a name")
        if is_reserved(term) and term not in words.SPEAKING | words.TOP_PROPERTIES:
            raise AxiomUnsupported(str(axiom), f"it would change what {term} means")
        return term

    def restricted(self, axiom: Triple) -> NamedNode:
        """The property of the restriction that an axiom is part of.

        Raises AxiomUnsupported unless there is exactly one.
        """
        found = self.values(axiom.subject, words.ON_PROPERTY)
        if len(found) != 1:
            raise AxiomUnsupported(str(axiom), f"the restriction has {len(found)} owl:onProperty, not one")
        return self.property_of(found[0].object, axiom)

    def items(self, head: object, axiom: Triple) -> list[object]:
        """The items of a list. Raises AxiomUnsupported for one that is empty, broken or endless."""
        found: list[object] = []
        seen = set()
        while head != words.NIL:
            if head in seen or head not in self._first or head not in self._rest:
                raise AxiomUnsupported(str(axiom), "its list is broken")
            seen.add(head)
            found.append(self._first[head])  # type: ignore[index]
            head = self._rest[head]  # type: ignore[index]
        if not found:
            raise AxiomUnsupported(str(axiom), "its list is empty")
        return found

    def is_data_range(self, name: NamedNode) -> bool:
        """Whether a class is one of literals: then nothing is typed with it (see `facts`)."""
        return name in self._data_ranges or name.value.startswith(words.XSD_NAMESPACE)


def anonymous(node: BlankNode) -> NamedNode:
    """The name an anonymous class bears inside the scratch store."""
    return NamedNode(words.ANONYMOUS + node.value)


def _name(term: object) -> NamedNode | None:
    if isinstance(term, BlankNode):
        return anonymous(term)
    return term if isinstance(term, NamedNode) else None


def _refuse_unknown(triple: Triple) -> None:
    if triple.predicate == words.TYPE:
        term, known = triple.object, words.DECLARATIONS | words.RULED_TYPES
    else:
        term, known = triple.predicate, words.RULED | words.SILENT
    if not isinstance(term, NamedNode) or term in known or _says_nothing(triple):
        return
    if term.value.startswith(words.OWL_NAMESPACE):
        raise AxiomUnsupported(str(triple), words.REFUSED.get(term, "the compiler has no rule for it"))


def _merges(triple: Triple) -> bool:
    if triple.predicate in (words.MAX_CARDINALITY, words.MAX_QUALIFIED):
        return isinstance(triple.object, Literal) and triple.object.value.strip().lstrip("+0") == "1"
    if triple.predicate in words.MERGING:
        return not _says_nothing(triple)
    return triple.object in words.MERGING and (triple.predicate == words.TYPE or triple.predicate in words.RULED)


def _says_nothing(triple: Triple) -> bool:
    return triple.predicate == words.SAME_AS and triple.subject == triple.object
