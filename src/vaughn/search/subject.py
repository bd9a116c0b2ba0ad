"""Whether what two texts share is a subject, or only words that many claims have: courts grant motions everywhere."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

_COMMON = 1 / 6
"""The part of the rarest word's information up to which a word carries no subject. Among 429 claims: one that more than
a third of them have."""

_FEWEST = 20
"""Claims below which nothing is known of what is common."""

_KEPT = 65_536
"""Pairs of words that are kept: claims near to the sentences of one list share the same few."""


class Subjects:
    """Of every word, the claims that have it, and so how much of a subject it carries."""

    def __init__(self, read: Iterable[tuple[str, Collection[str]]]) -> None:
        holders: dict[str, set[str]] = defaultdict(set)
        claims: set[str] = set()
        for claim, words in read:
            claims.add(claim)
            for word in words:
                holders[word].add(claim)
        self._holders: Mapping[str, set[str]] = holders
        self._rarest = math.log(1 + len(claims))
        self._weights = {word: self._weighed(len(found)) for word, found in holders.items()}
        self._along = lru_cache(_KEPT)(self._held_along)
        self.known = len(claims) >= _FEWEST
        """Whether there are claims enough to know what is common among them."""

    def weight(self, word: str) -> float:
        """How much of a subject a word carries: 0 for common words, 1 for one that no claim has."""
        return self._weights.get(word, 1.0)

    def carried(self, words: Collection[str]) -> float:
        """How much of a subject words carry together, as a number of the rarest words. A word that comes along with a
        rarer one, as do those of one name, adds only what it does not share with it."""
        ranked = sorted(words, key=lambda word: (-self.weight(word), word))
        return sum(self._own(word, ranked[:place]) for place, word in enumerate(ranked))

    def share(self, shared: Collection[str], words: Iterable[str]) -> float:
        """The part of what a sentence's words carry that the shared ones carry, from 0 to 1."""
        whole = sum(map(self.weight, words))
        return sum(map(self.weight, shared)) / whole if whole else 0.0

    def _own(self, word: str, rarer: Collection[str]) -> float:
        weight = self.weight(word)
        return weight * (1 - max((self._along(word, other) for other in rarer), default=0.0)) if weight else 0.0

    def _weighed(self, held: int) -> float:
        rarity = 1 - math.log(1 + held) / self._rarest
        return max(0.0, (rarity - _COMMON) / (1 - _COMMON))

    def _held_along(self, word: str, other: str) -> float:
        """The part of a word's claims, beyond one, that have the other too."""
        mine = self._holders.get(word, set())
        return max(0, len(mine & self._holders.get(other, set())) - 1) / len(mine) if mine else 0.0
