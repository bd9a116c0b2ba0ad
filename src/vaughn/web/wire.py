"""Whole answers as they go out: bytes for the transport, without the steps of ASGI."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from vaughn.errors import StoreBusy, VaughnError
from vaughn.web.headers import OPEN_DATA, SECURITY
from vaughn.web.outlet import Outlet

CYCLE = "vaughn.cycle"
"""In a scope's state: the server's own view of a request, where the server is ours; its transport is an Outlet."""

BEGIN = b"HTTP/1.1 "
"""What every answer begins with."""

_LAST = {"Cache-Control": "no-store", "Connection": "close"}
_OK = BEGIN + b"200 OK\r\n"


def ready(scope: Scope) -> RequestResponseCycle | None:
    """What a whole answer to a request may be sent by, if the server is ours and its client takes what it is sent."""
    cycle = cast("RequestResponseCycle | None", scope.get("state", {}).get(CYCLE))
    return None if cycle is None or cycle.flow.write_paused else cycle


def answer(cycle: RequestResponseCycle, lines: bytes, body: bytes) -> None:
    """Send a whole answer of status 200. lines: its headers without the server's own."""
    if cycle.disconnected:
        return
    last = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
    head = b"".join((_OK, header_lines(cycle.default_headers), lines, last))
    cast("Outlet", cycle.transport).send(head, body)
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()


def header_lines(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as they go out."""
    return b"".join([b"%b: %b\r\n" % pair for pair in pairs])


def problem(
    status: int, media_type: str, body: bytes, standing: Iterable[tuple[bytes, bytes]], error: VaughnError
) -> bytes:
    """Problem details as they go out, the last on their connection. standing: the server's own headers."""
    later = {"Retry-After": str(error.retry_after)} if isinstance(error, StoreBusy) else {}
    named = {**SECURITY, **OPEN_DATA, **later, "Content-Type": media_type, "Content-Length": str(len(body))}
    lines = [*standing, *((name.lower().encode(), value.encode()) for name, value in {**named, **_LAST}.items())]
    head = header_lines(lines)
    return BEGIN + b"%d %b\r\n%b\r\n%b" % (status, HTTPStatus(status).phrase.encode(), head, body)
