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
Notes = Mapping[str, tuple[str, ...]]
_MOST = 1_000  # values that one parameter takes
_GROUPS = {"supports": "supporting", "disputes": "disputing", "qualifies": "qualifying"}


async def support_for(ask: Asker, iri: str) -> Support:
    """Everything for and against one claim. Raises ThingUnknown where the graph holds no such claim."""
    return (await supports_for(ask, [iri]))[iri]


async def supports_for(ask: Asker, iris: Iterable[str]) -> dict[str, Support]:
    """The same of many claims, each once, by its IRI: heads and remarks are looked up together. Raises ThingUnknown
    where the graph holds no such claim."""
    found: dict[str, Support] = {}
    for part in _parts(list(dict.fromkeys(iris))):
        heads = {head.iri: head for head in await claims_of(ask, part)}
        if lost := next((iri for iri in part if iri not in heads), None):
            raise ThingUnknown(lost)
        notes = _notes(await ask.table("claims/notes", claim=part))
        found |= {iri: await _support(ask, heads[iri], notes) for iri in part}
    return found


def _parts(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    return (iris[start : start + _MOST] for start in range(0, len(iris), _MOST))


async def _support(ask: Asker, head: ClaimHead, notes: Notes) -> Support:
    iri = head.iri
    lines = _lines(await ask.table(EVIDENCE_QUERY, claim=iri), notes)
    premises = await ask.table("claims/inferred-from", claim=iri)
    bearing = _bearing(await ask.table("claims/bearing", claim=iri))
    return Support(
        claim=head,
        **_grouped(ask, lines),
        inferred_from=tuple(Ref(text(row, "premise"), text(row, "label")) for row in premises),
        bearing=bearing,
        query=EVIDENCE_QUERY,
        notes=notes.get(iri, ()),
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
