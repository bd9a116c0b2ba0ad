"""What of a text is compared: stemmed words and character 4-grams."""

from __future__ import annotations

from collections import Counter

from vaughn.search.english import folded, stems

_GRAM = 4


def words(text: str) -> Counter[str]:
    """The stemmed words of a text (Snowball English), lower-cased and without diacritics."""
    return Counter(stems(text))


def grams(text: str) -> Counter[str]:
    """The character 4-grams of a text, white space folded, each end marked by a space."""
    joined = f" {' '.join(folded(text).split())} "
    return Counter(joined[start : start + _GRAM] for start in range(len(joined) - _GRAM + 1))
