"""Catalogue entries."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from small import edit, small_site
from vaughn.build.catalogue import add_entry, modified, orphans, staleness, update_entry
from vaughn.build.sources import read_sources

DAY = datetime.date(2020, 2, 29)


def test_the_small_site_is_in_order_and_knows_when_its_files_changed(tmp_path: Path) -> None:
    sources = read_sources(small_site(tmp_path))
    assert not staleness(sources)
    assert modified(sources, "graph/bodies.ttl") == "2025-10-09"


def test_layout_and_comments_do_not_make_an_entry_stale_and_a_fact_does(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.ttl", "body:curators a", "# spaced\n\nbody:curators   a")
    assert not staleness(read_sources(site))
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    assert staleness(read_sources(site)).differing == ("graph/bodies.ttl",)


@pytest.mark.parametrize("told", ["dcterms:license", "dcterms:provenance", "dcterms:title", "dcterms:modified"])
def test_an_entry_that_lacks_something_is_stale(tmp_path: Path, told: str) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.meta.ttl", told, "vaughn:somethingElse")
    assert staleness(read_sources(site)).differing == ("graph/bodies.ttl",)


def test_an_added_entry_says_what_it_was_told_and_puts_the_file_in_order(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    entry = add_entry(site, site.graph / "bodies.ttl", DAY, title="Who is who", origin="A walk along the quay.")
    text = entry.read_text(encoding="utf-8")
    assert '"Who is who"@en' in text
    assert '"A walk along the quay."@en' in text
    assert "<https://example.org/site/graph/bodies> a dcat:Dataset ;" in text
    assert not staleness(read_sources(site))


def test_an_update_renews_digest_and_day_and_keeps_the_rest(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    edit(site.graph / "bodies.meta.ttl", '"Bodies"@en', '"Boards and bodies"@en')
    update_entry(site, site.graph / "bodies.ttl", DAY)
    sources = read_sources(site)
    assert not staleness(sources)
    assert modified(sources, "graph/bodies.ttl") == "2020-02-29"
    text = (site.graph / "bodies.meta.ttl").read_text(encoding="utf-8")
    assert '"Boards and bodies"@en' in text
    assert 'dcterms:created "2025-10-09"^^xsd:date' in text


def test_an_entry_in_order_is_not_touched(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    before = (site.graph / "bodies.meta.ttl").read_text(encoding="utf-8")
    update_entry(site, site.graph / "bodies.ttl", DAY)
    assert (site.graph / "bodies.meta.ttl").read_text(encoding="utf-8") == before


def test_an_entry_without_its_file_is_a_warning(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    (site.graph / "bodies.ttl").unlink()
    assert [(finding.severity, finding.file) for finding in orphans(site)] == [("warning", "graph/bodies.meta.ttl")]
