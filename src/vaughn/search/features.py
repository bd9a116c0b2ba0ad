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
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|cannot|without|hardly|false|untrue|wrong|n't"
    r"|fail(?:s|ed|ing)? to|refus(?:e|es|ed|ing)|den(?:y|ies|ied|ying)|declin(?:e|es|ed|ing)|reject(?:s|ed|ing)?"
    r"|lack(?:s|ed|ing)?|un(?:lawful|reasonable|able|likely|available|reliable|warranted|necessary)\w*"
    r"|im(?:proper|possible)\w*|in(?:correct|valid|accurate|adequate|sufficient)\w*|il(?:legal)\w*)\b"
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


def figures(text: str) -> frozenset[str]:
    """The numbers in a text, without their commas."""
    return frozenset(found.replace(",", "").rstrip(".") for found in _FIGURE.findall(text))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(each for each in plain if not unicodedata.combining(each)).lower()
