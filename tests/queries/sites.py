"""Sites as the service sees them: assembled, inferred and derived like a release, but not written to disk."""

from __future__ import annotations

from pathlib import Path

from vaughn.build.assemble import Assembly, assemble
from vaughn.build.derive import derive
from vaughn.build.infer import infer
from vaughn.build.prefixes import release_prefixes
from vaughn.build.sources import Sources, read_sources
from vaughn.querybook import QueryBook, read_book
from vaughn.resources import open_site

LIGHTHOUSES = Path(__file__).parent / "site"
"""A small site made for these tests, with the shipped ontology and queries."""


def assembled(sources: Sources, book: QueryBook) -> Assembly:
    """The store whose default graph is what a release of the site would serve."""
    made = assemble(sources)
    infer(made, [source.graph for source in sources.graph], "compiled")
    derive(made, sources, book)
    return made


def shipped_book() -> QueryBook:
    """Every shipped query, with the prefixes of a release."""
    sources = read_sources(open_site())
    return read_book(sources.site.queries, release_prefixes(sources))


def lighthouses(book: QueryBook) -> Assembly:
    """The small site's store."""
    return assembled(read_sources(open_site(LIGHTHOUSES)), book)
