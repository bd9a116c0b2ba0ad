"""The path of every page and the day it last changed, written once by the build: the map that harvesters read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

FILE = "pages.tsv"

Dated = tuple[str, str]
"""The path of a page, and the ISO day on which a file that speaks of its thing last changed, "" if unknown."""


class Pages:
    """Every page, by path: a line each, the path, a tab and the day."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def __len__(self) -> int:
        return len(self._all)

    def part(self, number: int, size: int) -> list[Dated]:
        """One part of so many pages, counted from 1; nothing behind the last."""
        return self._all[(number - 1) * size : number * size]

    def newest(self, size: int) -> list[str]:
        """The last day in each part of so many pages."""
        starts = range(0, len(self), size)
        return [max(day for _, day in self._all[start : start + size]) for start in starts]

    @cached_property
    def _all(self) -> list[Dated]:
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path else []
        return [(path, day) for path, _, day in (line.partition("\t") for line in lines)]


def write_pages(folder: Path, pages: Iterable[Dated]) -> None:
    """Write the pages of a release into its search folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{path}\t{day}\n" for path, day in sorted(pages))
    (folder / FILE).write_text(text, encoding="utf-8")


def read_pages(folder: Path) -> Pages:
    """The pages of a release, read when first looked at and not kept; none where the release is older than this."""
    path = folder / FILE
    return Pages(path if path.exists() else None)
