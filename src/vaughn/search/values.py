"""What `narrowing` reads, as the build writes it: by what things are found in their lists."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from vaughn.search.narrowing import FILE, FROM, NUMBERS, SPAN, TO, turned

Places = Mapping[str, Mapping[str, int]]
"""The number of each thing's place, by what its list is ordered by and IRI."""

_Turn = Mapping[int, int]
"""A thing's number in another order by that in the first."""


class Values(NamedTuple):
    """By what the list of a kind is narrowed to its things. filters: all that are told. rows: a thing with a value of
    one filter, or with both ends of a date."""

    kind: str
    filters: frozenset[str]
    rows: Iterable[tuple[str, Mapping[str, str]]]


class _Found(NamedTuple):
    """The numbers of things in the first order: by filter and value, and by the first and last day of a date."""

    valued: Mapping[tuple[str, str], set[int]]
    dated: Mapping[tuple[str, str], set[int]]


def write_narrowing(folder: Path, lists: Mapping[str, Places], values: Iterable[Values]) -> None:
    """Write by what lists are narrowed into a release's search folder. lists: the places of each kind's.

    A list in which a thing is missing from an order is left out, and so are days that are not all written plainly.
    """
    with (folder / FILE).open("w", encoding="utf-8") as lines, (folder / NUMBERS).open("wb") as numbers:
        writer = _Writer(lines, numbers)
        for each in sorted(values, key=lambda each: each.kind):
            orders = lists.get(each.kind, {})
            if len({frozenset(places) for places in orders.values()}) == 1:
                writer.write(each, orders)


class _Writer:
    """Writes one list after the other, in the order of their kinds."""

    def __init__(self, lines: TextIO, numbers: BinaryIO) -> None:
        self._lines, self._numbers = lines, numbers
        self._end = 0

    def write(self, values: Values, orders: Places) -> None:
        """One list. orders: the same things in each."""
        first, *others = orders.values()
        turns = [{number: other[thing] for thing, number in first.items()} for other in others]
        found = _found(values, first)
        plain = all(_is_plain(day) for span in found.dated for day in span)
        self._line(values.kind, "", "", [*orders], sorted(values.filters if plain else values.filters - {FROM, TO}))
        if found.dated and plain:
            self._spans(values.kind, found.dated, turns)
        for (name, value), numbers in sorted(found.valued.items()):
            self._line(values.kind, name, value, self._end, len(numbers))
            self._parts([numbers], turns)

    def _spans(self, kind: str, dated: Mapping[tuple[str, str], set[int]], turns: Sequence[_Turn]) -> None:
        spans = sorted(dated)
        ends = [*accumulate(len(dated[span]) for span in spans)]
        self._line(kind, "", SPAN, self._end, len(spans), ends[-1])
        for days in zip(*spans, strict=True):
            self._put(date.fromisoformat(day).toordinal() for day in days)
        self._put(ends)
        self._parts([dated[span] for span in spans], turns)

    def _parts(self, parts: Sequence[set[int]], turns: Sequence[_Turn]) -> None:
        """All parts in the first order, then in each other, every part from the least."""
        for part in parts:
            self._put(sorted(part))
        for turn in turns:
            for part in parts:
                self._put(sorted(turn[number] for number in part))

    def _line(self, *said: object) -> None:
        self._lines.write(json.dumps(said, ensure_ascii=False) + "\n")

    def _put(self, numbers: Iterable[int]) -> None:
        written = array("I", numbers)
        self._end += len(written)
        self._numbers.write(turned(written).tobytes())


def _is_plain(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def _found(values: Values, places: Mapping[str, int]) -> _Found:
    found = _Found(defaultdict(set), defaultdict(set))
    for thing, row in values.rows:
        if thing in places:
            _note(found, row, places[thing])
    return found


def _note(found: _Found, row: Mapping[str, str], number: int) -> None:
    if FROM in row and TO in row:
        found.dated[row[TO], row[FROM]].add(number)
    for told in row.items():
        if told[0] not in (FROM, TO):
            found.valued[told].add(number)
