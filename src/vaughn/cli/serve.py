"""`vaughn serve`: the current release over HTTP."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from vaughn.asgi import serve
from vaughn.cli import side_by_side
from vaughn.cli.current import mark, open_current
from vaughn.cli.main import Place
from vaughn.errors import AddressUnusable
from vaughn.settings import Settings
from vaughn.store.engines import checked
from vaughn.web.descriptors import afforded
from vaughn.web.logbook import log_requests

_TRY = ("/", "/claims", "/query")
_NOT_STARTED = 3
_WAITING = 2048


@click.command("serve")
@click.option("--host", help="Address to listen on (VAUGHN_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (VAUGHN_PORT, 8000); 0 for a free one.")
@click.option("--services", type=click.IntRange(1, 1024), default=1, help="Services side by side on the port (1).")
@click.pass_obj
def command(place: Place, host: str | None, port: int | None, services: int) -> None:
    """Serve the current release; a new one is picked up as soon as it is built.

    With --services, processes that share nothing but the port; one that ends is started anew.
    """
    release, settings = open_current(place), checked(place.settings)
    host = host or settings.host
    with listen(host, settings.port if port is None else port) as bound:
        mark(release)
        click.echo(f"Release {release.manifest.digest[:12]}, {release.manifest.quads:,} quads. Try:")
        for path in _TRY:
            click.echo(f"  http://{_named(host)}:{bound.getsockname()[1]}{path}")
        if not _served(settings, place.build_dir, bound, services):
            raise SystemExit(_NOT_STARTED)


def _served(settings: Settings, build_dir: Path, bound: socket.socket, services: int) -> bool:
    """Serve until told to end, by one process or by several. Whether it ever started. Raises SettingsInvalid."""
    told = replace(settings, services=max(settings.services, services))

    def one(started: Callable[[], None] = lambda: None) -> bool:
        log_requests("uvicorn")
        return serve(told, build_dir, bound, started)

    if services == 1:
        return one()
    afforded(told)  # said once, by the one who starts the others
    return side_by_side.run(services, one, bound)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises AddressUnusable."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=_WAITING)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AddressUnusable(host, port, reason.partition(" (")[0]) from None


def _named(host: str) -> str:
    """A host as an address names it: an IPv6 one in brackets."""
    return f"[{host}]" if ":" in host else host
