"""Nearest wording: every claim's text, its other wordings and the quotes of its evidence, compared with a sentence.

The score is a cosine of TF-IDF vectors, words and character 4-grams in equal parts, from 0 to 1. Unlike BM25 it means
the same for every sentence, so bands can be drawn. A wording is near only where the words it shares with the sentence
carry a subject. Where the lines are drawn, and what that does to sentences nobody tuned on, is in docs/search.md.
"""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from vaughn.search.differences import extents, negations, opposed, reordered, turned, unshared
from vaughn.search.english import stems
from vaughn.search.features import grams, words
from vaughn.search.figures import figures
from vaughn.search.subject import Subjects

FILE = "wordings.json"
LONGEST = 2_000
"""Characters of a sentence that are compared; the rest is ignored, and said so by the caller."""

_WORDS_PART = 0.5
_CLOSE = 0.45
_LOOSE = 0.26
_SUBJECT = 2.0
_SHARE = 0.5
"""A score from `_LOOSE` is near where the words shared carry as much of a subject as two words that no claim has, or
half of what the sentence carries."""

_LEAST = 0.2
_STANDS_OUT = 1.9
_USUAL = 4
_SUBJECT_STANDING_OUT = 1.4
"""So is a score from `_LEAST` that stands out, by this factor above that of the claim in this place (from 0)."""


_IDLE = _LEAST / _STANDS_OUT
"""A score below this is not near, and nothing near needs it to be lower still in order to stand out."""

_SAYING = 3
"""Words of a sentence: "duty station" is a name, and a wording with "not" denies nothing of it."""

_WHOLE = frozenset({"text", "alternative"})
"""Kinds of wording that say all of what the claim says."""

_NOWHERE = (array("l"), array("d"))


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
    """A claim near a sentence, by its nearest wording, and in what the two differ.

    score: 0 to 1. opposite: one of them may deny what the other says. order: the same words stand in another order, so
    who does what to whom may differ. extent: words such as all, some, at least, must, before that only one of them
    has. figures: numbers and months of the sentence that the wording does not have. only_here, only_there: words that
    only the sentence, only the wording has. Where the two are not words of the same stems in the same order, one of
    these says so: no difference passes silently.
    """

    claim: str
    wording: Wording
    score: float
    band: Band
    opposite: bool
    order: bool
    extent: tuple[str, ...]
    figures: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


