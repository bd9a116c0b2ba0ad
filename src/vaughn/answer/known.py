"""Which of the names in a question the release has never heard of: it would answer them like a thing of which nothing
is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from vaughn.answer.asker import Asker, text
from vaughn.iris import expand
from vaughn.querybook import Parameter

KNOWN_QUERY = "documents/known"
_NAMES = ("iri", "concept")
_MOST = 1_000  # values that one parameter takes


async def unknown(ask: Asker, name: str, values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The names among a named query's values, as they were given, that do not occur in the release.

    values: such that the query can be bound with them. Empty where the release is too old to be asked.
    """
    parameters = ask.book[name].parameters
    given = {
        _iri(ask, parameters[key], value): value
        for key, listed in values.items()
        for value in (listed if parameters[key].type in _NAMES else ())
    }
    looked_up = dict(islice(given.items(), _MOST))
    if not looked_up or KNOWN_QUERY not in ask.book.queries:
        return ()
    found = {text(row, "name") for row in await ask.table(KNOWN_QUERY, thing=list(looked_up))}
    return tuple(value for iri, value in looked_up.items() if iri not in found)


def _iri(ask: Asker, parameter: Parameter, value: str) -> str:
    named = value if ":" in value or not parameter.kind else f"{parameter.kind}:{value}"
    return expand(named, ask.book.prefixes)
