"""A sorted file of JSON arrays, one a line, read where it is asked: it may be mapped rather than read."""

from __future__ import annotations

import json
import mmap
from array import array
from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import Any

Written = bytes | mmap.mmap


class Lines:
    """Arrays that begin with texts, sorted by code points."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._starts = array("Q", [0])
        while end := written.find(b"\n", self._starts[-1]) + 1:
            self._starts.append(end)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> list[Any]:
        read: list[Any] = json.loads(self._written[self._starts[number] : self._starts[number + 1]])
        return read

    def beginning(self, *texts: str) -> range:
        """The numbers of the lines that begin with these texts."""
        whole, wanted = range(len(self)), [*texts]
        start = bisect_left(whole, wanted, key=lambda number: self[number][: len(wanted)])
        return range(start, bisect_right(whole, wanted, lo=start, key=lambda number: self[number][: len(wanted)]))


def mapped(path: Path) -> Written:
    """The bytes of a file, mapped; none where it is missing or empty. Raises OSError."""
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
