"""What named queries and the grammar of IRIs derive: states of claims, counts of sources, the owner of each part."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.assemble import Assembly
from vaughn.build.names import owner_of
from vaughn.build.sources import Sources
from vaughn.errors import HeaderInvalid, IriInvalid
from vaughn.iris import Iris, Name
from vaughn.querybook import NamedQuery, QueryBook

FOLDER = "derive/"


def derive(assembly: Assembly, sources: Sources, book: QueryBook) -> int:
    """Fill the derived graph, query after query in the order of their names; how many triples are new.

    Each query sees what those before it derived. Raises HeaderInvalid for a query that is no CONSTRUCT or fails.
    """
    added = assembly.add("derived", _owners(sources))
    for name in sorted(name for name in book.queries if name.startswith(FOLDER)):
        added += assembly.add("derived", _construct(assembly, book[name]))
    return added


def _construct(assembly: Assembly, query: NamedQuery) -> list[ox.Triple]:
    if query.form != "CONSTRUCT":
        raise HeaderInvalid(query.path, "a derivation is a CONSTRUCT")
    try:
        found = assembly.store.query(query.bind({}, {}))
    except SyntaxError as error:
        raise HeaderInvalid(query.path, str(error)) from None
    return list(found) if isinstance(found, ox.QueryTriples) else []


def _owners(sources: Sources) -> Iterator[ox.Triple]:
    """partOfThing for every part, from its name."""
    iris = Iris(sources.site.base)
    for subject in sorted(sources.files_of):
        name = _part(iris, subject)
        owner = owner_of(sources, iris, name) if name else None
        if owner:
            yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(terms.PART_OF_THING), ox.NamedNode(owner))


def _part(iris: Iris, subject: str) -> Name | None:
    try:
        name = iris.parse(subject)
    except IriInvalid:
        return None
    return name if name.what == "part" else None
