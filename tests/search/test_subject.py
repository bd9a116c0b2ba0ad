"""Which words carry a subject: not the ones that many claims have, and the words of one name once."""

from __future__ import annotations

import pytest

from vaughn.search.subject import Subjects

CLAIMS = [(f"c:{number}", {"court", f"subject{number}"}) for number in range(30)]
NAMED = [(f"c:{number}", {"new", "york"}) for number in range(5)]


@pytest.fixture(scope="module")
def subjects() -> Subjects:
    return Subjects([*CLAIMS, *NAMED])


def test_a_word_that_all_have_carries_nothing_and_one_that_none_has_the_most(subjects: Subjects) -> None:
    assert subjects.weight("court") == 0
    assert 0 < subjects.weight("york") < subjects.weight("subject1") < subjects.weight("unheard") == 1


def test_the_words_of_one_name_carry_little_more_than_one_of_them(subjects: Subjects) -> None:
    assert subjects.carried({"new", "york"}) == pytest.approx(1.2 * subjects.weight("york"))
    assert subjects.carried({"subject1", "subject2"}) == pytest.approx(2 * subjects.weight("subject1"))


def test_what_is_shared_is_a_part_of_what_the_sentence_carries(subjects: Subjects) -> None:
    assert subjects.share({"court"}, {"court", "unheard"}) == 0
    assert subjects.share({"unheard"}, {"unheard", "silent"}) == pytest.approx(0.5)
    assert subjects.share(set(), set()) == 0


def test_a_few_claims_do_not_tell_what_is_common(subjects: Subjects) -> None:
    assert subjects.known
    assert not Subjects(CLAIMS[:10]).known
    assert not Subjects([]).known
