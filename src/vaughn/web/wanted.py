"""What a list is asked for: its filters, its order, and where a page begins; everything checked before it is run."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from vaughn.answer.listing import Listed, Listing, codes
from vaughn.answer.pages import graphs_of
from vaughn.errors import IriInvalid, ParameterFaulty, ParameterInvalid
from vaughn.iris import KINDS, SLUG, expand
from vaughn.querybook import Parameter
from vaughn.web import parameters
from vaughn.web.ordered import Span
from vaughn.web.places import local_path
from vaughn.web.releases import Served, served

USUAL, MOST = 100, 1_000
"""Things on a page unless `limit` says otherwise, and the most that it may say."""

STANDING = ("sort", "limit", "cursor", "count")
"""What every list takes beside its filters."""

MOST_COMBINED = 16
"""Combinations of values that the filters given several times may make; the engine goes through each."""

_KEYS: Mapping[str, re.Pattern[str]] = {
    "date": re.compile(r"\d{4}(?:-\d\d){0,2}(?:/\d{4}(?:-\d\d){0,2})?", re.ASCII),
    "sources": re.compile(r"\d{5}", re.ASCII),
}
_ANY = re.compile(r".*", re.DOTALL)
"""How the keys of an order are written: by date as precisely as is known (two dates where it lies
between them), by sources padded with zeros, else any text."""

_ANEW = "begin again without a cursor"
_STRANGE = "none of ours; take it from the link to the next page"


@dataclass(frozen=True)
class Wanted:
    """One page of one list. values: filters, as the query takes them. sort: as it was given, `-` for the last first."""

    listing: Listing
    values: Mapping[str, list[str]]
    sort: str
    most: int
    counted: bool
    after: tuple[str, str] | None

    @property
    def span(self) -> Span:
        """Which part of the list the page is."""
        return Span(self.sort.removeprefix("-"), self.sort.startswith("-"), self.after, self.most)


async def read(request: Request, made: Listing, usual: int = USUAL) -> Wanted:
    """What the parameters ask for. usual: things on a page unless `limit` says otherwise. Raises ParameterFaulty."""
    given = _given(request, made)
    sort = given.get("sort", [made.sorts[0]])[0]
    _one_of("sort", sort, [*made.sorts, *(f"-{each}" for each in made.sorts)])
    counted = given.get("count", ["0"])[0]
    _one_of("count", counted, ["0", "1"])
    held = served(request)
    values = {
        name: list(dict.fromkeys([await _checked(held, filter, value) for value in given[name]]))
        for name, filter in made.filters.items()
        if name in given
    }
    after = _after(held, given, made.kind, sort)
    asked = Wanted(made, values, sort, _most(given, usual), counted == "1", after)
    _fit(asked, held)
    parameters.in_turn(values)
    return asked


def _fit(asked: Wanted, held: Served) -> None:
    """Raises ParameterFaulty, as for every other fault of a list, where the query does not take a value."""
    try:
        asked.listing.query.bind(
            {**asked.listing.given, **asked.values, **asked.span.values}, held.release.book.prefixes
        )
    except ParameterInvalid as error:
        name = "cursor" if error.parameter in ("after", "afterKey") else error.parameter
        raise ParameterFaulty(name, error.reason) from None


def _given(request: Request, made: Listing) -> dict[str, list[str]]:
    given = parameters.read(request, [*made.filters, *STANDING], "this list", f"/api/{KINDS[made.kind]}.csv")
    for name, values in given.items():
        if name in STANDING or made.filters[name].type == "date":
            parameters.once(name, values)
    if math.prod(len(values) for values in given.values()) > MOST_COMBINED:
        most = max(given, key=lambda name: len(given[name]))
        raise ParameterFaulty(most, f"the filters make more than {MOST_COMBINED} combinations; give fewer values")
    return given


def _one_of(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ParameterFaulty(name, f"{value!r} is none of {', '.join(allowed)}")


async def _checked(held: Served, filter: Parameter, value: str) -> str:
    """A filter's value as the query takes it. Raises ParameterFaulty for one that nothing here could have."""
    if filter.type == "concept":
        return await _concept(held, filter, value)
    if filter.type == "iri":
        return await _thing(held, filter, value)
    return value


async def _concept(held: Served, filter: Parameter, value: str) -> str:
    known = await codes(held.ask, filter.kind)
    try:
        concept = (
            expand(value, held.release.prefixes) if ":" in value else held.release.iris.concept(filter.kind, value)
        )
    except IriInvalid:
        concept = ""
    if concept not in known:
        names = ", ".join(iri.rpartition("/")[2] for iri in known)
        raise ParameterFaulty(filter.name, f"{value!r} is none of {names}")
    return concept


async def _thing(held: Served, filter: Parameter, value: str) -> str:
    try:
        named = filter.kind and SLUG.fullmatch(value)
        iri = held.release.iris.thing(filter.kind, value) if named else expand(value, held.release.prefixes)
    except IriInvalid as error:
        raise ParameterFaulty(filter.name, f"{error}; for example {filter.example}") from None
    if not await graphs_of(held.ask, iri):
        raise ParameterFaulty(filter.name, f"the graph holds nothing at {iri}{_all_of(filter.kind)}")
    return iri


def _all_of(kind: str) -> str:
    """Where the things of a kind are listed, where it has such a list."""
    return f"; all are at /api/{KINDS[kind]}" if kind in KINDS else ""


def _most(given: Mapping[str, list[str]], usual: int) -> int:
    text = given.get("limit", [str(usual)])[0]
    most = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) else 0
    if not 1 <= most <= MOST:
        raise ParameterFaulty("limit", f"{text!r} is no number from 1 to {MOST:,}")
    return most


def _after(held: Served, given: Mapping[str, list[str]], kind: str, sort: str) -> tuple[str, str] | None:
    """The place that a cursor marks. Raises ParameterFaulty for one not made here, or made for another list."""
    if "cursor" not in given:
        return None
    made_for, order, key, iri = _place(given["cursor"][0])
    if made_for != kind:
        raise ParameterFaulty("cursor", f"made for the list of {KINDS.get(made_for, 'other things')}; {_ANEW}")
    if order != sort:
        raise ParameterFaulty("cursor", f"made for sort={order}; keep that order, or begin again without a cursor")
    if not _KEYS.get(order.removeprefix("-"), _ANY).fullmatch(key) or not _is_of_kind(held, iri, kind):
        raise ParameterFaulty("cursor", _STRANGE)
    return key, iri


def _place(cursor: str) -> tuple[str, str, str, str]:
    """What a cursor says: kind, order, key and IRI. Raises ParameterFaulty where it says anything else."""
    try:
        kind, order, key, iri = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _text(kind), _text(order), _text(key), _text(iri)
    except (ValueError, TypeError):
        raise ParameterFaulty("cursor", _STRANGE) from None


def _text(value: object) -> str:
    """A string of whole characters. Raises TypeError, UnicodeError."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value.encode().decode()


def _is_of_kind(held: Served, iri: str, kind: str) -> bool:
    try:
        name = held.release.iris.parse(iri)
    except IriInvalid:
        return False
    return name.what == "thing" and name.scope == kind


def onward(request: Request, wanted: Wanted, last: Listed) -> str:
    """The local address of the next page: this one's, with the place where it ended."""
    place = [wanted.listing.kind, wanted.sort, last.key, last.ref.iri]
    written = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    cursor = base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("cursor", "count")]
    return f"{local_path(request)}?{urlencode([*kept, ('cursor', cursor)])}"
