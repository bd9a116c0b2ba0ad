"""What is not found but was here once: a renamed thing redirects, a removed one is 410 with what replaced it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vaughn.answer import tombstone
from vaughn.errors import IriInvalid, ThingRemoved, ThingUnknown, VaughnError
from vaughn.iris import KINDS, Iris, Name, page_path
from vaughn.web import problems
from vaughn.web.places import local_path
from vaughn.web.releases import served


async def answer(request: Request, error: Exception) -> Response:
    """The response for a thing that the graph does not hold."""
    if not isinstance(error, ThingUnknown):
        return await problems.answer(request, error)
    try:
        found = await tombstone(served(request).ask, error.iri)
    except VaughnError as fault:
        return await problems.answer(request, fault)
    if found is None:
        return await problems.answer(request, error)
    if not found.renamed:
        return await problems.answer(request, ThingRemoved(found.iri, found.reason, found.replacement))
    return RedirectResponse(_target(request, served(request).release.iris, found.iri, found.renamed), 301)


def _target(request: Request, iris: Iris, former: str, renamed: str) -> str:
    """The same address with the new name in the old one's place; failing that, the new name's page."""
    path, query = local_path(request), request.url.query
    asked = f"?{query}" if query else ""
    try:
        pairs = zip(_addresses(iris, former), _addresses(iris, renamed), strict=False)
        found = next((new + path[len(old) :] for old, new in pairs if _begins(path, old)), "")
        return (found or page_path(iris.parse(renamed))) + asked
    except IriInvalid:
        return renamed


def _addresses(iris: Iris, iri: str) -> list[str]:
    """Where a name is served: its own path, its page, and the API's."""
    name = iris.parse(iri)
    return [urlsplit(iri).path.removeprefix(urlsplit(iris.base).path.rstrip("/")), page_path(name), _api(name)]


def _api(name: Name) -> str:
    return f"/api/{KINDS[name.scope]}/{name.slug}" if name.what == "thing" else page_path(name)


def _begins(path: str, start: str) -> bool:
    """Whether a path is this address, or one of its documents."""
    return path == start or path.startswith((f"{start}.", f"{start}/"))
