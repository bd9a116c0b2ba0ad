"""The current release, as commands open it: of a draft they say that it is one."""

from __future__ import annotations

import click

from vaughn.cli.main import Place
from vaughn.errors import ReleaseMissing
from vaughn.store.release import Release, current_release, open_release

DRAFT = "DRAFT: the catalogue was not in order when this release was built; nothing in it is to be cited."


def open_current(place: Place) -> Release:
    """The current release, its questions read. Raises ReleaseMissing where there is none or its files are damaged,
    HeaderInvalid where a question breaks the rules."""
    release = open_release(current_release(place.build_dir))
    try:
        release.book  # noqa: B018  read now, so that damage is told before anything is answered
    except (OSError, ValueError) as error:
        raise damaged(release, error) from None
    return release


def mark(release: Release, *, for_machines: bool = False) -> None:
    """Say of a draft that it is one, before its answer is printed. for_machines: standard output is left to a format
    that programs read, and it is said on standard error."""
    if release.manifest.draft:
        click.echo(DRAFT, err=for_machines)


def damaged(release: Release, error: Exception) -> ReleaseMissing:
    """What to say of a release of which a file cannot be read."""
    return ReleaseMissing(release.path, f"no whole release ({error})")
