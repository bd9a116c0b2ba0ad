"""Every thing that has a page, and the named graphs that speak of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from vaughn.answer.asker import Asker, text
from vaughn.model import Table

WITHIN_QUERY = "lists/pages-within"
MOST_VALUES = 1_000
"""Values that one parameter takes."""

_AT_ONCE = 50  # things; the engine takes longer for each the more there are


async def pages(ask: Asker) -> dict[str, tuple[str, ...]]:
    """The IRI of every thing, and of the named graphs in which it is a subject, sorted."""
    return _grouped(await ask.table("lists/pages"))


async def pages_within(ask: Asker, graphs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Like `pages`, of the things in these named graphs alone; at most MOST_VALUES of them."""
    things = [text(row, "thing") for row in await ask.table(WITHIN_QUERY, graph=graphs)]
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(things), _AT_ONCE):
        found |= _grouped(await ask.table("lists/pages", thing=things[start : start + _AT_ONCE]))
    return found


def _grouped(rows: Table) -> dict[str, tuple[str, ...]]:
    grouped = groupby(rows, key=lambda row: text(row, "thing"))
    return {thing: tuple(text(row, "graph") for row in group) for thing, group in grouped}


async def graphs_of(ask: Asker, iri: str) -> tuple[str, ...]:
    """The named graphs in which a thing is a subject, sorted."""
    return tuple(text(row, "graph") for row in await ask.table("documents/graphs", thing=iri))
