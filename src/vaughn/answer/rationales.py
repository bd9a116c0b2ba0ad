"""Reasons with whom they are attributed to, what is invoked for them, and the claims about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaughn.answer.asker import Asker, Row, maybe_ref, ref, text
from vaughn.answer.claims import claims_behind
from vaughn.model import Attribution, ClaimHead, Invoked, RationaleHead, Ref

_OVERVIEW, _INVOCATIONS = "rationales/overview", "rationales/invocations"
KINDS = ("attestation", "premise", "sufficiency")
"""What a claim about a reason is of: that it is given, the fact it rests on, whether the law covers it."""


async def rationales_of(ask: Asker, iris: Sequence[str]) -> dict[str, RationaleHead]:
    """What a list shows of these reasons, by IRI. Empty where the release is too old to be asked."""
    if not iris or _INVOCATIONS not in ask.book.queries:
        return {}
    rows = list(await ask.table(_OVERVIEW, rationale=iris))
    invoked = list(await ask.table(_INVOCATIONS, rationale=iris))
    heads = await claims_behind(ask, [text(row, "claim") for row in rows])
    return {iri: _head(_of(iri, rows), _of(iri, invoked), heads) for iri in iris}


def _of(iri: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if text(row, "rationale") == iri]


def _head(rows: Sequence[Row], invoked: Sequence[Row], heads: Mapping[str, ClaimHead]) -> RationaleHead:
    return RationaleHead(
        type=ref(rows[0], "type") if rows else None,
        attributions=_attributions(rows),
        invoked=tuple(
            Invoked(ref(row, "authority"), maybe_ref(row, "invokedBy"), maybe_ref(row, "basis")) for row in invoked
        ),
        claims={kind: _claims(kind, rows, heads) for kind in KINDS},
    )


def _attributions(rows: Sequence[Row]) -> tuple[Attribution, ...]:
    """The agencies of a reason's claims; how each stands to the reason only its attestations tell."""
    how: dict[Ref, dict[str, None]] = {}
    for row in rows:
        if "agency" in row:
            relations = how.setdefault(ref(row, "agency"), {})
            relations |= {text(row, "relation"): None} if text(row, "kind") == "attestation" else {}
    return tuple(Attribution(agency, tuple(relations)) for agency, relations in how.items())


def _claims(kind: str, rows: Sequence[Row], heads: Mapping[str, ClaimHead]) -> tuple[ClaimHead, ...]:
    """The claims of a kind, each once."""
    named = dict.fromkeys(text(row, "claim") for row in rows if text(row, "kind") == kind)
    return tuple(heads[iri] for iri in named if iri in heads)
