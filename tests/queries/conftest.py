"""The shipped queries, and the two sites they are asked of."""

from __future__ import annotations

import pytest
from rdflib import Graph

from queries import sites
from queries.engines import referee
from vaughn.build.assemble import Assembly
from vaughn.build.sources import read_sources
from vaughn.querybook import QueryBook
from vaughn.resources import open_site


@pytest.fixture(scope="session")
def book() -> QueryBook:
    """Every shipped query, with the prefixes of a release."""
    return sites.shipped_book()


@pytest.fixture(scope="session")
def assembly(book: QueryBook) -> Assembly:
    """The shipped site's store: its default graph is what a release serves."""
    return sites.assembled(read_sources(open_site()), book)


@pytest.fixture(scope="session")
def lighthouses(book: QueryBook) -> Assembly:
    """The small site's store, beside these tests."""
    return sites.lighthouses(book)


@pytest.fixture(scope="session")
def small_graph(lighthouses: Assembly) -> Graph:
    """The small site's default graph in rdflib."""
    return referee(lighthouses.store)
