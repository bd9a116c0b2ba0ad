"""Find faults without making a release: of the whole site, or quickly of single files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vaughn.build.sources import read_file, read_sources
from vaughn.build.steps import Report, Steps, silent
from vaughn.build.validate import validate
from vaughn.errors import Finding, FindingsStop
from vaughn.resources import Site

if TYPE_CHECKING:
    from vaughn.build.closure import ReasonerName


def check_site(site: Site, build_dir: Path, reasoner: ReasonerName, report: Report = silent) -> list[Finding]:
    """Every finding of validation, inference and checks; catalogue entries are not needed.

    What validation finds wrong is returned without going on, since inference would hide it.
    Raises FileUnreadable, HeaderInvalid.
    """
    from vaughn.build.prefixes import release_prefixes
    from vaughn.build.release import examine  # the reasoner behind it takes as long to load as a file to check
    from vaughn.querybook import read_book

    sources = read_sources(site)
    try:
        book = read_book(site.queries, release_prefixes(sources))
        return examine(sources, book, build_dir, reasoner, Steps(report))[1]
    except FindingsStop as stop:
        return list(stop.findings)


def check_files(site: Site, build_dir: Path, paths: Sequence[Path]) -> list[Finding]:
    """What is wrong with the names and shapes of single files, drafts in the inbox included.

    The files are read together with the graph and before it: what several files describe is placed in the one checked.
    Raises FileUnreadable for any file of the site that does not parse, one of those that were named before any other.
    """
    chosen = dict.fromkeys(path.resolve() for path in paths)
    checked = [read_file(site, path) for path in chosen]
    sources = read_sources(site)
    sources = replace(sources, graph=(*checked, *(source for source in sources.graph if source.path not in chosen)))
    return [finding for source in checked for finding in validate(sources, build_dir / "cache", only=source).findings]
