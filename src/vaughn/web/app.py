"""The whole service, in order."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from vaughn import __version__
from vaughn.settings import Settings
from vaughn.web import (
    api,
    graphstore,
    guides,
    harvest,
    headers,
    nearest,
    pages,
    probes,
    problems,
    queries,
    search,
    sparql,
    vocabularies,
)
from vaughn.web.cache import Cache
from vaughn.web.releases import Shelf, WithRelease
from vaughn.web.rendering import STATIC


def create_app(settings: Settings, build_dir: Path) -> ASGIApp:
    """The ASGI app that serves build_dir/current, and whatever release comes after it."""
    shelf = Shelf(settings, build_dir)
    site = FastAPI(
        title="Vaughn",
        version=__version__,
        summary="Why agencies withhold information, under which authority, and whether the sources say so",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=shelf.lifespan,
    )
    problems.install(site)
    site.mount("/static", StaticFiles(directory=STATIC))
    for subject in (probes, nearest, search, api, queries, graphstore, harvest, guides):
        site.include_router(subject.router)
    for router in (search.pages, vocabularies.router, pages.router):
        site.include_router(router)
    by_path = headers.Fork(dict.fromkeys(sparql.PATHS, sparql.endpoint), site)
    return headers.Manners(WithRelease(headers.Short(Cache(by_path), problems.answer), shelf))
