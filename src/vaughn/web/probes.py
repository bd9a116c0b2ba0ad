"""Whether the service lives, whether it can answer, and the limits in force."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vaughn.errors import QueryUnknown, ReleaseMissing
from vaughn.settings import Settings
from vaughn.web.formats import HTML, negotiate
from vaughn.web.metrics import MEDIA_TYPE
from vaughn.web.observing import seen
from vaughn.web.releases import served
from vaughn.web.rendering import render

router = APIRouter()

_LIMITS = frozenset(
    {
        "workers", "queue", "client_queries", "slow_queries", "fast_seconds", "query_seconds", "query_memory_mb",
        "query_length", "query_nesting", "query_path", "result_mb", "result_rows",
    }
)  # fmt: skip
_NEVER_STORED = {"Cache-Control": "no-store"}


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"}, headers=_NEVER_STORED)


async def ready(request: Request) -> Response:
    """A worker answers from the release, which is still on disk and holds something; anything else is a problem."""
    held = served(request)
    if not held.release.path.is_dir():
        raise ReleaseMissing(held.release.path, "the release being served is gone from the disk")
    try:
        kinds = await held.ask.table("lists/counts")
    except QueryUnknown as error:
        raise ReleaseMissing(held.release.path, f"a release without its queries ({error})") from None
    if not kinds:
        raise ReleaseMissing(held.release.path, "the release being served holds nothing")
    state = {"status": "ready", "release": held.release.manifest.digest}
    return JSONResponse(state, headers=_NEVER_STORED)


async def metrics(request: Request) -> Response:
    """What this process counted since its start, for Prometheus."""
    text = seen(request.scope).metrics.text(served(request))
    return Response(text, headers={**_NEVER_STORED, "Content-Type": MEDIA_TYPE})


async def limits(request: Request) -> Response:
    """The limits on anybody's query, with the words of the settings."""
    found = _limits(served(request).settings)
    offers = {"application/json": "json", HTML: "html"}
    _, format = negotiate(request.headers.getlist("accept"), "", offers)
    vary = {"Vary": "Accept"}
    if format == "html":
        return render(request, "limits.html", headers=vary, limits=found)
    return JSONResponse({each["name"]: each["value"] for each in found}, headers=vary)


def _limits(settings: Settings) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "value": getattr(settings, each.name), "says": each.metadata["says"]}
        for each in fields(settings)
        if each.name in _LIMITS
    ]


router.add_route("/health/live", live)
router.add_route("/health/ready", ready)
router.add_route("/metrics", metrics)
router.add_route("/limits", limits)
