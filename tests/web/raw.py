"""Clients that misbehave: bytes over a socket, from an address of the loopback network."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

PATIENCE = 15.0
"""Seconds after which a test gives up; nothing here takes a third of that."""


@dataclass(frozen=True)
class Heard:
    """Everything a connection said until it ended. status: of its first answer, 0 where there was none."""

    status: int
    head: bytes
    body: bytes

    @property
    def problem(self) -> str:
        """The last step of the problem's type."""
        return str(json.loads(self.body)["type"]).rpartition("/")[2]

    @property
    def told(self) -> Any:
        return json.loads(self.body)


def opened(port: int, client: str = "127.0.0.1", receive: int | None = None) -> socket.socket:
    """A connection from an address of 127.0.0.0/8. receive: bytes of its buffer, where it is to be a small one."""
    made = socket.socket()
    made.settimeout(PATIENCE)
    if receive is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    try:
        made.bind((client, 0))
        made.connect(("127.0.0.1", port))
    except OSError:
        made.close()
        raise
    return made


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    """A request without a body."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode("latin-1")


def asking(query: str, *headers: str) -> bytes:
    return get(f"/sparql?query={quote(query)}", "Accept: application/json", *headers)


def heard(connection: socket.socket) -> Heard:
    """Read until the other end is done."""
    taken = bytearray()
    try:
        while piece := connection.recv(1 << 16):
            taken += piece
    except ConnectionResetError:
        pass
    head, _, body = bytes(taken).partition(b"\r\n\r\n")
    return Heard(int(head.split()[1]) if head else 0, head, body)


def said(port: int, request: bytes, client: str = "127.0.0.1") -> Heard:
    """What a request that ends its connection is answered with."""
    with opened(port, client) as connection:
        connection.sendall(request)
        return heard(connection)


def ended(connection: socket.socket, drop: bytes = b"x", take: int = 0) -> bool:
    """Wait for the other end to close, sending a drop now and then and taking so many bytes; whether it did."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            connection.send(drop)
            if take:
                connection.recv(take)
        except (BrokenPipeError, ConnectionResetError):
            return True
        time.sleep(0.05)
    return False


def eventually(true: Callable[[], bool]) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
