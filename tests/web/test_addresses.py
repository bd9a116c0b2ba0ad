"""Addresses that strangers try, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import served_to_strangers
from web.conftest import BROWSER
from web.raw import get, said

LINES = Path(__file__).with_name("addresses.txt").read_text(encoding="utf-8").splitlines()
ADDRESSES = [line for line in LINES if not line.startswith("#")]


@pytest.fixture(scope="module")
def port(build_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    log = tmp_path_factory.mktemp("log") / "stderr"
    with served_to_strangers(build_dir, log) as (_, port):
        yield port
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_breaks_nothing_adds_no_header_and_leads_nowhere_else(port: int, address: str) -> None:
    for accept in (BROWSER, "*/*", "text/turtle"):
        answer = said(port, get(address, f"Accept: {accept}", "Connection: close"))
        assert 200 <= answer.status < 500
        headers = dict(line.split(b": ", 1) for line in answer.head.lower().split(b"\r\n")[1:])
        assert b"set-cookie" not in headers
        location = headers.get(b"location", b"/")
        assert location.startswith(b"/")
        assert not location.startswith((b"//", b"/\\"))
        assert b"root:" not in answer.body
        assert b"html" not in headers.get(b"content-type", b"") or b"<script" not in answer.body


def test_a_body_nested_too_deeply_is_a_fault_of_the_client(port: int) -> None:
    body = b"[" * 100_000
    head = get(
        "/api/support",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        method="POST",
    )
    assert said(port, head + body).status == 400
