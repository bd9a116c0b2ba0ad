"""The usual order of every list, written once by the build.

An engine puts a list in order by looking at all of it, whatever few of it are wanted; here the next page is found by
halving. It says only which things come next: what is said of them is asked of the engine.
"""

from __future__ import annotations

import json
import mmap
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from pathlib import Path

FILE = "order.jsonl"

Place = tuple[str, str, str]
"""A thing's place: its kind as it stands in IRIs, the key that its list is ordered by, its IRI."""


class Order:
    """The places of all things, one JSON array a line, sorted by code points."""

    def __init__(self, written: bytes | mmap.mmap) -> None:
        self._written = written
        self._starts = array("Q", [0])
        while end := written.find(b"\n", self._starts[-1]) + 1:
            self._starts.append(end)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def behind(self, kind: str, after: tuple[str, str] | None, most: int) -> list[str]:
        """The IRIs of at most so many things of a kind, in order. after: the key and IRI of the one before them."""
        if after is None:
            start = bisect_left(range(len(self)), (kind, "", ""), key=self._place)
        else:
            start = bisect_right(range(len(self)), (kind, *after), key=self._place)
        places = map(self._place, range(start, min(start + most, len(self))))
        return [iri for each, _, iri in places if each == kind]

    def _place(self, number: int) -> Place:
        kind, key, iri = json.loads(self._written[self._starts[number] : self._starts[number + 1]])
        return kind, key, iri


def write_order(folder: Path, places: Iterable[Place]) -> None:
    """Write the order of a release's lists into its search folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(place, ensure_ascii=False) + "\n" for place in sorted(set(places)))
    (folder / FILE).write_text("".join(lines), encoding="utf-8")


def read_order(folder: Path) -> Order:
    """The order of a release's lists; without any place where the release is older than this. Raises OSError."""
    path = folder / FILE
    if not path.exists() or not path.stat().st_size:
        return Order(b"")
    with path.open("rb") as file:
        return Order(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
