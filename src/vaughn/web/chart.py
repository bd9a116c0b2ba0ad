"""The drawing of a timeline: one lane per type of event, one mark per event, as long as its date is uncertain."""

from __future__ import annotations

import calendar
import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vaughn.model import Happening

LEFT, WIDTH, LANE = 200, 980, 26
"""Where the lanes begin, where they end, and how high each is, in units of the drawing."""

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_STEPS = (1, 2, 5, 10, 20, 50)  # years between two ticks
_MOST_TICKS = 12


@dataclass(frozen=True)
class Mark:
    """One event. x, end: where its date begins and ends; a day has no length. y: the middle of its lane."""

    x: float
    end: float
    y: float
    title: str


@dataclass(frozen=True)
class Chart:
    """lanes: names and their middles. ticks: years and where they begin. undated: events that could not be placed."""

    lanes: tuple[tuple[str, float], ...]
    ticks: tuple[tuple[int, float], ...]
    marks: tuple[Mark, ...]
    height: int
    undated: int


def draw(happenings: Sequence[Happening], told: str = "") -> Chart | None:
    """The drawing; None where fewer than two events have a date. told: the day on which the release was built (ISO),
    since what had happened by then cannot have happened later, however little is known of its date."""
    ends = _span(told[:10])
    spans = [(each, _cut(span, ends)) for each in happenings if (span := _span(each.date))]
    if len(spans) < 2:
        return None
    first, last = int(min(start for _, (start, _) in spans)), int(max(end for _, (_, end) in spans)) + 1
    lanes = _lanes([each for each, _ in spans])

    def place(year: float) -> float:
        return round(LEFT + (WIDTH - LEFT) * (year - first) / (last - first), 1)

    marks = (
        Mark(place(start), place(end), lanes[each.types[0].label], f"{each.date}: {each.event.label}")
        for each, (start, end) in spans
    )
    ticks = tuple((year, place(year)) for year in _ticks(first, last))
    return Chart(tuple(lanes.items()), ticks, tuple(marks), LANE * len(lanes), len(happenings) - len(spans))


def _cut(span: tuple[float, float], told: tuple[float, float] | None) -> tuple[float, float]:
    """A span that began before the telling, no longer than until then."""
    start, end = span
    return (start, min(end, told[1])) if told and start <= told[0] else span


def _lanes(happenings: Sequence[Happening]) -> dict[str, float]:
    """The middle of each lane by its name, the type with most events first."""
    counted = Counter(each.types[0].label for each in happenings)
    names = sorted(counted, key=lambda name: (-counted[name], name))
    return {name: LANE * (row + 0.5) for row, name in enumerate(names)}


def _ticks(first: int, last: int) -> range:
    step = next((step for step in _STEPS if (last - first) / step <= _MOST_TICKS), _STEPS[-1])
    return range(-(-first // step) * step, last + 1, step)


def _span(date: str) -> tuple[float, float] | None:
    """Where a date of a day, month or year begins and ends, in years; a day ends where it begins."""
    matched = _DATE.fullmatch(date)
    if not matched:
        return None
    year, month, day = (int(part) if part else 0 for part in matched.groups())
    if not month:
        return float(year), year + 1.0
    if day:
        return (_years(year, month, day),) * 2
    return _years(year, month, 1), _years(year, month, calendar.monthrange(year, month)[1])


def _years(year: int, month: int, day: int) -> float:
    """A day as a number of years."""
    return year + (datetime.date(year, month, day).timetuple().tm_yday - 1) / 366
