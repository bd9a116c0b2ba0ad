"""The orders of every list, written once by the build.

An engine puts a list in order by looking at all of it, whatever few of it are wanted; here the next page is found by
halving, from the first place or from the last, and what a list shows of a thing stands beside its place.
"""

from __future__ import annotations

import json
import mmap
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

FILE = "places.jsonl"

BY_DATE = "date"
UNDATED, UNDATED_DOWN = "9999", "0000"
"""The key of what has no date, in a list by date and in one by date from the last: it comes last in both."""


class Place(NamedTuple):
    """A thing's place in one order of its list. kind: as it stands in IRIs. sort: what the list is ordered by. date: as
    precisely as is known, "" when unknown."""

    kind: str
    sort: str
    key: str
    iri: str
    label: str
    date: str


class Order:
    """The places of all things, one JSON array a line, sorted by code points: kind, sort, key, IRI, then the date and,
    where it is not the key, the label."""

    def __init__(self, written: bytes | mmap.mmap) -> None:
        self._written = written
        self._starts = array("Q", [0])
        while end := written.find(b"\n", self._starts[-1]) + 1:
            self._starts.append(end)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def count(self, kind: str, sort: str) -> int:
        """How many things a list has."""
        return len(self._list(kind, sort))

    def behind(self, kind: str, sort: str, after: tuple[str, str] | None, most: int, down: bool = False) -> list[Place]:
        """At most so many places of a list, in order. after: the key and IRI of the one before them. down: the last key
        first; among equal keys the first IRI comes first all the same."""
        list_ = self._list(kind, sort)
        numbers = self._falling(list_, after) if down else self._rising(list_, after)
        places = map(self._place, islice(numbers, most))
        return [_seen_from_the_last(place) for place in places] if down else list(places)

    def _list(self, kind: str, sort: str) -> range:
        """The numbers of the places of a list."""
        whole = range(len(self))
        start = bisect_left(whole, (kind, sort), key=lambda number: self._place(number)[:2])
        return range(start, bisect_right(whole, (kind, sort), lo=start, key=lambda number: self._place(number)[:2]))

    def _rising(self, list_: range, after: tuple[str, str] | None) -> range:
        return list_ if after is None else range(self._first_behind(list_, after), list_.stop)

    def _falling(self, list_: range, after: tuple[str, str] | None) -> Iterator[int]:
        """The numbers of places from the last key to the first, then those without a date."""
        dated = range(list_.start, self._first_undated(list_))
        undated = range(dated.stop, list_.stop)
        if after and undated and after[0] == UNDATED_DOWN:
            return iter(range(self._first_behind(undated, (UNDATED, after[1])), list_.stop))
        return self._runs(dated, undated, after)

    def _runs(self, dated: range, undated: range, after: tuple[str, str] | None) -> Iterator[int]:
        """Run after run of equal keys, from the last, each from its first IRI on."""
        end = dated.stop
        if after:
            end = self._first_behind(dated, (after[0], ""))
            yield from self._rest(dated, after)
        while end > dated.start:
            begin = self._begin(dated, end)
            yield from range(begin, end)
            end = begin
        yield from undated

    def _rest(self, dated: range, after: tuple[str, str]) -> Iterator[int]:
        """What has the same key and comes behind."""
        for number in range(self._first_behind(dated, after), dated.stop):
            if self._place(number).key != after[0]:
                return
            yield number

    def _begin(self, dated: range, end: int) -> int:
        """Where the run of equal keys begins that ends here."""
        key = self._place(end - 1).key
        if end - 2 < dated.start or self._place(end - 2).key != key:
            return end - 1
        return self._first_behind(range(dated.start, end), (key, ""))

    def _first_undated(self, list_: range) -> int:
        by_date = bool(list_) and self._place(list_.start).sort == BY_DATE
        return self._first_behind(list_, (UNDATED, "")) if by_date else list_.stop

    def _first_behind(self, list_: range, after: tuple[str, str]) -> int:
        """The number of the first place of a list behind a key and IRI; the list's end where there is none."""
        whole = range(len(self))
        return bisect_right(whole, after, lo=list_.start, hi=list_.stop, key=lambda number: self._place(number)[2:4])

    def _place(self, number: int) -> Place:
        kind, sort, key, iri, date, *label = json.loads(self._written[self._starts[number] : self._starts[number + 1]])
        return Place(kind, sort, key, iri, label[0] if label else key, date)


def _seen_from_the_last(place: Place) -> Place:
    """A place with the key that it has in a list from the last to the first."""
    return place._replace(key=UNDATED_DOWN) if place.sort == BY_DATE and not place.date else place


def write_order(folder: Path, places: Iterable[Place]) -> None:
    """Write the orders of a release's lists into its search folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(_written(place), ensure_ascii=False) + "\n" for place in sorted(set(places)))
    with (folder / FILE).open("w", encoding="utf-8") as file:
        file.writelines(lines)


def _written(place: Place) -> tuple[str, ...]:
    standing = (place.kind, place.sort, place.key, place.iri, place.date)
    return standing if place.label == place.key else (*standing, place.label)


def read_order(folder: Path) -> Order:
    """The orders of a release's lists; without any place where the release is older than this. Raises OSError."""
    path = folder / FILE
    if not path.exists() or not path.stat().st_size:
        return Order(b"")
    with path.open("rb") as file:
        return Order(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
