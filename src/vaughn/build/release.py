"""Files → release: the whole build, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from vaughn.build.acknowledged import idle
from vaughn.build.assemble import Assembly, assemble, duplicates
from vaughn.build.catalogue import orphans, staleness
from vaughn.build.checks import lint_ontology, run_checks, unparsable
from vaughn.build.closure import ReasonerName
from vaughn.build.compare import record
from vaughn.build.content import Content
from vaughn.build.derive import derive
from vaughn.build.infer import axiom_finding, infer
from vaughn.build.inputs import Inputs, read_inputs
from vaughn.build.lock import locked
from vaughn.build.lost import lost
from vaughn.build.prefixes import release_prefixes
from vaughn.build.publish import prune, publish, releases_folder, sweep, switch, whole_release
from vaughn.build.sources import Sources, read_sources
from vaughn.build.steps import Report, Steps, silent
from vaughn.build.validate import validate
from vaughn.build.words import word_checks, word_findings
from vaughn.errors import AxiomUnsupported, FilesChanged, Finding, FindingsStop
from vaughn.querybook import QueryBook, read_book
from vaughn.resources import Site, default_build_dir
from vaughn.settings import Settings
from vaughn.store.release import kept_releases


def build(
    site: Site,
    settings: Settings,
    *,
    draft: bool = False,
    reasoner: ReasonerName = "compiled",
    report: Report = silent,
) -> Path:
    """Make a release of the site and let `current` point to it; returns its folder.

    An unchanged site is not built again: `current` is switched to the release that stands. draft: build although the
    catalogue is not in order. Raises FileUnreadable, CatalogueStale, FindingsStop, BuildBusy, HeaderInvalid,
    SiteInvalid; the release before then stays current.
    """
    folder, steps = settings.build_dir or default_build_dir(site), Steps(report)
    with locked(folder):
        left = sweep(folder)
        with steps("inputs") as step:
            inputs = read_inputs(site, reasoner)
            standing = whole_release(releases_folder(folder) / inputs.folder_name)
            unchanged = standing is not None and (draft or not standing.manifest.draft)
            step.note(f"{'unchanged since' if unchanged else 'for'} release {inputs.folder_name}")
            if left:
                step.note(f"{left} leavings of killed builds removed")
        path = switch(folder, inputs.folder_name) if unchanged else _make(site, folder, inputs, draft, steps)
        with steps("prune") as step:
            step.note(f"{len(prune(folder, settings.releases_keep))} old releases removed")
    return path


def _make(site: Site, folder: Path, inputs: Inputs, draft: bool, steps: Steps) -> Path:
    """The build itself, after the lock and the look at what stands."""
    with steps("read") as step:
        sources = read_sources(site)
        book = read_book(site.queries, release_prefixes(sources))
        if read_inputs(site, inputs.reasoner) != inputs:
            raise FilesChanged(site.root)
        step.note(f"{len(sources.graph)} files, {sources.triples:,} triples")
    with steps("catalogue") as step:
        stale = staleness(sources)
        step.note(str(stale))
    if not draft:
        stale.stop()
    assembly, findings = examine(sources, book, folder, inputs.reasoner, steps)
    stop_at_errors(findings)
    content = Content(sources, assembly, book, inputs, findings, draft=bool(stale))

    def write(path: Path) -> None:
        content.write(path)
        record(path, inputs.folder_name, list(kept_releases(folder)))

    return publish(folder, inputs.folder_name, write, steps)


def examine(
    sources: Sources, book: QueryBook, folder: Path, reasoner: ReasonerName, steps: Steps
) -> tuple[Assembly, list[Finding]]:
    """Look at the words, validate, assemble, infer, derive and check; everything a release is made of but its files.

    Raises FindingsStop when the words or validation show errors, or facts and ontology contradict each other.
    """
    with steps("words") as step:
        words = word_findings(sources, word_checks(sources.site))
        step.note(_told(words))
    stop_at_errors(words, "the look at words")
    with steps("validate") as step:
        validated = validate(sources, folder / "cache")
        findings = [*words, *validated.findings, *duplicates(sources), *orphans(sources.site), *unparsable(book)]
        step.note(f"{validated.checked:,} of {validated.nodes:,} nodes anew")
    stop_at_errors(findings, "validation")
    with steps("assemble") as step:
        assembly = assemble(sources)
        step.note(f"{len(assembly.store):,} quads")
    with steps("infer") as step:
        step.note(f"{_infer(assembly, sources, reasoner):,} triples by {reasoner}")
    with steps("derive") as step:
        step.note(f"{derive(assembly, sources, book):,} triples")
    with steps("check") as step:
        found = [*run_checks(assembly, sources, book), *lint_ontology(assembly, book)]
        found += lost(sources, kept_releases(folder))
        found += idle(sources, [*findings, *found])
        step.note(_told(found))
    return assembly, list(dict.fromkeys([*findings, *found]))


def _infer(assembly: Assembly, sources: Sources, reasoner: ReasonerName) -> int:
    try:
        return infer(assembly, [source.graph for source in sources.graph], reasoner)
    except AxiomUnsupported as error:
        raise FindingsStop("inference", [axiom_finding(error, sources.ontology)]) from None


def _told(findings: Iterable[Finding]) -> str:
    """How many findings of each severity."""
    counts = sorted(Counter(finding.severity for finding in findings).items())
    return ", ".join(f"{count} {severity}" for severity, count in counts) or "nothing found"


def stop_at_errors(findings: Iterable[Finding], step: str = "the checks") -> None:
    """Raises FindingsStop when one of the findings is an error."""
    listed = list(findings)
    if any(finding.severity == "error" for finding in listed):
        raise FindingsStop(step, listed)
