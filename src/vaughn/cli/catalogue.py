"""`vaughn catalogue`: write and renew the entries that stand beside graph files."""

from __future__ import annotations

from pathlib import Path

import click

from vaughn.build.catalogue import add_entry, staleness, update_entry
from vaughn.build.sources import read_sources
from vaughn.cli.main import Group, Place
from vaughn.resources import Site
from vaughn.settings import now

_FILES = click.argument("files", nargs=-1)


@click.group("catalogue", cls=Group)
def command() -> None:
    """Write catalogue entries: what a graph file is, whence it comes, when it last changed."""


@command.command("add")
@_FILES
@click.option("--title", default="", help="What the file is about; made from its name when left out.")
@click.option("--origin", default="", help="Whence its content comes; the site's curators when left out.")
@click.pass_obj
def add(place: Place, files: tuple[str, ...], title: str, origin: str) -> None:
    """Write the entry of each of FILES; without FILES, of every graph file that has none."""
    site, today = place.site, now().date()
    chosen = [_graph_file(place, name) for name in files or staleness(read_sources(site)).missing]
    for path in chosen:
        click.echo(site.relative(add_entry(site, path, today, title=title, origin=origin)))


@command.command("update")
@_FILES
@click.pass_obj
def update(place: Place, files: tuple[str, ...]) -> None:
    """Renew digest and date in the entry of each of FILES; without FILES, wherever they differ or an entry lacks."""
    site, today = place.site, now().date()
    chosen = [_graph_file(place, name) for name in files or _stale(site)]
    for path in chosen:
        entry = site.entry_of(path)
        before = entry.read_bytes() if entry.is_file() else b""
        changed = update_entry(site, path, today).read_bytes() != before
        if changed:
            click.echo(site.relative(entry))
        else:
            click.echo(f"{site.relative(entry)} is in order; nothing was written", err=True)


def _graph_file(place: Place, name: str) -> Path:
    path = place.file(name)
    if path not in place.site.graph_files():
        raise click.BadParameter(f"{name} is no graph file of this site")
    return path


def _stale(site: Site) -> tuple[str, ...]:
    found = staleness(read_sources(site))
    return (*found.missing, *found.differing)
