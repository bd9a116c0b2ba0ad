"""Shapes whose known findings are let stand as data, and what is never let stand."""

from __future__ import annotations

from pathlib import Path

from small import edit, small_site
from vaughn.build.check import check_files, check_site
from vaughn.build.sources import read_sources
from vaughn.build.validate import validate
from vaughn.errors import Finding
from vaughn.resources import Site

ACKNOWLEDGED = """@prefix body: <https://example.org/site/id/body/> .
@prefix claim: <https://example.org/site/id/claim/> .
@prefix finding: <https://example.org/site/id/finding/> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .

finding:nameless-ministry a vaughn:Acknowledgement ;
    vaughn:ofCheck "Body-label" ;
    vaughn:ofFocus body:ministry ;
    vaughn:reason "Nobody remembers its name." .

finding:nobodys-claim a vaughn:Acknowledgement ;
    vaughn:ofCheck "Claim-assertedBy" ;
    vaughn:ofFocus claim:lamp-hours-are-secret ;
    vaughn:reason "Nobody owns up to it." .
"""


def _acknowledging(folder: Path) -> Site:
    site = small_site(folder)
    (site.graph / "known.ttl").write_text(ACKNOWLEDGED, encoding="utf-8")
    return site


IDLE = """@prefix body: <https://example.org/site/id/body/> .
@prefix finding: <https://example.org/site/id/finding/> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .

finding:nameless-board a vaughn:Acknowledgement ;
    vaughn:ofCheck "Body-label" ;
    vaughn:ofFocus body:harbour-board ;
    vaughn:reason "It had no name." .
"""


def _found(site: Site) -> list[Finding]:
    return validate(read_sources(site), site.root / "build" / "cache").findings


def test_a_warning_of_a_shape_is_info_where_it_is_acknowledged_and_nowhere_else(tmp_path: Path) -> None:
    site = _acknowledging(tmp_path)
    edit(site.graph / "bodies.ttl", 'rdfs:label "Ministry of Lights"@en', "vaughn:about body:curators")
    edit(site.graph / "bodies.ttl", 'rdfs:label "Harbour Board"@en', "vaughn:about body:curators")
    found = {finding.focus.rpartition("/")[2]: finding for finding in _found(site)}
    assert {slug: finding.severity for slug, finding in found.items()} == {
        "ministry": "info",
        "harbour-board": "warning",
    }
    assert "(acknowledged: Nobody remembers its name.)" in found["ministry"].message


def test_an_error_of_a_shape_is_never_let_stand(tmp_path: Path) -> None:
    site = _acknowledging(tmp_path)
    edit(site.graph / "bodies.ttl", "body:harbour-board a vaughn:Agency", "body:harbour-board a vaughn:Source")
    assert ("Claim-assertedBy", "error") in {(finding.rule, finding.severity) for finding in _found(site)}


def test_an_acknowledgement_of_what_is_not_found_any_more_is_a_warning_where_it_stands(tmp_path: Path) -> None:
    site = _acknowledging(tmp_path)
    edit(site.graph / "bodies.ttl", 'rdfs:label "Ministry of Lights"@en', "vaughn:about body:curators")
    (site.graph / "gone.ttl").write_text(IDLE, encoding="utf-8")
    found = [
        each for each in check_site(site, site.root / "build", "compiled") if each.rule == "acknowledgement-is-needed"
    ]
    assert [(each.severity, each.focus.rpartition("/")[2], each.file, each.line) for each in found] == [
        ("warning", "nameless-board", "graph/gone.ttl", 5),
        ("warning", "nobodys-claim", "graph/known.ttl", 11),
    ]
    assert "Body-label" in found[0].message


def test_a_check_of_single_files_cannot_tell_what_is_not_found_any_more(tmp_path: Path) -> None:
    site = _acknowledging(tmp_path)
    (site.graph / "gone.ttl").write_text(IDLE, encoding="utf-8")
    assert check_files(site, site.root / "build", [site.graph / "gone.ttl"]) == []
