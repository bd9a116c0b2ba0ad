"""Words of the facts: no axioms among them, none misspelt, and no other file is blamed for one that is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from small import THING, edit, settings_for, small_site
from vaughn.build.check import check_files, check_site
from vaughn.build.closure import ReasonerName
from vaughn.errors import Finding
from vaughn.iris import NS
from vaughn.resources import Site, open_site

CLAIMS = Path("claims") / "lamp-hours.ttl"
CLAIM = THING + "claim/lamp-hours-are-secret"
SAME = f"<http://www.w3.org/2002/07/owl#sameAs> <{THING}claim/other>"
DEPRECATED = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .

vaughn:assertedBy owl:deprecated true .
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site with the shipped words and questions instead of its own few."""
    copied = small_site(tmp_path)
    shutil.rmtree(copied.ontology)
    return open_site(copied.root)


def _of_file(site: Site, file: Path) -> list[Finding]:
    return check_files(site, site.root / "build", [site.graph / file])


def _of_site(site: Site, reasoner: ReasonerName = "compiled") -> list[Finding]:
    build_dir = settings_for(site).build_dir
    assert build_dir is not None
    return check_site(site, build_dir, reasoner)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("vaughn:assertedBy body:harbour-board ;", f"vaughn:assertedBy body:harbour-board ; {SAME} ;"),
        ("a vaughn:Claim ;", "a vaughn:Claim, <http://www.w3.org/2002/07/owl#FunctionalProperty> ;"),
        ("a vaughn:Claim ;", "a vaughn:Claim ; <http://www.w3.org/2000/01/rdf-schema#subClassOf> vaughn:Body ;"),
    ],
    ids=["same", "functional", "subclass"],
)
def test_an_axiom_among_the_facts_is_an_error_with_its_line(tmp_path: Path, before: str, after: str) -> None:
    site = small_site(tmp_path)
    edit(site.graph / CLAIMS, before, after)
    for findings in (_of_file(site, CLAIMS), _of_site(site), _of_site(site, "owlrl")):
        found = next(finding for finding in findings if finding.rule == "no-axioms")
        assert (found.severity, found.file, found.line) == ("error", "graph/claims/lamp-hours.ttl", 7)
        assert found.focus == CLAIM
        assert "never by owl:sameAs" in found.remedy


def test_an_axiom_about_a_nameless_thing_is_an_error_on_the_line_of_its_predicate(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / CLAIMS, "claim:lamp-hours-are-secret a", f"[] {SAME} .\n\nclaim:lamp-hours-are-secret a")
    found = next(finding for finding in _of_file(site, CLAIMS) if finding.rule == "no-axioms")
    assert (found.line, found.focus) == (7, "")


def test_a_misspelt_word_is_found_in_a_file_alone(site: Site) -> None:
    edit(site.graph / CLAIMS, "vaughn:claimText", "vaughn:claimTxt")
    found = _of_file(site, CLAIMS)[0]
    assert (found.rule, found.focus, found.line) == ("checks/term-is-declared", CLAIM, 7)
    assert found.message == "the property claimTxt is not declared"
    assert [each.rule for each in _of_file(site, Path("bodies.ttl")) if each.rule.startswith("checks/")] == []


def test_no_other_file_is_blamed_for_a_misspelt_class(site: Site) -> None:
    edit(site.graph / "sources.ttl", "source:gazette a vaughn:Source", "source:gazette a vaughn:Sauce")
    assert [(found.rule, found.focus, found.file) for found in _of_site(site)] == [
        ("checks/term-is-declared", f"{THING}source/gazette", "graph/sources.ttl")
    ]


def test_a_deprecated_word_is_a_warning_told_once(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    check = open_site().queries[0] / "checks" / "term-is-current.rq"
    shutil.copy(check, site.queries[0] / "checks")
    (site.ontology / "going.ttl").write_text(DEPRECATED, encoding="utf-8")
    for findings in (_of_file(site, CLAIMS), _of_site(site)):
        told = [found for found in findings if found.rule == "checks/term-is-current"]
        assert [(found.severity, found.focus, found.line) for found in told] == [("warning", CLAIM, 7)]


def test_an_axiom_that_no_rule_honours_is_an_error_in_its_file(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.ontology / "words.ttl", "vaughn:Source a owl:Class", "vaughn:Source a owl:Class, owl:FunctionalProperty")
    for reasoner in ("compiled", "owlrl"):
        [found] = _of_site(site, reasoner)
        assert (found.rule, found.file, found.focus) == ("axiom-is-supported", "ontology/words.ttl", NS + "Source")
        assert found.line == 29
        assert "--reasoner" not in str(found)


def test_axioms_have_their_place_in_the_ontology(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    found = check_files(site, site.root / "build", [site.ontology / "words.ttl"])
    assert [finding for finding in found if finding.rule == "no-axioms"] == []
