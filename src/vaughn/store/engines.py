"""Which engines answer from a release: the embedded ones, or those that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from vaughn.errors import QueryWithheld, VaughnError
from vaughn.querybook import NamedQuery
from vaughn.settings import Settings
from vaughn.store.engine import Engine
from vaughn.store.extensions import Extensions, of_remote
from vaughn.store.release import Release
from vaughn.store.remote import RemoteEngine, Strangers, endpoint_of
from vaughn.store.stable import Stable


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

    async def trusted(self, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> None:
        """Raises QueryWithheld for what the engine is known to answer wrongly, and for the build's own queries, which
        are held against the embedded engine alone: on a release in order most of them have no rows to compare.

        given: parameters, each with its values.
        """
        if query.builds:
            raise QueryWithheld(query.name, "it is one of the build's own, which only the embedded engine is held to")
        most = await self.pages.most_values(query.name)
        passed = sorted(name for name, values in given.items() if name in most and len(values) > most[name])
        if passed:
            reason = f"the engine under the service answers it wrongly with so many values of {', '.join(passed)}"
            raise QueryWithheld(query.name, reason)

    async def extensions(self) -> Extensions:
        """What it takes beyond SPARQL 1.1; of an engine that cannot be asked now, nothing is said."""
        with suppress(VaughnError):
            return of_remote(await self.pages.name())
        return Extensions()

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(self.strangers.close(), self.pages.close())


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
