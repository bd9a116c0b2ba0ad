"""What the evidence amounts to is said with its doubts first, and never as more than the graph holds."""

from __future__ import annotations

from itertools import product

import pytest

from vaughn.answer import evidence_sentence, independence
from vaughn.model import ClaimHead, Ref

STATES = ("unsupported", "inferred", "supported", "supported-with-qualification", "disputed", "contradicted")


def head(state: str, basis: str = "on-point", machine_only: bool = False, known: int = 1, lost: int = 0) -> ClaimHead:
    """A claim in some state; the rest is beside the point."""

    def ref(scheme: str, code: str) -> Ref:
        return Ref(f"https://example.org/site/concept/{scheme}/{code}", code)

    return ClaimHead(
        iri="https://example.org/site/id/claim/one",
        text="One.",
        asserter=ref("body", "somebody"),
        voice=ref("voice", "own"),
        claim_type=None,
        review_state=ref("review-state", "not-reviewed"),
        evidence_state=ref("evidence-state", state),
        evidence_basis=ref("evidence-basis", basis) if basis else None,
        certainty=None,
        certainty_reason="",
        known_independent=known,
        unknown_lineage=lost,
        machine_only=machine_only,
    )


@pytest.mark.parametrize("state", STATES)
def test_analogy_is_told_before_anything_else(state: str) -> None:
    sentence = evidence_sentence(head(state, "by-analogy"))
    assert sentence.startswith("By analogy only: ")
    assert sentence.endswith("no evidence on point counts here.")


@pytest.mark.parametrize(("state", "basis"), list(product(STATES, ("on-point", "by-analogy", ""))))
def test_sources_that_machines_wrote_are_always_told(state: str, basis: str) -> None:
    alone = basis != "by-analogy" and state in ("unsupported", "inferred")
    words = "Only machine-written sources say so;" if alone else "Only machine-written sources support it."
    assert words in evidence_sentence(head(state, basis, machine_only=True))
    assert "machine" not in evidence_sentence(head(state, basis))


@pytest.mark.parametrize("state", STATES)
def test_no_state_is_a_bare_verdict(state: str) -> None:
    assert "evidence recorded here" in evidence_sentence(head(state))


def test_states_are_told_apart() -> None:
    assert len({evidence_sentence(head(state)) for state in STATES}) == len(STATES)


def test_independence_is_a_lower_bound_that_names_analogy() -> None:
    assert independence(head("supported")) == "At least 1 known-independent source, and 0 of unknown lineage."
    near = "At least 2 known-independent sources, and 0 of unknown lineage, by analogy only."
    assert independence(head("supported", "by-analogy", known=2)) == near


def test_no_lower_bound_of_nought_is_told() -> None:
    assert independence(head("unsupported", known=0)) == "No source known to be independent."
    assert independence(head("supported", known=0, lost=3)) == (
        "No source known to be independent, and 3 of unknown lineage."
    )
