"""Names in graph files."""

from __future__ import annotations

from pathlib import Path

import pytest

from small import THING, edit, settings_for, small_site
from vaughn.build.check import check_files
from vaughn.errors import Finding
from vaughn.resources import Site

ELSEWHERE = "https://elsewhere.example/id/body/ministry"
CLAIMS = Path("claims") / "lamp-hours.ttl"


def _findings(site: Site, file: Path) -> list[Finding]:
    build_dir = settings_for(site).build_dir
    assert build_dir is not None
    return check_files(site, build_dir, [site.graph / file])


@pytest.mark.parametrize(
    ("file", "before", "after", "rule", "focus", "line"),
    [
        ("bodies.ttl", "body:ministry a", "body:Ministry_2 a", "iri-grammar", "body/Ministry_2", 12),
        ("bodies.ttl", "Body body:ministry", "Body body:minstry", "name-resolves", "body/minstry", 10),
        ("bodies.ttl", "Body body:ministry", f"Body <{THING}boat/x>", "iri-grammar", "boat/x", 10),
        ("bodies.ttl", "body:ministry a", f"<{ELSEWHERE}> a", "site-base", ELSEWHERE, 12),
        ("sources.ttl", "passage:gazette--hours a", "passage:gaz--h a", "part-has-owner", "passage/gaz--h", 12),
    ],
)
def test_a_wrong_name_is_found_with_its_line(
    tmp_path: Path, file: str, before: str, after: str, rule: str, focus: str, line: int
) -> None:
    site = small_site(tmp_path)
    edit(site.graph / file, before, after)
    found = next(finding for finding in _findings(site, Path(file)) if finding.rule == rule)
    assert (found.focus, found.file, found.line) == (focus if "//" in focus else THING + focus, f"graph/{file}", line)
    assert found.severity == "error"
    assert found.remedy


def test_a_blank_node_is_found_with_its_line(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.ttl", "vaughn:parentBody body:ministry", "vaughn:role [ a vaughn:RoleAssignment ]")
    found = next(finding for finding in _findings(site, Path("bodies.ttl")) if finding.rule == "no-blank-nodes")
    assert found.line == 8


def test_the_small_site_has_no_wrong_names(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    assert [finding for path in ("bodies.ttl", "sources.ttl", CLAIMS) for finding in _findings(site, Path(path))] == []


def test_a_draft_in_the_inbox_can_be_checked_before_it_is_part_of_the_site(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    inbox = site.graph / "inbox"
    inbox.mkdir()
    text = (site.graph / CLAIMS).read_text(encoding="utf-8").replace("lamp-hours-are-secret", "lamp-is-green")
    (inbox / "green.ttl").write_text(text.replace("body:harbour-board", "body:nobody"), encoding="utf-8")
    rules = {finding.rule for finding in _findings(site, Path("inbox/green.ttl"))}
    assert rules == {"name-resolves"}


def test_a_draft_may_name_what_another_draft_describes_and_is_told_where_that_is(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    inbox = site.graph / "inbox"
    inbox.mkdir()
    text = (site.graph / CLAIMS).read_text(encoding="utf-8").replace("lamp-hours-are-secret", "lamp-is-green")
    (inbox / "green.ttl").write_text(text.replace("body:harbour-board", "body:nobody"), encoding="utf-8")
    body = (site.graph / "bodies.ttl").read_text(encoding="utf-8").replace("body:ministry", "body:nobody")
    (inbox / "nobody.ttl").write_text(body, encoding="utf-8")
    (inbox / "broken.ttl").write_text("claim:x a", encoding="utf-8")
    skipped: list[str] = []
    [found] = check_files(site, site.root / "build", [inbox / "green.ttl"], skipped.append)
    assert (found.severity, found.rule, found.focus) == ("warning", "name-is-drafted", THING + "body/nobody")
    assert "graph/inbox/nobody.ttl, describes" in found.message
    assert found.line == 8
    assert skipped == ["graph/inbox/broken.ttl does not parse, so what it describes is not known"]
