"""What the evidence for a claim amounts to, in one sentence that says no more than the graph holds."""

from __future__ import annotations

from collections.abc import Mapping

from vaughn.model import ClaimHead

_ON_POINT: Mapping[str, str] = {
    "supported": "Supported by the evidence recorded here.",
    "supported-with-qualification": "Supported by the evidence recorded here, with a qualification.",
    "disputed": "Disputed: the evidence recorded here stands on both sides.",
    "contradicted": "Contradicted by the evidence recorded here.",
    "inferred": "Inferred by the curators; no evidence recorded here counts for or against it.",
}
_UNSUPPORTED = "Unsupported: no evidence recorded here counts for or against it."
_BY_ANALOGY: Mapping[str, str] = {
    "supported": "evidence about comparable matters would support it",
    "supported-with-qualification": "evidence about comparable matters would support it, with a qualification",
    "disputed": "evidence about comparable matters stands on both sides",
    "contradicted": "evidence about comparable matters would contradict it",
}
_TOUCHES = "evidence about comparable matters touches it"
_MACHINES_ALONE = "Only machine-written sources say so; no evidence recorded here counts for or against it."
_OWN_WORDS = "Its support is the asserter's own words only."
_MACHINES_BESIDE = "Only machine-written sources support it."


def by_analogy(claim: ClaimHead) -> bool:
    """Whether the state rests on analogous lines alone."""
    return claim.evidence_basis is not None and _code(claim.evidence_basis.iri) == "by-analogy"


def evidence_sentence(claim: ClaimHead) -> str:
    """The evidence state in words, its doubts first."""
    state = _code(claim.evidence_state.iri)
    if by_analogy(claim):
        sentence = f"By analogy only: {_BY_ANALOGY.get(state, _TOUCHES)}; no evidence on point counts here."
    elif claim.machine_only and state in ("unsupported", "inferred"):
        return _MACHINES_ALONE
    else:
        sentence = _ON_POINT.get(state, _UNSUPPORTED)
    beside = _MACHINES_BESIDE if claim.machine_only else _OWN_WORDS if claim.own_words_only else ""
    return f"{sentence} {beside}".rstrip()


def independence(claim: ClaimHead) -> str:
    """How many sources stand behind a claim, as a lower bound."""
    known = claim.known_independent
    noun = "source" if known == 1 else "sources"
    near = ", by analogy only" if by_analogy(claim) and (known or claim.unknown_lineage) else ""
    return f"At least {known} known-independent {noun}, and {claim.unknown_lineage} of unknown lineage{near}."


def _code(iri: str) -> str:
    return iri.rpartition("/")[2]
