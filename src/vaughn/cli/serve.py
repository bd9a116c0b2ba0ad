"""`vaughn serve`: the current release over HTTP."""

from __future__ import annotations

import socket

import click

from vaughn.asgi import serve
from vaughn.cli.current import mark, open_current
from vaughn.cli.main import Place
from vaughn.errors import AddressUnusable
from vaughn.store.engines import checked
from vaughn.web.logbook import log_requests

_TRY = ("/", "/claims", "/query")
_NOT_STARTED = 3
_WAITING = 2048


@click.command("serve")
@click.option("--host", help="Address to listen on (VAUGHN_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (VAUGHN_PORT, 8000); 0 for a free one.")
@click.pass_obj
def command(place: Place, host: str | None, port: int | None) -> None:
    """Serve the current release; a new one is picked up as soon as it is built."""
    release, settings = open_current(place), checked(place.settings)
    host = host or settings.host
    with listen(host, settings.port if port is None else port) as bound:
        mark(release)
        click.echo(f"Release {release.manifest.digest[:12]}, {release.manifest.quads:,} quads. Try:")
        for path in _TRY:
            click.echo(f"  http://{_named(host)}:{bound.getsockname()[1]}{path}")
        log_requests("uvicorn")
        if not serve(settings, place.build_dir, bound):
            raise SystemExit(_NOT_STARTED)


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
