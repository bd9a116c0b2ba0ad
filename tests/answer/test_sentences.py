"""What the evidence amounts to is said with its doubts first, and never as more than the graph holds."""

from __future__ import annotations

from itertools import product

import pytest

from vaughn.answer import certainty, doubted, evidence_sentence, independence, states
from vaughn.model import ClaimHead, Ref

WHOSE = {
    "own": "Its support is the asserter's own words only.",
    "accounts": "Its support is only others' accounts that go back to what the asserter published, not its own words.",
    "either": "All its support goes back to the asserter: its own words, or others' accounts of what it published.",
}
STATES = ("unsupported", "inferred", "supported", "supported-with-qualification", "disputed", "contradicted")


def head(
    state: str,
    basis: str = "on-point",
    machine_only: bool = False,
    known: int = 1,
    lost: int = 0,
    whose: str = "",
    sure: str = "",
    review: str = "not-reviewed",
) -> ClaimHead:
    """A claim in some state. whose: whose words its support is, a key of WHOSE where nobody but the asserter stands
    behind it."""

    def ref(scheme: str, code: str) -> Ref:
        return Ref(f"https://example.org/site/concept/{scheme}/{code}", code)

    return ClaimHead(
        iri="https://example.org/site/id/claim/one",
        text="One.",
        asserter=ref("body", "somebody"),
        voice=ref("voice", "own"),
        claim_type=None,
        review_state=ref("review-state", review),
        evidence_state=ref("evidence-state", state),
        evidence_basis=ref("evidence-basis", basis) if basis else None,
        certainty=ref("certainty", sure) if sure else None,
        certainty_reason="A copy was read.",
        known_independent=known,
        unknown_lineage=lost,
        machine_only=machine_only,
        own_words_only=whose == "own",
        second_hand_only=whose == "accounts",
        asserter_only=whose in WHOSE,
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


def test_origins_are_a_lower_bound_that_names_analogy() -> None:
    assert independence(head("supported", lost=1)) == (
        "Its support has at least 1 origin, not necessarily independent of the asserter, "
        "and 1 source of unknown lineage."
    )
    assert independence(head("supported", "by-analogy", known=2)) == (
        "Its support has at least 2 origins, independent of one another but not necessarily independent of the "
        "asserter; all by analogy only."
    )


def test_no_lower_bound_of_nought_is_told() -> None:
    assert independence(head("unsupported", known=0)) == "No source that supports it counts."
    assert independence(head("supported", known=0, lost=3)) == (
        "Its support has no known origin: 3 sources of unknown lineage."
    )


@pytest.mark.parametrize("state", STATES)
def test_whose_words_support_a_claim_is_told_in_three_ways(state: str) -> None:
    told = {whose: evidence_sentence(head(state, whose=whose)) for whose in WHOSE}
    assert [whose for whose, sentence in told.items() if not sentence.endswith(f" {WHOSE[whose]}")] == []
    assert "asserter" not in evidence_sentence(head(state))


@pytest.mark.parametrize("whose", ["accounts", "either"])
def test_accounts_of_others_are_never_the_asserters_own_words_alone(whose: str) -> None:
    claim = head("supported", whose=whose)
    assert "own words only" not in evidence_sentence(claim) + states([claim])
    assert "others' accounts" in evidence_sentence(claim)
    assert "others' accounts" in states([claim])


@pytest.mark.parametrize("whose", WHOSE)
@pytest.mark.parametrize("known", [1, 2])
def test_nothing_is_called_independent_without_saying_of_whom(known: int, whose: str) -> None:
    told = independence(head("supported", known=known, whose=whose))
    assert "not known to be independent of the asserter" in told
    assert told.count("independent") == told.count("independent of ")


def test_states_of_several_claims_keep_what_weakens_them() -> None:
    claims = [
        head("supported"),
        head("supported", whose="own"),
        head("supported"),
        head("supported", whose="accounts", sure="low"),
        head("disputed", "by-analogy"),
    ]
    assert states(claims) == (
        "2 supported, 1 supported (by the asserter's own words only), "
        "1 supported (only by others' accounts of what the asserter published, certainty low), "
        "1 disputed (by analogy only)"
    )


def test_of_claims_that_were_given_up_only_that_is_told() -> None:
    claims = [head("supported"), head("supported", review="withdrawn"), head("unsupported", review="withdrawn")]
    assert states([*claims, head("disputed", review="superseded")]) == "1 supported, 2 withdrawn, 1 superseded"


def test_certainty_is_told_only_where_evidence_counts() -> None:
    assert certainty(head("supported", sure="low")) == "Certainty: low (A copy was read)."
    assert certainty(head("unsupported", sure="moderate")) == "Curators' note: A copy was read."
    assert certainty(head("supported")) == ""


def test_what_the_curators_doubt_is_marked_where_the_state_does_not_show_it() -> None:
    marked = [state for state in STATES if doubted(head(state, sure="low"))]
    assert marked == [state for state in STATES if state != "unsupported"]
    assert not doubted(head("supported", sure="moderate"))
