"""What is not found but was here once: a renamed thing redirects, a removed one is 410 with what replaced it; the parts
of either share what became of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vaughn.answer import tombstone
from vaughn.answer.documents import STATEMENTS_QUERY
from vaughn.errors import IriInvalid, ReleaseMissing, ThingRemoved, ThingUnknown, VaughnError
from vaughn.iris import KINDS, Iris, Name, page_path, spelt
from vaughn.store.changes import read_changes
from vaughn.web import problems
from vaughn.web.places import local_path
from vaughn.web.releases import Served, served


async def answer(request: Request, error: Exception) -> Response:
    """The response for a thing that the graph does not hold."""
    if not isinstance(error, ThingUnknown):
        return await problems.answer(request, error)
    error = ThingUnknown(spelt(error.iri))
    try:
        found = await _moved_on(served(request), error.iri)
    except VaughnError as fault:
        return await problems.answer(request, fault)
    if found is None:
        return await problems.answer(request, error)
    return RedirectResponse(_target(request, served(request).release.iris, error.iri, found), 301)


async def _moved_on(held: Served, iri: str) -> str | None:
    """The name under which something goes on; None where it was never given up.

    Raises ThingRemoved where it does not go on. A part shares what became of its owner.
    """
    found = await tombstone(held.ask, iri)
    if found is None:
        return await _moved_with_owner(held, iri)
    if not found.renamed:
        raise ThingRemoved(iri, found.reason, found.replacement, last_release=await _last_holder(held, iri))
    return found.renamed


async def _moved_with_owner(held: Served, iri: str) -> str | None:
    """Like _moved_on, of a part of something that was given up; None where its new owner has no such part."""
    iris = held.release.iris
    part = _part(iris, iri)
    stones = [await tombstone(held.ask, owner) for owner in iris.owner_candidates(part)] if part else []
    found = next(filter(None, stones), None)
    if part is None or found is None:
        return None
    if not found.renamed:
        last = await _last_holder(held, found.iri)
        raise ThingRemoved(iri, found.reason, found.replacement, found.iri, last)
    renamed = iris.part(part.scope, iris.parse(found.renamed).slug, part.part)
    return renamed if await held.ask.triples(STATEMENTS_QUERY, thing=renamed) else None


async def _last_holder(held: Served, iri: str) -> str | None:
    """The digest of the last release that held a thing; None where the record of changes tells it not."""
    try:
        known = await run_in_threadpool(read_changes, held.release)
    except ReleaseMissing:
        return None
    return next((each.before.digest for each in known if iri in {it.iri for it in each.removed}), None)


def _part(iris: Iris, iri: str) -> Name | None:
    """The name of a part, None where an IRI is another's."""
    try:
        name = iris.parse(iri)
    except IriInvalid:
        return None
    return name if name.what == "part" else None


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
