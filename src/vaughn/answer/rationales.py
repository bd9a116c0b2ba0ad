"""Reasons with whom they are attributed to, what is invoked for them, and the claims about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaughn.answer.asker import Asker, Row, maybe_ref, ref, text
from vaughn.answer.claims import claims_behind
from vaughn.model import Attribution, ClaimHead, Invoked, RationaleHead, Ref

_OVERVIEW, _INVOCATIONS = "rationales/overview", "rationales/invocations"
_ATTESTATION = "attestation"
KINDS = (_ATTESTATION, "premise", "sufficiency")
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
        attributions=_attributions(rows, heads),
        invoked=tuple(
            Invoked(ref(row, "authority"), maybe_ref(row, "invokedBy"), maybe_ref(row, "basis")) for row in invoked
        ),
        claims={kind: _claims(kind, rows, heads) for kind in KINDS},
    )


def _attributions(rows: Sequence[Row], heads: Mapping[str, ClaimHead]) -> tuple[Attribution, ...]:
    """The agencies of a reason's claims; how each stands to the reason only its attestations tell."""
    agencies = dict.fromkeys(ref(row, "agency") for row in rows if "agency" in row)
    return tuple(Attribution(agency, _how(agency, rows, heads)) for agency in agencies)


def _how(agency: Ref, rows: Sequence[Row], heads: Mapping[str, ClaimHead]) -> dict[str, tuple[ClaimHead, ...]]:
    named = [row for row in rows if text(row, "agency") == agency.iri and text(row, "kind") == _ATTESTATION]
    relations = dict.fromkeys(text(row, "relation") for row in named)
    told = {relation: [row for row in named if text(row, "relation") == relation] for relation in relations}
    return {relation: _claims(_ATTESTATION, group, heads) for relation, group in told.items()}


def _claims(kind: str, rows: Sequence[Row], heads: Mapping[str, ClaimHead]) -> tuple[ClaimHead, ...]:
    """The claims of a kind, each once."""
    named = dict.fromkeys(text(row, "claim") for row in rows if text(row, "kind") == kind)
    return tuple(heads[iri] for iri in named if iri in heads)
