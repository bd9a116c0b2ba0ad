"""Request bodies: what type they say they are, and their bytes up to a limit."""

from __future__ import annotations

from starlette.requests import Request

from vaughn.errors import BodyTooLarge, MediaTypeUnsupported
from vaughn.web.sending import PIECE, account

_PLAIN = "identity"
_COPIES = 4  # of a body while its query is under way: its bytes, its text, what is sent to a worker, and one in passing
_SHORT = PIECE // _COPIES  # bytes of a body that are read whatever else is held; they are the connection's part


def content_type(request: Request) -> tuple[str, str]:
    """The media type and its charset, both in small letters and "" where there is none."""
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    named = dict(parameter.strip().lower().partition("=")[::2] for parameter in parameters)
    return media_type.strip().lower(), named.get("charset", "").strip('" ')


async def limited(request: Request, limit: int) -> bytes:
    """The body, read no further than the limit in bytes, and not at all where more is announced.

    Raises BodyTooLarge, MediaTypeUnsupported for a body in a content coding (RFC 9110 §8.4), and SendingFull where too
    much is held for clients.
    """
    coding = request.headers.get("content-encoding", _PLAIN).strip().lower()
    if coding != _PLAIN:
        raise MediaTypeUnsupported(f"{coding}-encoded content", ("it without a content coding",))
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise BodyTooLarge(limit, "bytes")
    taken, held = bytearray(), account(request.scope)
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > limit:
            raise BodyTooLarge(limit, "bytes")
        held.take(_COPIES * max(0, min(len(chunk), len(taken) - _SHORT)))
    return bytes(taken)
