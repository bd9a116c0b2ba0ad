"""The ontology keeps to OWL 2 RL (OWL 2 Profiles §4), says no more than is meant, and infers what is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.collection import Collection

from ontology.referee import DATA, closed

TYPES = {
    "AllDisjointClasses",
    "AnnotationProperty",
    "Class",
    "DatatypeProperty",
    "ObjectProperty",
    "Ontology",
    "SymmetricProperty",
    "TransitiveProperty",
}
AXIOMS = {"disjointWith", "inverseOf", "members", "propertyChainAxiom", "versionIRI", "versionInfo"}
CONSISTENT = sorted(path for path in (DATA / "consistent").glob("*.ttl") if ".expected" not in path.name)
INCONSISTENT = sorted((DATA / "inconsistent").glob("*.ttl"))


@pytest.fixture(scope="module")
def closure(words: Graph) -> tuple[Graph, list[str]]:
    """The closure of the words and every consistent case, and what the referee complains of."""
    return closed(words, *(Graph().parse(path) for path in CONSISTENT))


@pytest.fixture(scope="module")
def complaints(words: Graph) -> str:
    """What the referee complains of when every inconsistent case is added at once."""
    return "\n".join(closed(words, *(Graph().parse(path) for path in INCONSISTENT))[1])


def test_only_constructs_that_the_rules_can_reason_with_are_used(ontology: Graph) -> None:
    types = {owl_name(node) for node in ontology.objects(None, RDF.type) if in_owl(node)}
    axioms = {owl_name(node) for node in ontology.predicates() if in_owl(node)}
    assert (types - TYPES, axioms - AXIOMS) == (set(), set())


@pytest.mark.parametrize("name", ["FunctionalProperty", "InverseFunctionalProperty"])
def test_no_property_merges_what_people_fill_in(ontology: Graph, name: str) -> None:
    assert list(ontology.subjects(RDF.type, OWL[name])) == []


@pytest.mark.parametrize("name", ["imports", "sameAs"])
def test_nothing_is_imported_or_merged(ontology: Graph, name: str) -> None:
    assert list(ontology.triples((None, OWL[name], None))) == []


def test_blank_nodes_stand_only_for_lists_and_disjointness(ontology: Graph) -> None:
    blank = {node for node in ontology.all_nodes() if isinstance(node, BNode)}
    lists = set(ontology.subjects(RDF.first))
    assert blank - lists - set(ontology.subjects(RDF.type, OWL.AllDisjointClasses)) == set()


def test_disjointness_and_subclasses_speak_of_declared_classes(ontology: Graph) -> None:
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    members = {item for node in ontology.objects(None, OWL.members) for item in Collection(ontology, node)}
    parents = set(ontology.objects(None, RDFS.subClassOf)) | set(ontology.objects(None, OWL.disjointWith))
    assert (members | parents) - classes == set()


def test_no_chain_feeds_itself(ontology: Graph) -> None:
    chains = {head: set(Collection(ontology, node)) for head, node in ontology.subject_objects(OWL.propertyChainAxiom)}
    assert chains
    assert [head for head, links in chains.items() if any(head in feeders(ontology, link) for link in links)] == []


def test_what_fits_together_is_consistent(closure: tuple[Graph, list[str]]) -> None:
    assert closure[1] == []


@pytest.mark.parametrize("path", CONSISTENT, ids=lambda path: path.stem)
def test_what_is_expected_is_inferred(closure: tuple[Graph, list[str]], path: Path) -> None:
    expected = Graph().parse(path.with_suffix(".expected.ttl"))
    assert expected
    assert [triple for triple in expected if triple not in closure[0]] == []


@pytest.mark.parametrize("path", INCONSISTENT, ids=lambda path: path.stem)
def test_what_cannot_be_both_is_found_out(complaints: str, path: Path) -> None:
    assert f"/fault/{path.stem}" in complaints


@pytest.mark.shared
def test_the_worked_example_is_consistent(ontology: Graph, shared: Path) -> None:
    whole, messages = closed(ontology, Graph().parse(shared / "example" / "facts.ttl"))
    assert messages == []
    assert any(str(head).endswith("#supportedBy") for head in whole.predicates())


def feeders(ontology: Graph, start: object) -> set[URIRef]:
    """A property and every property from which its statements may be inferred."""
    found: set[URIRef] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if isinstance(node, URIRef) and node not in found:
            found.add(node)
            waiting.extend(_direct_feeders(ontology, node))
    return found


def _direct_feeders(ontology: Graph, node: URIRef) -> Iterator[object]:
    yield from ontology.subjects(RDFS.subPropertyOf, node)
    yield from ontology.objects(node, OWL.inverseOf)
    yield from ontology.subjects(OWL.inverseOf, node)
    for chain in ontology.objects(node, OWL.propertyChainAxiom):
        yield from Collection(ontology, chain)


def owl_name(node: object) -> str:
    return str(node).removeprefix(str(OWL))


def in_owl(node: object) -> bool:
    return str(node).startswith(str(OWL))
