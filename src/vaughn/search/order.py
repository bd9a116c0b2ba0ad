"""The orders of every list, written once by the build.

An engine puts a list in order by looking at all of it, whatever few of it are wanted; here the next page is found by
halving, from the first place or from the last, and what a list shows of a thing stands beside its place.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from vaughn.search.lines import Lines, Written, mapped
from vaughn.search.narrowing import Filters, Narrowing, Numbers, read_narrowing
from vaughn.search.values import Places, Values, write_narrowing

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
    where it is not the key, the label. narrowing: by what the release narrows its lists."""

    def __init__(self, written: Written, narrowing: Narrowing | None = None) -> None:
        self._lines = Lines(written)
        self._narrowing = narrowing or Narrowing()

    def __len__(self) -> int:
        return len(self._lines)

    def count(self, kind: str, sort: str) -> int:
        """How many things a list has."""
        return len(self._list(kind, sort))

    def narrowed(self, kind: str, sort: str, given: Filters) -> Numbers | None:
        """The numbers of the places, from the least, of the things to which a list is narrowed; None where the release
        does not tell. given: by what, at least one filter."""
        return self._narrowing.numbers(kind, sort, given)

    def behind(
        self,
        kind: str,
        sort: str,
        after: tuple[str, str] | None,
        most: int,
        down: bool = False,
        narrowed: Numbers | None = None,
    ) -> list[Place]:
        """At most so many places of a list, in order. after: the key and IRI of the one before them. down: the last key
        first; among equal keys the first IRI comes first all the same. narrowed: the only ones, as `narrowed` tells."""
        list_ = self._list(kind, sort) if narrowed is None else narrowed
        indices = self._falling(list_, after) if down else self._rising(list_, after)
        places = [self._place(list_[index]) for index in islice(indices, most)]
        return [_seen_from_the_last(place) for place in places] if down else places

    def _list(self, kind: str, sort: str) -> range:
        """The numbers of the places of a list."""
        return self._lines.beginning(kind, sort)

    def _rising(self, list_: Numbers, after: tuple[str, str] | None) -> range:
        return range(0 if after is None else self._first_behind(list_, after), len(list_))

    def _falling(self, list_: Numbers, after: tuple[str, str] | None) -> Iterator[int]:
        """The indices of places from the last key to the first, then those without a date."""
        dated = self._first_undated(list_)
        undated = range(dated, len(list_))
        if after and undated and after[0] == UNDATED_DOWN:
            return iter(range(self._first_behind(list_, (UNDATED, after[1]), dated), len(list_)))
        return chain(self._runs(list_, dated, after), undated)

    def _runs(self, list_: Numbers, end: int, after: tuple[str, str] | None) -> Iterator[int]:
        """Run after run of equal keys, from the last, each from its first IRI on. end: where what has a date ends."""
        if after:
            whole, end = end, self._first_behind(list_, (after[0], ""), 0, end)
            yield from self._rest(list_, whole, after)
        while end > 0:
            begin = self._begin(list_, end)
            yield from range(begin, end)
            end = begin

    def _rest(self, list_: Numbers, end: int, after: tuple[str, str]) -> Iterator[int]:
        """What has the same key and comes behind."""
        for index in range(self._first_behind(list_, after, 0, end), end):
            if self._place(list_[index]).key != after[0]:
                return
            yield index

    def _begin(self, list_: Numbers, end: int) -> int:
        """Where the run of equal keys begins that ends here."""
        key = self._place(list_[end - 1]).key
        if end < 2 or self._place(list_[end - 2]).key != key:
            return end - 1
        return self._first_behind(list_, (key, ""), 0, end)

    def _first_undated(self, list_: Numbers) -> int:
        by_date = bool(list_) and self._place(list_[0]).sort == BY_DATE
        return self._first_behind(list_, (UNDATED, "")) if by_date else len(list_)

    def _first_behind(self, list_: Numbers, after: tuple[str, str], lo: int = 0, hi: int | None = None) -> int:
        """The index of the first place of a list behind a key and IRI; its end where there is none."""
        return bisect_right(list_, after, lo=lo, hi=hi, key=lambda number: self._place(number)[2:4])

    def _place(self, number: int) -> Place:
        kind, sort, key, iri, date, *label = self._lines[number]
        return Place(kind, sort, key, iri, label[0] if label else key, date)


def _seen_from_the_last(place: Place) -> Place:
    """A place with the key that it has in a list from the last to the first."""
    return place._replace(key=UNDATED_DOWN) if place.sort == BY_DATE and not place.date else place


def write_order(folder: Path, places: Iterable[Place], values: Iterable[Values] = ()) -> None:
    """Write the orders of a release's lists, and by what these are narrowed, into its search folder."""
    folder.mkdir(parents=True, exist_ok=True)
    standing = sorted(set(places))
    with (folder / FILE).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_written(place), ensure_ascii=False) + "\n" for place in standing)
    write_narrowing(folder, _numbered(standing), values)


def _written(place: Place) -> tuple[str, ...]:
    standing = (place.kind, place.sort, place.key, place.iri, place.date)
    return standing if place.label == place.key else (*standing, place.label)


def _numbered(standing: Sequence[Place]) -> Mapping[str, Places]:
    """The numbers of places by kind, order and IRI. Without the kinds in whose list a thing stands twice: a filter may
    hold of one of its rows alone."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    twice = set()
    for number, place in enumerate(standing):
        if found.setdefault(place.kind, {}).setdefault(place.sort, {}).setdefault(place.iri, number) != number:
            twice.add(place.kind)
    return {kind: orders for kind, orders in found.items() if kind not in twice}


def read_order(folder: Path) -> Order:
    """The orders of a release's lists; without any place where the release is older than this. Raises OSError."""
    return Order(mapped(folder / FILE), read_narrowing(folder))
