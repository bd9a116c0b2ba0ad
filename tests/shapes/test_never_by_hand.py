"""What is inferred or derived cannot be written by hand: the shapes know every word that ontology and rules produce."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from rdflib import OWL, RDF, RDFS, SH, Literal, URIRef
from rdflib.namespace import VANN
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

from shape_cases import SHAPE, ontology, shapes
from vaughn.iris import NS
from vaughn.resources import shipped_root

WRITTEN_BY_VERIFY = {URIRef(NS + name) for name in ("checksPassage", "digest", "quoteMatch", "snapshotOf")}
"""Noted as generated too; they stand in a file of their own that is validated, so a shape cannot forbid them."""


def _ours(words: Iterable[Node]) -> set[Node]:
    return {word for word in words if str(word).startswith(NS)}


def _forbidden(name: str) -> set[Node]:
    """The properties that a node shape targets and lets nobody write."""
    parts = shapes().objects(SHAPE[name], SH.property)
    none = {shapes().value(part, SH.path) for part in parts if shapes().value(part, SH.maxCount) == Literal(0)}
    return {path for path in none if path is not None} & set(shapes().objects(SHAPE[name], SH.targetSubjectsOf))


def _constructed() -> set[Node]:
    """The properties that the rules of the build write."""
    rules = sorted((shipped_root() / "queries" / "derive").glob("*.rq"))
    templates = [prepareQuery(rule.read_text(encoding="utf-8")).algebra.template for rule in rules]
    return {predicate for template in templates for _, predicate, _ in template}


def _widened() -> set[Node]:
    """The properties of ours that have a narrower one of ours."""
    narrower = ((node, wider) for node, wider in ontology().subject_objects(RDFS.subPropertyOf) if _ours([node]))
    return {wider for _, wider in narrower}


def _noted() -> set[Node]:
    """The properties whose usage note says so."""
    notes = {node for node, note in ontology().subject_objects(VANN.usageNote) if "; never asserted" in str(note)
             or "never written by hand" in str(note)}  # fmt: skip
    return notes - set(ontology().subjects(RDF.type, OWL.Class)) - WRITTEN_BY_VERIFY


PRODUCED = {
    "chains": lambda: set(ontology().subjects(OWL.propertyChainAxiom, None)),
    "inverses": lambda: set(ontology().subjects(OWL.inverseOf, None)),
    "transitive": lambda: set(ontology().subjects(RDF.type, OWL.TransitiveProperty)),
    "widened": _widened,
}


@pytest.mark.parametrize("kind", PRODUCED)
def test_what_the_ontology_infers_is_never_written_by_hand(kind: str) -> None:
    produced = _ours(PRODUCED[kind]())
    assert produced
    assert produced - _forbidden("InferredShape") == set()


def test_what_the_rules_derive_is_never_written_by_hand() -> None:
    derived = _ours(_constructed())
    assert derived
    assert derived - _forbidden("DerivedShape") == set()


def test_a_property_that_is_said_to_be_never_written_cannot_be() -> None:
    assert _ours(_noted()) - _forbidden("DerivedShape") - _forbidden("InferredShape") == set()


def test_each_word_that_cannot_be_written_is_targeted_and_has_a_part() -> None:
    for name in ("DerivedShape", "InferredShape"):
        assert _forbidden(name) == set(shapes().objects(SHAPE[name], SH.targetSubjectsOf))
        assert len(_forbidden(name)) == len(set(shapes().objects(SHAPE[name], SH.property)))
