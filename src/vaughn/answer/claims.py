"""Claims without their evidence: what is said, by whom, in whose voice, and what the evidence amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from vaughn.answer.asker import Asker, Row, maybe_ref, ref, text
from vaughn.errors import IriInvalid, ThingUnknown
from vaughn.model import ClaimHead, Table

_KIND = "claim"
_AT_ONCE = 100  # claims that one query is asked about: texts stay short for every engine
_SINCE_TOLD_APART = {"ownWordsOnly": "asserterOnly"}
_REPORTED = "/voice/reported"
"""Of a claim that the curators found as another's. What a part of the asserter published is its own words by rule; a
letter of some Members of Congress is not the Act that it quotes."""


async def claims(ask: Asker) -> tuple[ClaimHead, ...]:
    """Every claim, by text."""
    return await _heads(ask, {})


async def claims_of(ask: Asker, iris: Sequence[str]) -> tuple[ClaimHead, ...]:
    """These claims, in this order; one that the graph does not hold is left out."""
    found: dict[str, ClaimHead] = {}
    for start in range(0, len(iris), _AT_ONCE):
        found |= {head.iri: head for head in await _heads(ask, {"claim": iris[start : start + _AT_ONCE]})}
    return tuple(found[iri] for iri in iris if iri in found)


async def claims_behind(ask: Asker, iris: Iterable[str]) -> dict[str, ClaimHead]:
    """The claim that each of these is or is a part of, by the IRI given; whatever belongs to none is left out."""
    owners = {iri: owner for iri in iris if (owner := _owner(ask, iri))}
    heads = {head.iri: head for head in await claims_of(ask, list(dict.fromkeys(owners.values())))}
    return {iri: heads[owner] for iri, owner in owners.items() if owner in heads}


def is_claim(ask: Asker, iri: str) -> bool:
    """Whether an IRI is that of a claim by its form, whether or not the graph holds one."""
    return _owner(ask, iri) == iri


def _owner(ask: Asker, iri: str) -> str:
    try:
        name = ask.iris.parse(iri)
    except IriInvalid:
        return ""
    owners = ask.iris.owner_candidates(name) if name.what in ("thing", "part") else []
    return owners[0] if len(owners) == 1 and ask.iris.parse(owners[0]).scope == _KIND else ""


async def claim(ask: Asker, iri: str) -> ClaimHead:
    """One claim. Raises ThingUnknown where the graph holds no such claim."""
    rows = await ask.table("claims/list", claim=iri)
    if not rows:
        raise ThingUnknown(iri)
    return _head(_narrowed(rows)[0], await _said_by_machines(ask, claim=iri))


async def _heads(ask: Asker, values: Mapping[str, Sequence[str]]) -> tuple[ClaimHead, ...]:
    machines = await _said_by_machines(ask, **values)
    return tuple(_head(row, machines) for row in _narrowed(await ask.table("claims/list", **values)))


def _narrowed(table: Table) -> Sequence[Row]:
    """The rows of claims. A release whose query does not tell the asserter's own words from others' accounts of them
    calls both own words, so that of its claims only that they go back to the asserter is known."""
    if "asserterOnly" in table.columns:
        return table.rows
    return [{_SINCE_TOLD_APART.get(column, column): term for column, term in row.items()} for row in table]


async def _said_by_machines(ask: Asker, **values: str | Sequence[str]) -> frozenset[str]:
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
        own_words_only=text(row, "ownWordsOnly") == "true" and not text(row, "voice").endswith(_REPORTED),
        second_hand_only=text(row, "secondHandOnly") == "true",
        asserter_only=text(row, "asserterOnly") == "true",
        newest_evidence_on=text(row, "newestEvidenceOn"),
    )
