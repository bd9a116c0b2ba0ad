"""`vaughn release`: which releases are kept, which one is served, what is in it, what changed between two."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from vaughn.cli import push
from vaughn.cli.current import damaged
from vaughn.cli.differences import as_text
from vaughn.cli.main import Group, Place
from vaughn.cli.query import render
from vaughn.errors import Finding, ReleaseMissing, ReleaseUnknown, Severity
from vaughn.model import Table, Term
from vaughn.store.changes import Changes, read_changes
from vaughn.store.compare import compare
from vaughn.store.release import Release, begins, current_release, kept_releases, open_release

_COLUMNS = ("release", "served", "created", "digest", "quads", "things", "state")
_SHORT = 12
_NOTED: Severity = "info"


@click.group("release", cls=Group)
def command() -> None:
    """Look at the releases that are kept: a list of them, all that one says of itself, what changed between two."""


command.add_command(push.command)


@command.command("list")
@click.pass_obj
def list_(place: Place) -> None:
    """List the releases that are kept, the newest first; the current one is marked."""
    current = _current(place)
    kept = _newest_first(place)
    if not kept:
        raise ReleaseMissing(place.build_dir)
    click.echo(render(Table(_COLUMNS, tuple(_row(release, current) for release in kept))))


@command.command("show")
@click.argument("id", required=False, metavar="[ID]")
@click.pass_obj
def show(place: Place, id: str | None) -> None:
    """Show a release: manifest, graphs, and what validation and checks found in it.

    ID is the beginning of its name or of its digest; without it, the current release is shown.
    """
    release = _chosen(place, id) if id else open_release(current_release(place.build_dir))
    parts = ["\n".join(part) for part in (_head(release), _counts(release), _graphs(release), _findings(release))]
    for part in parts:
        click.echo(part + "\n")


@command.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def diff(place: Place, before: str, after: str, format_: str) -> None:
    """Tell what release B changed against release A: things by kind with what they lost and gained, claims whose
    evidence state moved, and queries, shapes and context.

    A and B are the beginning of a release's name or of its digest. Of a release that is no longer kept, it is told what
    a kept one has on record: the change from one release to the next, as /changes has it.
    """
    try:
        changes = compare(_chosen(place, before), _chosen(place, after))
    except ReleaseUnknown as error:
        changes = _recorded(place, before, after, error)
    if format_ == "json":
        click.echo(json.dumps(changes.as_json(), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(as_text(changes)))


def _current(place: Place) -> Path | None:
    try:
        return current_release(place.build_dir)
    except ReleaseMissing:
        return None


def _chosen(place: Place, start: str) -> Release:
    """The one release whose name or digest begins so; of several with one digest, the newest. Raises ReleaseMissing
    where none is kept, ReleaseUnknown where none or more than one begins so."""
    kept = _newest_first(place)
    found = [each for each in kept if each.goes_by(start)]
    if not kept:
        raise ReleaseMissing(place.build_dir)
    if not found or (len(found) > 1 and not _alike(found, start)):
        raise ReleaseUnknown(start, _names(found), _names(kept))
    return found[0]


def _newest_first(place: Place) -> list[Release]:
    return sorted(
        kept_releases(place.build_dir), key=lambda release: (release.manifest.created, release.path.name), reverse=True
    )


def _alike(releases: Sequence[Release], start: str) -> bool:
    """Whether it is one digest that begins so, and no name."""
    digests = {release.manifest.digest for release in releases}
    return len(digests) == 1 and begins(start, *digests)


def _recorded(place: Place, before: str, after: str, error: ReleaseUnknown) -> Changes:
    """The change from one release to the next, from the newest record of it. Raises `error` where there is none, and
    where it is not that nothing kept begins so."""
    known = (changes for release in _newest_first(place) for changes in read_changes(release))
    found = (each for each in known if each.before.goes_by(before) and each.after.goes_by(after))
    recorded = None if error.found else next(found, None)
    if recorded is None:
        raise error
    return recorded


def _names(releases: Sequence[Release]) -> list[str]:
    return [f"{release.path.name} (digest {_short(release.manifest.digest)})" for release in releases]


def _row(release: Release, current: Path | None) -> dict[str, Term]:
    manifest = release.manifest
    cells = (
        release.path.name,
        "current" if release.path.resolve() == current else "",
        manifest.created,
        _short(manifest.digest),
        f"{manifest.quads:,}",
        f"{manifest.entities:,}",
        "draft" if manifest.draft else "",
    )
    return {column: Term("literal", cell) for column, cell in zip(_COLUMNS, cells, strict=True)}


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:_SHORT]


def _head(release: Release) -> Iterator[str]:
    manifest = release.manifest
    yield f"{manifest.title}, release {release.path.name}{' (DRAFT: not to be cited)' if manifest.draft else ''}"
    yield from _pairs(
        ("created", manifest.created),
        ("digest", manifest.digest),
        ("build", manifest.build_id),
        ("base", manifest.base),
        ("license", manifest.license),
        ("quads", f"{manifest.quads:,}"),
        ("made with", ", ".join(f"{name} {version}" for name, version in sorted(manifest.versions.items()))),
        ("folder", str(release.path)),
    )


def _counts(release: Release) -> Iterator[str]:
    counts = release.manifest.counts
    yield f"{release.manifest.entities:,} things"
    yield from _pairs(*((kind, f"{count:,}") for kind, count in sorted(counts.items())))


def _graphs(release: Release) -> Iterator[str]:
    graphs = release.manifest.graphs
    yield f"{len(graphs)} graphs, with their triples"
    for graph in graphs:
        changed = f"  changed {graph.modified}" if graph.modified else ""
        yield f"  {graph.triples:>8,}  {graph.file or graph.iri}{changed}"


def _findings(release: Release) -> Iterator[str]:
    """What was found and let pass: warnings, then what is acknowledged."""
    found = _validation(release)
    counts = Counter(finding.severity for finding in found)
    yield f"{counts['warning']} warnings, {counts[_NOTED]} acknowledged or noted"
    yield from (str(finding) for finding in sorted(found, key=lambda finding: finding.severity == _NOTED))


def _validation(release: Release) -> list[Finding]:
    try:
        read = json.loads((release.path / "validation.json").read_text(encoding="utf-8"))
        return [Finding(**each) for each in read]
    except (OSError, ValueError, TypeError) as error:
        raise damaged(release, error) from None


def _pairs(*pairs: tuple[str, str]) -> Sequence[str]:
    width = max((len(name) for name, _ in pairs), default=0)
    return [f"  {name:<{width}}  {value}" for name, value in pairs]
