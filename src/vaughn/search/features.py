"""What of a text is compared: stemmed words, character 4-grams, polarity and figures."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

import tantivy

_GRAM = 4
_APOSTROPHES = {0x2018: "'", 0x2019: "'"}
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_CONTRACTION = re.compile(r"\b(?:can|could|did|do|does|had|has|have|is|must|need|should|was|were|wo|would|are)n't\b")
_NEGATORS = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|cannot|without|hardly|false|untrue|wrong|outside|fewer"
    r"|fail(?:s|ed|ing)? to|refus(?:e|es|ed|ing)|den(?:y|ies|ied|ying)|declin(?:e|es|ed|ing)|reject(?:s|ed|ing)?"
    r"|lack(?:s|ed|ing)?|forb(?:id|ids|ade|idden)|prohibit(?:s|ed|ing)?|revers(?:e|es|ed|ing)|overturn(?:s|ed|ing)?"
    r"|differ(?:s|ed|ing)?|disagree(?:s|d|ing)?"
    r"|un(?:lawful|reasonable|able|likely|available|reliable|warranted|necessary)\w*|im(?:proper|possible)\w*"
    r"|in(?:correct|valid|accurate|adequate|sufficient)\w*|il(?:legal)\w*)\b"
)


_OPPOSITES = (
    ("affirm", "reverse"),
    ("affirm", "vacate"),
    ("uphold", "overturn"),
    ("uphold", "reject"),
    ("grant", "deny"),
    ("grant", "refuse"),
    ("accept", "reject"),
    ("adopt", "reject"),
    ("allow", "forbid"),
    ("allow", "bar"),
    ("permit", "prohibit"),
    ("permit", "block"),
    ("require", "waive"),
    ("impose", "lift"),
    ("begin", "end"),
    ("open", "close"),
    ("release", "withhold"),
    ("disclose", "withhold"),
    ("publish", "withhold"),
    ("reveal", "conceal"),
    ("include", "exclude"),
    ("include", "omit"),
    ("cover", "exclude"),
    ("increase", "decrease"),
    ("rise", "fall"),
    ("grow", "shrink"),
    ("more", "fewer"),
    ("more", "less"),
    ("most", "least"),
    ("above", "below"),
    ("over", "under"),
    ("before", "after"),
    ("within", "outside"),
    ("inside", "outside"),
    ("public", "secret"),
    ("public", "confidential"),
    ("lawful", "unlawful"),
    ("proper", "improper"),
    ("valid", "invalid"),
    ("adequate", "inadequate"),
    ("sufficient", "insufficient"),
    ("agree", "disagree"),
    ("agree", "differ"),
    ("support", "oppose"),
    ("support", "dispute"),
    ("win", "lose"),
    ("true", "false"),
    ("first", "last"),
    ("same", "different"),
    ("all", "none"),
    ("always", "never"),
    ("keep", "remove"),
    ("continue", "stop"),
    ("protect", "expose"),
)


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english")):
        builder = builder.filter(each)
    return builder.build()


def words(text: str) -> Counter[str]:
    """The stemmed words of a text (Snowball English), lower-cased and without diacritics."""
    return Counter(_analyzer().analyze(text))


def grams(text: str) -> Counter[str]:
    """The character 4-grams of a text, white space folded, each end marked by a space."""
    folded = f" {' '.join(_folded(text).split())} "
    return Counter(folded[start : start + _GRAM] for start in range(len(folded) - _GRAM + 1))


def negations(text: str) -> int:
    """How many words turn the sense of the text round."""
    return len(_NEGATORS.findall(_CONTRACTION.sub("not", _folded(text))))


def opposed(one: str, other: str) -> bool:
    """Whether one text has a word whose opposite stands in the other, and neither has both."""
    left, right = set(words(one)), set(words(other))
    return any(_apart(first, second, left, right) or _apart(second, first, left, right) for first, second in _pairs())


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    return tuple((next(iter(words(first))), next(iter(words(second)))) for first, second in _OPPOSITES)


def _apart(mine: str, yours: str, left: set[str], right: set[str]) -> bool:
    return mine in left and yours in right and yours not in left and mine not in right


def unshared(one: str, other: str) -> tuple[str, ...]:
    """The words of one text, as written and in their order, whose stem the other text lacks."""
    known = words(other)
    spoken = dict.fromkeys(re.findall(r"[^\W_]+(?:['-][^\W_]+)*", one))
    return tuple(word for word in spoken if not set(words(word)) <= set(known))


def figures(text: str) -> frozenset[str]:
    """The numbers in a text, without their commas."""
    return frozenset(found.replace(",", "").rstrip(".") for found in _FIGURE.findall(text))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(each for each in plain if not unicodedata.combining(each)).lower()
