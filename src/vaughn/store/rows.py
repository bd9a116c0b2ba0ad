"""Where rows end in serialised results, so that they can be counted and cut without being parsed.

The engine writes a result as one text and offers no other way to stop after so many rows. What ends a row is looked
for outside of strings only, by the grammar of each format as the engine writes it, without spaces between tokens:

json   rows are parted by `},{`, which no row holds outside its strings (its terms are parted by `},"`)
xml    a row ends with `</result>`; text never holds a `<`
csv    a row ends with CR LF outside of quotes (RFC 4180 §2.6); the first is the header
tsv    a row ends with LF, which terms escape (SPARQL 1.1 CSV and TSV §4); the first is the header
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True)
class _Format:
    """mark: bytes that are in every row's end. row: from the end of one row to the end of the next; group 1 is the
    mark, absent where the text ends first, so that a search never begins inside a string. spared: bytes of the mark
    that belong to the next row. start: what precedes the rows. extra: marks that end no row, less the row that no
    mark ends. close: what follows the last row."""

    mark: bytes
    row: re.Pattern[bytes]
    spared: int = 0
    start: bytes = b""
    extra: int = 0
    close: bytes = b""


_FORMATS: Mapping[str, _Format] = {
    "json": _Format(
        mark=b"},{",
        row=re.compile(rb'(?>(?:[^"}]++|"(?>(?:[^"\\]++|\\.)*)(?:"|\\?\Z)|\}(?!,\{))*)(?:(\},\{)|\Z)', re.DOTALL),
        spared=2,
        start=b'"bindings":[',
        extra=-1,
        close=b"]}}",
    ),
    "xml": _Format(
        mark=b"</result>",
        row=re.compile(rb"(?>(?:[^<]++|<(?!/result>))*)(?:(</result>)|\Z)"),
        start=b"<results>",
        close=b"</results></sparql>",
    ),
    "csv": _Format(
        mark=b"\r\n",
        row=re.compile(rb'(?>(?:[^"\r]++|"[^"]*+(?:"|\Z)|\r(?!\n))*)(?:(\r\n)|\Z)'),
        extra=1,
    ),
    "tsv": _Format(mark=b"\n", row=re.compile(rb"[^\n]*+(?:(\n)|\Z)"), extra=1),
}


_DOUBTFUL = (b"},{}", b'},{"}', b'},{",')
"""Where `},{` in JSON may part rows, or stand in a string."""


class Tally:
    """Marks of a result that comes in pieces. rows: at most so many are in it, since strings may hold marks too."""

    def __init__(self, format: str) -> None:
        spec = _FORMATS[format]
        self._mark, self._over = spec.mark, len(spec.mark) - 1
        self._seam = b""
        self.rows = -spec.extra

    def add(self, piece: bytes) -> None:
        """Count the marks of the next piece, and one that it ends."""
        self.rows += piece.count(self._mark)
        if self._over:
            self.rows += (self._seam + piece[: self._over]).count(self._mark)
            self._seam = (self._seam + piece[-self._over :])[-self._over :]


def at_most(body: bytes, format: str, count: int) -> bool:
    """Whether a whole result has no more rows than `count`."""
    spec = _FORMATS[format]
    marks = count + spec.extra
    return sum(1 for _ in islice(_ends(body, spec), marks + 1)) <= marks


def number(body: bytes) -> int:
    """How many rows a whole result in JSON has.

    Each but the first follows `},{"` or, where it binds nothing, `},{}`. No string holds the former, whose quotation
    mark would stand behind a backslash there, but one may end with it, and then a comma or a brace follows. Only where
    one of these is found are rows looked for one by one.
    """
    if any(mark in body for mark in _DOUBTFUL):
        return sum(1 for _ in _ends(body, _FORMATS["json"])) + 1
    return 0 if body.endswith(b'"bindings":[]}}') else body.count(b'},{"') + 1


def bound(body: bytes, columns: Iterable[str]) -> frozenset[str]:
    """Those of the columns that have a value in a row of a result in JSON: what follows a name there stands in no
    string, like the above."""
    return frozenset(name for name in columns if f'"{name}":{{"type":'.encode() in body)


def first(body: bytes, format: str, count: int) -> bytes:
    """A whole result of the first rows, `count` at most, of a result that may end anywhere after its header.

    Raises ValueError when it ends before that.
    """
    spec = _FORMATS[format]
    start = spec.start or spec.mark
    begin = body.index(start) + len(start)
    last = deque(islice(_ends(body, spec), count + max(spec.extra, 0)), maxlen=1)
    return body[: last[0] if last else begin] + spec.close


def _ends(body: bytes, spec: _Format) -> Iterator[int]:
    """The offset after each row that another mark follows or that its mark ends."""
    for found in spec.row.finditer(body):
        if found[1] is None:
            return
        yield found.end() - spec.spared
