"""How the shapes are written: named, with a message for a person, and safe to run on chosen focus nodes."""

from __future__ import annotations

from rdflib import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SH, SKOS, VOID, Literal, Namespace, URIRef
from rdflib.term import BNode, Node

from shape_cases import SHAPE, ontology, parts, results, shapes, targeted
from vaughn.iris import NS

VALUE_SHAPES = (SH["or"], SH["not"], SH["and"], SH.xone, SH.node, SH.property, SH.qualifiedValueShape)
FOREIGN_WORDS = {RDFS.label, DCTERMS.provenance, DCTERMS.source, DCTERMS.license, DCTERMS.modified, DCTERMS.created}
SPDX, SCHEMA = Namespace("http://spdx.org/rdf/terms#"), Namespace("https://schema.org/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PUBLISHED_WORDS = {
    *(VCARD.Kind, VCARD.fn, VCARD.hasEmail, VCARD.hasURL, VOID["class"]),
    *(SPDX.Checksum, SPDX.algorithm, SPDX.checksum, SPDX.checksumValue),
    *(DCTERMS.creator, DCTERMS.publisher, FOAF.Agent),
    *(DCTERMS.conformsTo, DCTERMS.identifier, DCTERMS.issued, URIRef(f"{DCAT}version"), SCHEMA.target, RDFS.comment),
    *(OWL.Ontology, OWL.versionIRI, OWL.versionInfo, SH.SPARQLExecutable, SH.ask, SH.construct, SH.select),
}
"""Words in which releases are described, beside those of DCAT 2 and VoID that rdflib knows; no graph file uses them."""


def _of_type(kind: URIRef) -> set[Node]:
    return set(shapes().subjects(RDF.type, kind))


def test_every_shape_has_a_name_under_the_shapes_namespace() -> None:
    declared = _of_type(SH.NodeShape) | _of_type(SH.PropertyShape)
    assert {shape for shape in declared if not str(shape).startswith(str(SHAPE))} == set()


def test_the_only_nodes_without_a_name_are_lists() -> None:
    nameless = {node for node in shapes().subjects() if isinstance(node, BNode)}
    assert {node for node in nameless if (node, RDF.first, None) not in shapes()} == set()


def test_what_reports_has_an_english_message_and_a_severity_chosen_on_purpose() -> None:
    judged_by_targets = {part for name in targeted() for part in shapes().objects(SHAPE[name], SH.property)}
    for shape in judged_by_targets:
        message = shapes().value(shape, SH.message)
        assert isinstance(message, Literal), shape
        assert message.language == "en", shape
        assert shapes().value(shape, SH.severity) in {SH.Violation, SH.Warning}, shape


def test_a_node_shape_that_judges_by_itself_has_a_message() -> None:
    judging = {SHAPE[name] for name in targeted()
               if any((SHAPE[name], word, None) in shapes() for word in (SH.pattern, SH["or"], SH["not"]))}  # fmt: skip
    assert {node for node in judging if (node, SH.message, None) not in shapes()} == set()


def test_no_value_is_judged_by_a_nested_shape() -> None:
    # pySHACL's focus_nodes filters nested shapes too: an `or` on values would silently pass.
    nested = {(shape, word) for shape in _of_type(SH.PropertyShape) for word in VALUE_SHAPES
              if (shape, word, None) in shapes()}  # fmt: skip
    assert nested == set()


def test_no_path_leads_further_than_validation_looks() -> None:
    # build/node_keys.py shows two steps; what a service publishes is validated whole.
    published = parts(SHAPE.PublishedDatasetShape)
    long = {shape for shape, path in shapes().subject_objects(SH.path)
            if isinstance(path, BNode) and len(list(shapes().items(path))) > 2}  # fmt: skip
    assert long - published == set()


def test_shapes_use_declared_words_only() -> None:
    used = set(shapes().objects(None, SH["class"])) | set(shapes().objects(None, SH.targetClass))
    for word in (SH.path, SH.targetSubjectsOf, SH.lessThanOrEquals, SH.lessThan, SH.equals):
        used |= {node for node in shapes().objects(None, word) if isinstance(node, URIRef)}
    declared = set(ontology().subjects(RDF.type, None))
    listed = {URIRef(word) for word in (*dir(DCAT), *dir(VOID))}
    assert listed & used
    assert used - declared - FOREIGN_WORDS - PUBLISHED_WORDS - listed == set()


def test_codes_in_shapes_are_concepts_of_the_lists_and_types_are_classes() -> None:
    listed = {member for head in shapes().objects(None, SH["in"]) for member in shapes().items(head)}
    values = {node for node in listed | set(shapes().objects(None, SH.hasValue)) if isinstance(node, URIRef)}
    types = {value for shape, value in shapes().subject_objects(SH.hasValue) if _asks_for_a_type(shape)}
    types |= {kind for shape, head in shapes().subject_objects(SH["in"]) if _asks_for_a_type(shape)
              for kind in shapes().items(head)}  # fmt: skip
    assert values - types
    assert values - types - set(ontology().subjects(RDF.type, SKOS.Concept)) == set()
    assert types - set(ontology().subjects(RDF.type, OWL.Class)) == set()


def _asks_for_a_type(shape: Node) -> bool:
    """Whether the last step of its path is rdf:type."""
    path = shapes().value(shape, SH.path)
    return isinstance(path, BNode) and list(shapes().items(path))[-1] == RDF.type


def test_a_type_asked_for_by_name_is_asked_for_with_all_its_subclasses() -> None:
    # A path to rdf:type sees what is written, and nothing has been inferred yet.
    graph, missed = ontology(), set[tuple[Node, Node | None]]()
    for node in shapes().subjects(SH["or"], None):
        parts = {part for head in shapes().objects(node, SH["or"]) for part in shapes().items(head)}
        types = {value for part in parts if _asks_for_a_type(part) for value in shapes().objects(part, SH.hasValue)}
        missed |= {(node, each) for kind in types for each in graph.transitive_subjects(RDFS.subClassOf, kind)
                   if each not in types}  # fmt: skip
    assert missed == set()


def _classes() -> set[Node]:
    """The classes of the ontology that are still to be used."""
    graph = ontology()
    own = {node for node in graph.subjects(RDF.type, OWL.Class) if str(node).startswith(NS)}
    return own - set(graph.subjects(OWL.deprecated, None))


def test_every_class_of_the_ontology_has_a_shape_of_its_own_that_bears_its_name() -> None:
    targets = {node: list(shapes().objects(SHAPE[f"{str(node).removeprefix(NS)}Shape"], SH.targetClass))
               for node in _classes()}  # fmt: skip
    assert len(targets) > 50
    assert {node for node, found in targets.items() if found != [node]} == set()


def test_the_code_lists_conform() -> None:
    faults = {(shape, focus) for shape, focus in results(ontology(), shapes())}
    assert faults == set()
