"""Lists of things, a page at a time: filters are a query's parameters, and where a page ends is a key, not a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaughn.answer.asker import Asker, Row, text
from vaughn.model import Ref
from vaughn.querybook import NamedQuery, Parameter, counted, first
from vaughn.store.engine import Form, Request
from vaughn.store.results import table

_OTHERS = "lists/others"
_MACHINERY = frozenset({"kind", "thing", "sort", "order", "after", "afterKey"})


@dataclass(frozen=True)
class Listed:
    """One thing of a list. date: as precise as is known, "" when unknown. key: what the list is ordered by."""

    ref: Ref
    date: str
    key: str


@dataclass(frozen=True)
class Listing:
    """The named query that lists a kind. given: the parameters that say which kind, where one query lists several.
    among: the query that says which of some things are so, by those filters that it takes; not every list has one."""

    kind: str
    query: NamedQuery
    given: Mapping[str, str]
    among: NamedQuery | None = None

    @property
    def filters(self) -> dict[str, Parameter]:
        """The parameters by which a list can be narrowed."""
        return {name: each for name, each in self.query.parameters.items() if name not in _MACHINERY}

    @property
    def sorts(self) -> tuple[str, ...]:
        """What the list can be ordered by, the usual order first."""
        return self.query.parameters["sort"].values


Values = Mapping[str, str | Sequence[str]]


def listing(ask: Asker, kind: str, plural: str) -> Listing:
    """How a kind is listed: by a query of its own, or by the one for all others."""
    own = ask.book.queries.get(f"lists/{plural}")
    among = ask.book.queries.get(f"lists/{plural}-among")
    return Listing(kind, own, {}, among) if own else Listing(kind, ask.book[_OTHERS], {"kind": kind})


async def page(ask: Asker, listed: Listing, values: Values, most: int) -> tuple[tuple[Listed, ...], bool]:
    """At most so many things, in order, and whether there are more. Raises ParameterInvalid."""
    found = await _rows(ask, first(_bound(ask, listed, values), most + 1))
    return tuple(_listed(row) for row in found[:most]), len(found) > most


async def among(ask: Asker, listed: Listing, values: Values, things: Sequence[str]) -> frozenset[str]:
    """Those of some things that are in the list as it is narrowed; 1,000 things at most. Raises ParameterInvalid."""
    told = {name: value for name, value in values.items() if listed.among and name in listed.among.parameters}
    if listed.among and told:
        things = await _told(ask, listed.among.bind({**told, "thing": things}, ask.book.prefixes))
    rest = {name: value for name, value in values.items() if name not in told}
    if rest and things:
        things = await _told(ask, _bound(ask, listed, {**rest, "thing": things}))
    return frozenset(things)


async def _told(ask: Asker, query: str) -> list[str]:
    return [text(row, "thing") for row in await _rows(ask, query)]


async def total(ask: Asker, listed: Listing, values: Values) -> int:
    """How many things the whole list has. Raises ParameterInvalid."""
    (row,) = await _rows(ask, counted(_bound(ask, listed, values)))
    return int(text(row, "count"))


async def codes(ask: Asker, scheme: str) -> tuple[str, ...]:
    """The IRIs of a code list's entries."""
    return tuple(entry.iri for entry in await entries(ask, scheme))


async def entries(ask: Asker, scheme: str) -> tuple[Ref, ...]:
    """A code list's entries, by IRI."""
    iri = f"{ask.iris.base}concept/{scheme}"
    return tuple(Ref(text(row, "concept"), text(row, "label")) for row in await ask.table("lists/codes", scheme=iri))


def _bound(ask: Asker, listed: Listing, values: Values) -> str:
    return listed.query.bind({**listed.given, **values}, ask.book.prefixes)


async def _rows(ask: Asker, query: str) -> tuple[Row, ...]:
    result = await ask.engine.run(Request(text=query, form=Form.SELECT, format="json"))
    return table(result.body).rows


def _listed(row: Row) -> Listed:
    return Listed(Ref(text(row, "thing"), text(row, "label")), text(row, "date"), text(row, "key"))
