"""A name that a kept release served does not vanish without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from build.test_compare import KEEPERS, bury
from small import THING, build_small, edit, small_site
from vaughn.build.check import check_site
from vaughn.build.lost import LOST
from vaughn.errors import Finding
from vaughn.resources import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site, with a release kept of it."""
    made = small_site(tmp_path)
    build_small(made)
    return made


def lost(site: Site) -> list[Finding]:
    return [each for each in check_site(site, site.root / "build", "compiled") if each.rule == LOST]


def test_nothing_is_lost_while_all_is_there(site: Site) -> None:
    assert lost(site) == []


def test_a_name_that_is_gone_without_a_tombstone_is_warned_of(site: Site) -> None:
    edit(site.graph / "bodies.ttl", *KEEPERS)
    [finding] = lost(site)
    assert (finding.severity, finding.focus) == ("warning", THING + "body/curators")
    assert "vaughn:formerIri" in finding.remedy


@pytest.mark.parametrize("said", ["", f"; vaughn:renamedTo <{THING}body/keepers>"], ids=["removed", "renamed"])
def test_a_tombstone_accounts_for_a_name(site: Site, said: str) -> None:
    edit(site.graph / "bodies.ttl", *KEEPERS)
    bury(site, "body/curators", said)
    assert lost(site) == []


def test_what_only_a_draft_had_may_go(site: Site, tmp_path: Path) -> None:
    edit(site.graph / "bodies.ttl", *KEEPERS)
    bury(site, "body/curators", f"; vaughn:renamedTo <{THING}body/keepers>")
    build_small(site, draft=True)
    edit(site.graph / "bodies.ttl", *reversed(KEEPERS))
    (site.graph / "tombstones.ttl").unlink()
    assert lost(site) == []
