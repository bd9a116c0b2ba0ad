"""A fault of ours ends its request, not the connection."""

from __future__ import annotations

import asyncio
import http.client
from contextlib import closing
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servers import serving_on_socket
from vaughn.web.unbroken import Unbroken
from web.conftest import FACTS, make_release


def through(app: ASGIApp) -> list[Message]:
    """What a client is sent of one request. Raises what goes beyond the guard."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def refuse(request: Request, error: Exception) -> Response:
        return PlainTextResponse(str(error), 500)

    scope = {"type": "http", "path": "/broken", "method": "GET", "headers": []}
    asyncio.run(Unbroken(app, refuse)(scope, receive, send))
    return sent


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("no good")


async def broken_after_its_answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("done", 500)(scope, receive, send)
    raise RuntimeError("no good")


async def broken_in_the_middle(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("no good")


@pytest.mark.parametrize(("app", "body"), [(broken, b"no good"), (broken_after_its_answer, b"done")])
def test_a_fault_is_answered_once_and_logged(app: ASGIApp, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    start, rest = through(app)
    assert (start["status"], rest["body"]) == (500, body)
    assert "/broken broke" in caplog.text
    assert "RuntimeError: no good" in caplog.text


def test_half_an_answer_cannot_be_mended() -> None:
    with pytest.raises(RuntimeError, match="no good"):
        through(broken_in_the_middle)


def test_the_connection_lives_on_after_a_fault_of_ours(tmp_path: Path) -> None:
    (make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8")) / "context.jsonld").write_text("{}")
    asked = (("/sparql?query=ASK", 500), ("/health/live", 200), ("/api/sources.jsonld", 500), ("/api/sources", 200))
    with (
        serving_on_socket(tmp_path) as (_, port),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=15)) as connection,
    ):
        connection.connect()
        opened = connection.sock
        for path, status in asked:
            connection.request("GET", path, headers={"Accept": "*/*"})
            response = connection.getresponse()
            assert (response.status, b"problems/internal" in response.read()) == (status, status == 500)
            assert response.getheader("connection") is None
            assert connection.sock is opened
