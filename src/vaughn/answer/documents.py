"""A thing with its parts as triples, for its RDF documents."""

from __future__ import annotations

from collections.abc import Iterable

from vaughn.answer.asker import Asker
from vaughn.answer.quotes import is_passage
from vaughn.errors import ThingUnknown
from vaughn.model import Triple

DOCUMENT_QUERY = "documents/thing"
STATEMENTS_QUERY = "documents/statements"
INCOMING_QUERY = "documents/incoming"
"""All of what leads to a thing."""

MOST_INCOMING = 1_000
"""Statements of others about a thing that its document has; where there are more, it has none of them."""

_FIRST_QUERY = "documents/incoming-first"
_LABELS_QUERY = "documents/labels"
_MOST = 1_000  # values that one parameter takes

Triples = tuple[Triple, ...]


async def document(ask: Asker, iri: str, labels: bool = False) -> Triples:
    """Every triple of a thing, its parts and the passages they quote, sorted; with labels, those of the things they
    refer to as well.

    Raises ThingUnknown where there is none.
    """
    own = await ask.triples(DOCUMENT_QUERY, thing=iri)
    if not own:
        raise ThingUnknown(iri)
    quoted = [each for each in _named(own) if is_passage(ask, each)]
    found = [*own, *await _of_all(ask, STATEMENTS_QUERY, quoted)]
    return in_order([*found, *(await _of_all(ask, _LABELS_QUERY, _named(found)) if labels else ())])


def _named(triples: Iterable[Triple]) -> set[str]:
    """The things that stand as values."""
    return {value.value for _, _, value in triples if value.kind == "uri"}


async def _of_all(ask: Asker, query: str, iris: Iterable[str]) -> list[Triple]:
    """What a query makes of each of these. Nothing where the release is too old to be asked."""
    wanted = sorted(iris) if query in ask.book.queries else []
    parts = (wanted[start : start + _MOST] for start in range(0, len(wanted), _MOST))
    return [triple for part in parts for triple in await ask.triples(query, thing=part)]


def in_order(triples: Iterable[Triple]) -> Triples:
    """Triples sorted, each once."""
    return tuple(sorted(set(triples), key=lambda triple: [(term.value, term.datatype, term.lang) for term in triple]))


async def incoming(ask: Asker, iri: str, labels: bool = False) -> Triples | None:
    """Every triple that leads to a thing from elsewhere; with labels, those of where they come from as well.

    None where they are more than MOST_INCOMING. Nothing where the release is too old to be asked.
    """
    found = await ask.triples(_FIRST_QUERY, thing=iri) if _FIRST_QUERY in ask.book.queries else []
    if len(found) > MOST_INCOMING:
        return None
    named = {subject.value for subject, _, _ in found}
    return (*found, *(await _of_all(ask, _LABELS_QUERY, named) if labels else ()))
