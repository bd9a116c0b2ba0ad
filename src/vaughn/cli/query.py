"""`vaughn query NAME k=v…`: a named query on the current release, without a server."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Mapping, Sequence

import click

from vaughn.answer import Asker, document
from vaughn.cli.current import mark, open_current
from vaughn.cli.main import Place
from vaughn.errors import ParameterInvalid
from vaughn.model import Table
from vaughn.querybook import NamedQuery
from vaughn.store.pool import WorkerPool
from vaughn.store.release import Release
from vaughn.store.results import table


@click.command("query")
@click.argument("name", required=False)
@click.argument("values", nargs=-1, metavar="[K=V]...")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def command(place: Place, name: str | None, values: tuple[str, ...], format_: str) -> None:
    """Ask the named query NAME with parameters K=V; without a NAME, list what can be asked.

    A parameter given twice is a list. A value is an IRI, a prefixed name, or the bare slug or code where the
    parameter knows its kind.
    """
    release = open_current(place)
    if name is None:
        mark(release)
        _list(release.book.questions())
        return
    body = asyncio.run(_ask(place, release, name, _parameters(name, values), "json" if format_ == "table" else format_))
    mark(release, for_machines=format_ != "table")
    if format_ == "table":
        click.echo(render(table(body)))
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()


async def _ask(place: Place, release: Release, name: str, values: Mapping[str, Sequence[str]], format_: str) -> bytes:
    pool = await WorkerPool.start(release, place.settings, workers=1)
    try:
        ask = Asker(pool, release.book, release.iris)
        body = (await ask.serialised(name, format_, values)).body
        await _look_up(ask, name, values)
        return body
    finally:
        await pool.close()


async def _look_up(ask: Asker, name: str, values: Mapping[str, Sequence[str]]) -> None:
    """A mistyped name would answer like a thing of which nothing is known. Raises ThingUnknown."""
    asked = ask.book[name].parameters
    for key, given in values.items():
        for value in given if asked[key].type in ("iri", "concept") else ():
            kind = asked[key].kind
            await document(ask, value if ":" in value or not kind else f"{kind}:{value}")


def _list(questions: Sequence[NamedQuery]) -> None:
    width = max((len(each.name) for each in questions), default=0)
    for each in questions:
        click.echo(f"{each.name:<{width}}  {each.summary}")


def _parameters(name: str, pairs: Sequence[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ParameterInvalid(name, pair, "write parameters as name=value")
        values.setdefault(key, []).append(value)
    return values


def render(rows: Table, width: int | None = None) -> str:
    """Rows for a terminal: a table where it fits the width, else one block per row; never cut.

    width: characters per line, the terminal's own when not given.
    """
    if not rows.rows:
        return "no rows"
    room = width or shutil.get_terminal_size((100, 24)).columns
    cells = [[str(row.get(column, "")) for column in rows.columns] for row in rows]
    widths = [max(len(line[index]) for line in [list(rows.columns), *cells]) for index in range(len(rows.columns))]
    if sum(widths) + 2 * len(widths) <= room:
        lines = [
            "  ".join(cell.ljust(size) for cell, size in zip(line, widths, strict=True))
            for line in [list(rows.columns), *cells]
        ]
        return "\n".join(line.rstrip() for line in [lines[0], "  ".join("─" * size for size in widths), *lines[1:]])
    return "\n\n".join(_block(rows.columns, line) for line in cells)


def _block(columns: Sequence[str], line: Sequence[str]) -> str:
    indent = max(map(len, columns))
    return "\n".join(f"{column:>{indent}}  {cell}" for column, cell in zip(columns, line, strict=True) if cell)
