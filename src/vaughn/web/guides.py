"""Pages about the service itself: its editor, its API, how to read it, its problem types."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vaughn import __version__
from vaughn.answer import claims
from vaughn.web.parameters import taking
from vaughn.web.places import origin
from vaughn.web.problem_types import BY_SLUG
from vaughn.web.releases import served
from vaughn.web.rendering import code, render, static_path
from vaughn.web.sparql import editor

router = APIRouter()


@taking()
async def docs(request: Request) -> Response:
    """/docs: the API by example, on a claim that this release holds and at the address this client knows."""
    found = await claims(served(request).ask)
    sample, here = code(found[0].iri) if found else "…", origin(request)
    headers = {"Cache-Control": "no-store"}  # it holds the host's name, which another client may know otherwise
    return render(request, "docs.html", headers=headers, version=__version__, sample=sample, here=here)


@taking("query")
async def query(request: Request) -> Response:
    """/query: the editor; `query=` fills it in without running it."""
    return editor(request, request.query_params.get("query", ""))


@taking()
async def about(request: Request) -> Response:
    """/about: how to read the pages."""
    return render(request, "about.html")


@taking()
async def problem_types(request: Request) -> Response:
    """/problems: every type of problem."""
    return render(request, "problem-types.html", problems=sorted(BY_SLUG.values(), key=lambda each: each.status))


@taking()
async def problem_type(request: Request) -> Response:
    """/problems/<type>: what it means and what to do."""
    problem = BY_SLUG.get(request.path_params["slug"])
    if problem is None:
        raise HTTPException(404)
    return render(request, "problem-type.html", problem=problem)


async def icon(_: Request) -> Response:
    """/favicon.ico, which some ask for whatever a page says: the icon that the pages have."""
    return RedirectResponse(static_path("icon.svg"), HTTPStatus.FOUND, {"Cache-Control": "public, max-age=86400"})


router.add_route("/favicon.ico", icon)
router.add_route("/docs", docs)
router.add_route("/query", query)
router.add_route("/about", about)
router.add_route("/problems", problem_types)
router.add_route("/problems/{slug}", problem_type)
