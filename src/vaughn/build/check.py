"""Find faults without making a release: of the whole site, or quickly of single files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from vaughn.build.sources import SourceFile, Sources, read_drafts, read_file, read_sources
from vaughn.build.steps import Report, Steps, silent
from vaughn.build.validate import validate
from vaughn.build.words import word_checks, word_findings
from vaughn.errors import Finding, FindingsStop
from vaughn.resources import INBOX, Site

if TYPE_CHECKING:
    from vaughn.build.closure import ReasonerName


def check_site(
    site: Site, build_dir: Path, reasoner: ReasonerName, report: Report = silent, skipped: Report = silent
) -> list[Finding]:
    """Every finding on words, of validation, inference and checks; catalogue entries are not needed.

    What one of these steps finds wrong is returned without going on, since what follows relies on it; `skipped` is then
    told what was not looked at. Raises FileUnreadable, HeaderInvalid.
    """
    from vaughn.build.prefixes import release_prefixes
    from vaughn.build.release import examine  # the reasoner behind it takes as long to load as a file to check
    from vaughn.querybook import read_book

    sources = read_sources(site)
    try:
        book = read_book(site.queries, release_prefixes(sources))
        return examine(sources, book, build_dir, reasoner, Steps(report))[1]
    except FindingsStop as stop:
        skipped(f"what comes after {stop.step} was not looked at")
        return list(stop.findings)


def check_files(site: Site, build_dir: Path, paths: Sequence[Path], skipped: Report = silent) -> list[Finding]:
    """What is wrong with the words, names and shapes of single files, drafts in the inbox included.

    The files are read together with the graph and before it: what several files describe is placed in the one checked.
    A draft is read together with the other drafts, which it may name. `skipped` is told of each that does not parse.
    Raises FileUnreadable for any file of the site that does not parse, one of those that were named before any other.
    """
    chosen = dict.fromkeys(path.resolve() for path in paths)
    checked = [read_file(site, path) for path in chosen]
    drafts, broken = read_drafts(site) if any(path.is_relative_to(site.graph / INBOX) for path in chosen) else ((), ())
    for file in broken:
        skipped(f"{file} does not parse, so what it describes is not known")
    sources = read_sources(site)
    others = [source for source in (*sources.graph, *drafts) if source.path not in chosen]
    sources = replace(sources, graph=(*checked, *others))
    queries, files = word_checks(site), {draft.file for draft in drafts}
    return [
        finding
        for source in checked
        for finding in (
            *word_findings(sources, queries, source),
            *validate(sources, build_dir / "cache", only=source).findings,
            *_drafted(sources, source, files),
        )
    ]


def _drafted(sources: Sources, source: SourceFile, drafts: set[str]) -> Iterator[Finding]:
    """A warning for each name that only another draft describes: no build has it."""
    named = {term.value for triple in source.triples for term in triple if isinstance(term, ox.NamedNode)}
    homes = {iri: sources.files_of[iri].file for iri in named if iri in sources.files_of}
    for iri, home in sorted(homes.items()):
        if home in drafts and home != source.file:
            message = f"only another draft, {home}, describes {iri}"
            remedy = "move that draft to its place together with this one"
            yield Finding("warning", "name-is-drafted", message, source.file, iri, remedy, source.line_of(iri))
