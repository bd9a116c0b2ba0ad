"""Which entailed triples are facts of the domain: one filter for both reasoners, so that they can be compared.

Left out, because nobody would ask for them or RDF cannot carry them:

- literals as subjects and predicates that are no IRI, which the rules' generalised RDF has and RDF 1.1 §3.1 has not;
- `owl:sameAs` from a thing to itself (rule eq-ref): true of everything;
- types in the language's own vocabulary (owl:Thing, owl:Class, rdf:Property, xsd:date …) and in datatypes the
  ontology declares: true of everything, or of literals, whose datatype the shapes have checked;
- types in anonymous classes: a restriction without a name is a step of a derivation, its named consequences stay;
- facts about the language's own terms (`rdfs:label a owl:AnnotationProperty`);
- the schema's own closure (rdfs:subClassOf, rdfs:domain, owl:equivalentClass …): the ontology that people read stays
  as it was written, and a query that wants ancestors asks for `rdfs:subClassOf*`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pyoxigraph import NamedNode, Triple

from vaughn.build.closure import words


def declared_datatypes(ontology: Iterable[Triple]) -> frozenset[NamedNode]:
    """The datatypes an ontology declares."""
    typed = (
        triple.subject for triple in ontology if triple.predicate == words.TYPE and triple.object == words.DATATYPE
    )
    return frozenset(subject for subject in typed if isinstance(subject, NamedNode))


def is_domain_fact(triple: Triple, datatypes: Collection[NamedNode]) -> bool:
    """Whether an entailed triple is kept; datatypes: those of `declared_datatypes`."""
    if is_reserved(triple.subject):
        return False
    if triple.predicate == words.TYPE:
        return is_domain_class(triple.object, datatypes)
    return is_domain_property(triple.predicate) or (
        triple.predicate == words.SAME_AS and triple.subject != triple.object
    )


def is_domain_class(term: object, datatypes: Collection[NamedNode]) -> bool:
    """Whether a type in this class is kept."""
    return isinstance(term, NamedNode) and not is_reserved(term) and term not in datatypes


def is_domain_property(term: NamedNode) -> bool:
    """Whether a statement of this property is kept: none of OWL's, none of the schema's."""
    return term not in words.SCHEMA and not term.value.startswith(words.OWL_NAMESPACE)


def is_reserved(term: object) -> bool:
    """Whether a term is of RDF, RDFS, OWL or XML Schema."""
    return isinstance(term, NamedNode) and term.value.startswith(words.RESERVED)
