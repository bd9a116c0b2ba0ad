"""Things of any kind, for lists and for the generic page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from vaughn.answer.asker import Asker, Row, ref, text
from vaughn.errors import IriInvalid, ThingUnknown
from vaughn.model import Description, Ref, Statement, Table, Term


async def things(ask: Asker, kind: str) -> tuple[Ref, ...]:
    """Every thing of a kind (as it stands in IRIs), by name."""
    rows = await ask.table("lists/things", kind=kind)
    return tuple(Ref(text(row, "thing"), text(row, "label")) for row in rows)


async def describe(ask: Asker, iri: str) -> Description:
    """A thing with its statements, its parts and what points to it. Raises ThingUnknown."""
    rows = await ask.table("documents/description", thing=iri)
    own = [row for row in rows if text(row, "subject") == iri]
    if not own:
        raise ThingUnknown(iri)
    inverse = await ask.table("documents/inverse", thing=iri)
    parts = [row for row in rows if text(row, "subject") != iri]
    return Description(
        ref=ref(own[0], "subject"),
        kind=_kind(ask, iri),
        statements=_statements(own),
        inverse=_inverse(inverse),
        parts=tuple(_part(ask, subject, list(group)) for subject, group in groupby(parts, key=_subject)),
    )


def _part(ask: Asker, iri: str, rows: list[Row]) -> Description:
    return Description(ref=ref(rows[0], "subject"), kind=_kind(ask, iri), statements=_statements(rows))


def _subject(row: Row) -> str:
    return text(row, "subject")


def _kind(ask: Asker, iri: str) -> str:
    try:
        return ask.iris.parse(iri).scope
    except IriInvalid:
        return ""


def _statements(rows: Iterable[Row]) -> tuple[Statement, ...]:
    """One statement per property, in the order of the rows."""
    grouped = groupby(rows, key=lambda row: (text(row, "predicate"), text(row, "predicateLabel")))
    return tuple(
        Statement(Ref(iri, label or iri), tuple(_object(row) for row in group)) for (iri, label), group in grouped
    )


def _object(row: Row) -> Term | Ref:
    term = row["object"]
    return Ref(term.value, text(row, "objectLabel") or term.value) if term.kind == "uri" else term


def _inverse(rows: Table) -> tuple[Statement, ...]:
    grouped = groupby(rows, key=lambda row: (text(row, "predicate"), text(row, "predicateLabel")))
    return tuple(
        Statement(
            Ref(iri, label or iri),
            tuple(Ref(text(row, "subject"), text(row, "subjectLabel")) for row in group),
        )
        for (iri, label), group in grouped
    )
