"""A thing is described with its parts and what points to it, and its document holds every triple of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vaughn.answer import describe, document, things
from vaughn.errors import ThingUnknown
from vaughn.iris import NS, Iris
from vaughn.model import Description, Ref, Statement, Term
from vaughn.store.release import Release

Ask = Callable[..., Any]
Triples = tuple[tuple[Term, Term, Term], ...]


@pytest.fixture
def ruling(release: Release) -> str:
    return Iris(release.manifest.base).thing("event", "first-ruling")


def said(statements: tuple[Statement, ...], word: str) -> list[str]:
    """The values of one of our own properties, things by their name."""
    found = [each for each in statements if each.predicate.iri == NS + word]
    return [value.label if isinstance(value, Ref) else value.value for each in found for value in each.objects]


def test_a_description_has_statements_with_names(ask: Ask, ruling: str) -> None:
    found: Description = ask(describe, ruling)
    assert (found.ref.label, found.kind) == ("First ruling", "event")
    assert said(found.statements, "court") == ["Court of Lamps"]
    assert said(found.statements, "occurredOn") == ["2011-05-01"]


def test_a_description_has_the_parts_of_the_thing(ask: Ask, ruling: str) -> None:
    found: Description = ask(describe, ruling)
    assert [part.ref.iri.rpartition("/id/")[2] for part in found.parts] == [
        "date/first-ruling--occurred",
        "history/first-ruling--reversal",
        "issue/first-ruling--names",
        "issue/first-ruling--stations",
    ]
    assert {said(part.statements, "ruled")[0] for part in found.parts if part.kind == "issue"} == {"upheld", "rejected"}


def test_a_description_has_what_points_to_the_thing(ask: Ask, release: Release) -> None:
    found: Description = ask(describe, Iris(release.manifest.base).thing("rationale", "privacy-of-keepers"))
    assert said(found.inverse, "contests") == ["Open lamps"]
    assert said(found.inverse, "hasRationale") == ["Keepers' names"]
    assert said(found.inverse, "partOfThing") == []


def test_a_document_holds_the_thing_and_its_parts_and_nothing_else(ask: Ask, ruling: str) -> None:
    triples: Triples = ask(document, ruling)
    subjects = {subject.value.rpartition("/id/")[2] for subject, _, _ in triples}
    assert subjects == {
        "event/first-ruling",
        "date/first-ruling--occurred",
        "history/first-ruling--reversal",
        "issue/first-ruling--names",
        "issue/first-ruling--stations",
    }
    assert list(triples) == sorted(
        set(triples), key=lambda triple: [(one.value, one.datatype, one.lang) for one in triple]
    )


def test_literals_keep_their_type_and_language(ask: Ask, ruling: str) -> None:
    triples: Triples = ask(document, ruling)
    literals = {
        (one.value, one.datatype.rpartition("#")[2], one.lang) for _, _, one in triples if one.kind == "literal"
    }
    assert ("First ruling", "", "en") in {(value, "" if lang else kind, lang) for value, kind, lang in literals}
    assert ("2011-05-01", "date", "") in literals


def test_things_of_a_kind_are_listed_by_name(ask: Ask) -> None:
    found: tuple[Ref, ...] = ask(things, "memorandum")
    assert [one.label for one in found] == ["Oil directive", "Visits policy", "Visits policy, reissued"]


@pytest.mark.parametrize("function", [describe, document])
def test_a_thing_that_is_not_there_is_unknown(ask: Ask, release: Release, function: Callable[..., object]) -> None:
    with pytest.raises(ThingUnknown):
        ask(function, Iris(release.manifest.base).thing("event", "never-happened"))
