"""`vaughn fmt`: canonical Turtle for graph files and ontology."""

from __future__ import annotations

from pathlib import Path

import click

from vaughn.build.sources import read_file
from vaughn.cli.main import Place
from vaughn.resources import Site
from vaughn.turtle import comment_lines, write_turtle

_REMEDY = "say it as a triple (skos:editorialNote) and remove the comment; formatting would lose it"


@click.command("fmt")
@click.argument("files", nargs=-1)
@click.option("--check", is_flag=True, help="Change nothing; fail when a file is not in canonical form.")
@click.pass_obj
def command(place: Place, files: tuple[str, ...], check: bool) -> None:
    """Write FILES (all Turtle files of the site without arguments) in canonical form.

    A file with comments is left as it is and named: triples have no place for them.
    """
    chosen = [place.file(name) for name in files] or _all_files(place.site)
    faults = [fault for path in chosen for fault in _format(place, path, check)]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)


def _all_files(site: Site) -> list[Path]:
    """Graph files with their entries, and the ontology where it is the site's own."""
    graph = [path for path in sorted(site.graph.rglob("*.ttl")) if "inbox" not in path.relative_to(site.graph).parts]
    return graph + (site.ontology_files() if site.ontology.is_relative_to(site.root) else [])


def _format(place: Place, path: Path, check: bool) -> list[str]:
    """Format one file; what keeps it from its canonical form, one sentence each. Raises FileUnreadable."""
    source = read_file(place.site, path)
    file, canonical = source.file, write_turtle(source.triples, source.prefixes)
    comments = comment_lines(source.text)
    if comments:
        return [f"{file}:{line}: a comment; {_REMEDY}" for line in comments]
    if canonical == source.text:
        return []
    if check:
        return [f"{file}: not in canonical form; run: {place.command(f'fmt {file}')}"]
    path.write_text(canonical, encoding="utf-8")
    click.echo(f"formatted {file}", err=True)
    return []
