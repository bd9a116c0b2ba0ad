"""Every thing that has a page, and the named graphs that speak of it."""

from __future__ import annotations

from itertools import groupby

from vaughn.answer.asker import Asker, text


async def pages(ask: Asker) -> dict[str, tuple[str, ...]]:
    """The IRI of every thing, and of the named graphs in which it is a subject, sorted."""
    grouped = groupby(await ask.table("lists/pages"), key=lambda row: text(row, "thing"))
    return {thing: tuple(text(row, "graph") for row in rows) for thing, rows in grouped}


async def graphs_of(ask: Asker, iri: str) -> tuple[str, ...]:
    """The named graphs in which a thing is a subject, sorted."""
    return tuple(text(row, "graph") for row in await ask.table("documents/graphs", thing=iri))
