"""A query's answer as bytes, up to the caps: more is an error, or the first rows where the request asked for them.

Never a quiet cut: whoever gets a part asked for it and is told that it is one.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox

from vaughn.errors import QueryRefused, QueryTimeout, ResultTooLarge
from vaughn.model import Triple
from vaughn.store import jsonld, rows
from vaughn.store.engine import Request
from vaughn.store.results import plain

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
_LOOK = 1 << 22  # bytes between two looks at how many rows there are
MOST_LINKED = 500_000
"""Triples that JSON-LD is written of: it takes 8 µs and 0.6 KiB for each, which leaves a query as long to find them."""

_GLANCE = 1024  # triples between two looks at the clock
_ROOM = 1 << 16  # bytes that a graph's end may take: what the engine holds back, and the closing tags
F = TypeVar("F")

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


@dataclass(frozen=True)
class Caps:
    """The most that one result may have. size: bytes. count: rows, or triples. until: by time.monotonic(), when JSON-LD
    must be written, of so many seconds, where nobody ends who writes it; any other format is written quickly."""

    size: int
    count: int
    until: float = float("inf")
    seconds: float = 0.0

    def within(self, request: Request) -> Caps:
        """What a request leaves of them."""
        return self if request.most is None else replace(self, size=min(self.size, request.most))


def write(answer: Answer, request: Request, caps: Caps) -> tuple[bytes, bool]:
    """The serialised answer, and whether it is a part.

    Raises ResultTooLarge where it passes a cap and no part was asked for (or not even one row fits), QueryRefused
    where the format does not suit the answer, QueryTimeout.
    """
    caps = caps.within(request)
    if isinstance(answer, ox.QueryTriples):
        return (_write_linked if request.format == "jsonld" else _write_graph)(answer, request, caps)
    if isinstance(answer, ox.QueryBoolean):
        return _write_truth(answer, request), False
    return _write_rows(answer, request, caps)


class _Capped(io.BytesIO):
    """Collects what the engine writes, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, piece: Buffer) -> int:
        """Raises ResultTooLarge."""
        count = super().write(piece)
        if self.tell() > self._most:
            raise ResultTooLarge(self._most, "bytes")
        return count


