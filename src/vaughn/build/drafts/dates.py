"""Dates as precisely as they are given: a day, a month, a year, or unknown."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from vaughn import terms

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_PRECISIONS = ("year", "month", "day")
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Span:
    """A precision's code and the bounds; both are "" when the date is unknown."""

    precision: str
    earliest: str = ""
    latest: str = ""

    @property
    def values(self) -> Mapping[str, str]:
        """What a time span says, by property."""
        said = {terms.PRECISION: self.precision, terms.EARLIEST: self.earliest, terms.LATEST: self.latest}
        return {predicate: value for predicate, value in said.items() if value}


def read_span(value: str) -> Span:
    """A date from `2025`, `2025-08`, `2025-08-21` or `unknown`. Raises ValueError for anything else."""
    if value == _UNKNOWN:
        return Span(_UNKNOWN)
    found = _FORM.fullmatch(value)
    if not found:
        raise ValueError("write a date as 2025-08-21, 2025-08, 2025 or unknown")
    given = [int(number) for number in found.groups() if number]
    year, first, last = given[0], (given[1:2] or [1])[0], (given[1:2] or [12])[0]
    earliest = datetime.date(year, first, (given[2:] or [1])[0])
    latest = datetime.date(year, last, (given[2:] or [calendar.monthrange(year, last)[1]])[0])
    return Span(_PRECISIONS[len(given) - 1], earliest.isoformat(), latest.isoformat())
