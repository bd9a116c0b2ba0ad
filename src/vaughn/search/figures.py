"""The numbers of a text, in digits or in words, by their value; and its months."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from vaughn.search.english import language

DIGITS = r"(?:\d+(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
"""A number in digits; a comma is part of it where three digits follow."""

_TOKEN = re.compile(rf"(?P<letters>[^\W\d_]+)|(?P<digits>{DIGITS})(?P<ordinal>(?:st|nd|rd|th|d)\b)?|[^\s-]")
_KEPT = 4_096
_THOUSAND = 1_000


@dataclass(frozen=True)
class Figure:
    """A number and where it stands in its text, in code points. glued: a letter stands right beside its digits, as in
    a name, so that it is no number of things."""

    value: str
    ordinal: bool
    start: int
    end: int
    glued: bool = False


@dataclass(frozen=True)
class _Run:
    """Words that make one number, as far as they are read. total: the thousands and more; rest: what is below."""

    start: int
    end: int
    rest: Decimal
    total: Decimal = Decimal(0)
    ordinal: bool = False
    digits: bool = False

    def figure(self) -> Figure:
        value = f"{self.total + self.rest:f}"
        plain = value.rstrip("0").rstrip(".") if "." in value else value
        return Figure(plain, self.ordinal, self.start, self.end)

    def takes(self, number: int) -> bool:
        """Whether a number in words goes on with this one: "thirty six" and "two hundred thirty", not "six thirty"."""
        open_ended = not (self.digits or self.ordinal)
        return open_ended and (
            self.rest % 100 == 0 or (self.rest % 10 == 0 and self.rest % 100 > number and number < 10)
        )

    def scaled(self, scale: int, end: int) -> _Run:
        rest = (self.rest or Decimal(1)) * scale
        if scale < _THOUSAND:
            return replace(self, end=end, rest=rest)
        return replace(self, end=end, total=self.total + rest, rest=Decimal(0))


def figures(text: str) -> frozenset[str]:
    """The numbers of a text, without their commas, whether in digits or in words, ordinals too; and its months."""
    return frozenset({each.value for each in numbers(text)} | {found.lower() for found in months().findall(text)})


@cache
def months() -> re.Pattern[str]:
    """What finds the name of a month, in lower case only before a number."""
    names = "|".join(sorted(language().months))
    return re.compile(rf"\b(?:{names})\b|\b(?:{names.lower()})(?=\s+\d)")


@lru_cache(_KEPT)
def numbers(text: str) -> tuple[Figure, ...]:
    """The numbers of a text in their order."""
    return tuple(_read(text))


def _read(text: str) -> Iterator[Figure]:
    run: _Run | None = None
    for token in _TOKEN.finditer(text):
        follows = _word(run, token) if token["letters"] else None
        if run and (follows is None or follows.start != run.start):
            yield run.figure()
        if token["digits"] and _is_glued(text, token):
            yield replace(_digits(token).figure(), glued=True)
        elif token["digits"]:
            follows = _digits(token)
        run = follows
    if run:
        yield run.figure()


def _word(run: _Run | None, token: re.Match[str]) -> _Run | None:
    """The number that a word goes on with or begins; None where it is none."""
    word, (start, end), known = token["letters"].lower(), token.span(), language()
    if word in known.scales:
        begun = run if run and not run.ordinal else _Run(start, end, Decimal(0))
        return begun.scaled(known.scales[word], end)
    if word not in known.numbers:
        return None
    number, ordinal = known.numbers[word], word in known.ordinals
    if run and run.takes(number):
        return replace(run, end=end, rest=run.rest + number, ordinal=ordinal)
    return _Run(start, end, Decimal(number), ordinal=ordinal)


def _digits(token: re.Match[str]) -> _Run:
    value = Decimal(token["digits"].replace(",", ""))
    return _Run(*token.span(), value, ordinal=bool(token["ordinal"]), digits=True)


def _is_glued(text: str, token: re.Match[str]) -> bool:
    return text[max(0, token.start() - 1) : token.start()].isalpha() or text[token.end() : token.end() + 1].isalpha()
