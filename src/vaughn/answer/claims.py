"""Claims without their evidence: what is said, by whom, in whose voice, and what the evidence amounts to."""

from __future__ import annotations

from vaughn.answer.asker import Asker, Row, maybe_ref, ref, text
from vaughn.errors import ThingUnknown
from vaughn.model import ClaimHead


async def claims(ask: Asker) -> tuple[ClaimHead, ...]:
    """Every claim, by text."""
    machines = await _said_by_machines(ask)
    return tuple(_head(row, machines) for row in await ask.table("claims/list"))


async def claim(ask: Asker, iri: str) -> ClaimHead:
    """One claim. Raises ThingUnknown where the graph holds no such claim."""
    rows = await ask.table("claims/list", claim=iri)
    if not rows:
        raise ThingUnknown(iri)
    return _head(rows.rows[0], await _said_by_machines(ask, claim=iri))


async def _said_by_machines(ask: Asker, **values: str) -> frozenset[str]:
    """The claims that only machine-written sources support."""
    return frozenset(text(row, "claim") for row in await ask.table("lists/machine-written", **values))


def _head(row: Row, machines: frozenset[str]) -> ClaimHead:
    return ClaimHead(
        iri=text(row, "claim"),
        text=text(row, "text"),
        asserter=ref(row, "asserter"),
        voice=ref(row, "voice"),
        claim_type=maybe_ref(row, "claimType"),
        review_state=ref(row, "reviewState"),
        evidence_state=ref(row, "evidenceState"),
        evidence_basis=maybe_ref(row, "evidenceBasis"),
        certainty=maybe_ref(row, "certainty"),
        certainty_reason=text(row, "certaintyReason"),
        known_independent=int(text(row, "knownIndependent")),
        unknown_lineage=int(text(row, "unknownLineage")),
        machine_only=text(row, "claim") in machines,
    )
