"""What narrows the lists, written once by the build: where the things that have a value stand in each order.

An engine tries the things of a list one by one, however few of them are so; here the numbers of their places are read,
and several filters are what their numbers have in common.

narrowing.jsonl  one JSON array a line, sorted by code points: kind, filter, value, where its numbers begin, how many
                 things have it; before these for each kind one without filter and value, which names its orders and
                 filters, and where things have dates one without filter for SPAN: how many spans, and numbers for them
narrowing.u32    numbers, four bytes each, the least significant first: for each value the places of its things in the
                 first order, then in the next, each time from the least; for spans of days the first day of each, the
                 last of each (days since the year 1) and where its part ends, then all parts in the first order …
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

from vaughn.search.lines import Lines, Written, mapped

FILE, NUMBERS = "narrowing.jsonl", "narrowing.u32"

FROM, TO = "from", "to"
"""The filters by days: a thing is found whose date may be the one or later, and the other or earlier."""

SPAN = "span"
_DAYS = {FROM: date.min, TO: date.max}
_SIZE = 4
_FEW = 20  # so many times shorter a list is looked up in a longer one, rather than both put in a set

_KEPT = 8
"""What lists were narrowed to last, kept for their next pages and their counts: four bytes for each thing."""

Numbers = Sequence[int]
Filters = Mapping[str, Sequence[str]]


class Narrowing:
    """The numbers of the places of things with a value."""

    def __init__(self, written: Written = b"", numbers: Written = b"") -> None:
        self._lines, self._numbers = Lines(written), numbers
        self._kept = lru_cache(_KEPT)(self._found)

    def numbers(self, kind: str, sort: str, given: Filters) -> Numbers | None:
        """The places of what a list is narrowed to, from the least; None where the release does not tell all of these
        filters. given: at least one filter; several values of one mean any of them, days are ISO dates."""
        standing = self._lines.beginning(kind, "", "")
        if not standing:
            return None
        sorts, filters = self._lines[standing.start][3:]
        if sort not in sorts or not {*given} <= {*filters}:
            return None
        return self._kept(kind, sorts.index(sort), tuple((name, tuple(given[name])) for name in sorted(given)))

    def _found(self, kind: str, order: int, told: tuple[tuple[str, tuple[str, ...]], ...]) -> Numbers:
        given = dict(told)
        found = [*self._valued(kind, given, order), *self._dated(kind, given, order)]
        return reduce(_common, sorted(found, key=len))

    def _valued(self, kind: str, given: Filters, order: int) -> Iterator[Numbers]:
        """For each filter the numbers of what has one of the values."""
        for name, values in given.items():
            if name not in _DAYS:
                lines = [line for value in values for line in self._beginning(kind, name, value)]
                yield _of_any([self._read(start + order * count, count) for *_, start, count in lines])

    def _dated(self, kind: str, given: Filters, order: int) -> Iterator[Numbers]:
        """The numbers of what has a date whose last day is not before `from` and whose first is not after `to`."""
        if not any(name in given for name in _DAYS):
            return
        start, end = (date.fromisoformat(given[name][0]) if name in given else day for name, day in _DAYS.items())
        parts = self._spans(kind, start.toordinal(), end.toordinal(), order)
        yield _of_any([*parts])

    def _spans(self, kind: str, start: int, end: int, order: int) -> Iterator[Numbers]:
        """For each span between two days the numbers of what has it."""
        for *_, place, spans, total in self._beginning(kind, "", SPAN):
            firsts, lasts, ends = (self._read(place + column * spans, spans) for column in range(3))
            numbers = self._read(place + 3 * spans + order * total, total)
            for first, last, begin, stop in zip(firsts, lasts, (0, *ends), ends, strict=False):
                if last >= start and first <= end:
                    yield numbers[begin:stop]

    def _beginning(self, *texts: str) -> Iterator[list[Any]]:
        return map(self._lines.__getitem__, self._lines.beginning(*texts))

    def _read(self, start: int, count: int) -> array[int]:
        return turned(array("I", self._numbers[start * _SIZE : (start + count) * _SIZE]))


def _of_any(found: Sequence[Numbers]) -> Numbers:
    return found[0] if len(found) == 1 else array("I", sorted(set().union(*found)))


def turned(numbers: array[int]) -> array[int]:
    """Numbers as they are written from those of this machine, or the other way round."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _common(few: Numbers, many: Numbers) -> Numbers:
    if len(few) * _FEW < len(many):
        return array("I", (number for number in few if _has(many, number)))
    return array("I", sorted(set(few).intersection(many)))


def _has(numbers: Numbers, number: int) -> bool:
    index = bisect_left(numbers, number)
    return index < len(numbers) and numbers[index] == number


def read_narrowing(folder: Path) -> Narrowing:
    """By what the lists of a release are narrowed; by nothing where it is older than this. Raises OSError."""
    return Narrowing(mapped(folder / FILE), mapped(folder / NUMBERS))
