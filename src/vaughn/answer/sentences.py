"""What the evidence for a claim amounts to, in one sentence that says no more than the graph holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from vaughn.model import ClaimHead, Evidence, Support

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
_SECOND_HAND = "Its support is only others' accounts that go back to what the asserter published, not its own words."
_ASSERTER = "All its support goes back to the asserter: its own words, or others' accounts of what it published."
_MACHINES_BESIDE = "Only machine-written sources support it."
_GIVEN_UP = ("withdrawn", "superseded")
_SIDES = ("for", "against", "qualifying")


def by_analogy(claim: ClaimHead) -> bool:
    """Whether the state rests on analogous lines alone."""
    return claim.evidence_basis is not None and _code(claim.evidence_basis.iri) == "by-analogy"


def given_up(claim: ClaimHead) -> bool:
    """Whether the curators no longer stand by a claim, which its evidence state does not show."""
    return _code(claim.review_state.iri) in _GIVEN_UP


def evidence_sentence(claim: ClaimHead) -> str:
    """The evidence state in words, its doubts first."""
    state = _code(claim.evidence_state.iri)
    if by_analogy(claim):
        sentence = f"By analogy only: {_BY_ANALOGY.get(state, _TOUCHES)}; no evidence on point counts here."
    elif claim.machine_only and state in ("unsupported", "inferred"):
        return _MACHINES_ALONE
    else:
        sentence = _ON_POINT.get(state, _UNSUPPORTED)
    return f"{sentence} {_MACHINES_BESIDE if claim.machine_only else _from_asserter(claim)}".rstrip()


def _from_asserter(claim: ClaimHead) -> str:
    """That nobody but the asserter stands behind a claim, and whose words were read; "" where that is not so."""
    if claim.own_words_only:
        return _OWN_WORDS
    if claim.second_hand_only:
        return _SECOND_HAND
    return _ASSERTER if _either(claim) else ""


def _either(claim: ClaimHead) -> bool:
    return claim.asserter_only and not claim.own_words_only and not claim.second_hand_only


def states(claims: Iterable[ClaimHead]) -> str:
    """How many of some claims are in which state, with what weakens it: "2 supported (by the asserter's own words
    only), 1 contradicted (by analogy only), 1 withdrawn". Of one that was given up only that is told."""
    counted = Counter(_brief(claim) for claim in claims)
    return ", ".join(f"{number} {told}" for told, number in counted.items())


def _brief(claim: ClaimHead) -> str:
    if given_up(claim):
        return claim.review_state.label
    told = ", ".join(_doubts(claim))
    return f"{claim.evidence_state.label} ({told})" if told else claim.evidence_state.label


def _doubts(claim: ClaimHead) -> list[str]:
    doubts = (
        (by_analogy(claim), "by analogy only"),
        (claim.machine_only, "said by machine-written sources only"),
        (claim.own_words_only, "by the asserter's own words only"),
        (claim.second_hand_only, "only by others' accounts of what the asserter published"),
        (_either(claim), "only by the asserter's own words or others' accounts of what it published"),
        (doubted(claim), "certainty low"),
    )
    return [words for holds, words in doubts if holds]


def independence(claim: ClaimHead) -> str:
    """From how many origins the support for a claim comes, as a lower bound. They are independent of one another; that
    one of them is independent of the asserter is never said, since none of the numbers shows it."""
    known, unknown = claim.known_independent, claim.unknown_lineage
    if not (known or unknown):
        return "No source that supports it counts."
    sources = f"{unknown} {'source' if unknown == 1 else 'sources'} of unknown lineage"
    if not known:
        return f"Its support has no known origin: {sources}{_near(claim)}."
    beside = f", and {sources}" if unknown else ""
    return f"Its support has at least {_origins(known)}, {_standing(claim)}{beside}{_near(claim)}."


def _origins(number: int) -> str:
    return f"{number} {'origin' if number == 1 else 'origins'}"


def _standing(claim: ClaimHead) -> str:
    """How the origins stand to one another and to the asserter."""
    known = "not known to be" if claim.asserter_only else "not necessarily"
    among = "independent of one another but " if claim.known_independent > 1 else ""
    return f"{among}{known} independent of the asserter"


def _near(claim: ClaimHead) -> str:
    return "; all by analogy only" if by_analogy(claim) else ""


def doubted(claim: ClaimHead) -> bool:
    """Whether the curators are less sure of a claim than its evidence state alone suggests."""
    low = claim.certainty is not None and _code(claim.certainty.iri) == "low"
    return low and _code(claim.evidence_state.iri) != "unsupported"


def certainty(claim: ClaimHead) -> str:
    """How sure the curators are, and why; "" where they did not say. Where no evidence counts for or against the claim
    there is nothing to be sure of, and their reason stands alone as a note."""
    if not claim.certainty:
        return ""
    reason = claim.certainty_reason.rstrip(".")
    if _code(claim.evidence_state.iri) == "unsupported":
        return f"Curators' note: {reason}." if reason else ""
    return f"Certainty: {claim.certainty.label}{f' ({reason})' if reason else ''}."


def tally(support: Support) -> str:
    """How many lines stand on each side, those apart that do not bear on the state: "4 for, 0 against on point; 2 for,
    2 against by analogy, not used; 1 for, not counted (machine-written source)"."""
    counting = [[line for line in lines if line.counts] for lines in _sides(support)]
    on_point = [sum(not _is_analogous(line) for line in lines) for lines in counting]
    near = [sum(map(_is_analogous, lines)) for lines in counting]
    used = "" if by_analogy(support.claim) else ", not used"
    parts = [f"{_sided(on_point)} on point"] + ([f"{_sided(near)} by analogy{used}"] if any(near) else [])
    return "; ".join([*parts, *_not_counted(support), *_without_stance(support.touching)])


def _sides(support: Support) -> tuple[tuple[Evidence, ...], ...]:
    return support.supporting, support.disputing, support.qualifying


def _sided(numbers: Iterable[int]) -> str:
    """Numbers of lines by side; the two that weigh against each other always."""
    sided = zip(_SIDES, numbers, strict=True)
    return ", ".join(f"{number} {side}" for side, number in sided if number or side in _SIDES[:2])


def _not_counted(support: Support) -> list[str]:
    lines = zip(_SIDES, _sides(support), strict=True)
    left = Counter((side, _why_not(line)) for side, group in lines for line in group if not line.counts)
    return [f"{number} {side}, not counted ({why})" for (side, why), number in left.items()]


def _why_not(line: Evidence) -> str:
    return line.count_reason.label if line.count_reason else "no reason recorded"


def _without_stance(lines: Iterable[Evidence]) -> list[str]:
    return [f"{number} judged “{label}”" for label, number in Counter(line.judgement.label for line in lines).items()]


def _is_analogous(line: Evidence) -> bool:
    return _code(line.scope.iri) == "analogous"


def _code(iri: str) -> str:
    return iri.rpartition("/")[2]
