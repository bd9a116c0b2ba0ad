"""A site is a folder with graph/site.toml; what it lacks comes from the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaughn.errors import SiteInvalid
from vaughn.resources import default_build_dir, open_site, shipped_root

CONFIG = 'base = "https://example.org/s/"\ntitle = "S"\ndescription = "D"\ncurator = "c"\nlicense = "L"\n'


def write_site(root: Path, config: str = CONFIG) -> Path:
    (root / "graph").mkdir()
    (root / "graph" / "site.toml").write_text(config, encoding="utf-8")
    return root


def test_the_shipped_site_opens_from_anywhere() -> None:
    site = open_site()
    assert site.root == shipped_root()
    assert site.base.endswith("/")


def test_a_site_without_words_or_questions_uses_the_shipped_ones(tmp_path: Path) -> None:
    site = open_site(write_site(tmp_path))
    assert site.ontology == shipped_root() / "ontology"
    assert site.queries == (shipped_root() / "queries",)
    assert default_build_dir(site) == tmp_path / "build"


def test_a_sites_own_queries_come_before_the_shipped_ones(tmp_path: Path) -> None:
    write_site(tmp_path)
    (tmp_path / "queries").mkdir()
    assert open_site(tmp_path).queries == (tmp_path / "queries", shipped_root() / "queries")


def test_a_site_with_its_own_words_asks_its_own_queries_only(tmp_path: Path) -> None:
    write_site(tmp_path)
    (tmp_path / "queries").mkdir()
    (tmp_path / "ontology").mkdir()
    site = open_site(tmp_path)
    assert (site.ontology, site.queries) == (tmp_path / "ontology", (tmp_path / "queries",))


def test_drafts_and_catalogue_entries_are_no_graph_files(tmp_path: Path) -> None:
    write_site(tmp_path)
    for name in ("a.ttl", "a.meta.ttl", "sub/b.ttl", "inbox/c.ttl", "README.md"):
        path = tmp_path / "graph" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    site = open_site(tmp_path)
    assert [site.relative(path) for path in site.graph_files()] == ["graph/a.ttl", "graph/sub/b.ttl"]
    assert site.graph_name(tmp_path / "graph" / "sub" / "b.ttl") == "https://example.org/s/graph/sub/b"
    assert site.entry_of(tmp_path / "graph" / "a.ttl").name == "a.meta.ttl"


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (None, "no graph/site.toml"),
        ("base = ", "does not parse"),
        (CONFIG.replace('title = "S"\n', ""), "needs 'title'"),
        (CONFIG.replace("https://example.org/s/", "https://example.org/s"), "ends in /"),
        (CONFIG.replace("https://example.org/s/", "file:///s/"), "must be an http"),
    ],
)
def test_a_folder_that_is_no_site_is_refused_with_the_reason(tmp_path: Path, config: str | None, says: str) -> None:
    if config is not None:
        write_site(tmp_path, config)
    with pytest.raises(SiteInvalid, match=says):
        open_site(tmp_path)
