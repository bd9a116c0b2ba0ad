"""Nearest wording: every claim's text, its other wordings and the quotes of its evidence, compared with a sentence.

The score is a cosine of TF-IDF vectors, words and character 4-grams in equal parts, from 0 to 1. Unlike BM25 it means
the same for every sentence, so bands can be drawn; where they are drawn, and what that does to sentences nobody tuned
on, is in docs/search.md.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from vaughn.search.features import figures, grams, negations, opposed, unshared, words

FILE = "wordings.json"
LONGEST = 2_000
"""Characters of a sentence that are compared; the rest is ignored, and said so by the caller."""

_CLOSE = 0.45
_LOOSE = 0.26
_WORDS_PART = 0.5


class Band(StrEnum):
    """How near a wording is. NONE says that no known wording is similar, never that there is no such claim."""

    CLOSE = "close"
    LOOSE = "loose"
    NONE = "none"


@dataclass(frozen=True)
class Wording:
    """One way a claim is worded. kind: `text`, `alternative`, or the judgement of the line that a quote stands in."""

    claim: str
    kind: str
    text: str


@dataclass(frozen=True)
class Match:
    """A claim near a sentence, by its nearest wording. score: 0 to 1. opposite: the two texts turn their sense a
    different number of times, or one has a word whose opposite the other has. figures: numbers of the sentence that the
    wording does not have while it has others. only_here, only_there: words that only the sentence, only the wording
    has, so that no difference passes silently."""

    claim: str
    wording: Wording
    score: float
    band: Band
    opposite: bool
    figures: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


Vector = Mapping[str, float]


class Space:
    """TF-IDF vectors of one kind of feature, held as postings. Vectors are of length one."""

    def __init__(self, counted: Sequence[Counter[str]]) -> None:
        documents = len(counted)
        spread = Counter(feature for each in counted for feature in each)
        self._rarity = {feature: math.log((1 + documents) / (1 + n)) + 1 for feature, n in spread.items()}
        self._unseen = math.log(1 + documents) + 1
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, each in enumerate(counted):
            for feature, weight in self._vector(each).items():
                self._postings[feature].append((number, weight))

    def scores(self, counted: Counter[str]) -> dict[int, float]:
        """The cosine with every document that shares a feature."""
        found: dict[int, float] = defaultdict(float)
        for feature, weight in self._vector(counted).items():
            for number, other in self._postings.get(feature, ()):
                found[number] += weight * other
        return found

    def _vector(self, counted: Counter[str]) -> Vector:
        raw = {
            feature: (1 + math.log(count)) * self._rarity.get(feature, self._unseen)
            for feature, count in counted.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {feature: weight / length for feature, weight in raw.items()}


class Wordings:
    """All known wordings of a release, ready to be compared with."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self._wordings = tuple(wordings)
        self._words = Space([words(each.text) for each in wordings])
        self._grams = Space([grams(each.text) for each in wordings])

    def __len__(self) -> int:
        return len(self._wordings)

    @property
    def claims(self) -> frozenset[str]:
        """The IRIs of the claims that have a wording."""
        return frozenset(wording.claim for wording in self._wordings)

    def nearest(self, sentence: str, most: int = 5) -> tuple[Match, ...]:
        """The claims whose wording is nearest, best first, at most `most`; none below the lowest band."""
        compared = sentence[:LONGEST]
        best: dict[str, tuple[float, Wording]] = {}
        for number, score in self._scores(compared).items():
            wording = self._wordings[number]
            if score >= _LOOSE and score > best.get(wording.claim, (0.0, wording))[0]:
                best[wording.claim] = (score, wording)
        ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].claim))
        return tuple(_match(compared, wording, score) for score, wording in ranked[:most])

    def _scores(self, sentence: str) -> dict[int, float]:
        by_words = self._words.scores(words(sentence))
        by_grams = self._grams.scores(grams(sentence))
        return {
            number: _WORDS_PART * by_words.get(number, 0.0) + (1 - _WORDS_PART) * by_grams.get(number, 0.0)
            for number in by_words.keys() | by_grams.keys()
        }


def band(score: float) -> Band:
    """The band of a score."""
    return Band.CLOSE if score >= _CLOSE else Band.LOOSE if score >= _LOOSE else Band.NONE


def _match(sentence: str, wording: Wording, score: float) -> Match:
    known = figures(wording.text)
    strange = figures(sentence) - known if known else frozenset()
    return Match(
        claim=wording.claim,
        wording=wording,
        score=round(score, 4),
        band=band(score),
        opposite=negations(sentence) != negations(wording.text) or opposed(sentence, wording.text),
        figures=tuple(sorted(strange)),
        only_here=unshared(sentence, wording.text),
        only_there=unshared(wording.text, sentence),
    )


def write_wordings(folder: Path, wordings: Iterable[Wording]) -> int:
    """Write the index of a release into its folder; how many wordings it holds."""
    listed = sorted(set(wordings), key=lambda each: (each.claim, each.kind, each.text))
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(each) for each in listed], ensure_ascii=False, indent=0)
    (folder / FILE).write_text(text, encoding="utf-8")
    return len(listed)


def read_wordings(folder: Path) -> Wordings:
    """The index of a release. Raises OSError or ValueError where it is not whole."""
    read = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return Wordings([Wording(**each) for each in read])
