"""Numbers are told by their value, whether in digits or in words."""

from __future__ import annotations

import pytest

from vaughn.search.figures import figures, numbers


def test_figures_lose_their_commas_and_keep_their_points() -> None:
    assert figures("3,834 agents, 8.5 percent, 2016.") == {"3834", "8.5", "2016"}


def test_numbers_in_words_are_added_and_multiplied() -> None:
    assert figures("thirty-six, two thousand, eight hundred thousand, sixteen") == {"36", "2000", "800000", "16"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two thousand three hundred", {"2300"}),
        ("thirty six million two thousand", {"36002000"}),
        ("1.5 million", {"1500000"}),
        ("two dozen", {"24"}),
        ("in 2019 three came", {"2019", "3"}),
        ("in 2019,2020", {"2019", "2020"}),
        ("ten twenty", {"10", "20"}),
        ("the third two", {"3", "2"}),
    ],
)
def test_words_make_one_number_only_where_they_are_spoken_as_one(text: str, found: set[str]) -> None:
    assert figures(text) == found


def test_a_number_knows_its_place_and_whether_it_is_an_ordinal_or_part_of_a_name() -> None:
    text = "On the 23d B7 met forty-two."
    told = [(text[each.start : each.end], each.value, each.ordinal, each.glued) for each in numbers(text)]
    assert told == [("23d", "23", True, False), ("7", "7", False, True), ("forty-two", "42", False, False)]
