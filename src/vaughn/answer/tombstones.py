"""IRIs that were given up: where they lead now."""

from __future__ import annotations

from vaughn.answer.asker import Asker, text
from vaughn.model import Tombstone

TOMBSTONE_QUERY = "documents/tombstone"


async def tombstone(ask: Asker, iri: str) -> Tombstone | None:
    """What became of an IRI; None where it was never given up, or the release knows no tombstones."""
    if TOMBSTONE_QUERY not in ask.book.queries:
        return None
    rows = await ask.table(TOMBSTONE_QUERY, former=iri)
    if not rows:
        return None
    row = rows.rows[0]
    return Tombstone(iri, text(row, "reason"), text(row, "renamed"), text(row, "replacement"))
