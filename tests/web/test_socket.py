"""The service as a process of its own, over a real socket on the loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from web.test_sparql import SELECT


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(build_dir: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service under uvicorn, ready."""
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "vaughn.asgi:app",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    environment = {**os.environ, "VAUGHN_BUILD_DIR": str(build_dir), "VAUGHN_WORKERS": "1"}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}/health/ready")
        yield process
    finally:
        process.kill()
        process.wait()


def _wait(url: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the service never became ready"
        time.sleep(0.1)


def test_the_service_answers_and_ends_when_told(server: subprocess.Popen[bytes], port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.post("/sparql", data={"query": SELECT}).json()["results"]["bindings"]
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
        head = client.head("/claim/desks-exist.ttl")
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["content-length"]) > 100
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=10) in (0, -signal.SIGTERM)
