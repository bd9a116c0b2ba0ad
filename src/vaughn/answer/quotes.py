"""The words that passages stand for, wherever something rests on one."""

from __future__ import annotations

from collections.abc import Iterable

from vaughn.answer.asker import Asker, Row, ref, text
from vaughn.errors import IriInvalid
from vaughn.model import Cited, Quote

QUOTES_QUERY = "documents/quotes"
_KIND = "passage"
_MOST = 1_000  # values that one parameter takes


async def quotes_of(ask: Asker, iris: Iterable[str]) -> dict[str, Cited]:
    """The words and the source of each of these that is a passage, by its IRI; whatever else they are is left out.

    Empty where the release is too old to be asked.
    """
    wanted = [iri for iri in dict.fromkeys(iris) if is_passage(ask, iri)]
    if QUOTES_QUERY not in ask.book.queries:
        return {}
    return {
        text(row, "passage"): _cited(row)
        for start in range(0, len(wanted), _MOST)
        for row in await ask.table(QUOTES_QUERY, thing=wanted[start : start + _MOST])
    }


def is_passage(ask: Asker, iri: str) -> bool:
    """Whether an IRI names a passage, by its form."""
    try:
        return ask.iris.parse(iri).scope == _KIND
    except IriInvalid:
        return False


def quote(row: Row, notes: tuple[str, ...] = ()) -> Quote:
    """The words of a passage, with what is noted about it."""
    return Quote(
        iri=text(row, "passage"),
        exact=text(row, "quote"),
        page=text(row, "page"),
        read_in=text(row, "readIn"),
        prefix=text(row, "prefix"),
        suffix=text(row, "suffix"),
        notes=notes,
    )


def _cited(row: Row) -> Cited:
    return Cited(quote(row), ref(row, "source"), text(row, "sourceKind"), text(row, "sourceState"))
