"""What of a text is compared: words by stem, 4-grams, how often the sense turns, and figures."""

from __future__ import annotations

import pytest

from vaughn.search.features import figures, grams, negations, opposed, unshared, words


def test_words_of_one_stem_are_one_word() -> None:
    assert words("Withholding withheld agencies") == words("withholding WITHHELD agency")


def test_grams_cross_words_and_fold_space_case_and_accents() -> None:
    assert grams("Né  a") == grams("ne a")
    assert set(grams("ab c")) == {" ab ", "ab c", "b c "}


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


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("The court affirmed the judgment.", "The judgment was reversed.", True),
        ("The judgment was reversed.", "The court affirmed the judgment.", True),
        ("The court affirmed.", "The court affirmed in part and reversed in part.", False),
        ("The court affirmed.", "The court spoke.", False),
    ],
)
def test_opposite_words_set_two_texts_apart(one: str, other: str, apart: bool) -> None:
    assert opposed(one, other) is apart


def test_words_that_only_one_text_has_are_named_as_written() -> None:
    assert unshared("The Court reversed its judgments.", "the judgment of a court") == ("reversed", "its")
    assert unshared("the judgment of a court", "The Court reversed its judgments.") == ("of", "a")


def test_figures_lose_their_commas_and_keep_their_points() -> None:
    assert figures("3,834 agents, 8.5 percent, 2016.") == {"3834", "8.5", "2016"}
