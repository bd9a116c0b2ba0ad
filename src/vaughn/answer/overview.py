"""What the home page shows."""

from __future__ import annotations

from collections.abc import Mapping

from vaughn.answer.asker import Asker
from vaughn.answer.claims import claims_of
from vaughn.answer.listing import listing, page
from vaughn.model import Overview

_TELLING = ("disputed", "contradicted", "supported-with-qualification")
_SHOWN = 3


async def overview(ask: Asker, counts: Mapping[str, int]) -> Overview:
    """Counts per kind as they are given, and three claims, those with evidence on both sides first.

    A state is asked for only where those before it have too few claims, and all claims only where the telling states
    have: looking through every claim takes time on a large release.
    """
    chosen: dict[str, None] = {}
    for state in (*_TELLING, ""):
        if len(chosen) < _SHOWN:
            chosen |= dict.fromkeys(await _best(ask, state))
    return Overview(counts=counts, claims=await claims_of(ask, list(chosen)[:_SHOWN]))


async def _best(ask: Asker, state: str) -> list[str]:
    """The claims of an evidence state, or of any, with the most known origins of their support; enough of them."""
    narrowed = {"evidenceState": ask.iris.concept("evidence-state", state)} if state else {}
    best_first = {**narrowed, "sort": "sources", "order": "down"}
    found, _ = await page(ask, listing(ask, "claim", "claims"), best_first, 2 * _SHOWN)
    return [each.ref.iri for each in found]
