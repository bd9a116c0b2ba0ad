"""A sentence finds the claims worded like it, never a verdict; what differs is flagged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaughn.search import Band, Wording, Wordings, read_wordings, write_wordings

BOILERPLATE = tuple(
    Wording(f"c:ruling-{number}", "text", f"The court granted the motion on subject{number} in part.")
    for number in range(30)
)

KNOWN = (
    Wording("c:names", "text", "OPM could withhold the names of employees at issue in the case."),
    Wording("c:names", "supports", "correctly found that the names could be withheld"),
    Wording("c:agents", "text", "A sector profile gave 3,834 Border Patrol agents in the Tucson Sector."),
    Wording("c:hotel", "text", "Hotel rates could help outsiders predict the size of a protective detail."),
    Wording("c:search", "text", "The agency's search for records was adequate."),
)


@pytest.fixture(scope="module")
def wordings() -> Wordings:
    return Wordings(KNOWN)


def test_the_same_words_are_close_and_unflagged(wordings: Wordings) -> None:
    best = wordings.nearest(KNOWN[2].text)[0]
    assert (best.claim, best.band, best.opposite, best.figures) == ("c:agents", Band.CLOSE, False, ())
    assert best.score == pytest.approx(1.0)


def test_a_claim_stands_once_by_its_nearest_wording(wordings: Wordings) -> None:
    found = wordings.nearest("found that the names could be withheld correctly")
    assert [match.claim for match in found].count("c:names") == 1
    assert found[0].wording.kind == "supports"


def test_a_negated_sentence_is_flagged_and_not_matched_silently(wordings: Wordings) -> None:
    best = wordings.nearest("OPM could not withhold the names of employees at issue in the case.")[0]
    assert (best.claim, best.opposite) == ("c:names", True)


def test_another_figure_is_flagged(wordings: Wordings) -> None:
    best = wordings.nearest("A sector profile gave 4,135 Border Patrol agents in the Tucson Sector.")[0]
    assert best.figures == ("4135",)


def test_swapped_actors_are_flagged(wordings: Wordings) -> None:
    best = wordings.nearest("The Tucson Sector gave 3,834 sector profile agents in the Border Patrol.")[0]
    assert (best.claim, best.order) == ("c:agents", True)


def test_another_extent_is_flagged_by_its_words(wordings: Wordings) -> None:
    best = wordings.nearest("OPM could withhold only some of the names of employees at issue in the case.")[0]
    assert best.extent == ("only", "some")


def test_a_quote_of_one_string_is_no_wording_unless_it_is_a_figure() -> None:
    known = Wordings((*KNOWN, Wording("c:column", "supports", "records_search"), Wording("c:count", "supports", "125")))
    assert [match.claim for match in known.nearest("records search")] == ["c:search"]
    assert [match.claim for match in known.nearest("125")] == ["c:count"]


@pytest.mark.parametrize(
    ("sought", "opposite", "extent"),
    [
        ("adequate search", False, ()),
        ("not adequate", False, ("all",)),
        ("The search was adequate", True, ("all",)),
    ],
)
def test_a_name_of_two_words_denies_nothing_that_it_does_not_say(
    sought: str, opposite: bool, extent: tuple[str, ...]
) -> None:
    known = Wordings((Wording("c:search", "text", "All public search is not adequate."),))
    best = known.nearest(sought)[0]
    assert (best.opposite, best.extent) == (opposite, extent)


def test_a_name_of_two_words_is_flagged_for_a_word_whose_opposite_stands_there() -> None:
    [best] = Wordings((Wording("c:records", "text", "Public records."),)).nearest("secret records")
    assert best.opposite


def test_words_that_every_claim_has_make_nothing_near() -> None:
    known = Wordings((*KNOWN, *BOILERPLATE))
    assert known.nearest("The court granted the motion to dismiss") == ()
    assert [match.claim for match in known.nearest("The motion on subject7 was granted")] == ["c:ruling-7"]


def test_a_few_claims_are_compared_by_the_score_alone() -> None:
    assert Wordings(BOILERPLATE[:3]).nearest("The court granted the motion to dismiss") != ()


@pytest.mark.parametrize("sentence", ["", " ", "Whales migrate along the coast in spring.", "?!", "\U0001d54f" * 50])
def test_what_nobody_worded_like_this_gives_nothing(wordings: Wordings, sentence: str) -> None:
    assert wordings.nearest(sentence) == ()


def test_no_more_than_asked_best_first(wordings: Wordings) -> None:
    found = wordings.nearest("the names of employees and the size of a protective detail of agents", most=2)
    assert len(found) <= 2
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


@given(st.text(max_size=3000))
def test_any_text_is_answered_with_scores_between_nought_and_one(text: str) -> None:
    for match in Wordings(KNOWN).nearest(text):
        assert 0 < match.score <= 1.0001


def test_an_index_reads_back_as_it_was_written(tmp_path: Path) -> None:
    assert write_wordings(tmp_path, [*KNOWN, KNOWN[0]]) == len(KNOWN)
    assert len(read_wordings(tmp_path)) == len(KNOWN)


def test_an_empty_index_answers_nothing() -> None:
    assert Wordings(()).nearest("anything") == ()
