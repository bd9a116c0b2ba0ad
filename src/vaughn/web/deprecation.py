"""What is to go, and when: named in the OpenAPI description and in the headers of every answer that it concerns.

Deprecation says since when (RFC 9745 §2), Sunset when it will be gone (RFC 8594 §3).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

POLICY_PATH = "/docs#h-version"
SHORTEST_NOTICE = datetime.timedelta(days=183)
"""Between the day that something is marked and the day that it goes."""


@dataclass(frozen=True)
class Deprecated:
    """An address that is to go, or one parameter of it.

    route: as the OpenAPI description writes it, `{name}` for one step of the path. parameter: "" for the whole address.
    instead: a sentence that says what takes its place.
    """

    route: str
    since: datetime.date
    until: datetime.date
    instead: str
    parameter: str = ""

    def concerns(self, path: str, parameters: Iterable[str]) -> bool:
        """Whether a request to this path, with parameters of these names, uses it."""
        steps = (r"[^/]+" if step.startswith("{") else re.escape(step) for step in self.route.split("/"))
        return bool(re.fullmatch("/".join(steps), path)) and (not self.parameter or self.parameter in parameters)


TABLE: Sequence[Deprecated] = ()
"""Everything that is to go. Nothing is, now."""


def headers(table: Sequence[Deprecated], path: str, parameters: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What an answer says of everything that its request used: the day that came first, of marking and of going."""
    found = [each for each in table if each.concerns(path, parameters)]
    if found:
        yield "Deprecation", f"@{int(_start(min(each.since for each in found)).timestamp())}"
        yield "Sunset", format_datetime(_start(min(each.until for each in found)), usegmt=True)
        yield "Link", f'<{POLICY_PATH}>; rel="deprecation"; type="text/html"'


def mark(table: Sequence[Deprecated], paths: dict[str, Any]) -> None:
    """Mark what is to go in the paths of an OpenAPI description."""
    for each in table:
        for operation in paths.get(each.route, {}).values():
            named = [it for it in operation.get("parameters", ()) if it["name"] == each.parameter]
            for marked in named if each.parameter else [operation]:
                marked["deprecated"] = True
                marked["description"] = f"{marked.get('description', '')} Gone on {each.until}. {each.instead}".strip()


def _start(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
