"""Every thing that has a page, and the named graphs that speak of it."""

from __future__ import annotations

from itertools import groupby

from vaughn.answer.asker import Asker, Row, text
from vaughn.errors import ResultTooLarge
from vaughn.querybook import first
from vaughn.store.engine import Form, Request
from vaughn.store.results import table

PAGES_QUERY = "lists/pages"
MOST_ROWS = 50_000
"""Rows that are asked for at once: there may be more things than one result may tell of."""


async def pages(ask: Asker) -> dict[str, tuple[str, ...]]:
    """The IRI of every thing, and of the named graphs in which it is a subject, sorted.

    Raises ResultTooLarge where the rows of one thing do not fit into a result.
    """
    found: dict[str, tuple[str, ...]] = {}
    after, more = "", True
    while more:
        rows, more = await _rows(ask, after)
        read = _by_thing(rows)
        if more:
            read.popitem()  # some of its rows may be still to come
            if not read:
                raise ResultTooLarge(len(rows), "rows")
            after = next(reversed(read))
        found |= read
    return found


async def graphs_of(ask: Asker, iri: str) -> tuple[str, ...]:
    """The named graphs in which a thing is a subject, sorted."""
    return tuple(text(row, "graph") for row in await ask.table("documents/graphs", thing=iri))


async def _rows(ask: Asker, after: str) -> tuple[tuple[Row, ...], bool]:
    """The next rows behind a thing, and whether there may be more; all of them where the release cannot be asked so."""
    query = ask.book[PAGES_QUERY]
    if "after" not in query.parameters:
        return (await ask.table(PAGES_QUERY)).rows, False
    asked = first(query.bind({"after": after}, ask.book.prefixes), MOST_ROWS)
    result = await ask.engine.run(Request(text=asked, form=Form.SELECT, format="json", partial=True))
    rows = table(result.body).rows
    return rows, result.partial or len(rows) == MOST_ROWS


def _by_thing(rows: tuple[Row, ...]) -> dict[str, tuple[str, ...]]:
    grouped = groupby(rows, key=lambda row: text(row, "thing"))
    return {thing: tuple(text(row, "graph") for row in group) for thing, group in grouped}
