"""What is known of the language that texts are compared in: english.toml beside this module, its words as stems."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import tantivy

_DATA = Path(__file__).with_name("english.toml")
_APOSTROPHES = {0x2018: "'", 0x2019: "'"}
_CONTRACTION = re.compile(r"\b(?:ca|could|did|do|does|had|has|have|is|must|need|should|was|were|wo|would|are)n't\b")

_KEPT = 4_096
"""Texts whose words are kept: the wordings a long list of sentences comes near are few."""

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """The words of english.toml as stems. An expression is one token: its stems with a space between.

    expressions: longest first. opposites: both ways. extents: each line's words as they are
    written there, by their token; one word may stand in two lines.
    """

    expressions: tuple[Stems, ...]
    negators: frozenset[str]
    denials: frozenset[str]
    opposites: Mapping[str, frozenset[str]]
    prefixes: tuple[tuple[str, str], ...]
    extents: tuple[Mapping[str, str], ...]
    function_words: frozenset[str]
    links: frozenset[str]
    be: frozenset[str]
    participles: frozenset[str]
    participle_endings: tuple[str, ...]
    months: frozenset[str]
    month_stems: frozenset[str]
    numbers: Mapping[str, int]
    ordinals: frozenset[str]
    scales: Mapping[str, int]


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english")):
        builder = builder.filter(each)
    return builder.build()


@lru_cache(_KEPT)
def stems(text: str) -> Stems:
    """The words of a text by their stem (Snowball English), in their order, lower-cased and without diacritics."""
    return tuple(_analyzer().analyze(text))


def folded(text: str) -> str:
    """A text in lower case, without diacritics, its apostrophes straight."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(each for each in plain if not unicodedata.combining(each)).lower()


@lru_cache(_KEPT)
def tokens(text: str) -> Stems:
    """The stems of a text in their order, contracted negations written out and known expressions taken as one."""
    found, place, read = stems(_CONTRACTION.sub("not", folded(text))), 0, []
    while place < len(found):
        taken = next((each for each in _expressions(found[place]) if found[place : place + len(each)] == each), None)
        read.append(" ".join(taken) if taken else found[place])
        place += len(taken) if taken else 1
    return tuple(read)


def _expressions(first: str) -> Sequence[Stems]:
    return _by_first_word().get(first, ())


@cache
def _by_first_word() -> Mapping[str, tuple[Stems, ...]]:
    known = language().expressions
    return {first: tuple(each for each in known if each[0] == first) for first in {each[0] for each in known}}


@cache
def language() -> Language:
    """The language, read once. Raises OSError or tomllib.TOMLDecodeError where the file is not whole."""
    read = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    lines = [(_tokens(line["one"]), _tokens(line["other"])) for line in read["opposites"]]
    lines += [(_tokens([one]), _tokens([other])) for one, other in read["opposite_pairs"]]
    extents = tuple({" ".join(stems(word)): word for word in reversed(line["words"])} for line in read["extents"])
    negators = _tokens(read["negators"])
    listed = (negators, *(side for line in lines for side in line), *extents)
    return Language(
        expressions=_longest_first(word for words in listed for word in words),
        negators=negators,
        denials=_tokens(read["denials"]),
        opposites=_both_ways(lines),
        prefixes=(*((prefix, "") for prefix in read["prefixes"]), *map(tuple, read["prefix_pairs"])),
        extents=extents,
        function_words=_tokens(read["function_words"]),
        links=_tokens(read["links"]),
        be=frozenset(read["be"]),
        participles=frozenset(read["participles"]),
        participle_endings=tuple(read["participle_endings"]),
        months=frozenset(read["months"]),
        month_stems=_tokens(read["months"]),
        numbers={**read["numbers"], **read["ordinals"]},
        ordinals=frozenset(read["ordinals"]),
        scales=read["scales"],
    )


def _tokens(words: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(stems(word)) for word in words)


def _both_ways(lines: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Mapping[str, frozenset[str]]:
    met: dict[str, set[str]] = defaultdict(set)
    for one, other in lines:
        for word in one:
            met[word] |= other
        for word in other:
            met[word] |= one
    return {word: frozenset(opposites) for word, opposites in met.items()}


def _longest_first(words: Iterable[str]) -> tuple[Stems, ...]:
    return tuple(sorted({tuple(word.split()) for word in words if " " in word}, key=lambda each: (-len(each), each)))
