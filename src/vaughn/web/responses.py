"""Answers that a cache may keep: the entity tag is the digest of the bytes (RFC 9110 §8.8.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

MAY_BE_KEPT: Mapping[str, str] = {"Cache-Control": "public, max-age=60"}
"""Said of what stays the same as long as its release is the current one."""

_DATES = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
"""The forms of a date in a header: the one that is sent, and the two that are obsolete (RFC 9110 §5.6.7)."""


def cacheable(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None, part: bool = False
) -> Response:
    """The body with its tag, or 304 to a client that has it already. part: whether it is less than was asked for."""
    standing = {"ETag": entity_tag(body, part), **MAY_BE_KEPT, **(headers or {})}
    if is_held(request.headers, standing):
        return Response(status_code=304, headers=standing)
    return Response(body, headers=standing, media_type=media_type)


def entity_tag(body: bytes, part: bool = False) -> str:
    """The strong validator of these bytes (RFC 9110 §8.8.3); those of a part are told from the same ones as a whole."""
    return f'"{hashlib.sha256(body).hexdigest()}{"-part" if part else ""}"'


def as_json(request: Request, body: BaseModel, headers: Mapping[str, str] | None = None) -> Response:
    """A shape of the API as its bytes."""
    return cacheable(request, body.model_dump_json(indent=1).encode() + b"\n", "application/json", headers)


def see_other(path: str, query: str = "") -> Response:
    """One 303 to the document that was negotiated. query: the request's, which goes before a fragment."""
    document, hash_, fragment = path.partition("#")
    target = f"{document}{query and '?' + query}{hash_}{fragment}"
    return RedirectResponse(target, 303, {"Vary": "Accept", "Cache-Control": "no-cache"})


def links(*entries: tuple[str, Mapping[str, str]]) -> dict[str, str]:
    """A Link header (RFC 8288 §3): target and attributes of each link."""
    written = (
        "; ".join([f"<{target}>", *(f'{name}="{value}"' for name, value in attributes.items())])
        for target, attributes in entries
    )
    return {"Link": ", ".join(written)}


def is_held(asked: Headers, standing: Mapping[str, str]) -> bool:
    """Whether a client has the answer with these headers already: it names its tag, or names no tag at all and a date
    since which it has not changed (RFC 9110 §13.1.2, §13.1.3).

    asked: the headers of a GET or HEAD.
    """
    tags = asked.getlist("if-none-match")
    if tags:
        return has_tag(tags, standing["ETag"])
    return not_since(asked.getlist("if-modified-since"), standing.get("Last-Modified", ""))


def not_since(given: list[str], modified: str) -> bool:
    """Whether If-Modified-Since names the very time of the last change. A later one proves nothing here: a service may
    go back to a release that was built before (RFC 9110 §13.1.3 asks for 304 there, §8.8.2.2 for caution). What is no
    date says nothing."""
    since, changed = (read_date(line[0]) if len(line) == 1 else None for line in (given, [modified]))
    return since is not None and since == changed


def read_date(text: str) -> datetime | None:
    """The time that a header tells, None where it is none (RFC 9110 §5.6.7)."""
    for form in _DATES:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def http_date(moment: str) -> str:
    """An ISO time, or the first second of an ISO date, as HTTP writes it (RFC 9110 §5.6.7)."""
    read = datetime.fromisoformat(moment)
    aware = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    return format_datetime(aware, usegmt=True)


def has_tag(given: list[str], tag: str) -> bool:
    """Whether If-None-Match names the tag; comparison is weak (RFC 9110 §13.1.2)."""
    named = {one.strip().removeprefix("W/") for line in given for one in line.split(",")}
    return tag in named or "*" in named
