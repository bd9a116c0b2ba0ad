"""Pages of lists in an order that the release holds, so that no engine has to put a whole list in order.

A whole list is read from there alone, and so is one that is narrowed, where the release tells the things that have a
value. Where it does not tell, the list is gone through in its order, a number of things at a time, and the engine says
which of them are so; where a page is not full after some steps, few things are so, and the engine finds them among all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vaughn.answer import Asker, listing
from vaughn.answer.listing import Listed, Listing
from vaughn.model import Ref
from vaughn.search import Numbers, Order, Place

AT_ONCE = 1_000
"""Things that the engine is asked about at once: the values that one parameter takes."""

LOOKED_AT = 3_000
"""Things of a narrowed list that are gone through for one page; then the engine looks at all."""

_GROWTH = 16


@dataclass(frozen=True)
class Span:
    """A part of a list. sort: what the list is ordered by. down: from the last. after: the key and IRI of the thing
    before it. most: things."""

    sort: str
    down: bool
    after: tuple[str, str] | None
    most: int

    @property
    def order(self) -> dict[str, str]:
        """The values of a list query's parameters for the list as a whole."""
        return {"sort": self.sort, "order": "down" if self.down else "up"}

    @property
    def values(self) -> dict[str, str]:
        """Those for this part alone."""
        return {**self.order, **dict(zip(("afterKey", "after"), self.after or (), strict=False))}


Filters = Mapping[str, Sequence[str]]
Found = tuple[tuple[Listed, ...], bool]
"""The things of a page, and whether there are more."""


async def page(ask: Asker, order: Order, listed: Listing, given: Filters, span: Span) -> Found:
    """The things of a span, and whether there are more. given: what the list is narrowed by; order: without any place
    where the release has none. Raises ParameterInvalid."""
    if not order:
        return await _sought(ask, listed, given, span)
    narrowed = await _narrowed(order, listed, given, span.sort)
    if not given or narrowed is not None:
        places = _behind(order, listed, span, span.most + 1, narrowed)
        return tuple(map(_listed, places[: span.most])), len(places) > span.most
    if "thing" not in listed.query.parameters:
        return await _sought(ask, listed, given, span)
    return await _walked(ask, order, listed, given, span)


async def total(ask: Asker, order: Order, listed: Listing, given: Filters) -> int:
    """How many things the whole list has. Raises ParameterInvalid."""
    if order and not given:
        return order.count(listed.kind, listed.sorts[0])
    narrowed = await _narrowed(order, listed, given, listed.sorts[0])
    return await listing.total(ask, listed, given) if narrowed is None else len(narrowed)


async def _narrowed(order: Order, listed: Listing, given: Filters, sort: str) -> Numbers | None:
    """The places of what a list is narrowed to; None where it is not narrowed, or the release does not tell. In a
    thread: long lists have hundreds of thousands."""
    return await asyncio.to_thread(order.narrowed, listed.kind, sort, given) if given else None


async def _walked(ask: Asker, order: Order, listed: Listing, given: Filters, span: Span) -> Found:
    found: list[Listed] = []
    left, step, after = LOOKED_AT, span.most + 1, span.after
    while left > 0:
        step = min(step, AT_ONCE, left)
        places = _behind(order, listed, replace(span, after=after), step)
        found += await _so(ask, listed, given, places)
        if len(found) > span.most or len(places) < step:
            return tuple(found[: span.most]), len(found) > span.most
        left, step, after = left - step, step * _GROWTH, (places[-1].key, places[-1].iri)
    rest, more = await _sought(ask, listed, given, replace(span, after=after, most=span.most - len(found)))
    return (*found, *rest), more


async def _so(ask: Asker, listed: Listing, given: Filters, places: Sequence[Place]) -> list[Listed]:
    """Those of some things that are as the list is narrowed, in the order given."""
    so = await listing.among(ask, listed, given, [place.iri for place in places])
    return [_listed(place) for place in places if place.iri in so]


async def _sought(ask: Asker, listed: Listing, given: Filters, span: Span) -> Found:
    return await listing.page(ask, listed, {**given, **span.values}, span.most)


def _behind(order: Order, listed: Listing, span: Span, most: int, narrowed: Numbers | None = None) -> list[Place]:
    return order.behind(listed.kind, span.sort, span.after, most, span.down, narrowed)


def _listed(place: Place) -> Listed:
    return Listed(Ref(place.iri, place.label), place.date, place.key)
