"""/timeline: oversight events in order of time, drawn and told; /statistics: annual figures, or that there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import Asker, timeline, unknown
from vaughn.answer.timeline import TIMELINE_QUERY
from vaughn.errors import ParameterFaulty, ParameterInvalid
from vaughn.model import Happening
from vaughn.web import parameters, problems
from vaughn.web.chart import draw
from vaughn.web.parameters import taking
from vaughn.web.releases import served
from vaughn.web.rendering import render

STATISTICS_QUERY = "statistics/exemptions"

router = APIRouter()


async def page(request: Request) -> Response:
    """/timeline: the form, the drawing, and every event by year; a faulty parameter is told above the form.

    Raises ParameterInvalid and ParameterFaulty to a client that would rather not have a page.
    """
    ask = served(request).ask
    query, values = ask.book[TIMELINE_QUERY], _values(request, ask.book[TIMELINE_QUERY].parameters)
    told: dict[str, Any] = {"query": query, "values": values, "fault": "", "happenings": (), "unknown": ()}
    try:
        told |= {"happenings": await _found(ask, values), "unknown": await unknown(ask, query.name, values)}
    except (ParameterInvalid, ParameterFaulty) as error:
        if not problems.as_page(request):
            raise
        told["fault"] = str(error)
    known, built = await timeline(ask, {}), served(request).release.manifest.created
    told |= {"years": _years(told["happenings"]), "chart": draw(told["happenings"], built), "all": len(known)}
    told |= {"actors": _actors(known), "asked": urlencode(values, doseq=True, safe=":")}
    status, headers = (400, {"Vary": "Accept"}) if told["fault"] else (200, {})
    return render(request, "timeline.html", status, headers, **told)


async def _found(ask: Asker, values: Mapping[str, list[str]]) -> Sequence[Happening]:
    """The events asked for. Raises ParameterInvalid, ParameterFaulty."""
    for name in {"from", "to"}.intersection(values):
        parameters.once(name, values[name])
    found = await timeline(ask, values)
    parameters.in_turn(values)
    return found


@taking()
async def statistics(request: Request) -> Response:
    """/statistics: what the annual figures say, where any were imported."""
    return render(
        request, "statistics.html", rows=await served(request).ask.table(STATISTICS_QUERY), query=STATISTICS_QUERY
    )


def _values(request: Request, allowed: Mapping[str, object]) -> dict[str, list[str]]:
    """The parameters given; an empty field of the form is one not given. Raises ParameterFaulty for any other name."""
    given = parameters.read(request, [*allowed], "the timeline")
    return {name: kept for name, values in given.items() if (kept := [each for each in values if each])}


def _years(happenings: Sequence[Happening]) -> list[tuple[str, list[Happening]]]:
    """The events by year, "" for those without a date, which come last."""
    return [(year, list(group)) for year, group in groupby(happenings, key=_year)]


def _year(each: Happening) -> str:
    return each.date[:4] if each.date[:4].isdecimal() else ""


def _actors(happenings: Sequence[Happening]) -> list[tuple[str, str]]:
    """Who conducted the events, by name: IRI and name, for the form."""
    counted = Counter(actor for each in happenings for actor in each.actors)
    return sorted(((it.iri, it.label) for it in counted), key=lambda pair: pair[1])


router.add_route("/timeline", page)
router.add_route("/statistics", statistics)
