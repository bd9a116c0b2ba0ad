"""Requests sent byte for byte as a test spells them, over one connection."""

from __future__ import annotations

import http.client
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPMessage


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip()


class Wire:
    """A connection to a server on the loopback."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)

    def send(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes | None = None
    ) -> Answer:
        """One request with these headers and no others but Host and Content-Length; redirects are not followed."""
        connection = self._connection
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def close(self) -> None:
        self._connection.close()
