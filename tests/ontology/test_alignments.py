"""Alignments inform and change nothing: only mapping properties, from words of ours to words that others published.

`data/aligned/<file>.txt` lists terms as their publisher writes them, read where ontology/README.md says: all of NARA's
codes, of DPV's justifications, of CiTO, BiRO and C4O; of BIBO, DoCO, FaBiO and schema.org those that were looked up.
None of them is deprecated there, so a mapping to a term that is not listed waits until somebody has looked it up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, URIRef

from ontology.conftest import ONTOLOGY
from ontology.referee import DATA, union
from vaughn.resources import open_site

MAPPINGS = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
FILES = sorted(path.name for path in (ONTOLOGY / "alignments").glob("*.ttl"))
LISTED = sorted(path.stem for path in (DATA / "aligned").glob("*.txt"))
UNLISTED = {"https://w3id.org/dpv#"}
EXEMPTIONS = f"{open_site().base}concept/foia-exemption/"


@pytest.fixture(scope="module")
def alignments(files: Mapping[str, Graph]) -> dict[str, Graph]:
    """Each alignment by the name of its file."""
    return {Path(name).name: graph for name, graph in files.items() if name.startswith("alignments/")}


@pytest.fixture(scope="module")
def own(files: Mapping[str, Graph]) -> Graph:
    """Words and code lists, without the alignments."""
    return union(*(graph for name, graph in files.items() if not name.startswith("alignments/")))


@pytest.fixture(scope="module")
def mapped(alignments: Mapping[str, Graph]) -> Graph:
    """All alignments together."""
    return union(*alignments.values())


def test_only_mapping_properties_are_used(mapped: Graph) -> None:
    assert mapped
    assert set(mapped.predicates()) - MAPPINGS == set()


def test_every_subject_is_declared_here(mapped: Graph, own: Graph) -> None:
    assert set(mapped.subjects()) - set(own.subjects(RDF.type)) == set()


@pytest.mark.parametrize("name", FILES)
def test_the_readme_names_every_namespace_that_a_file_leads_to(alignments: Mapping[str, Graph], name: str) -> None:
    """And no other: a word is what remains of an IRI without one of the namespaces, and has neither `/` nor `#`."""
    spaces = dict(_rows())[name]
    found = {
        str(target): [space for space in spaces if _is_within(str(target), space)]
        for target in _targets(alignments[name])
    }
    assert {target: within for target, within in found.items() if len(within) != 1} == {}
    assert {within[0] for within in found.values()} == set(spaces)


def test_the_readme_has_a_row_for_every_file() -> None:
    assert [name for name, _ in _rows()] == FILES


def test_no_two_words_are_mapped_in_two_ways(mapped: Graph) -> None:
    """SKOS S46: an exact match is neither a broad nor a related one; nor are the others said together here."""
    pairs = Counter((subject, target) for subject, _, target in mapped)
    assert [pair for pair, times in pairs.items() if times > 1] == []


def test_nothing_is_exactly_two_words_of_one_vocabulary(mapped: Graph) -> None:
    """SKOS S45: exactness is transitive, so two of theirs would be one of ours, and two of ours one of theirs."""
    pairs = list(mapped.subject_objects(SKOS.exactMatch))
    ours, theirs = Counter((one, _space(other)) for one, other in pairs), Counter(other for _, other in pairs)
    assert pairs
    assert [each for each, times in (*ours.items(), *theirs.items()) if times > 1] == []


def test_what_is_merely_related_to_a_word_is_not_broader_than_what_contains_it(mapped: Graph, own: Graph) -> None:
    """SKOS S27: whatever is related to a word is not above it."""
    above = {(one, up) for one in set(mapped.subjects()) for up in own.transitive_objects(one, SKOS.broader)}
    broad = {(one, target) for one, up in above for target in mapped.objects(up, SKOS.broadMatch)}
    assert broad & set(mapped.subject_objects(SKOS.relatedMatch)) == set()


@pytest.mark.parametrize("name", LISTED)
def test_a_list_has_terms_of_every_namespace_that_its_file_leads_to(name: str) -> None:
    assert set(dict(_rows())[f"{name}.ttl"]) - {_space(code) for code in _codes(name)} - UNLISTED == set()


@pytest.mark.parametrize("name", LISTED)
def test_every_code_that_is_mapped_to_is_on_the_publisher_s_list(alignments: Mapping[str, Graph], name: str) -> None:
    codes = set(_codes(name))
    spaces = {_space(URIRef(code)) for code in codes}
    used = {str(target) for target in _targets(alignments[f"{name}.ttl"]) if _space(target) in spaces}
    assert used
    assert used - codes == set()


def test_each_exemption_has_its_own_code_in_the_list_of_specific_access_restrictions(
    alignments: Mapping[str, Graph], own: Graph
) -> None:
    """Same paragraph, same code: (b)(7)(E) is `FOIAb7e`."""
    notations = {str(one).removeprefix(EXEMPTIONS): one for one in own.subjects(RDF.type, SKOS.Concept)}
    expected = {(one, f"FOIAb{code.lower()}") for code, one in notations.items() if str(one).startswith(EXEMPTIONS)}
    found = {
        (one, str(target).rpartition("/")[2]) for one, _, target in alignments["nara.ttl"] if "/FOIA" in str(target)
    }
    assert found == expected


def test_every_code_of_an_exemption_is_mapped_to(alignments: Mapping[str, Graph]) -> None:
    codes = {code for code in _codes("nara") if "/FOIAb" in code}
    assert codes
    assert codes - {str(target) for target in _targets(alignments["nara.ttl"])} == set()


def _targets(graph: Graph) -> set[URIRef]:
    return {target for target in graph.objects() if isinstance(target, URIRef)}


def _rows() -> Iterator[tuple[str, list[str]]]:
    """File and namespaces of each row of the README's table of alignments."""
    text = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    for name, spaces in re.findall(r"^\| `alignments/([\w-]+\.ttl)` \|([^|]+)\|", text, re.MULTILINE):
        yield name, re.findall(r"`([^`]+)`", spaces)


def _is_within(iri: str, space: str) -> bool:
    return iri.startswith(space) and re.fullmatch(r"[\w-]+", iri.removeprefix(space)) is not None


def _space(iri: object) -> str:
    return re.sub(r"[^/#]+$", "", str(iri))


def _codes(name: str) -> list[str]:
    return (DATA / "aligned" / f"{name}.txt").read_text(encoding="utf-8").split()
