"""The referee's wrapper: nothing is lost or changed on the way to rdflib and back."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import BlankNode, RdfFormat, Triple

from closure_cases import folders, given
from random_ontologies import PREFIXES
from vaughn.build.closure import reasoner_named

REFEREE = reasoner_named("owlrl")


def test_literals_come_back_letter_by_letter_and_blank_nodes_with_their_labels() -> None:
    ontology = _parsed(":exact a owl:DatatypeProperty ; rdfs:subPropertyOf :said .")
    facts = _parsed('_:b :exact "01.50"^^xsd:decimal , "l\'été"@fr , "x\\ty" , "2025"^^xsd:gYear .')
    said = {(triple.subject, triple.object) for triple in REFEREE.close(ontology, facts).triples}
    assert said == {(triple.subject, triple.object) for triple in facts}


def test_nothing_given_is_returned_and_no_literal_is_a_subject() -> None:
    case = next(case for case in folders("cases") if case.name == "a-literal-where-a-thing-belongs")
    ontology, facts = given(case)
    closure = REFEREE.close(ontology, facts)
    assert not set(closure.triples) & {*ontology, *facts}
    assert len(closure.triples) == 1


def test_an_ill_formed_literal_is_left_to_the_shapes() -> None:
    facts = _parsed(':x :when "yesterday"^^xsd:date .')
    assert REFEREE.close([], facts).inconsistencies == ()


def test_a_blank_node_at_fault_is_named_by_its_label() -> None:
    ontology = _parsed(":A owl:disjointWith :B .")
    facts = _parsed("[] a :A , :B .")
    (found,) = REFEREE.close(ontology, facts).inconsistencies
    assert found.individuals == (str(facts[0].subject),)
    assert isinstance(facts[0].subject, BlankNode)


def _parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(PREFIXES + text, format=RdfFormat.TURTLE)]
