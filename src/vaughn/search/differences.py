"""In what two texts differ though they are worded alike: sense, extent, figures, and who does what to whom.

Every test looks at words alone, so none is a verdict; what it cannot decide is left to the reader.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

from vaughn.search.english import Stems, folded, language, stems, tokens
from vaughn.search.figures import DIGITS, Figure, months, numbers

_LEAST_REMAINDER = 4
_WORD = re.compile(rf"(?:{DIGITS}[^\W_]*|[^\W_]+)(?:['-][^\W_]+)*")
_INVERTED = 3
"""Words in the opposite order that make an inversion: the two that changed places and the one between them."""


def negations(text: str) -> int:
    """How many words turn the sense of the text round."""
    return sum(token in language().negators for token in tokens(text))


def denied(text: str) -> frozenset[str]:
    """The stems that "not", "no", "never" and their like stand before, words without a subject passed over."""
    spoken, known = tokens(text), language()
    passed = known.function_words | known.negators
    behind = (spoken[place + 1 :] for place, token in enumerate(spoken) if token in known.denials)
    return frozenset(next((word for word in words if word not in passed), "") for words in behind)


def turned(one: str, other: str) -> bool:
    """Whether the sense of one text is turned round where that of the other is not: another number of negations,
    other words denied, or a word whose opposite stands in the other text."""
    mine, yours = denied(one), denied(other)
    apart = bool(mine and yours) and mine.isdisjoint(yours)
    return apart or negations(one) != negations(other) or opposed(one, other)


def opposed(one: str, other: str) -> bool:
    """Whether one text has a word whose opposite stands in the other, and neither has both."""
    left, right = set(tokens(one)), set(tokens(other))
    mine, yours = left - right, right - left
    return _met(mine, yours) or _by_prefix(mine, yours) or _by_prefix(yours, mine)


def _met(mine: set[str], yours: set[str]) -> bool:
    known = language().opposites
    return any(not yours.isdisjoint(known.get(word, ())) for word in mine)


def _by_prefix(mine: set[str], yours: set[str]) -> bool:
    return any(_swapped(word, *pair) in yours for pair in language().prefixes for word in mine)


def _swapped(word: str, first: str, second: str) -> str:
    """The word with one beginning in place of the other; nothing where too little of it would be left."""
    rest = word.removeprefix(first)
    enough = rest != word and (second or len(rest) >= _LEAST_REMAINDER)
    return second + rest if enough else ""


def extents(one: str, other: str) -> tuple[str, ...]:
    """The words of extent (how many, how often, at least or at most, must or may, before or after) of one text where
    the other has none of the same meaning; sorted."""
    left, right = _extents(one), _extents(other)
    return tuple(sorted({word for line in left.keys() ^ right.keys() for word in left.get(line) or right[line]}))


def _extents(text: str) -> dict[int, set[str]]:
    spoken = set(tokens(months().sub(" ", text)))
    lines = enumerate(language().extents)
    return {number: {line[word] for word in met} for number, line in lines if (met := spoken & line.keys())}


def reordered(one: str, other: str) -> bool:
    """Whether the two say the same words in another order or number: all of them, or so that two words have changed
    places about a third, as in "A sues B" and "B sues A", and not because only one of them is in the passive.

    A date moves about freely, so figures and months only count where both that changed places are such."""
    left, right = stems(one), stems(other)
    if set(left) == set(right):
        return left != right
    return passives(one) == passives(other) and _inverted(left, right)


def _inverted(left: Stems, right: Stems) -> bool:
    mine, yours = _once(left), _once(right)
    shared = _unfolded([word for word in mine if word in yours], left, right)
    places = [yours[word] for word in shared]
    dates = [_is_date(word) for word in shared]
    words = [place for place, date in zip(places, dates, strict=True) if not date]
    return _longest_descent(words) >= _INVERTED or _dates_changed_places(places, dates)


def _unfolded(shared: list[str], left: Stems, right: Stems) -> list[str]:
    """The words in the order of the left text, but "rules of courts" as "court rules" where the right one has that."""
    mine, yours = _once(left), _once(right)
    order = sorted(shared, key=yours.__getitem__)
    rank, read = {word: place for place, word in enumerate(order)}, list(shared)
    for place, (first, second) in enumerate(pairwise(shared)):
        neighbours = rank[first] - rank[second] == 1 and not (_is_date(first) or _is_date(second))
        if neighbours and _linked(left[mine[first] + 1 : mine[second]], right[yours[second] + 1 : yours[first]]):
            read[place], read[place + 1] = second, first
    return read


def _linked(one: Stems, other: Stems) -> bool:
    links = language().links
    return any(links.intersection(words) for words in (one, other)) and not all(map(links.intersection, (one, other)))


def _dates_changed_places(places: list[int], dates: list[bool]) -> bool:
    marked = [place for place, date in enumerate(dates) if date]
    return any(
        any(places[one] > between > places[other] for between in places[one + 1 : other])
        for one, other in combinations(marked, 2)
    )


def _is_date(stem: str) -> bool:
    return stem[0].isdigit() or stem in language().month_stems


def _once(spoken: Stems) -> dict[str, int]:
    counted = Counter(spoken)
    small = language().function_words
    return {word: place for place, word in enumerate(spoken) if counted[word] == 1 and word not in small}


def _longest_descent(places: list[int]) -> int:
    tails: list[int] = []
    for place in places:
        found = bisect_left(tails, -place)
        tails[found : found + 1] = [-place]
    return len(tails)


def passives(text: str) -> int:
    """How many participles stand behind a form of "to be", at most two words between."""
    spoken, known = _WORD.findall(folded(text)), language()
    behind = (spoken[place + 1 : place + 4] for place, word in enumerate(spoken) if word in known.be)
    return sum(any(_is_participle(word) for word in words) for words in behind)


def _is_participle(word: str) -> bool:
    known = language()
    return word in known.participles or word.endswith(known.participle_endings)


def unshared(one: str, other: str) -> tuple[str, ...]:
    """The words of one text, as written and in their order, whose stem the other text lacks. A number is lacking where
    the other has none of its value, however it is written; an ordinal only has the value of an ordinal."""
    known, said = set(stems(other)), {(each.value, each.ordinal) for each in numbers(other)}
    counted = [each for each in numbers(one) if not each.glued]
    spoken = _WORD.finditer(one)
    starts, ends = [each.start for each in counted], [each.end for each in counted]
    lacking = (
        word
        for word in spoken
        if _is_lacking(word, counted[bisect_right(ends, word.start()) : bisect_left(starts, word.end())], known, said)
    )
    return tuple(dict.fromkeys(word[0] for word in lacking))


def telling(words: Sequence[str]) -> str:
    """Words that only one of two texts has, for reading: small ones (of, as, the) are told as such, not listed."""
    small = language().function_words
    told = [word for word in words if not small.issuperset(stems(word))]
    rest = ["small words"] if len(told) < len(words) else []
    return ", ".join([*told, *rest])


def _is_lacking(word: re.Match[str], within: Sequence[Figure], known: set[str], said: set[tuple[str, bool]]) -> bool:
    """within: the numbers that the word is, has in it or is a part of."""
    rest = word[0]
    for each in within:
        rest = rest.replace(word.string[max(each.start, word.start()) : min(each.end, word.end())], " ")
    return any((each.value, each.ordinal) not in said for each in within) or not set(stems(rest)) <= known
