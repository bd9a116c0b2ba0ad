"""Which engines answer from a release: the embedded ones, or those that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from vaughn.errors import QueryWithheld, VaughnError
from vaughn.querybook import NamedQuery
from vaughn.settings import Settings
from vaughn.store.engine import Engine
from vaughn.store.extensions import Extensions, of_remote
from vaughn.store.release import Release
from vaughn.store.remote import RemoteEngine, Strangers, endpoint_of
from vaughn.store.remote.engine import WORDY
from vaughn.store.stable import Stable, memory_parts_mb

_READERS_MB = 40  # the template of readers, which has loaded nothing


class Engines(Protocol):
    """What answers from one release. strangers: anybody's queries; pages: reviewed ones."""

    @property
    def strangers(self) -> Engine: ...

    @property
    def pages(self) -> Engine: ...

    async def close(self) -> None:
        """End both; queries under way are answered with an error."""
        ...


class RemoteEngines:
    """Two ways to one remote engine, each with its own connections, so that strangers never crowd out the pages."""

    def __init__(self, strangers: Strangers, pages: RemoteEngine) -> None:
        self.strangers, self.pages = strangers, pages

    def trusted(self, query: NamedQuery) -> None:
        """Raises QueryWithheld for the build's own queries, which are held against the embedded engine alone: on a
        release in order most of them have no rows to compare."""
        if query.builds:
            raise QueryWithheld(query.name, "it is one of the build's own, which only the embedded engine is held to")

    async def extensions(self) -> Extensions:
        """What it takes beyond SPARQL 1.1; of an engine that cannot be asked now, nothing is said."""
        with suppress(VaughnError):
            return of_remote(await self.pages.name())
        return Extensions()

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(self.strangers.close(), self.pages.close())


def own_parts_mb(settings: Settings) -> Mapping[str, int]:
    """MiB of what is bounded of a service over a remote engine, by what it is for; no bound of the whole, since what
    writing an answer anew takes for a moment depends on the answer. The engine's memory is its own.

    Readers of strangers' texts are counted like workers, of which they have no more and take no more.
    """
    answers = (settings.workers + settings.page_workers) * WORDY * settings.result_mb
    return {**memory_parts_mb(settings, _READERS_MB), "results": answers}


def checked(settings: Settings) -> Settings:
    """The settings, if an engine can be meant by them; it is not asked. Raises SettingsInvalid."""
    if settings.endpoint:
        endpoint_of(settings)
    return settings


async def open_engines(release: Release, settings: Settings, waits: bool = False) -> Engines:
    """The engines of the current release: remote ones where VAUGHN_ENDPOINT is set.

    waits: a remote engine that does not hold the release is waited for; until then each query is an EngineUnfit.
    Raises ReleaseMissing where the release cannot be opened or the remote engine does not hold it; SettingsInvalid.
    """
    if not settings.endpoint:
        return await Stable.start(release, settings)
    strangers = await Strangers.start(release, settings, waits)
    try:
        return RemoteEngines(strangers, await RemoteEngine.start(release, settings, settings.page_workers, waits))
    except BaseException:
        await strangers.close()
        raise
