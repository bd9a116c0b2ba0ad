"""Remote engines that hold the shipped site's release, and what stands behind no release at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from store.remote import remote_servers
from store.remote.remote_servers import Server
from vaughn.store.release import Release, current_release, open_release
from vaughn.store.remote import RemoteEngine, push

OTHER = "urn:other-site"
STARTERS: dict[str, tuple[Callable[..., AbstractContextManager[Server]], str | None, str]] = {
    "oxigraph": (remote_servers.oxigraph, remote_servers.OXIGRAPH, remote_servers.NO_OXIGRAPH),
    "virtuoso": (remote_servers.virtuoso, remote_servers.VIRTUOSO, remote_servers.NO_VIRTUOSO),
}


@pytest.fixture(scope="session")
def release(shipped_builds: Path) -> Release:
    """The shipped site's release."""
    return open_release(current_release(shipped_builds))


@pytest.fixture(scope="session", params=sorted(STARTERS))
def loaded(
    request: pytest.FixtureRequest, release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Each engine in turn, holding the release beside another site's graph."""
    start, installed, lacking = STARTERS[request.param]
    if not installed:
        pytest.skip(lacking)
    with ExitStack() as stack:
        server = stack.enter_context(
            start(tmp_path_factory.mktemp(request.param), query_seconds=20.0, result_rows=50_000)
        )
        remote_servers.put(server, OTHER, "<urn:secret> <urn:p> 'another site' .")
        asyncio.run(push(release, server.settings, lambda _: None))
        yield server


@pytest.fixture(scope="session")
async def engine(loaded: Server, release: Release) -> AsyncIterator[RemoteEngine]:
    """The service's side of a loaded engine."""
    started = await RemoteEngine.start(release, loaded.settings, 2)
    yield started
    await started.close()


@pytest.fixture
def oxigraph(town: Release, tmp_path: Path) -> Iterator[Server]:
    """Oxigraph's server, holding the town, that may be killed."""
    if not remote_servers.OXIGRAPH:
        pytest.skip(remote_servers.NO_OXIGRAPH)
    with remote_servers.oxigraph(tmp_path, query_seconds=5.0) as server:
        asyncio.run(push(town, server.settings, lambda _: None))
        yield server
