"""Every word is named and defined once, every code list is whole, and nothing refers to a word that is not there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from vaughn.iris import NS, Iris
from vaughn.resources import open_site

VAUGHN = Namespace(NS)
IRIS = Iris(open_site().base)
LAWS_OWN_WORDS = {"foia-exclusion", "foia-exemption", "privacy-act-exemption", "showing"}
MEASURES = {"date-precision", "granularity"}
MEASURED = {VAUGHN["page"]}
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@pytest.fixture(scope="module")
def terms(ontology: Graph) -> list[URIRef]:
    """The classes and properties of the project's own namespace."""
    declared = {node for kind in KINDS for node in ontology.subjects(RDF.type, kind) if isinstance(node, URIRef)}
    return sorted(node for node in declared if node in VAUGHN)


@pytest.fixture(scope="module")
def lists(files: Mapping[str, Graph]) -> dict[str, Graph]:
    """Each code list by the name of its file."""
    return {Path(name).stem: graph for name, graph in files.items() if name.startswith("lists/")}


@pytest.fixture(scope="module")
def concepts(lists: Mapping[str, Graph]) -> list[tuple[str, Graph, URIRef]]:
    """Every entry of every code list, with its list."""
    return [(name, graph, node) for name, graph in lists.items() for node in entries(graph)]


def test_every_word_has_one_label_and_one_definition_in_english(ontology: Graph, terms: list[URIRef]) -> None:
    tags = {term: [languages(ontology, term, said) for said in (RDFS.label, SKOS.definition)] for term in terms}
    assert terms
    assert [term for term, found in tags.items() if found != [["en"], ["en"]]] == []


def test_every_word_says_who_defines_it(ontology: Graph, terms: list[URIRef]) -> None:
    home = URIRef(NS.removesuffix("#"))
    assert [term for term in terms if list(ontology.objects(term, RDFS.isDefinedBy)) != [home]] == []


def test_every_word_is_one_kind_of_word(ontology: Graph, terms: list[URIRef]) -> None:
    assert [term for term in terms if len(set(ontology.objects(term, RDF.type)) & set(KINDS)) != 1] == []


def test_every_foreign_word_says_who_defines_it(files: Mapping[str, Graph]) -> None:
    foreign = files["foreign.ttl"]
    assert [node for node in foreign.subjects(RDF.type) if (node, RDFS.isDefinedBy, None) not in foreign] == []


def test_no_two_words_share_a_label_within_their_kind(ontology: Graph, terms: list[URIRef]) -> None:
    names = Counter((str(ontology.value(term, RDFS.label)), is_class(ontology, term)) for term in terms)
    assert [name for name, times in names.items() if times > 1] == []


def test_no_two_words_share_a_definition(ontology: Graph, terms: list[URIRef]) -> None:
    said = Counter(str(ontology.value(term, SKOS.definition)) for term in terms)
    assert [text for text, times in said.items() if times > 1] == []


def test_a_definition_is_a_sentence(ontology: Graph) -> None:
    said = {str(text) for text in ontology.objects(None, SKOS.definition)}
    assert [text for text in said if not re.fullmatch(r"[A-Z0-9].+\.", text)] == []


def test_a_definition_is_one_sentence(ontology: Graph) -> None:
    """A full stop within one ends an abbreviation: U.S.C."""
    said = {str(text) for text in ontology.objects(None, SKOS.definition)}
    assert [text for text in said if re.search(r"(?<!U\.S\.C)[.!?] ", text)] == []


def test_no_definition_of_a_class_says_again_the_word_it_defines(ontology: Graph, terms: list[URIRef]) -> None:
    """ "A claim is a claim that …" tells nothing: the word does not stand where its definition begins."""
    said = {term: (ontology.value(term, RDFS.label), ontology.value(term, SKOS.definition)) for term in terms}
    assert [
        term
        for term, (label, text) in said.items()
        if is_class(ontology, term) and re.match(rf"((an?|the|one) )?{label}\b", str(text), re.IGNORECASE)
    ] == []


