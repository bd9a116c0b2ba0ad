"""The words of RDF, RDFS and OWL that the rules speak of, as terms of the engine."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode
from rdflib.namespace import OWL, RDF, RDFS, XSD

RESERVED: Final = (str(RDF), str(RDFS), str(OWL), str(XSD))
"""Namespaces whose terms are the language's own, never a domain's."""
OWL_NAMESPACE: Final = str(OWL)
ANONYMOUS: Final = "x-anonymous:"
"""Begins the names that anonymous classes bear inside the scratch store; they never leave it."""


def _named(*iris: str) -> frozenset[NamedNode]:
    return frozenset(NamedNode(iri) for iri in iris)


TYPE: Final = NamedNode(RDF.type)
FIRST: Final = NamedNode(RDF.first)
REST: Final = NamedNode(RDF.rest)
NIL: Final = NamedNode(RDF.nil)

SUB_CLASS: Final = NamedNode(RDFS.subClassOf)
EQUIVALENT_CLASS: Final = NamedNode(OWL.equivalentClass)
INTERSECTION: Final = NamedNode(OWL.intersectionOf)
UNION: Final = NamedNode(OWL.unionOf)
ONE_OF: Final = NamedNode(OWL.oneOf)
COMPLEMENT: Final = NamedNode(OWL.complementOf)
DISJOINT_WITH: Final = NamedNode(OWL.disjointWith)
ALL_DISJOINT_CLASSES: Final = NamedNode(OWL.AllDisjointClasses)
MEMBERS: Final = NamedNode(OWL.members)

ON_PROPERTY: Final = NamedNode(OWL.onProperty)
ON_CLASS: Final = NamedNode(OWL.onClass)
SOME_VALUES: Final = NamedNode(OWL.someValuesFrom)
ALL_VALUES: Final = NamedNode(OWL.allValuesFrom)
HAS_VALUE: Final = NamedNode(OWL.hasValue)
MAX_CARDINALITY: Final = NamedNode(OWL.maxCardinality)
MAX_QUALIFIED: Final = NamedNode(OWL.maxQualifiedCardinality)

SUB_PROPERTY: Final = NamedNode(RDFS.subPropertyOf)
EQUIVALENT_PROPERTY: Final = NamedNode(OWL.equivalentProperty)
DOMAIN: Final = NamedNode(RDFS.domain)
RANGE: Final = NamedNode(RDFS.range)
INVERSE_OF: Final = NamedNode(OWL.inverseOf)
CHAIN: Final = NamedNode(OWL.propertyChainAxiom)
PROPERTY_DISJOINT: Final = NamedNode(OWL.propertyDisjointWith)
ALL_DISJOINT_PROPERTIES: Final = NamedNode(OWL.AllDisjointProperties)
SYMMETRIC: Final = NamedNode(OWL.SymmetricProperty)
TRANSITIVE: Final = NamedNode(OWL.TransitiveProperty)
ASYMMETRIC: Final = NamedNode(OWL.AsymmetricProperty)
IRREFLEXIVE: Final = NamedNode(OWL.IrreflexiveProperty)

CLASS: Final = NamedNode(OWL.Class)
OBJECT_PROPERTY: Final = NamedNode(OWL.ObjectProperty)
THING: Final = NamedNode(OWL.Thing)
NOTHING: Final = NamedNode(OWL.Nothing)
SAME_AS: Final = NamedNode(OWL.sameAs)
DATATYPE: Final = NamedNode(RDFS.Datatype)

SCHEMA: Final = frozenset({SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE, FIRST, REST})
"""What RDF and RDFS say about classes, properties and lists; everything of OWL's namespace is schema too."""

RULED: Final = frozenset(
    {SUB_CLASS, EQUIVALENT_CLASS, INTERSECTION, UNION, ONE_OF, COMPLEMENT, DISJOINT_WITH, MEMBERS}
    | {ON_PROPERTY, ON_CLASS, SOME_VALUES, ALL_VALUES, HAS_VALUE, MAX_CARDINALITY, MAX_QUALIFIED}
    | {SUB_PROPERTY, EQUIVALENT_PROPERTY, DOMAIN, RANGE, INVERSE_OF, CHAIN, PROPERTY_DISJOINT}
)
"""Predicates of axioms that have rules."""

SILENT: Final = _named(
    *(OWL.versionInfo, OWL.versionIRI, OWL.priorVersion, OWL.backwardCompatibleWith, OWL.incompatibleWith),
    *(OWL.deprecated, OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget),
    *(OWL.onDatatype, OWL.withRestrictions, OWL.datatypeComplementOf),
    *(OWL.differentFrom, OWL.distinctMembers),
)
"""Predicates from which nothing follows about individuals here: annotations, ranges of literals, and difference, which
contradicts nothing as long as nothing is made the same."""

DECLARATIONS: Final = _named(
    *(OWL.Class, OWL.Restriction, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty),
    *(OWL.OntologyProperty, OWL.Ontology, OWL.NamedIndividual, OWL.Axiom, OWL.Annotation, OWL.Thing),
    *(OWL.DeprecatedClass, OWL.DeprecatedProperty, OWL.DataRange, OWL.AllDifferent, OWL.Nothing),
)
"""Types in OWL's namespace that are no axiom."""

RULED_TYPES: Final = frozenset(
    {SYMMETRIC, TRANSITIVE, ASYMMETRIC, IRREFLEXIVE, ALL_DISJOINT_CLASSES, ALL_DISJOINT_PROPERTIES}
)
"""Types that are axioms and have rules."""

PROPERTY_DECLARATIONS: Final = _named(OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property)
DATA_RANGES: Final = _named(RDFS.Datatype, OWL.DataRange)
BUILT_IN_DATA_RANGES: Final = _named(
    RDFS.Literal, RDF.langString, RDF.PlainLiteral, RDF.XMLLiteral, OWL.real, OWL.rational
)
XSD_NAMESPACE: Final = str(XSD)
TOP_PROPERTIES: Final = _named(OWL.topObjectProperty, OWL.topDataProperty)
SPEAKING: Final = _named(RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, RDF.value, RDFS.member)
"""The language's own properties that may be used like any other."""

MERGING: Final = _named(OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.hasKey, OWL.sameAs)
"""Predicates and types of axioms that make individuals the same; so does a maximum cardinality of 1."""
REFUSED: Final = {
    NamedNode(OWL.imports): "imports are not followed; declare the terms here",
    NamedNode(OWL.cardinality): "only maxCardinality 0 has a rule; counts are the shapes' business",
    NamedNode(OWL.minCardinality): "OWL 2 RL has no rule for it; counts are the shapes' business",
}
"""Why some axioms are refused; the others are refused because the compiler has no rule for them."""
