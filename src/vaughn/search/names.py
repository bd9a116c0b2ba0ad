"""The names of all things, written once by the build: what goes by these words.

An engine looks at every name by itself; here all of them are one text, which is searched as a whole.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

FILE = "names.txt"
_BETWEEN = b"\t"
_NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True)
class Named:
    """A name of a thing or concept. words: of the name in small letters, a blank before and after each. length:
    characters of the name."""

    thing: str
    label: str
    kind: str
    words: str
    length: int


def words_of(name: str) -> str:
    """The words of a name in small letters, a blank before and after each, as queries/search/names.rq compares them."""
    return f" {_NO_WORD.sub(' ', name.lower())} "


class Names:
    """All names: a line each, its words, a tab, and the whole as a JSON array."""

    def __init__(self, written: bytes | mmap.mmap) -> None:
        self._written = written

    def __len__(self) -> int:
        return len(self._written)

    def find(self, words: Sequence[str]) -> list[Named]:
        """One name of each thing with a name that has every word; the shortest names first, then by label and IRI.

        words: in small letters, each the beginning of a word, the whole word where a blank follows; at least one.
        """
        best: dict[str, Named] = {}
        for each in self._with(words):
            best[each.thing] = _merged(best.get(each.thing, each), each)
        return sorted(best.values(), key=lambda each: (each.length, each.label, each.thing))

    def _with(self, words: Sequence[str]) -> Iterator[Named]:
        sought = sorted((f" {word}".encode() for word in words), key=len, reverse=True)
        end = -1
        while (place := self._written.find(sought[0], end + 1)) >= 0:
            start = self._written.rfind(b"\n", 0, place) + 1
            end = self._written.find(b"\n", place)
            text, _, whole = self._written[start:end].partition(_BETWEEN)
            if all(word in text for word in sought):
                yield Named(*json.loads(whole))


def _merged(one: Named, other: Named) -> Named:
    """The least of each, as a grouped query gives them."""
    label, kind, length = (min(getattr(one, name), getattr(other, name)) for name in ("label", "kind", "length"))
    return Named(one.thing, label, kind, one.words, length)


def write_names(folder: Path, names: Iterable[Named]) -> None:
    """Write the names of a release into its search folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("w", encoding="utf-8") as file:
        for each in names:
            file.write(f"{each.words}\t{json.dumps(astuple(each), ensure_ascii=False)}\n")


def read_names(folder: Path) -> Names:
    """The names of a release; without any where the release is older than this. Raises OSError."""
    path = folder / FILE
    if not path.exists() or not path.stat().st_size:
        return Names(b"")
    with path.open("rb") as file:
        return Names(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
