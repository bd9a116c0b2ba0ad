"""The service as a process of its own, over a real socket on the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from vaughn.settings import PREFIX

_PATIENCE = 60.0


@contextmanager
def serving_on_socket(
    build_dir: Path, *options: str, log: int | None = None, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The service on a build folder under uvicorn, ready; its process and its port. Ended with the block.

    options: uvicorn's. log: the descriptor that its standard error goes to. settings: fields of Settings.
    """
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "vaughn.asgi:app", "--port", str(port), *options]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environ |= {f"{PREFIX}BUILD_DIR": str(build_dir), f"{PREFIX}WORKERS": "1"}
    environ |= {PREFIX + name.upper(): value for name, value in settings.items()}
    yield from _until_ended(subprocess.Popen([*command, "--log-level", "error"], env=environ, stderr=log), port)


@contextmanager
def served_to_strangers(
    build_dir: Path, log: Path, *options: str, **settings: object
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`vaughn serve` on a build folder, ready; its process and its port. Ended with the block.

    options: the command's. log: the file that its standard error goes to. settings: fields of Settings.
    """
    with log.open("wb") as file:
        process, port = _served(build_dir, file.fileno(), settings, *options)
    yield from _until_ended(process, port)


@contextmanager
def served_to_nobodys_log(build_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`vaughn serve` likewise; its standard error is a pipe that nobody reads."""
    reading, writing = os.pipe()
    process, port = _served(build_dir, writing, {})
    os.close(writing)
    try:
        yield from _until_ended(process, port)
    finally:
        os.close(reading)


def _served(
    build_dir: Path, log: int, settings: Mapping[str, object], *options: str
) -> tuple[subprocess.Popen[bytes], int]:
    port = _free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environ |= {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.items()}
    environ |= {f"{PREFIX}BUILD_DIR": str(build_dir)}
    command = [sys.executable, "-m", "vaughn", "serve", "--port", str(port), *options]
    return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=log), port


def _until_ended(process: subprocess.Popen[bytes], port: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    try:
        _await_start(process, f"http://127.0.0.1:{port}/health/live")
        yield process, port
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_start(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, f"the service ended with {process.returncode}"
        assert time.monotonic() < deadline, "the service never started"
        time.sleep(0.1)
