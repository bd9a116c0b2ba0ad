"""Find faults without making a release: of the whole site, or quickly of single files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vaughn.build.closure import ReasonerName
from vaughn.build.prefixes import release_prefixes
from vaughn.build.release import examine
from vaughn.build.sources import Sources, read_file, read_sources
from vaughn.build.steps import Report, Steps, silent
from vaughn.build.validate import validate
from vaughn.errors import Finding, FindingsStop
from vaughn.querybook import read_book
from vaughn.resources import Site


def check_site(site: Site, build_dir: Path, reasoner: ReasonerName, report: Report = silent) -> list[Finding]:
    """Every finding of validation, inference and checks; catalogue entries are not needed.

    What validation finds wrong is returned without going on, since inference would hide it.
    Raises FileUnreadable, HeaderInvalid.
    """
    sources = read_sources(site)
    try:
        book = read_book(site.queries, release_prefixes(sources))
        return examine(sources, book, build_dir, reasoner, Steps(report))[1]
    except FindingsStop as stop:
        return list(stop.findings)


def check_files(site: Site, build_dir: Path, paths: Sequence[Path]) -> list[Finding]:
    """What is wrong with the names and shapes of single files, drafts in the inbox included.

    Raises FileUnreadable for any file of the site that does not parse.
    """
    sources = read_sources(site)
    return [finding for path in paths for finding in _check_file(sources, build_dir, path.resolve())]


def _check_file(sources: Sources, build_dir: Path, path: Path) -> list[Finding]:
    source = next((source for source in sources.graph if source.path == path), None)
    if source is None:
        source = read_file(sources.site, path)
        sources = replace(sources, graph=(*sources.graph, source))
    return validate(sources, build_dir / "cache", only=source).findings
