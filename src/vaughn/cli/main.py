"""The `vaughn` command: what all commands share, the list of them, and one table from exception to exit code."""

from __future__ import annotations

import importlib
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import click

from vaughn import __version__
from vaughn.errors import (
    AddressUnusable,
    BuildBusy,
    CatalogueStale,
    DraftRefused,
    FileUnreadable,
    FindingsStop,
    IriInvalid,
    QueryBookError,
    ReleaseMissing,
    SettingsInvalid,
    SiteInvalid,
    StoreError,
    VaughnError,
)
from vaughn.resources import Site, default_build_dir, open_site
from vaughn.settings import Settings

COMMANDS: Mapping[str, str] = {
    "ask": "vaughn.cli.ask",
    "build": "vaughn.cli.build",
    "catalogue": "vaughn.cli.catalogue",
    "check": "vaughn.cli.check",
    "fmt": "vaughn.cli.fmt",
    "new": "vaughn.cli.new",
    "query": "vaughn.cli.query",
    "release": "vaughn.cli.release",
    "serve": "vaughn.cli.serve",
    "worklist": "vaughn.cli.worklist",
}
"""Each command and the module whose `command` it is; loaded when called, so that serving never loads the builder."""

_ADVICE = re.compile(rf"\bvaughn ({'|'.join(COMMANDS)})\b")
"""A command as errors advise it; they know of no --site."""

EXIT_CODES: Sequence[tuple[type[VaughnError], int]] = (
    (FindingsStop, 1),
    (SettingsInvalid, 2),
    (SiteInvalid, 2),
    (QueryBookError, 2),
    (DraftRefused, 2),
    (IriInvalid, 2),
    (FileUnreadable, 3),
    (CatalogueStale, 4),
    (BuildBusy, 5),
    (AddressUnusable, 5),
    (ReleaseMissing, 6),
    (StoreError, 7),
    (VaughnError, 1),
)
"""The first class that fits gives the code: 1 findings, 2 wrong use, 3 a file that does not parse or that the system
does not let us read or write, 4 catalogue, 5 busy, 6 no release, 7 a query that was not answered."""
_REFUSED = 3
_WHOLE = 1000  # characters of a sentence of help: more than any has


@dataclass(frozen=True)
class Place:
    """Where a command works: the site's folder (None: the shipped site) and the settings of this process."""

    root: Path | None
    settings: Settings

    @property
    def site(self) -> Site:
        """Raises SiteInvalid."""
        return open_site(self.root)

    def command(self, words: str) -> str:
        """A command for the user to type: it names the site where this one was told which."""
        return f"vaughn {f'--site {shlex.quote(str(self.root))} ' if self.root else ''}{words}"

    def file(self, name: str) -> Path:
        """A file given by its path from the site or from here. Raises click.BadParameter when there is none."""
        places = (self.site.root / name, Path(name))
        found = next((path for path in places if path.is_file()), None)
        if found is None:
            folder = any(path.is_dir() for path in places)
            raise click.BadParameter(f"{name} is a folder; name files" if folder else f"there is no file {name}")
        return found.resolve()

    @property
    def build_dir(self) -> Path:
        """The folder of releases. Raises SiteInvalid."""
        return self.settings.build_dir or default_build_dir(self.site)


class Group(click.Group):
    """A group whose help says of every command what it does, in whole sentences; a misspelt command is met with the
    nearest."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, command.get_short_help_str(_WHOLE)) for name, command in found if command and not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(args[0], known, 2)
            hint = f"; did you mean {' or '.join(near)}?" if near else f"; there are {', '.join(known)}"
            ctx.fail(f"there is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)


class Commands(Group):
    """A group that loads a command when it is called, and turns Vaughn's errors into a sentence and a code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the signature is click's
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except VaughnError as error:
            _stop(error, ctx.obj)
        except BrokenPipeError:
            raise  # click ends quietly when the reader has gone
        except OSError as error:
            click.echo(f"vaughn: {error.filename or 'the system refused'}: {error.strerror or error}", err=True)
            raise SystemExit(_REFUSED) from None


def exit_code(error: VaughnError) -> int:
    """The code with which a command ends for an error."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def _stop(error: VaughnError, place: Place | None) -> NoReturn:
    told = _ADVICE.sub(lambda found: place.command(found[1]), str(error)) if place else str(error)
    click.echo(f"vaughn: {told}", err=True)
    raise SystemExit(exit_code(error))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--site",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of another site, with its own graph/ and queries/.",
)
@click.version_option(__version__, prog_name="vaughn")
@click.pass_context
def main(ctx: click.Context, site: Path | None) -> None:
    """A knowledge graph of why agencies withhold information, and whether the sources really say so."""
    ctx.obj = Place(site, Settings.read())
