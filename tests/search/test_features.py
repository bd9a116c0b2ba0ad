"""What of a text is compared: words by stem, and 4-grams."""

from __future__ import annotations

from vaughn.search.features import grams, words


def test_words_of_one_stem_are_one_word() -> None:
    assert words("Withholding withheld agencies") == words("withholding WITHHELD agency")


def test_grams_cross_words_and_fold_space_case_and_accents() -> None:
    assert grams("Né  a") == grams("ne a")
    assert set(grams("ab c")) == {" ab ", "ab c", "b c "}
