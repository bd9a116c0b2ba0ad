"""What the home page shows."""

from __future__ import annotations

from vaughn.answer.asker import Asker, text
from vaughn.answer.claims import claims
from vaughn.model import ClaimHead, Overview

_TELLING = ("disputed", "contradicted", "supported-with-qualification")
_SHOWN = 3


async def overview(ask: Asker) -> Overview:
    """Counts per kind, and three claims, those with evidence on both sides first."""
    rows = await ask.table("lists/counts")
    everything = await claims(ask)
    ranked = sorted(everything, key=lambda head: (_rank(ask, head), -head.known_independent, head.iri))
    return Overview(
        counts={text(row, "kind"): int(text(row, "count")) for row in rows},
        claims=tuple(ranked[:_SHOWN]),
    )


def _rank(ask: Asker, head: ClaimHead) -> int:
    code = ask.iris.parse(head.evidence_state.iri).slug
    return _TELLING.index(code) if code in _TELLING else len(_TELLING)
