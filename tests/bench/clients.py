"""One client for every server: wrk where it is installed, sockets of our own where it is not."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

WRK = shutil.which("wrk")
CONNECTIONS = 8

_LUA = Path(__file__).with_name("never.lua")
_PATIENCE = 60
_FIGURES = {
    "requests": r"(\d+) requests in",
    "seconds": r"requests in ([\d.]+m?s|[\d.]+m)",
    "bad": r"Non-2xx or 3xx responses: (\d+)",
}
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Load:
    """What to ask of one server. paths: targets, their query string last. accept: the media type wanted. fresh: the
    number to count from, so that no text comes twice; None to ask for the first path over and over."""

    port: int
    paths: Sequence[str]
    accept: str
    fresh: int | None
    connections: int = CONNECTIONS


@dataclass(frozen=True)
class Rate:
    """requests: answered. bad: of those, answered with an error or not at all."""

    requests: int
    bad: int
    seconds: float

    @property
    def per_second(self) -> float:
        return (self.requests - self.bad) / self.seconds


def drive(load: Load, seconds: int, folder: Path) -> Rate:
    """So much load for so long. folder: where the list of paths may be written."""
    return _wrk(load, seconds, folder) if WRK else asyncio.run(_sockets(load, seconds))


def client_name() -> str:
    return "wrk" if WRK else "sockets in Python (wrk is not installed, so the client is the slower part of it)"


def _wrk(load: Load, seconds: int, folder: Path) -> Rate:
    listed = folder / "paths.txt"
    listed.write_text("\n".join(load.paths) + "\n", encoding="ascii")
    command = [str(WRK), "--threads", "1", "--connections", str(load.connections), "--duration", f"{seconds}s"]
    command += ["--timeout", f"{_PATIENCE}s", "--header", f"Accept: {load.accept}", "--script", str(_LUA)]
    command += [f"http://127.0.0.1:{load.port}/", "--", str(listed)]
    fresh = [] if load.fresh is None else [str(load.fresh)]
    said = subprocess.run([*command, *fresh], check=True, capture_output=True, text=True).stdout
    found = {name: re.search(pattern, said) for name, pattern in _FIGURES.items()}
    assert found["requests"], said
    assert found["seconds"], said
    bad = int(found["bad"][1]) if found["bad"] else 0
    return Rate(int(found["requests"][1]), bad, _seconds(found["seconds"][1]))


def _seconds(told: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(ms|s|m)", told).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS[unit]


async def _sockets(load: Load, seconds: float) -> Rate:
    begun = time.perf_counter()
    numbers = count(load.fresh or 0)
    answers = await asyncio.gather(
        *(_connection(load, numbers, begun + seconds) for _ in range(load.connections)), return_exceptions=True
    )
    told = [each for answer in answers if not isinstance(answer, BaseException) for each in answer]
    lost = sum(isinstance(answer, BaseException) for answer in answers)
    return Rate(len(told) + lost, lost + sum(not good for good in told), time.perf_counter() - begun)


async def _connection(load: Load, numbers: Iterator[int], end: float) -> list[bool]:
    """Whether each answer of one connection was good."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    told = []
    while time.perf_counter() < end:
        number = next(numbers)
        path = load.paths[0] if load.fresh is None else f"{load.paths[number % len(load.paths)]}%20%23{number}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\nAccept: {load.accept}\r\n\r\n".encode())
        told.append(await _good(reader))
    writer.close()
    return told


async def _good(reader: asyncio.StreamReader) -> bool:
    """Read one whole answer (RFC 9112 §6); whether its status is of success."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if found := re.search(rb"content-length: *(\d+)", head):
        await reader.readexactly(int(found[1]))
    else:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return head.split()[1].startswith(b"2")
