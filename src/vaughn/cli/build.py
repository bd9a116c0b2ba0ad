"""`vaughn build`: make a release."""

from __future__ import annotations

import click

from vaughn.build.release import build
from vaughn.cli.current import mark
from vaughn.cli.main import Place
from vaughn.store.release import open_release


@click.command("build")
@click.option(
    "--draft", is_flag=True, help="Build although catalogue entries are missing or stale; all answers say DRAFT."
)
@click.option(
    "--reasoner",
    type=click.Choice(["compiled", "owlrl"]),
    default="compiled",
    show_default=True,
    help="What infers; owlrl is the slow referee.",
)
@click.option("--quiet", is_flag=True, help="No line per step.")
@click.pass_obj
def command(place: Place, draft: bool, reasoner: str, quiet: bool) -> None:
    """Make a release of the site and let it be served.

    Nothing changes for readers until the release is whole; a build that fails leaves the one before in place.
    """
    path = build(
        place.site,
        place.settings,
        draft=draft,
        reasoner=reasoner,  # type: ignore[arg-type]  # one of the two choices
        report=_quiet if quiet else _say,
    )
    mark(open_release(path), for_machines=True)
    click.echo(path)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _quiet(_: str) -> None:
    pass
