"""Request bodies: what type they say they are, and their bytes up to a limit."""

from __future__ import annotations

from starlette.requests import Request

from vaughn.errors import BodyTooLarge


def content_type(request: Request) -> tuple[str, str]:
    """The media type and its charset, both in small letters and "" where there is none."""
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    named = dict(parameter.strip().lower().partition("=")[::2] for parameter in parameters)
    return media_type.strip().lower(), named.get("charset", "").strip('" ')


async def limited(request: Request, limit: int) -> bytes:
    """The body, read no further than the limit in bytes. Raises BodyTooLarge."""
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > limit:
            raise BodyTooLarge(limit, "bytes")
    return bytes(taken)
