"""Validation of what is asserted, and what is validated again after an edit."""

from __future__ import annotations

from pathlib import Path

from small import THING, edit, small_site
from vaughn.build.sources import read_sources
from vaughn.build.validate import Validated, validate
from vaughn.resources import Site


def _validate(site: Site) -> Validated:
    return validate(read_sources(site), site.root / "build" / "cache")


def _rules(found: Validated) -> list[tuple[str, str]]:
    return [(finding.rule, finding.focus.removeprefix(THING)) for finding in found.findings]


def test_a_valid_site_has_no_findings_and_is_not_validated_twice(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    first, second = _validate(site), _validate(site)
    assert first.findings == second.findings == []
    assert (first.checked, second.checked) == (first.nodes, 0)


def test_findings_come_from_the_cache_with_the_lines_of_today(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.ttl", 'rdfs:label "Ministry of Lights"@en', "vaughn:about body:curators")
    first = _validate(site)
    edit(site.graph / "bodies.ttl", "body:curators a", "\n\nbody:curators a")
    second = _validate(site)
    assert _rules(first) == _rules(second) == [("Body-label", "body/ministry")]
    assert second.checked == 0
    assert [first.findings[0].line, second.findings[0].line] == [12, 14]


def test_an_edit_validates_what_it_touched_and_what_refers_to_it(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    whole = _validate(site)
    edit(site.graph / "bodies.ttl", "body:harbour-board a vaughn:Agency", "body:harbour-board a vaughn:Source")
    again = _validate(site)
    assert ("Claim-assertedBy", "claim/lamp-hours-are-secret") in _rules(again)
    assert 0 < again.checked < whole.nodes


def test_a_changed_shape_validates_everything_anew(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    _validate(site)
    edit(site.ontology / "shapes" / "shapes.ttl", "a body has a label", "a body needs a label")
    again = _validate(site)
    assert again.checked == again.nodes


def test_a_nested_shape_is_checked_on_values_that_are_no_focus_nodes(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "sources.ttl", 'oa:exact "the hours', 'oa:prefix "the hours')
    whole = _validate(site)
    only = next(source for source in read_sources(site).graph if source.file.endswith("lamp-hours.ttl"))
    alone = validate(read_sources(site), site.root / "elsewhere", only=only)
    expected = ("EvidenceLine-evidencePassage", "evidence/lamp-hours-are-secret--1")
    assert expected in _rules(whole)
    assert expected in _rules(alone)


def test_a_shape_feature_that_would_be_passed_over_is_an_error(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.ontology / "shapes" / "shapes.ttl", "sh:targetClass vaughn:Body", "sh:rule vaughn:Body")
    found = next(finding for finding in _validate(site).findings if finding.rule == "shape-feature")
    assert found.file == "ontology/shapes/shapes.ttl"


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    _validate(site)
    (site.root / "build" / "cache" / "validation.json").write_text("{", encoding="utf-8")
    again = _validate(site)
    assert again.checked == again.nodes


def test_a_catalogue_entry_is_validated_where_it_stands(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    shapes = site.ontology / "shapes" / "shapes.ttl"
    edit(shapes, "sh:targetClass vaughn:EvidenceLine", "sh:targetSubjectsOf vaughn:contentDigest")
    found = _validate(site).findings
    assert {finding.file for finding in found} == {
        "graph/bodies.meta.ttl",
        "graph/claims/lamp-hours.meta.ttl",
        "graph/sources.meta.ttl",
    }
