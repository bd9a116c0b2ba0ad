"""The composition root of the service: settings and releases in, an ASGI app out.

`vaughn serve` runs `serve`; any ASGI server can run the factory `app` (uvicorn --factory vaughn.asgi:app), and then
guards its connections by its own means.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from vaughn.resources import default_build_dir, open_site
from vaughn.settings import Settings
from vaughn.store.engines import checked
from vaughn.web.app import create_app
from vaughn.web.connections import Door
from vaughn.web.descriptors import afforded
from vaughn.web.house import let_in
from vaughn.web.logbook import log_requests

_GRACE_SECONDS = 10


def create(settings: Settings, build_dir: Path) -> ASGIApp:
    """The service on build_dir/current. It opens the release when the server starts it, not before."""
    return create_app(settings, build_dir)


def app() -> ASGIApp:
    """The service on the shipped site, as the environment sets it. Raises SettingsInvalid, SiteInvalid."""
    settings = checked(Settings.read())
    log_requests()
    return create(settings, settings.build_dir or default_build_dir(open_site()))


def server(settings: Settings, build_dir: Path, door: Door) -> uvicorn.Config:
    """How the server runs the service: connections watched by the settings, no WebSockets, no banner."""
    return uvicorn.Config(
        create(settings, build_dir),
        http=door.protocol,  # type: ignore[arg-type]  # called for each connection, as the class would be
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def serve(
    settings: Settings, build_dir: Path, bound: socket.socket, started: Callable[[], None] = lambda: None
) -> bool:
    """Serve on a listening socket until told to end (SIGTERM, SIGINT, and SIGHUP where it is not ignored). Whether it
    ever started; `started` is called once it has.

    Requests under way are answered first, for ten seconds; a second SIGINT does not wait.
    Raises SettingsInvalid where the system gives too few descriptors for one connection.
    """
    bounded = afforded(settings)
    door = Door(bounded)
    running = _Server(server(bounded, build_dir, door), door, started)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # heard before the server listens for them, and when it repeats them
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, running.handle_exit)
    running.run(sockets=[bound])
    return running.started


class _Server(uvicorn.Server):
    """Ends in good order even when it may not wait."""

    def __init__(self, config: uvicorn.Config, door: Door, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._door, self._begun = door, begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._begun()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._door.ending = True
        for each in sockets or []:
            await let_in(each)
        await super().shutdown(sockets)
        if self.force_exit:
            for task in self.server_state.tasks:
                task.cancel()
            await self.lifespan.shutdown()
