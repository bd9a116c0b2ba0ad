"""`vaughn check`: find faults without making a release."""

from __future__ import annotations

from collections.abc import Sequence

import click

from vaughn.build.check import check_files, check_site
from vaughn.build.steps import silent
from vaughn.cli.main import Place
from vaughn.errors import Finding


@click.command("check")
@click.argument("files", nargs=-1)
@click.option(
    "--reasoner",
    type=click.Choice(["compiled", "owlrl"]),
    default="compiled",
    show_default=True,
    help="What infers; owlrl is the slow referee.",
)
@click.option("--verbose", is_flag=True, help="A line per step, and acknowledged defects too.")
@click.pass_obj
def command(place: Place, files: tuple[str, ...], reasoner: str, verbose: bool) -> None:
    """Check the whole site, or only FILES: words, names and shapes of what they describe.

    The last lines say what was not looked at.
    """
    skipped: list[str] = []
    if files:
        findings = check_files(place.site, place.build_dir, [place.file(name) for name in files], skipped.append)
        skipped.append(f"the rules over everything were not run; `{place.command('check')}` runs them")
    else:
        report = _say if verbose else silent
        findings = check_site(place.site, place.build_dir, reasoner, report, skipped.append)  # type: ignore[arg-type]  # a choice
    shown = [finding for finding in findings if verbose or finding.severity != "info"]
    _print(shown, len(findings) - len(shown))
    for sentence in skipped:
        click.echo(sentence)
    if any(finding.severity == "error" for finding in findings):
        raise SystemExit(1)


def _print(findings: Sequence[Finding], hidden: int) -> None:
    for finding in findings:
        click.echo(str(finding))
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = sum(finding.severity == "warning" for finding in findings)
    noted = f", {hidden} noted (--verbose shows them)" if hidden else ""
    click.echo(f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}{noted}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _say(line: str) -> None:
    click.echo(line, err=True)
