"""Ontologies and facts made at random from every kind of axiom that has a rule; the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

PREFIXES = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <http://example.org/> .
"""
CLASSES = [f":C{number}" for number in range(9)]
PROPERTIES = [f":p{number}" for number in range(9)]

Draw = random.Random
Axiom = Callable[[Draw], str]


def ontology(seed: int, size: int) -> list[Triple]:
    """`size` axioms of kinds drawn at random, between nine classes and nine properties, all declared."""
    draw = random.Random(seed)  # noqa: S311  repeatable, not secret
    lines = [f"{name} a owl:Class ." for name in CLASSES]
    lines += [f"{name} a owl:ObjectProperty ." for name in PROPERTIES]
    lines += [draw.choice(AXIOMS)(draw) for _ in range(size)]
    return _parsed(lines)


def facts(seed: int, size: int, individuals: int) -> list[Triple]:
    """`size` facts about individuals, a third of them types; sparse, so that chains do not bind everything."""
    draw = random.Random(-seed - 1)  # noqa: S311
    lines = []
    for _ in range(size):
        if draw.random() < 1 / 3:
            lines.append(f":i{draw.randrange(individuals)} a {draw.choice(CLASSES)} .")
        else:
            one, other = draw.randrange(individuals), draw.randrange(individuals)
            lines.append(f":i{one} {draw.choice(PROPERTIES)} :i{other} .")
    return _parsed(lines)


def _parsed(lines: list[str]) -> list[Triple]:
    text = PREFIXES + "\n".join(lines)
    return [quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE)]


def _class(draw: Draw) -> str:
    """A class: most often a named one, now and then an expression, now and then in another expression."""
    if draw.random() < 0.7:
        return draw.choice(CLASSES)
    return draw.choice(EXPRESSIONS)(draw)


def _restriction(draw: Draw, says: str) -> str:
    return f"[ a owl:Restriction , owl:Class ; owl:onProperty {draw.choice(PROPERTIES)} ; {says} ]"


def _listed(draw: Draw, item: Axiom) -> str:
    return "( " + " ".join(item(draw) for _ in range(draw.randint(2, 3))) + " )"


def _property(draw: Draw) -> str:
    return draw.choice(PROPERTIES)


def _individual(draw: Draw) -> str:
    return f":i{draw.randrange(5)}"


EXPRESSIONS: list[Axiom] = [
    lambda draw: _restriction(draw, f"owl:someValuesFrom {_class(draw)}"),
    lambda draw: _restriction(draw, "owl:someValuesFrom owl:Thing"),
    lambda draw: _restriction(draw, f"owl:allValuesFrom {_class(draw)}"),
    lambda draw: _restriction(draw, f"owl:hasValue {_individual(draw)}"),
    lambda draw: f"[ a owl:Class ; owl:intersectionOf {_listed(draw, _class)} ]",
    lambda draw: f"[ a owl:Class ; owl:unionOf {_listed(draw, _class)} ]",
    lambda draw: f"[ a owl:Class ; owl:oneOf {_listed(draw, _individual)} ]",
]

AXIOMS: list[Axiom] = [
    lambda draw: f"{_class(draw)} rdfs:subClassOf {_class(draw)} .",
    lambda draw: f"{_class(draw)} rdfs:subClassOf {_class(draw)} .",
    lambda draw: f"{draw.choice(CLASSES)} owl:equivalentClass {_class(draw)} .",
    lambda draw: f"{_property(draw)} rdfs:subPropertyOf {_property(draw)} .",
    lambda draw: f"{_property(draw)} rdfs:subPropertyOf {_property(draw)} .",
    lambda draw: f"{_property(draw)} owl:equivalentProperty {_property(draw)} .",
    lambda draw: f"{_property(draw)} rdfs:domain {_class(draw)} .",
    lambda draw: f"{_property(draw)} rdfs:range {_class(draw)} .",
    lambda draw: f"{_property(draw)} owl:inverseOf {_property(draw)} .",
    lambda draw: f"{_property(draw)} a owl:SymmetricProperty .",
    lambda draw: f"{_property(draw)} a owl:TransitiveProperty .",
    lambda draw: f"{_property(draw)} owl:propertyChainAxiom {_listed(draw, _property)} .",
    lambda draw: f"{draw.choice(CLASSES)} owl:disjointWith {_class(draw)} .",
    lambda draw: f"{draw.choice(CLASSES)} owl:complementOf {_class(draw)} .",
    lambda draw: f"[] a owl:AllDisjointClasses ; owl:members {_listed(draw, _class)} .",
    lambda draw: f"{_property(draw)} owl:propertyDisjointWith {_property(draw)} .",
    lambda draw: f"{_property(draw)} a owl:AsymmetricProperty .",
    lambda draw: f"{_property(draw)} a owl:IrreflexiveProperty .",
    lambda draw: f"{_class(draw)} rdfs:subClassOf " + _restriction(draw, "owl:maxCardinality 0") + " .",
    lambda draw: f"{draw.choice(CLASSES)} rdfs:subClassOf owl:Nothing .",
]
