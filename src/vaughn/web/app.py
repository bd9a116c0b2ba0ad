"""The whole service, in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from vaughn import __version__
from vaughn.errors import ThingUnknown
from vaughn.settings import Settings
from vaughn.web import (
    api,
    changes,
    entrance,
    graphstore,
    guides,
    harvest,
    headers,
    methods,
    nearest,
    openapi,
    pages,
    probes,
    problems,
    queries,
    removed,
    search,
    sparql,
    timeline,
    vocabularies,
)
from vaughn.web.attending import Attended, Rounds
from vaughn.web.cache import Cache
from vaughn.web.hosting import Host, Hosting, Refusing
from vaughn.web.metrics import Gauge, Metrics, resident_with
from vaughn.web.observing import Observed
from vaughn.web.outward import Outward
from vaughn.web.past import Past, WithPast
from vaughn.web.preconditions import Conditional
from vaughn.web.releases import Shelf, WithRelease, alongside
from vaughn.web.rendering import STATIC
from vaughn.web.sending import Delivery, Weighed
from vaughn.web.straight import Straight
from vaughn.web.unbroken import Unbroken

_SUBJECTS = (probes, openapi, entrance, nearest, search, api, queries, graphstore, harvest, changes, guides, timeline)
_ROUTERS = (*(each.router for each in _SUBJECTS), search.pages, vocabularies.router, pages.router)


def create_app(settings: Settings, build_dir: Path) -> ASGIApp:
    """The ASGI app that serves build_dir/current, and whatever release comes after it."""
    shelf, past, rounds = Shelf(settings, build_dir), Past(settings, build_dir), Rounds()
    site = FastAPI(
        title="Vaughn",
        version=__version__,
        summary="Why agencies withhold information, under which authority, and whether the sources say so",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(shelf, past),
    )
    problems.install(site)
    site.add_exception_handler(ThingUnknown, removed.answer)
    site.mount("/static", StaticFiles(directory=STATIC))
    site.state.routes = [*site.routes, *(route for router in _ROUTERS for route in router.routes)]
    for router in _ROUTERS:
        site.include_router(router)
    by_path = headers.Fork(dict.fromkeys(sparql.PATHS, sparql.endpoint), site)
    attended = Attended(by_path, settings.request_seconds, problems.answer, rounds)
    reads = partial(methods.reads, site.state.routes)
    answering = WithPast(Outward(Conditional(attended, problems.answer)), past, problems.answer, reads)
    admitted = Refusing(headers.Short(answering, problems.answer), problems.answer)
    unbroken = Unbroken(Weighed(admitted, problems.answer), problems.answer)
    mannered = headers.Manners(WithRelease(unbroken, shelf))
    cache = Cache(mannered, shelf)
    delivery = Delivery(cache, settings)
    metrics = Metrics(gauges=_gauges(cache, delivery, past))
    straight = Straight(delivery, shelf, cache, rounds)
    observed = Observed(straight, metrics, bool(settings.log_clients))
    return Hosting(observed, Host(lambda: shelf.base, metrics.connections))


def _gauges(cache: Cache, delivery: Delivery, past: Past) -> list[Gauge]:
    """What the parts of the service hold at a moment."""
    return [
        Gauge("cache_answers", "answers kept of the current release", lambda: len(cache.kept.answers)),
        Gauge("cache_bytes", "bytes that they take", lambda: cache.kept.size),
        Gauge("held_bytes", "bytes held for clients", lambda: delivery.held.bytes),
        Gauge("held_clients", "clients for which something is held", lambda: len(delivery.held)),
        Gauge("past_open", "earlier releases that are open", lambda: len(past.opened)),
        Gauge("past_memory_bytes", "memory resident in their processes", lambda: sum(map(resident_with, past.opened))),
    ]


def _lifespan(shelf: Shelf, past: Past) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The lifespan of the current release and, inside it, of those of the past and of what is made ahead."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with shelf.lifespan(app), past.lifespan(), alongside(openapi.ahead(app, shelf)):
            yield

    return lifespan
