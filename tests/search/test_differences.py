"""In what two texts differ; the cases are in differences.tsv, so that a new one adds no Python."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaughn.search.differences import extents, negations, reordered, telling, turned, unshared
from vaughn.search.figures import figures

CASES = Path(__file__).with_name("differences.tsv")


def cases() -> list[tuple[str, str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [(row["differ"], row["one"], row["other"]) for row in csv.DictReader(file, delimiter="\t")]


def found(one: str, other: str) -> set[str]:
    flags = {
        "opposite": turned(one, other),
        "order": reordered(one, other),
        "extent": bool(extents(one, other)),
        "figures": figures(one) != figures(other),
    }
    return {flag for flag, raised in flags.items() if raised}


@pytest.mark.parametrize(("differ", "one", "other"), cases())
def test_two_texts_differ_in_this_and_nothing_else_whichever_comes_first(differ: str, one: str, other: str) -> None:
    assert found(one, other) == found(other, one) == set(differ.split()) - {"-"}


@pytest.mark.parametrize(
    ("words", "told"),
    [((), ""), (("of", "as"), "small words"), (("FOIA", "of"), "FOIA, small words"), (("not", "all"), "not, all")],
)
def test_small_words_are_told_as_such(words: tuple[str, ...], told: str) -> None:
    assert telling(words) == told


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The court upheld the withholding.", 0),
        ("The court did not uphold the withholding.", 1),
        ("The court didn't uphold it.", 1),
        ("The court didn\u2019t uphold it.", 1),
        ("The agency cannot withhold names without a reason.", 2),
        ("ICE declined to say.", 1),
        ("The search was inadequate.", 1),
        ("Nothing in the Act forbids it.", 2),
        ("A notable cannon.", 0),
    ],
)
def test_negations_are_counted(text: str, count: int) -> None:
    assert negations(text) == count


def test_words_that_only_one_text_has_are_named_as_written() -> None:
    assert unshared("The Court reversed its judgments.", "the judgment of a court") == ("reversed", "its")
    assert unshared("the judgment of a court", "The Court reversed its judgments.") == ("of", "a")


@pytest.mark.parametrize(
    ("one", "other", "mine", "yours"),
    [
        ("3834 came.", "3,834 came.", (), ()),
        ("9,999 came.", "9,998 came.", ("9,999",), ("9,998",)),
        ("Of 21,786 some came.", "Of 786 some came.", ("21,786",), ("786",)),
        ("Seventy came.", "70 came.", (), ()),
        ("Two thousand three hundred came.", "2,300 came.", (), ()),
        ("1.5 million came.", "1,500,000 came.", (), ()),
        ("8.50 percent came.", "8.5 percent came.", (), ()),
        ("3.834 came.", "3,834 came.", ("3.834",), ("3,834",)),
        ("A 90-day leave.", "Ninety days leave.", ("A",), ()),
        ("The twenty-third came.", "The 23d came.", (), ()),
        ("The second came.", "The two came.", ("second",), ("two",)),
    ],
)
def test_a_number_is_one_word_and_equal_numbers_are_no_difference(
    one: str, other: str, mine: tuple[str, ...], yours: tuple[str, ...]
) -> None:
    assert (unshared(one, other), unshared(other, one)) == (mine, yours)


def test_a_month_is_a_figure_and_the_word_that_looks_like_one_is_not() -> None:
    assert figures("In May they may march.") == {"may"}
    assert figures("on may 2") == {"may", "2"}
    assert extents("They may go in May.", "They go in May.") == ("may",)


SPOKEN = st.lists(st.sampled_from(["the", "city", "sued", "a", "railway", "not", "in", "May", "2", "all"]), max_size=9)


@given(SPOKEN, SPOKEN)
def test_no_difference_passes_silently(one: list[str], other: list[str]) -> None:
    left, right = " ".join(one), " ".join(other)
    said = unshared(left, right) or unshared(right, left) or reordered(left, right)
    assert bool(said) == (one != other)
