"""What the catalogue says of each named graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaughn.answer.asker import Asker, text

CATALOGUE_QUERY = "documents/catalogue"


@dataclass(frozen=True)
class Entry:
    """A file's catalogue entry. created, modified: ISO days. digest: of its statements. license: an IRI."""

    title: str
    license: str
    provenance: str
    created: str
    modified: str
    digest: str


async def catalogue(ask: Asker) -> Mapping[str, Entry]:
    """The entry of each named graph that has one; none where the release is too old to be asked."""
    if CATALOGUE_QUERY not in ask.book.queries:
        return {}
    columns = tuple(Entry.__dataclass_fields__)
    rows = await ask.table(CATALOGUE_QUERY)
    return {text(row, "graph"): Entry(*(text(row, column) for column in columns)) for row in rows}
