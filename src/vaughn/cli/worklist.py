"""`vaughn worklist`: what is left for curators to do in the current release, list by list."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence

import click

from vaughn.answer import Asker
from vaughn.cli.current import mark, open_current
from vaughn.cli.main import Place
from vaughn.cli.query import render
from vaughn.model import Table, Term
from vaughn.store.pool import WorkerPool
from vaughn.store.release import Release
from vaughn.store.results import table

FOLDER = "worklist/"
_COLUMNS = ("list", "rows", "question")


@click.command("worklist")
@click.argument("name", required=False)
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def command(place: Place, name: str | None, format_: str) -> None:
    """Say how much is left to do; with the NAME of a list, what.

    Each list is a named query of the folder worklist/, so `vaughn query worklist/NAME` gives the same rows.
    """
    release = open_current(place)
    if name is None:
        summary = _summary(release, asyncio.run(_ask(place, release, _lists(release), "json")), format_)
        mark(release, for_machines=format_ != "table")
        click.echo(summary)
        click.echo(f"next: {place.command('worklist NAME')} lists one of them, --format csv for a table", err=True)
        return
    query = FOLDER + name.removeprefix(FOLDER)
    body = asyncio.run(_ask(place, release, [query], "json" if format_ == "table" else format_))[query]
    mark(release, for_machines=format_ != "table")
    if format_ == "table":
        rows = table(body)
        click.echo(render(rows))
        click.echo(f"{len(rows)} left: {release.book[query].summary}", err=True)
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()


def _lists(release: Release) -> list[str]:
    return sorted(name for name in release.book.queries if name.startswith(FOLDER))


async def _ask(place: Place, release: Release, names: Sequence[str], format_: str) -> dict[str, bytes]:
    """The answers to several lists, by name; one engine for all of them."""
    for name in names:
        release.book[name]  # an unknown name is told before an engine is started for it
    pool = await WorkerPool.start(release, place.settings, workers=1)
    try:
        ask = Asker(pool, release.book, release.iris)
        return {name: (await ask.serialised(name, format_, {})).body for name in names}
    finally:
        await pool.close()


def _summary(release: Release, answers: Mapping[str, bytes], format_: str) -> str:
    """One line per list: its name, how many rows it has, the question it answers."""
    rows: list[dict[str, str | int]] = [
        {"list": name.removeprefix(FOLDER), "rows": len(table(body)), "question": release.book[name].summary}
        for name, body in answers.items()
    ]
    if format_ == "json":
        return json.dumps(rows, indent=1, ensure_ascii=False)
    if format_ == "csv":
        return _csv(rows)
    terms = tuple({column: Term("literal", str(row[column])) for column in _COLUMNS} for row in rows)
    return render(Table(_COLUMNS, terms)) if rows else "this release has no lists"


def _csv(rows: Sequence[Mapping[str, str | int]]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().removesuffix("\r\n")
