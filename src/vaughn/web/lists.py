"""Lists of the API: narrowed, ordered, a page at a time, as JSON, JSON Lines, CSV or JSON-LD."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import claims_of
from vaughn.answer.documents import STATEMENTS_QUERY
from vaughn.answer.listing import Listed, listing
from vaughn.errors import NotAcceptable
from vaughn.store import jsonld
from vaughn.store.engine import JSONLD
from vaughn.web import wanted
from vaughn.web.documents import vocabulary
from vaughn.web.formats import negotiate
from vaughn.web.headers import COUNT
from vaughn.web.ordered import page, total
from vaughn.web.places import root
from vaughn.web.releases import Served, served
from vaughn.web.responses import as_json, cacheable, links
from vaughn.web.schema import ClaimOut, ClaimsOut, ListedOut, RefOut, ThingsOut
from vaughn.web.speaker import Speaker, release_out

FORMATS: Mapping[str, str] = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "jsonld": JSONLD,
}
OFFERS = {media_type: name for name, media_type in FORMATS.items()} | {"application/x-ndjson": "jsonl"}


async def listed(request: Request, kind: str, plural: str, ending: str) -> Response:
    """A page of the things of a kind. ending: of the address, "" where the format is negotiated.

    Raises ParameterFaulty, NotAcceptable.
    """
    held = served(request)
    media_type, format = _format(request, ending)
    asked = await wanted.read(request, listing(held.ask, kind, plural))
    order = await held.order()
    found, more = await page(held.ask, order, asked.listing, asked.values, asked.span)
    count = await total(held.ask, order, asked.listing, asked.values) if asked.counted else None
    onward = wanted.onward(request, asked, found[-1]) if more else None
    headers = {
        **({} if ending else {"Vary": "Accept"}),
        **(links((onward, {"rel": "next"})) if onward else {}),
        **({} if count is None else {COUNT: str(count)}),
    }
    if format == "jsonld":
        return cacheable(request, await _graph(request, found), media_type, headers)
    items = await _items(request, kind, found)
    if format == "json":
        address = onward and root(request.scope) + onward
        return as_json(request, _body(held, kind, items, count, address), headers)
    shape = ClaimOut if kind == "claim" else ListedOut
    return cacheable(request, _WRITERS[format](items, shape), media_type, headers)


def _format(request: Request, ending: str) -> tuple[str, str]:
    if not ending:
        return negotiate(request.headers.getlist("accept"), "", OFFERS)
    if ending not in FORMATS:
        raise NotAcceptable(ending, tuple(FORMATS))
    return FORMATS[ending], ending


async def _graph(request: Request, found: Sequence[Listed]) -> bytes:
    """What the release says of the things themselves. Raises NotAcceptable where it is older than the query."""
    ask = served(request).ask
    if STATEMENTS_QUERY not in ask.book.queries:
        raise NotAcceptable("jsonld", [name for name in FORMATS if name != "jsonld"])
    things = [each.ref.iri for each in found]
    triples = await ask.triples(STATEMENTS_QUERY, thing=things) if found else []
    return jsonld.graph(triples, vocabulary(request), things)


async def _items(request: Request, kind: str, found: Sequence[Listed]) -> Sequence[BaseModel]:
    say, held = Speaker.to(request), served(request)
    if kind == "claim":
        return [say.claim(head) for head in await claims_of(held.ask, [each.ref.iri for each in found])]
    return [ListedOut(**say.ref(each.ref).model_dump(), date=each.date or None) for each in found]


def _body(held: Served, kind: str, items: Sequence[BaseModel], count: int | None, onward: str | None) -> BaseModel:
    standing = {"count": count, "next": onward, "release": release_out(held.release.manifest)}
    shape: type[BaseModel] = ClaimsOut if kind == "claim" else ThingsOut
    return shape(**{"claims" if kind == "claim" else "things": items, **standing})


def _lines(items: Sequence[BaseModel], _: type[BaseModel]) -> bytes:
    return b"".join(item.model_dump_json().encode() + b"\n" for item in items)


def _csv(items: Sequence[BaseModel], shape: type[BaseModel]) -> bytes:
    """One row a thing (RFC 4180); a thing or concept in a column is its IRI, with its name in the column beside it."""
    refs = {
        name for name, field in shape.model_fields.items() if RefOut in (field.annotation, *get_args(field.annotation))
    }
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    heads = [(name, field.alias or name) for name, field in shape.model_fields.items()]
    writer.writerow(
        [column for name, head in heads for column in ((head, f"{head}Label") if name in refs else (head,))]
    )
    for item in items:
        writer.writerow([cell for name, _ in heads for cell in _cells(getattr(item, name), name in refs)])
    return sheet.getvalue().encode()


def _cells(value: object, is_ref: bool) -> tuple[object, ...]:
    if isinstance(value, RefOut):
        return value.iri, value.label
    return ("", "") if is_ref else ("" if value is None else value,)


_WRITERS: Mapping[str, Callable[[Sequence[BaseModel], type[BaseModel]], bytes]] = {"jsonl": _lines, "csv": _csv}
