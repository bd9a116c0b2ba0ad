"""What happened in oversight, in order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from vaughn.answer.asker import Asker, Row, maybe_ref, ref, text
from vaughn.model import Happening, Ref

TIMELINE_QUERY = "events/timeline"


async def timeline(ask: Asker, values: Mapping[str, str | Sequence[str]]) -> tuple[Happening, ...]:
    """Each event once, from the earliest; those without a date come last. values: the query's parameters.

    Raises ParameterInvalid.
    """
    rows = await ask.table(TIMELINE_QUERY, **values)
    return tuple(_happening(list(group)) for _, group in groupby(rows, key=lambda row: text(row, "event")))


def _happening(rows: list[Row]) -> Happening:
    """One event from its rows, of which there is one per type, actor and outcome."""
    return Happening(
        event=Ref(text(rows[0], "event"), text(rows[0], "label")),
        date=text(rows[0], "date"),
        types=tuple(dict.fromkeys(ref(row, "type") for row in rows)),
        actors=tuple(dict.fromkeys(it for row in rows if (it := maybe_ref(row, "actor")))),
        outcomes=tuple(dict.fromkeys(told for row in rows if (told := text(row, "outcome")))),
    )