class _CappedRows(_Capped):
    """Looks now and then at the number of rows too, where there may be too many, so that a flood of small rows ends
    early."""

    def __init__(self, caps: Caps, format: str) -> None:
        super().__init__(caps.size)
        self._count, self._format = caps.count, format
        self._tally = rows.Tally(format)
        self._next = 0

    def write(self, piece: Buffer) -> int:
        """Raises ResultTooLarge."""
        count = super().write(piece)
        self._tally.add(bytes(piece))
        if self.tell() > self._next and self._tally.rows > self._count:
            self._next = self.tell() + max(_LOOK, self.tell() // 2)  # the looks together read each byte thrice at most
            self.look()
        return count

    def look(self) -> None:
        """Raises ResultTooLarge where there are too many rows."""
        if self._tally.rows > self._count and not rows.at_most(self.getvalue(), self._format, self._count):
            raise ResultTooLarge(self._count, "rows")


def _write_rows(answer: ox.QuerySolutions, request: Request, caps: Caps) -> tuple[bytes, bool]:
    format, writer = _format(_SOLUTIONS, request), _CappedRows(caps, request.format)
    try:
        answer.serialize(writer, format=format)
        writer.look()
    except ResultTooLarge:
        if not request.partial:
            raise
        return rows.first(writer.getvalue()[: caps.size], request.format, caps.count), True
    return writer.getvalue(), False


def _write_truth(answer: ox.QueryBoolean, request: Request) -> bytes:
    if request.format not in ("json", "xml"):
        raise QueryRefused("format", f"a truth value is written as json or xml, not {request.format}")
    writer = io.BytesIO()
    answer.serialize(writer, format=_SOLUTIONS[request.format])
    return writer.getvalue()


def _write_graph(answer: ox.QueryTriples, request: Request, caps: Caps) -> tuple[bytes, bool]:
    format, writer = _format(_GRAPHS, request), _Capped(caps.size)
    if not request.partial:
        ox.serialize(_counted(answer, caps.count), writer, format=format)
        return writer.getvalue(), False
    first = _First(answer, writer, caps)
    ox.serialize(first, writer, format=format)
    return writer.getvalue(), first.partial


def _counted(triples: ox.QueryTriples, most: int) -> Iterator[ox.Triple]:
    """The triples. Raises ResultTooLarge after the last that is allowed, if there is one more."""
    yield from islice(triples, most)
    if next(triples, None) is not None:
        raise ResultTooLarge(most, "triples")


class _First:
    """The first triples, as many as the caps allow. partial: there were more."""

    def __init__(self, triples: ox.QueryTriples, writer: io.BytesIO, caps: Caps) -> None:
        self._triples, self._writer, self._caps = triples, writer, caps
        self.partial = False

    def __iter__(self) -> Iterator[ox.Triple]:
        for number, triple in enumerate(self._triples):
            if number >= self._caps.count or self._writer.tell() + _ROOM + _longest(triple) > self._caps.size:
                self.partial = True
                return
            yield triple


def _longest(triple: ox.Triple) -> int:
    """Bytes that a triple may take in any format: of a character in RDF/XML six (`&quot;`)."""
    return 6 * len(str(triple))


def _write_linked(answer: ox.QueryTriples, request: Request, caps: Caps) -> tuple[bytes, bool]:
    """A graph as JSON-LD; a part of it has the first nodes of the first triples."""
    taken, document = _Taken(answer, request, caps), _Linked(caps)
    try:
        for piece in jsonld.pieces(taken, jsonld.Vocabulary.read(request.words)):
            document.add(piece)
    except ValueError as error:
        raise QueryRefused("format", str(error)) from None
    except ResultTooLarge:
        if not (request.partial and document.begun):
            raise
        return document.ended(), True
    return document.ended(), taken.partial


class _Linked:
    """A JSON-LD document, node by node. begun: it has one."""

    def __init__(self, caps: Caps) -> None:
        self._caps, self._written = caps, io.BytesIO()

    @property
    def begun(self) -> bool:
        return self._written.tell() > 0

    def add(self, piece: bytes) -> None:
        """Raises ResultTooLarge, and then adds nothing; QueryTimeout."""
        if self._written.tell() + len(piece) + len(jsonld.CLOSING) > self._caps.size:
            raise ResultTooLarge(self._caps.size, "bytes")
        in_time(self._caps)
        self._written.write(piece)

    def ended(self) -> bytes:
        self._written.write(jsonld.CLOSING)
        return self._written.getvalue()


class _Taken:
    """The triples of a graph as terms, as long as it can be within the caps: each value stands in it once at least.
    partial: there were more, and the first are wanted."""

    def __init__(self, triples: ox.QueryTriples, request: Request, caps: Caps) -> None:
        self._triples, self._wanted, self._caps = triples, request.partial, caps
        self._count = min(caps.count, MOST_LINKED)
        self.partial = False

    def __iter__(self) -> Iterator[Triple]:
        size = 0
        for number, triple in enumerate(plain(self._triples)):
            size += len(triple[2].value)
            passed = self._passed(number, size)
            if passed is not None and not self._wanted:
                raise passed
            if passed is not None:
                self.partial = True
                return
            yield triple

    def _passed(self, number: int, size: int) -> ResultTooLarge | None:
        """The cap that a graph passes whose triple of this number, from 0, brings its values to so many characters."""
        if number >= self._count:
            return ResultTooLarge(self._count, "triples as JSON-LD" if self._count < self._caps.count else "triples")
        if number % _GLANCE == 0:
            in_time(self._caps)
        return ResultTooLarge(self._caps.size, "bytes") if size > self._caps.size else None


def in_time(caps: Caps) -> None:
    """Raises QueryTimeout where the time for writing is over."""
    if time.monotonic() > caps.until:
        raise QueryTimeout(caps.seconds)


def _format(formats: dict[str, F], request: Request) -> F:
    try:
        return formats[request.format]
    except KeyError:
        reason = f"this kind of answer is written as {', '.join(formats)}, not {request.format}"
        raise QueryRefused("format", reason) from None
