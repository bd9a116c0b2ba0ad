"""The evidence for and against a claim comes whole: grouped by judgement, with quotes, sources and what it rests on."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, cast

import pytest

from vaughn.answer import Asker, claim, claims, claims_behind, claims_of, overview, support_for, supports_for, tally
from vaughn.answer.support import AT_ONCE
from vaughn.errors import ThingUnknown
from vaughn.iris import Iris
from vaughn.model import ClaimHead, Evidence, Overview, Support, Table, Term
from vaughn.store.release import Release

Ask = Callable[..., Any]


def iri(release: Release, slug: str) -> str:
    return Iris(release.manifest.base).thing("claim", slug)


def lines(evidence: Iterable[Evidence]) -> list[str]:
    return [line.iri.rpartition("/")[2] for line in evidence]


def test_evidence_is_grouped_by_judgement(ask: Ask, release: Release) -> None:
    found: Support = ask(support_for, iri(release, "disputed"))
    assert lines(found.supporting) == ["disputed--1"]
    assert lines(found.disputing) == ["disputed--2"]
    assert lines(found.qualifying) == ["disputed--3"]
    assert lines(found.touching) == []
    assert found.claim.evidence_state.label == "disputed"


def test_what_is_no_stance_merely_touches_the_claim(ask: Ask, release: Release) -> None:
    found: Support = ask(support_for, iri(release, "only-cited"))
    assert lines(found.touching) == ["only-cited--1", "only-cited--2"]
    assert not any((found.supporting, found.disputing, found.qualifying))


def test_a_line_comes_with_quote_source_and_whether_it_counts(ask: Ask, release: Release) -> None:
    found: Support = ask(support_for, iri(release, "machine-written-alone"))
    (line,) = found.supporting
    assert not line.counts
    assert line.count_reason is not None
    assert line.count_reason.label == "machine-written source"
    assert line.checked_by is None
    assert [quote.exact for quote in line.quotes] == ["the words of mill-article"]
    assert line.source.title == "Mill article"
    assert line.source.publisher is not None
    assert line.source.publisher.label == "The Text Mill"
    assert (line.source.primary, line.source.date) == (True, "")
    assert line.source.url == "https://example.org/mill-article"


def test_an_analogous_line_says_why(ask: Ask, release: Release) -> None:
    found: Support = ask(support_for, iri(release, "by-analogy"))
    assert [line.scope_reason for line in (*found.supporting, *found.qualifying)] == ["Other lamps.", "Other lamps."]
    assert found.claim.evidence_basis is not None
    assert found.claim.evidence_basis.label == "by analogy only"


def test_a_line_with_several_passages_is_one_line(ask: Ask, release: Release) -> None:
    found: Support = ask(support_for, iri(release, "two-passages-of-one-source"))
    assert [[quote.exact for quote in line.quotes] for line in found.supporting] == [
        ["more words of gazette-a", "the words of gazette-a"]
    ]


def test_a_conclusion_of_the_curators_names_its_premises(ask: Ask, release: Release) -> None:
    found: Support = ask(support_for, iri(release, "our-conclusion"))
    assert [premise.label for premise in found.inferred_from] == ["No lines.", "Supported."]
    assert found.claim.evidence_state.label == "inferred"


def test_what_bears_on_a_claim_says_how(ask: Ask, release: Release) -> None:
    found: Support = ask(support_for, iri(release, "privacy-covers-names"))
    assert ("rebutted by", "Names are owed.") in [(one.relation, one.thing.label) for one in found.bearing]


@pytest.mark.parametrize(
    ("slug", "tied"),
    [
        ("privacy-covers-names", [("rebutted by", "Names are owed.")]),
        ("names-are-owed", [("conflicts with", "Ministry gives privacy."), ("rebuts", "Privacy covers names.")]),
        ("ministry-gives-privacy", [("conflicts with", "Names are owed.")]),
        ("disputed", []),
    ],
)
def test_claims_that_are_tied_to_a_claim_stand_apart(
    ask: Ask, release: Release, slug: str, tied: list[tuple[str, str]]
) -> None:
    found: Support = ask(support_for, iri(release, slug))
    assert [(each.relation, each.thing.label) for each in found.tied] == tied


@pytest.mark.parametrize(
    ("slug", "counts"),
    [
        ("disputed", "1 for, 1 against, 1 qualifying on point"),
        ("machine-written-alone", "0 for, 0 against on point; 1 for, not counted (machine-written source)"),
        ("by-analogy", "0 for, 0 against on point; 1 for, 0 against, 1 qualifying by analogy"),
        ("analogous-not-counted-beside-point", "1 for, 0 against on point; 1 for, 0 against by analogy, not used"),
        ("only-cited", "0 for, 0 against on point; 1 judged “cited only”; 1 judged “does not support”"),
    ],
)
def test_lines_are_counted_apart_where_they_do_not_bear_on_the_state(
    ask: Ask, release: Release, slug: str, counts: str
) -> None:
    found: Support = ask(support_for, iri(release, slug))
    assert tally(found) == counts


def test_many_claims_are_answered_like_each_of_them_once(ask: Ask, release: Release) -> None:
    slugs = ["disputed", "by-analogy", "our-conclusion", "disputed", "two-passages-of-one-source"]
    iris = [iri(release, slug) for slug in slugs]

    async def of_all(asker: Asker) -> dict[str, Support]:
        return await supports_for(asker, iris)

    found: dict[str, Support] = ask(of_all)
    assert list(found) == list(dict.fromkeys(iris))
    assert all(ask(support_for, each) == support for each, support in found.items())


def test_the_evidence_of_many_claims_is_asked_for_at_once(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    serialised = Asker.serialised

    async def noted(asker: Asker, name: str, format: str, values: Any) -> Any:
        asked.append(name)
        return await serialised(asker, name, format, values)

    monkeypatch.setattr(Asker, "serialised", noted)
    heads: tuple[ClaimHead, ...] = ask(claims)
    asked.clear()

    async def of_all(asker: Asker) -> dict[str, Support]:
        return await supports_for(asker, [head.iri for head in heads])

    assert len(ask(of_all)) == len(heads) > 40
    assert max(Counter(asked).values()) == math.ceil(len(heads) / AT_ONCE)


def test_a_release_without_the_column_of_the_claim_is_asked_about_one_after_another(ask: Ask, release: Release) -> None:
    iris = [iri(release, slug) for slug in ("disputed", "our-conclusion", "privacy-covers-names")]

    async def of_all(asker: Asker) -> tuple[dict[str, Support], dict[str, Support]]:
        older = {
            name: replace(
                query,
                text=query.text.replace("SELECT DISTINCT ?claim", "SELECT DISTINCT").replace("SELECT ?claim", "SELECT"),
                returns={column: says for column, says in query.returns.items() if column != "claim"},
            )
            for name, query in asker.book.queries.items()
            if name in ("claims/evidence", "claims/bearing", "claims/inferred-from")
        }
        book = replace(asker.book, queries={**asker.book.queries, **older})
        return await supports_for(asker, iris), await supports_for(replace(asker, book=book), iris)

    found: tuple[dict[str, Support], dict[str, Support]] = ask(of_all)
    assert found[0] == found[1]
    assert found[1][iris[1]].inferred_from


def test_a_claim_has_its_states_and_the_number_of_its_sources(ask: Ask, release: Release) -> None:
    head: ClaimHead = ask(claim, iri(release, "one-known-two-unknown"))
    assert (head.text, head.asserter.label, head.voice.label) == ("One known two unknown.", "The Herald", "own voice")
    assert (head.evidence_state.label, head.known_independent, head.unknown_lineage) == ("supported", 1, 2)
    assert (head.certainty, head.certainty_reason) == (None, "")


def test_every_claim_is_listed_once_by_its_text(ask: Ask) -> None:
    heads: tuple[ClaimHead, ...] = ask(claims)
    assert len(heads) == len({head.iri for head in heads}) > 40
    assert [head.text for head in heads] == sorted(head.text for head in heads)


@pytest.mark.parametrize("function", [claim, support_for])
def test_a_claim_that_is_not_there_is_unknown(ask: Ask, release: Release, function: Callable[..., object]) -> None:
    with pytest.raises(ThingUnknown):
        ask(function, iri(release, "nobody-said-so"))


def test_the_overview_shows_claims_with_two_sides(ask: Ask) -> None:
    found: Overview = ask(overview, {"rationale": 2})
    assert found.counts == {"rationale": 2}
    assert [head.evidence_state.label for head in found.claims] == ["disputed"] * 3


def test_the_claim_behind_a_line_is_its_owner(ask: Ask, release: Release) -> None:
    iris, own = Iris(release.manifest.base), iri(release, "one-known-two-unknown")
    line, lost = iris.part("evidence", "one-known-two-unknown", "1"), iris.part("evidence", "nobody-said-so", "1")
    others = (iris.thing("event", "first-ruling"), iris.part("date", "first-ruling", "decided"), "urn:x:y", lost)
    found: dict[str, ClaimHead] = ask(claims_behind, [own, line, *others])
    assert {each: head.iri for each, head in found.items()} == {own: own, line: own}


def test_a_claim_tells_whose_words_its_support_is(ask: Ask, release: Release) -> None:
    slugs = (
        "ministry-on-itself",
        "herald-by-a-copy",
        "ministry-by-a-copy-of-a-rewrite",
        "ministry-by-both",
        "disputed",
    )
    heads: list[ClaimHead] = [ask(claim, iri(release, slug)) for slug in slugs]
    assert [(head.own_words_only, head.second_hand_only, head.asserter_only) for head in heads] == [
        (True, False, True),
        (True, False, True),
        (False, True, True),
        (False, False, True),
        (False, False, False),
    ]


class Older:
    """What a release answers whose queries call accounts of the asserter's words its own words too."""

    async def table(self, name: str, **_: object) -> Table:
        told = {"ownWordsOnly": "true", "knownIndependent": "1", "unknownLineage": "0"}
        row = {column: Term("literal", value) for column, value in told.items()}
        return Table(("claim", *row), (row,) if name == "claims/list" else ())


