"""A thing with its parts as triples, for its RDF documents."""

from __future__ import annotations

from vaughn.answer.asker import Asker
from vaughn.errors import ThingUnknown
from vaughn.model import Term

DOCUMENT_QUERY = "documents/thing"
LABELLED_QUERY = "documents/labelled"
STATEMENTS_QUERY = "documents/statements"


async def document(ask: Asker, iri: str, labels: bool = False) -> tuple[tuple[Term, Term, Term], ...]:
    """Every triple of a thing and its parts, sorted; with labels, those of the things they refer to as well.

    Raises ThingUnknown where there is none.
    """
    found = await ask.triples(LABELLED_QUERY if labels else DOCUMENT_QUERY, thing=iri)
    if not found:
        raise ThingUnknown(iri)
    return tuple(sorted(set(found), key=lambda triple: [(term.value, term.datatype, term.lang) for term in triple]))
