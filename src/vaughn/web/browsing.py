"""Lists for people: the same filters, order and pages as the API's, with a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import claims_of, rationales_of
from vaughn.answer.listing import entries
from vaughn.answer.listing import listing as listed
from vaughn.iris import KINDS
from vaughn.model import Ref
from vaughn.querybook import Parameter
from vaughn.web import rendering, wanted
from vaughn.web.ordered import page, total
from vaughn.web.places import local_path
from vaughn.web.releases import served
from vaughn.web.responses import cacheable, see_other

_KIND_OF = {plural: kind for kind, plural in KINDS.items()}
_TEMPLATES = {"claim": "claims.html", "rationale": "rationales.html"}


@dataclass(frozen=True)
class Field:
    """One filter of a list's form. choices: the entries of its code list, none where anything may be typed. value: what
    was given first; of a code list, the IRI."""

    parameter: Parameter
    title: str
    choices: Sequence[Ref]
    value: str


async def listing(request: Request) -> Response:
    """/claims, /sources …: the things of a kind, a page at a time. Raises ParameterFaulty."""
    kind = _KIND_OF[request.path_params["plural"]]
    if "" in request.query_params.values():
        return see_other(_without_blanks(request))
    context = await _found(request, kind)
    text = rendering.page(request, _TEMPLATES.get(kind, "list.html"), **context)
    return cacheable(request, text.encode(), "text/html")


async def _found(request: Request, kind: str) -> dict[str, Any]:
    """What a list's page shows: one page of things, the form, and the way to the next."""
    ask, order = served(request).ask, await served(request).order()
    asked = await wanted.read(request, listed(ask, kind, KINDS[kind]), wanted.USUAL if kind == "claim" else wanted.MOST)
    found, more = await page(ask, order, asked.listing, asked.values, asked.span)
    return {
        "kind": kind,
        "plural": KINDS[kind],
        "claims": await claims_of(ask, [each.ref.iri for each in found]) if kind == "claim" else (),
        "heads": await rationales_of(ask, [each.ref.iri for each in found]) if kind == "rationale" else {},
        "things": found,
        "count": await total(ask, order, asked.listing, asked.values),
        "whole": await total(ask, order, asked.listing, {}) if asked.values else None,
        "fields": [await _field(request, asked.values, each) for each in asked.listing.filters.values()],
        "sorts": [each for sort in asked.listing.sorts for each in (sort, f"-{sort}")],
        "asked": asked,
        "onward": wanted.onward(request, asked, found[-1]) if more else "",
        "suffix": _suffix(request),
    }


async def _field(request: Request, values: Mapping[str, list[str]], parameter: Parameter) -> Field:
    listed = parameter.type == "concept"
    choices = await entries(served(request).ask, parameter.kind) if listed else ()
    return Field(parameter, title(parameter.name), choices, (values.get(parameter.name) or [""])[0])


def title(name: str) -> str:
    """A parameter's name as words: `evidenceState` is "Evidence state"."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: " " + found[0].lower(), name).capitalize()


def _suffix(request: Request) -> str:
    """The filters and the order as they were given, for the same list as data."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"?{urlencode(kept)}" if kept else ""


def _without_blanks(request: Request) -> str:
    """The same address, below the mount, without the fields of the form that were left empty."""
    kept = urlencode([(name, value) for name, value in request.query_params.multi_items() if value])
    return local_path(request) + (f"?{kept}" if kept else "")