class Space:
    """TF-IDF vectors of one kind of feature, held as postings: the numbers of the documents and their weights, each in
    one piece of memory, because scattered ones take four times as long to add up. Vectors are of length one, times the
    part they play."""

    def __init__(self, counted: Sequence[Counter[str]], part: float) -> None:
        documents = len(counted)
        spread = Counter(feature for each in counted for feature in each)
        self._rarity = {feature: math.log((1 + documents) / (1 + n)) + 1 for feature, n in spread.items()}
        self._unseen = math.log(1 + documents) + 1
        self._postings: dict[str, tuple[array[int], array[float]]] = {
            feature: (array("l"), array("d")) for feature in spread
        }
        for number, each in enumerate(counted):
            for feature, weight in self._vector(each).items():
                numbers, weights = self._postings[feature]
                numbers.append(number)
                weights.append(part * weight)

    def add_scores(self, counted: Counter[str], found: list[float]) -> None:
        """Add the cosine with every document, times the part, to what was found for it."""
        for feature, weight in self._vector(counted).items():
            for number, other in zip(*self._postings.get(feature, _NOWHERE), strict=True):
                found[number] += weight * other

    def _vector(self, counted: Counter[str]) -> Mapping[str, float]:
        raw = {
            feature: (1 + math.log(count)) * self._rarity.get(feature, self._unseen)
            for feature, count in counted.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {feature: weight / length for feature, weight in raw.items()}


class Wordings:
    """All known wordings of a release, ready to be compared with."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self._wordings = tuple(each for each in wordings if _is_spoken(each))
        self._claim_of = [each.claim for each in self._wordings]
        read = [words(each.text) for each in self._wordings]
        self._spoken = [frozenset(each) for each in read]
        self._words = Space(read, _WORDS_PART)
        self._grams = Space([grams(each.text) for each in self._wordings], 1 - _WORDS_PART)
        pairs = zip(self._wordings, self._spoken, strict=True)
        self._subjects = Subjects((each.claim, spoken) for each, spoken in pairs)

    def __len__(self) -> int:
        return len(self._wordings)

    @property
    def claims(self) -> frozenset[str]:
        """The IRIs of the claims that have a wording."""
        return frozenset(wording.claim for wording in self._wordings)

    def nearest(self, sentence: str, most: int = 5) -> tuple[Match, ...]:
        """The claims whose wording is nearest, best first, at most `most`; none below the lowest band, and none that
        shares no more than common words with the sentence."""
        compared = sentence[:LONGEST]
        spoken = words(compared)
        ranked = self._ranked(compared, spoken)
        usual = ranked[_USUAL][0] if len(ranked) > _USUAL else 0.0
        near = ((score, number) for score, number in ranked if self._is_near(score, usual, spoken, number))
        found = list(islice(near, most))
        return tuple(_match(compared, self._wordings[number], score) for score, number in found)

    def _ranked(self, sentence: str, spoken: Counter[str]) -> list[tuple[float, int]]:
        """Every claim's best score that is not idle, with the number of the wording that has it; best first."""
        found = [0.0] * len(self._wordings)
        self._words.add_scores(spoken, found)
        self._grams.add_scores(grams(sentence), found)
        best: dict[str, tuple[float, int]] = {}
        for number, score in [pair for pair in enumerate(found) if pair[1] >= _IDLE]:
            claim = self._claim_of[number]
            if score > best.get(claim, (0.0, number))[0]:
                best[claim] = (score, number)
        return sorted(best.values(), key=lambda pair: (-pair[0], self._claim_of[pair[1]]))

    def _is_near(self, score: float, usual: float, spoken: Collection[str], number: int) -> bool:
        if score < _LEAST or not self._subjects.known:
            return score >= _LOOSE
        stands_out = score >= _STANDS_OUT * usual
        if score < _LOOSE and not stands_out:
            return False  # most claims, and what they share takes longest to weigh
        shared = self._spoken[number].intersection(spoken)
        carried = self._subjects.carried(shared)
        if stands_out and carried >= _SUBJECT_STANDING_OUT:
            return True
        return score >= _LOOSE and (carried >= _SUBJECT or self._subjects.share(shared, spoken) >= _SHARE)


def _is_spoken(wording: Wording) -> bool:
    """Whether a wording is words or a figure; a quote of one other string, as a column's name, says nothing by itself
    and resembles whatever is spelt of the same letters."""
    quote = wording.text.strip()
    return wording.kind in _WHOLE or len(quote.split()) > 1 or not any(each.isalpha() for each in quote)


def band(score: float) -> Band:
    """The band of a match's score."""
    return Band.CLOSE if score >= _CLOSE else Band.LOOSE


def _match(sentence: str, wording: Wording, score: float) -> Match:
    return Match(
        claim=wording.claim,
        wording=wording,
        score=round(score, 4),
        band=band(score),
        opposite=_may_deny(sentence, wording.text),
        order=reordered(sentence, wording.text),
        extent=extents(sentence, wording.text) if _is_sentence(sentence) else (),
        figures=tuple(sorted(figures(sentence) - figures(wording.text))),
        only_here=unshared(sentence, wording.text),
        only_there=unshared(wording.text, sentence),
    )


def _is_sentence(text: str) -> bool:
    """Whether a text has words enough to say something that can be denied, or of which there can be more or less."""
    return len(stems(text)) >= _SAYING or negations(text) > 0


def _may_deny(sentence: str, wording: str) -> bool:
    """Whether one may deny what the other says; of a name there is only the word whose opposite stands there."""
    return turned(sentence, wording) if _is_sentence(sentence) else opposed(sentence, wording)


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
