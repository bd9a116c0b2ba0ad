"""Which sources support a claim, which dispute it, and does it count: the answer the whole graph is built for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from vaughn.answer.asker import Asker, Row, maybe_ref, ref, text
from vaughn.answer.claims import claims_of, is_claim
from vaughn.answer.quotes import quote
from vaughn.errors import ThingUnknown
from vaughn.model import Bearing, ClaimHead, Evidence, Ref, Source, Support

EVIDENCE_QUERY = "claims/evidence"
AT_ONCE = 100
"""Claims that the engine is asked about at once: a fifteenth of the processor time of as many queries, and an answer
that stays far below the caps on one."""

Notes = Mapping[str, tuple[str, ...]]
_PREMISES_QUERY = "claims/inferred-from"
_BEARING_QUERY = "claims/bearing"
_CLAIM = "claim"
_GROUPS = {"supports": "supporting", "disputes": "disputing", "qualifies": "qualifying"}


async def support_for(ask: Asker, iri: str) -> Support:
    """Everything for and against one claim. Raises ThingUnknown where the graph holds no such claim."""
    return (await supports_for(ask, [iri]))[iri]


async def supports_for(ask: Asker, iris: Iterable[str]) -> dict[str, Support]:
    """The same of many claims, each once, by its IRI. Raises ThingUnknown where the graph holds no such claim."""
    found: dict[str, Support] = {}
    for part in _parts(list(dict.fromkeys(iris))):
        heads = {head.iri: head for head in await claims_of(ask, part)}
        if lost := next((iri for iri in part if iri not in heads), None):
            raise ThingUnknown(lost)
        rows = {name: await _of_each(ask, name, part) for name in (EVIDENCE_QUERY, _PREMISES_QUERY, _BEARING_QUERY)}
        notes = _notes(await ask.table("claims/notes", claim=part))
        found |= {iri: _support(ask, heads[iri], {name: rows[name][iri] for name in rows}, notes) for iri in part}
    return found


def _parts(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    return (iris[start : start + AT_ONCE] for start in range(0, len(iris), AT_ONCE))


async def _of_each(ask: Asker, name: str, iris: Sequence[str]) -> Mapping[str, Sequence[Row]]:
    """The rows of a query on each of some claims, in the query's order. A kept release may be older than the column
    that says which claim a row is about; there the claims are asked about one after another."""
    if _CLAIM not in ask.book[name].returns:
        return {iri: (await ask.table(name, claim=iri)).rows for iri in iris}
    found: dict[str, list[Row]] = {iri: [] for iri in iris}
    for row in await ask.table(name, claim=iris):
        found[text(row, _CLAIM)].append(row)
    return found


def _support(ask: Asker, head: ClaimHead, rows: Mapping[str, Sequence[Row]], notes: Notes) -> Support:
    bearing = _bearing(rows[_BEARING_QUERY])
    return Support(
        claim=head,
        **_grouped(ask, _lines(rows[EVIDENCE_QUERY], notes)),
        inferred_from=tuple(Ref(text(row, "premise"), text(row, "label")) for row in rows[_PREMISES_QUERY]),
        bearing=bearing,
        query=EVIDENCE_QUERY,
        notes=notes.get(head.iri, ()),
        tied=tuple(each for each in bearing if is_claim(ask, each.thing.iri)),
    )


def _bearing(rows: Iterable[Row]) -> tuple[Bearing, ...]:
    return tuple(Bearing(text(row, "relation"), Ref(text(row, "thing"), text(row, "label"))) for row in rows)


def _notes(rows: Iterable[Row]) -> Notes:
    """The remarks on each thing, in the order of the rows."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[text(row, "thing")] = (*found.get(text(row, "thing"), ()), text(row, "note"))
    return found


def _grouped(ask: Asker, lines: list[Evidence]) -> dict[str, tuple[Evidence, ...]]:
    """The lines by judgement; what is no stance (cited only, does not support) merely touches the claim."""
    groups: dict[str, list[Evidence]] = {name: [] for name in (*_GROUPS.values(), "touching")}
    for line in lines:
        code = ask.iris.parse(line.judgement.iri).slug
        groups[_GROUPS.get(code, "touching")].append(line)
    return {name: tuple(found) for name, found in groups.items()}


def _lines(rows: Iterable[Row], notes: Notes) -> list[Evidence]:
    """One Evidence per line, its passages together, in the order of the rows."""
    return [_evidence(list(group), notes) for _, group in groupby(rows, key=lambda row: text(row, "line"))]


def _evidence(rows: list[Row], notes: Notes) -> Evidence:
    row = rows[0]
    return Evidence(
        iri=text(row, "line"),
        judgement=ref(row, "judgement"),
        directness=maybe_ref(row, "directness"),
        scope=ref(row, "scope"),
        scope_reason=text(row, "scopeReason"),
        counts=text(row, "counts") == "true",
        count_reason=maybe_ref(row, "countReason"),
        checked_by=maybe_ref(row, "checkedBy"),
        checked_on=text(row, "checkedOn"),
        quotes=tuple(quote(each, notes.get(text(each, "passage"), ())) for each in rows),
        source=_source(row),
        notes=notes.get(text(row, "line"), ()),
    )


def _source(row: Row) -> Source:
    return Source(
        iri=text(row, "source"),
        title=text(row, "title"),
        publisher=maybe_ref(row, "publisher"),
        date=text(row, "date"),
        kind=maybe_ref(row, "sourceKind"),
        primary=text(row, "primary") == "true",
        lineage=maybe_ref(row, "lineage"),
        url=text(row, "url"),
        state=maybe_ref(row, "sourceState"),
    )
