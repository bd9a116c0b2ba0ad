"""Count what a release holds of each class and property, and name what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox

from vaughn import terms
from vaughn.querybook import QueryBook
from vaughn.store.summary import MOST, Counted, Keyword, Summary

KEYWORDS = "lists/keywords"
_TYPE = ox.NamedNode(terms.RDF_TYPE)


def summarised(store: ox.Store, book: QueryBook) -> Summary:
    """The summary of the default graph."""
    classes, properties = Counter[str](), Counter[str]()
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        properties[quad.predicate.value] += 1
        if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
            classes[quad.object.value] += 1
    keywords = tuple(dict.fromkeys(_keywords(store, book)))[:MOST]
    return Summary(_most(classes), _most(properties), keywords, len(classes), len(properties))


def _most(counted: Counter[str]) -> tuple[Counted, ...]:
    found = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Counted(iri, count) for iri, count in found[:MOST])


def _keywords(store: ox.Store, book: QueryBook) -> Iterator[Keyword]:
    """As queries/lists/keywords.rq says; nothing where the site has no such query."""
    found = store.query(book[KEYWORDS].bind({}, {})) if KEYWORDS in book.queries else None
    if isinstance(found, ox.QuerySolutions):
        for row in found:
            yield Keyword(row["keyword"].value, row["keyword"].language or "")