def test_no_definition_uses_the_word_it_defines(
    ontology: Graph, terms: list[URIRef], concepts: list[tuple[str, Graph, URIRef]]
) -> None:
    """Left out: classes, of which a definition may name another by the same word; entries in the law's own words; and
    measures, which are told apart by ordinary words in their ordinary sense."""
    listed = [node for name, _, node in concepts if name not in LAWS_OWN_WORDS | MEASURES]
    words = [term for term in terms if not is_class(ontology, term) and term not in MEASURED]
    assert [node for node in (*words, *listed) if is_circular(ontology, node)] == []


def test_classes_begin_with_a_capital_and_properties_with_a_small_letter(ontology: Graph, terms: list[URIRef]) -> None:
    assert [term for term in terms if str(term).removeprefix(NS)[0].isupper() != is_class(ontology, term)] == []


def test_nothing_refers_to_a_word_or_code_that_is_not_declared(ontology: Graph) -> None:
    used = {str(node) for triple in ontology for node in triple if isinstance(node, URIRef)}
    own = {iri for iri in used if iri.startswith((NS, IRIS.base + "concept/"))}
    assert own - {str(node) for node in ontology.subjects(RDF.type)} == set()


def test_what_is_the_builds_to_say_is_marked_so(ontology: Graph) -> None:
    marked = {term for term, note in ontology.subject_objects(None) if str(note).startswith("Derived by the build")}
    expected = ("evidenceState", "evidenceBasis", "countsTowardState", "countReason", "knownIndependentSources")
    assert {VAUGHN[name] for name in (*expected, "sourcesOfUnknownLineage", "partOfThing")} <= marked


def test_each_file_of_a_code_list_holds_the_list_of_its_name(lists: Mapping[str, Graph]) -> None:
    found = {name: list(graph.subjects(RDF.type, SKOS.ConceptScheme)) for name, graph in lists.items()}
    assert found == {name: [URIRef(f"{IRIS.base}concept/{name}")] for name in lists}


def test_each_code_list_is_named_and_defined(ontology: Graph) -> None:
    schemes = list(ontology.subjects(RDF.type, SKOS.ConceptScheme))
    said = {node: [languages(ontology, node, word) for word in (RDFS.label, SKOS.definition)] for node in schemes}
    assert schemes
    assert [node for node, tags in said.items() if tags != [["en"], ["en"]]] == []


def test_each_entry_is_named_after_its_list(concepts: list[tuple[str, Graph, URIRef]]) -> None:
    names = {node: (name, IRIS.parse(str(node))) for name, _, node in concepts}
    assert [node for node, (name, parsed) in names.items() if (parsed.what, parsed.scope) != ("concept", name)] == []


@pytest.mark.parametrize("word", [SKOS.prefLabel, SKOS.definition, SKOS.notation, SKOS.inScheme])
def test_each_entry_is_complete(concepts: list[tuple[str, Graph, URIRef]], word: URIRef) -> None:
    assert [node for _, graph, node in concepts if len(list(graph.objects(node, word))) != 1] == []


@pytest.mark.parametrize("word", [SKOS.prefLabel, SKOS.notation, SKOS.definition])
def test_no_two_listedof_a_list_are_called_alike(lists: Mapping[str, Graph], word: URIRef) -> None:
    said = {name: Counter(str(value) for value in graph.objects(None, word)) for name, graph in lists.items()}
    assert {name: text for name, texts in said.items() for text, times in texts.items() if times > 1} == {}


def test_no_alternative_name_leads_to_two_listedof_a_list(lists: Mapping[str, Graph]) -> None:
    shared_names = {name: doubles(graph) for name, graph in lists.items()}
    assert {name: found for name, found in shared_names.items() if found} == {}


def test_the_top_of_a_list_is_what_has_nothing_broader(lists: Mapping[str, Graph]) -> None:
    tops = {name: set(graph.objects(None, SKOS.hasTopConcept)) for name, graph in lists.items()}
    assert tops == {name: set(entries(graph)) - set(graph.subjects(SKOS.broader)) for name, graph in lists.items()}


def test_broader_and_narrower_mirror_each_other(ontology: Graph) -> None:
    down = set(ontology.subject_objects(SKOS.narrower))
    assert down == {(above, below) for below, above in ontology.subject_objects(SKOS.broader)}


