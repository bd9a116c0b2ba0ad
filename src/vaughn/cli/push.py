"""`vaughn release push`: the current release, loaded into a remote engine."""

from __future__ import annotations

import asyncio
import dataclasses

import click

from vaughn.cli.current import mark, open_current
from vaughn.cli.main import Place
from vaughn.store.remote import push


@click.command("push")
@click.option("--endpoint", metavar="URL", help="SPARQL endpoint of the engine (VAUGHN_ENDPOINT).")
@click.option("--graph-store", metavar="URL", help="Its graph store, where that is not the usual one.")
@click.pass_obj
def command(place: Place, endpoint: str | None, graph_store: str | None) -> None:
    """Load the current release into a remote engine, in the place of any other release of this site.

    User and password are read from VAUGHN_ENDPOINT_USER and VAUGHN_ENDPOINT_PASSWORD.
    """
    settings = dataclasses.replace(
        place.settings,
        endpoint=endpoint or place.settings.endpoint,
        graph_store=graph_store or place.settings.graph_store,
    )
    if not settings.endpoint:
        raise click.UsageError("there is no engine to push to; give --endpoint or set VAUGHN_ENDPOINT")
    release = open_current(place)
    mark(release)
    done = asyncio.run(push(release, settings, lambda graph: click.echo(f"  {graph}")))
    click.echo(f"{done.engine} holds release {release.path.name}: {done.quads:,} quads in {done.graphs} graphs")
    if done.removed:
        click.echo(f"{done.removed} graphs of another release were removed")
