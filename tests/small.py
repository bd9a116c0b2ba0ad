"""The small site of tests/sites/small, copied to where a test may change it."""

from __future__ import annotations

import shutil
from pathlib import Path

from vaughn.build.release import build
from vaughn.resources import Site, open_site
from vaughn.settings import Settings

SMALL = Path(__file__).parent / "sites" / "small"
THING = "https://example.org/site/id/"


def small_site(folder: Path) -> Site:
    """A copy below `folder`; it has words and queries of its own."""
    root = folder / "site"
    shutil.copytree(SMALL, root)
    return open_site(root)


def settings_for(site: Site, keep: int = 3) -> Settings:
    """Settings whose releases lie inside the site's own folder."""
    return Settings(build_dir=site.root / "build", releases_keep=keep)


def build_small(site: Site, draft: bool = False) -> Path:
    """A release of the site."""
    return build(site, settings_for(site), draft=draft)


def edit(path: Path, before: str, after: str) -> None:
    """Replace a text that must stand in the file."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