def test_of_an_older_release_own_words_are_not_told_from_accounts_of_them() -> None:
    head = asyncio.run(claim(cast(Asker, Older()), "urn:claim"))
    assert (head.own_words_only, head.second_hand_only, head.asserter_only) == (False, False, True)


class Reported:
    """A claim whose voice says so, and whose only source is published by a part of its asserter."""

    async def table(self, name: str, **_: object) -> Table:
        voice = Term("uri", "https://w3id.org/vaughn/concept/voice/reported")
        told = {"ownWordsOnly": "true", "asserterOnly": "true", "knownIndependent": "1", "unknownLineage": "0"}
        row = {"voice": voice, **{column: Term("literal", value) for column, value in told.items()}}
        return Table(("claim", *row), (row,) if name == "claims/list" else ())


def test_what_was_found_as_anothers_is_not_called_own_words() -> None:
    head = asyncio.run(claim(cast(Asker, Reported()), "urn:claim"))
    assert (head.own_words_only, head.second_hand_only, head.asserter_only) == (False, False, True)


class Counted:
    """How many claims each query was asked about."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def table(self, name: str, **values: Any) -> Table:
        if name == "claims/list":
            self.asked.append(len(values["claim"]))
        return Table(("claim", "asserterOnly"), ())


def test_many_claims_are_asked_about_in_parts() -> None:
    ask = Counted()
    assert asyncio.run(claims_of(cast(Asker, ask), [f"urn:claim:{number}" for number in range(250)])) == ()
    assert ask.asked == [100, 100, 50]
    assert asyncio.run(claims_of(cast(Asker, Counted()), [])) == ()
