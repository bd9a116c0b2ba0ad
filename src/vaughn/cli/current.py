"""The current release, as commands open it: of a draft they say first that it is one."""

from __future__ import annotations

import click

from vaughn.cli.main import Place
from vaughn.errors import ReleaseMissing
from vaughn.store.release import Release, current_release, open_release

DRAFT = "DRAFT: the catalogue was not in order when this release was built; nothing in it is to be cited."


def open_current(place: Place, *, for_machines: bool = False) -> Release:
    """The current release. for_machines: standard output is left to a format that programs read, so that what has to
    be said of a draft goes to standard error. Raises ReleaseMissing, HeaderInvalid."""
    release = whole(open_release(current_release(place.build_dir)))
    if release.manifest.draft:
        click.echo(DRAFT, err=for_machines)
    return release


def whole(release: Release) -> Release:
    """The release, where its questions can be read. Raises ReleaseMissing where they cannot, HeaderInvalid where one of
    them breaks the rules."""
    try:
        release.book  # noqa: B018  read now, so that damage is told before anything is answered
    except (OSError, ValueError) as error:
        raise damaged(release, error) from None
    return release


def damaged(release: Release, error: Exception) -> ReleaseMissing:
    """What to say of a release of which a file cannot be read."""
    return ReleaseMissing(release.path, f"no whole release ({error})")
