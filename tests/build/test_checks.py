"""Checks, lints, acknowledged defects, and what the assembly refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from small import THING, edit, settings_for, small_site
from vaughn.build.check import check_site
from vaughn.errors import Finding, FindingsStop, HeaderInvalid
from vaughn.resources import Site

ACKNOWLEDGED = """@prefix finding: <https://example.org/site/id/finding/> .
@prefix source: <https://example.org/site/id/source/> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .

finding:anonymous-gazette a vaughn:AcknowledgedDefect ;
    vaughn:ofCheck "source-has-publisher" ;
    vaughn:ofFocus source:gazette ;
    vaughn:reason "Nobody knows who prints it." .
"""


def _check(site: Site) -> list[Finding]:
    build_dir = settings_for(site).build_dir
    assert build_dir is not None
    return check_site(site, build_dir, "compiled")


def test_checking_needs_no_catalogue_and_makes_no_release(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    for entry in site.graph.rglob("*.meta.ttl"):
        entry.unlink()
    assert [finding.rule for finding in _check(site)] == ["checks/source-has-publisher"]
    assert not (site.root / "build" / "current").exists()


def test_a_finding_says_where_what_and_what_to_do(tmp_path: Path) -> None:
    [found] = _check(small_site(tmp_path))
    assert (found.file, found.line, found.focus) == ("graph/sources.ttl", 21, THING + "source/gazette")
    assert (found.message, found.remedy) == ("a source without publisher", "Name the source's publisher.")


def test_an_acknowledged_defect_is_info_with_its_reason(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    (site.graph / "known.ttl").write_text(ACKNOWLEDGED, encoding="utf-8")
    [found] = _check(site)
    assert found.severity == "info"
    assert "Nobody knows who prints it." in found.message


def test_an_acknowledgement_without_a_reason_acknowledges_nothing(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    (site.graph / "known.ttl").write_text(ACKNOWLEDGED.replace("vaughn:reason", "vaughn:hope"), encoding="utf-8")
    assert [finding.severity for finding in _check(site)] == ["warning"]


def test_a_triple_in_two_files_is_an_error_that_names_both(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    text = (site.graph / "bodies.ttl").read_text(encoding="utf-8")
    (site.graph / "copy.ttl").write_text(text.partition("body:harbour-board a")[0], encoding="utf-8")
    rules = [finding for finding in _check(site) if finding.rule == "one-graph-per-triple"]
    assert len(rules) == 2
    assert "graph/bodies.ttl and graph/copy.ttl both assert" in rules[0].message


def test_a_file_cannot_take_a_reserved_name(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    (site.graph / "bodies.ttl").rename(site.graph / "inferred.ttl")
    assert "reserved-graph-name" in {finding.rule for finding in _check(site)}


def test_the_ontology_is_linted_alone(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.ontology / "words.ttl", "rdfs:subClassOf vaughn:Body", "rdfs:subClassOf vaughn:Bodie")
    edit(site.ontology / "shapes" / "shapes.ttl", "sh:class vaughn:Body", "sh:class vaughn:Agency")
    assert ("lint/class-is-declared", "https://w3id.org/vaughn/ns#Bodie") in {
        (finding.rule, finding.focus) for finding in _check(site)
    }


def test_a_query_that_is_not_sparql_is_an_error_in_its_file(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.queries[0] / "derive" / "evidence-state.rq", "WHERE {", "WHERE {{{")
    [found] = [finding for finding in _check(site) if finding.rule == "query-syntax"]
    assert found.file == "queries/derive/evidence-state.rq"


def test_a_check_without_focus_and_message_is_refused(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    check = site.queries[0] / "checks" / "parent-is-another.rq"
    check.write_text(check.read_text(encoding="utf-8").replace("?message", "?note").replace("  message", "  note"))
    with pytest.raises(HeaderInvalid, match="a check returns"):
        _check(site)


def test_a_derivation_that_is_no_construct_is_refused(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    check = site.queries[0] / "checks" / "parent-is-another.rq"
    check.rename(site.queries[0] / "derive" / "parent.rq")
    with pytest.raises(HeaderInvalid, match="a derivation is a CONSTRUCT"):
        _check(site)


def test_one_prefix_for_two_namespaces_is_an_error(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.ontology / "words.ttl", 'sh:prefix "vaughn"', 'sh:prefix "claim"')
    found = _check(site)
    assert [finding.rule for finding in found] == ["one-namespace-per-prefix"]
    with pytest.raises(FindingsStop, match="claim: would stand for"):
        raise FindingsStop("the prefixes", found)