def test_each_category_tells_whether_it_touches_a_person(lists: Mapping[str, Graph]) -> None:
    graph = lists["category"]
    said = {node: graph.value(node, VAUGHN.touchesPerson, any=False) for node in entries(graph)}
    assert [node for node, value in said.items() if value not in (Literal(True), Literal(False))] == []


def test_granularity_is_ordered_without_gaps(lists: Mapping[str, Graph]) -> None:
    graph = lists["granularity"]
    ranks: dict[Node, int] = {node: int(str(graph.value(node, VAUGHN["rank"]))) for node in entries(graph)}
    assert sorted(ranks.values()) == list(range(1, len(ranks) + 1))
    steps = [(ranks[below], ranks[above]) for below, above in graph.subject_objects(SKOS.broader) if below in ranks]
    assert sorted(steps) == [(rank, rank - 1) for rank in range(2, len(ranks) + 1)]


@pytest.mark.parametrize("name", ["foia-exemption", "foia-exclusion", "privacy-act-exemption"])
def test_each_ground_of_law_has_a_provision_and_a_showing(lists: Mapping[str, Graph], name: str) -> None:
    graph = lists[name]
    lacking = [
        n for n in entries(graph) if not graph.value(n, VAUGHN.enactedIn) or not graph.value(n, VAUGHN.requiresShowing)
    ]
    assert lacking == []


def test_foreseeable_harm_is_asked_of_every_exemption_but_the_third(lists: Mapping[str, Graph]) -> None:
    """5 U.S.C. 552(a)(8)(B) leaves out what (b)(3) exempts."""
    graph = lists["foia-exemption"]
    asked = set(graph.subjects(VAUGHN.requiresShowing, URIRef(IRIS.concept("showing", "foreseeable-harm"))))
    assert set(entries(graph)) - asked == {URIRef(IRIS.concept("foia-exemption", "3"))}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "code_type", "headings"),
    [("foia-exemption", "ExemptionCode", {"Ex. 7"}), ("denial-reason", "NonExemptionDenialReasonCode", set())],
)
def test_notations_are_those_of_the_annual_report(
    lists: Mapping[str, Graph], shared: Path, name: str, code_type: str, headings: set[str]
) -> None:
    """Exemption 7 as a whole heads its six and is never counted."""
    schema = (shared / "foia/xsd-v2/extension/FoiaAnnualReportExtensions.xsd").read_text(encoding="utf-8")
    block = re.search(rf'<xsd:simpleType name="{code_type}SimpleType">.*?</xsd:simpleType>', schema, re.DOTALL)
    assert block
    codes = set(re.findall(r'<xsd:enumeration value="([^"]+)"', block[0]))
    assert {str(text) for text in lists[name].objects(None, SKOS.notation)} - headings == codes


@pytest.mark.shared
def test_provisions_go_by_the_names_of_the_collected_facts(ontology: Graph, shared: Path) -> None:
    collected = json.loads((shared / "facts/entities.json").read_text(encoding="utf-8"))
    known = {IRIS.thing("authority", entry["id"]) for entry in collected["authorities"]}
    exclusions = {IRIS.thing("authority", f"foia-c{number}") for number in (1, 2, 3)}
    assert {str(node) for node in ontology.objects(None, VAUGHN.enactedIn)} - known == exclusions


def entries(graph: Graph) -> Iterator[URIRef]:
    yield from (node for node in graph.subjects(RDF.type, SKOS.Concept) if isinstance(node, URIRef))


def is_circular(graph: Graph, node: URIRef) -> bool:
    label = graph.value(node, SKOS.prefLabel) or graph.value(node, RDFS.label)
    return bool(re.search(rf"\b{re.escape(str(label))}\b", str(graph.value(node, SKOS.definition)), re.IGNORECASE))


def languages(graph: Graph, node: Node, word: URIRef) -> list[str | None]:
    return [value.language for value in graph.objects(node, word) if isinstance(value, Literal)]


def is_class(graph: Graph, term: Node) -> bool:
    return (term, RDF.type, OWL.Class) in graph


def doubles(graph: Graph) -> list[str]:
    """Names, in any case, that stand for more than one entry."""
    names = {
        (str(name).casefold(), node)
        for word in (SKOS.prefLabel, SKOS.altLabel)
        for node, name in graph.subject_objects(word)
    }
    return [name for name, times in Counter(name for name, _ in names).items() if times > 1]
