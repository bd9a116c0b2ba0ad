"""`vaughn serve`: the current release over HTTP."""

from __future__ import annotations

import click

from vaughn.asgi import serve
from vaughn.cli.main import Place
from vaughn.store.release import current_release, open_release
from vaughn.web.observing import log_requests

_TRY = ("/", "/claims", "/query")
_NOT_STARTED = 3


@click.command("serve")
@click.option("--host", help="Address to listen on (VAUGHN_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (VAUGHN_PORT, 8000).")
@click.pass_obj
def command(place: Place, host: str | None, port: int | None) -> None:
    """Serve the current release; a new one is picked up as soon as it is built."""
    host, port = host or place.settings.host, place.settings.port if port is None else port
    release = open_release(current_release(place.build_dir))
    click.echo(f"Release {release.manifest.digest[:12]}, {release.manifest.quads:,} quads. Try:")
    for path in _TRY:
        click.echo(f"  http://{host}:{port}{path}")
    log_requests()
    if not serve(place.settings, place.build_dir, host, port):
        raise SystemExit(_NOT_STARTED)
