"""Answers that a cache may keep: the entity tag is the digest of the bytes (RFC 9110 §8.8.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

_FRESH_SECONDS = 60


def cacheable(request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """The body with its tag, or 304 to a client that has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    standing = {"ETag": tag, "Cache-Control": f"public, max-age={_FRESH_SECONDS}", **(headers or {})}
    if has_tag(request.headers.getlist("if-none-match"), tag):
        return Response(status_code=304, headers=standing)
    return Response(body, headers=standing, media_type=media_type)


def as_json(request: Request, body: BaseModel, headers: Mapping[str, str] | None = None) -> Response:
    """A shape of the API as its bytes."""
    return cacheable(request, body.model_dump_json(indent=1).encode() + b"\n", "application/json", headers)


def see_other(path: str) -> Response:
    """One 303 to the document that was negotiated."""
    return RedirectResponse(path, 303, {"Vary": "Accept", "Cache-Control": "no-cache"})


def links(*entries: tuple[str, Mapping[str, str]]) -> dict[str, str]:
    """A Link header (RFC 8288 §3): target and attributes of each link."""
    written = (
        "; ".join([f"<{target}>", *(f'{name}="{value}"' for name, value in attributes.items())])
        for target, attributes in entries
    )
    return {"Link": ", ".join(written)}


def has_tag(given: list[str], tag: str) -> bool:
    """Whether If-None-Match names the tag; comparison is weak (RFC 9110 §13.1.2)."""
    named = {one.strip().removeprefix("W/") for line in given for one in line.split(",")}
    return tag in named or "*" in named
