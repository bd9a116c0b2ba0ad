"""A release of the lighthouses and a pool of workers that answers from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pyoxigraph as ox
import pytest
from anyio.from_thread import start_blocking_portal

from queries.sites import lighthouses, shipped_book
from releases import serving, write_release
from vaughn.answer import Asker
from vaughn.store.release import Release

Answer = TypeVar("Answer")
Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The lighthouses as a release folder, with every shipped query."""
    book = shipped_book()
    assembly = lighthouses(book)
    nquads = assembly.store.dump(format=ox.RdfFormat.N_QUADS)
    texts = {name: query.text for name, query in book.queries.items()}
    return write_release(tmp_path_factory.mktemp("lighthouses"), nquads or b"", assembly.base, book.prefixes, texts)


@pytest.fixture(scope="module")
def ask(release: Release) -> Iterator[Callable[..., object]]:
    """Calls a function of `vaughn.answer` with an asker on the release and waits for its answer."""
    with start_blocking_portal("asyncio") as portal, portal.wrap_async_context_manager(serving(release)) as pool:
        asker = Asker(pool, release.book, release.iris)

        def call(function: Callable[..., Awaitable[Answer]], *words: str) -> Answer:
            return portal.call(function, asker, *words)

        yield call
