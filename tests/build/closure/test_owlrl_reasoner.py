"""The referee's wrapper: nothing is lost or changed on the way to rdflib and back."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, RdfFormat, Triple

from closure_cases import folders, given, triples
from random_ontologies import PREFIXES
from vaughn.build.closure import reasoner_named
from vaughn.errors import AxiomMerging

REFEREE = reasoner_named("owlrl")
MERGING = [path for path in folders("refused") if "make individuals the same" in path.read_text(encoding="utf-8")]


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


@pytest.mark.parametrize("path", MERGING, ids=lambda path: path.stem)
def test_both_reasoners_refuse_an_axiom_that_merges_and_neither_advises_the_other(path: Path) -> None:
    for reasoner in (REFEREE, reasoner_named("compiled")):
        with pytest.raises(AxiomMerging) as caught:
            reasoner.close([], triples(path))
        assert "--reasoner" not in str(caught.value)


def test_things_that_are_the_same_by_what_follows_are_refused_too() -> None:
    ontology = _parsed(":alias a owl:ObjectProperty . owl:sameAs owl:inverseOf :alias .")
    with pytest.raises(AxiomMerging, match="sameAs"):
        REFEREE.close(ontology, _parsed(":a :alias :b ."))


def _parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(PREFIXES + text, format=RdfFormat.TURTLE)]
