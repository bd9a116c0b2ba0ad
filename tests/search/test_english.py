"""The language file is read whole; expressions are one token, contractions are written out."""

from __future__ import annotations

from vaughn.search.english import language, stems, tokens


def test_an_expression_is_one_token_the_longest_first() -> None:
    assert tokens("It is not less than ten, in part.") == ("it", "is", "not less than", "ten", "in part")


def test_a_contracted_negation_is_written_out() -> None:
    assert "not" in tokens("They wouldn\u2019t say.")


def test_stems_keep_the_order_of_the_words() -> None:
    assert stems("Courts, Né") == ("court", "ne")


def test_opposites_hold_both_ways_and_no_word_is_its_own() -> None:
    for word, opposites in language().opposites.items():
        assert word not in opposites
        assert all(word in language().opposites[each] for each in opposites)


def test_what_stands_before_a_word_it_denies_turns_the_sense() -> None:
    assert language().denials <= language().negators
