"""The connection to a remote engine: bounded, without redirects, and every failure as an error of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import httpx

from vaughn.errors import EngineFaulty, EngineUnreachable, SettingsInvalid
from vaughn.store.quirks import Authentication

Transport = Literal["form", "get", "direct"]
Pairs = Sequence[tuple[str, str]]
_Params = list[tuple[str, str | int | float | bool | None]]

TRANSPORTS: tuple[Transport, ...] = ("form", "get", "direct")
"""The ways to send a query (SPARQL 1.1 Protocol §2.1), best first: a form takes any length, and Virtuoso hangs on a
direct POST."""

_CONNECT_SECONDS = 2.0  # less than the probe waits, so that it knows a silent host from one that hangs
_SCHEMES = ("http", "https")


@dataclass(frozen=True)
class Credentials:
    """Who asks. The password is not shown."""

    user: str | None
    password: str | None

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r})"

    def auth(self, kind: Authentication) -> httpx.Auth | None:
        """What carries them, if there are any and the engine takes them."""
        if self.user is None or kind == "none":
            return None
        carrier = httpx.DigestAuth if kind == "digest" else httpx.BasicAuth
        return carrier(self.user, self.password or "")


@dataclass(frozen=True)
class Reply:
    """An engine's answer. whole: all of the body is here; it is cut where it passes the size asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def says(self) -> str:
        """The first line of an error's text, short enough to pass on."""
        return self.body.decode("utf-8", "replace").strip().partition("\n")[0][:300] or f"status {self.status}"


def checked(name: str, url: str) -> httpx.URL:
    """An address that may be asked. Raises SettingsInvalid, which does not repeat what may be a password."""
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SettingsInvalid(name, "", f"no address: {error}") from None
    if read.userinfo:
        raise SettingsInvalid(name, str(read.copy_with(userinfo=None)), "carries a user; set VAUGHN_ENDPOINT_USER")
    if read.scheme not in _SCHEMES or not read.host:
        raise SettingsInvalid(name, url, "no http or https address")
    return read


class Wire:
    """Connections to one engine; at most `connections` at a time. Requests are never repeated and never redirected."""

    def __init__(self, endpoint: httpx.URL, connections: int) -> None:
        self._endpoint = endpoint
        self._client = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )
        self.auth: httpx.Auth | None = None

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, transport: Transport, text: str, pairs: Pairs, accept: str, most: int) -> Reply:
        """Send a query and read at most so many bytes of the answer. Raises EngineUnreachable, EngineFaulty."""
        headers = {"Accept": accept}
        params: _Params = [("query", text), *pairs]
        if transport == "form":
            form = {name: [value for other, value in params if other == name] for name, _ in params}
            request = self._client.build_request("POST", self._endpoint, data=form, headers=headers)
        elif transport == "get":
            request = self._client.build_request("GET", self._endpoint.copy_merge_params(params), headers=headers)
        else:
            headers["Content-Type"] = "application/sparql-query"
            url = self._endpoint.copy_merge_params(params[1:])
            request = self._client.build_request("POST", url, content=text.encode(), headers=headers)
        return await self._send(request, most)

    async def write(self, method: str, url: httpx.URL, body: bytes = b"") -> Reply:
        """Change a graph of a graph store. Raises EngineUnreachable, EngineFaulty."""
        headers = {"Content-Type": "application/n-triples"} if body else {}
        return await self._send(self._client.build_request(method, url, content=body, headers=headers), 1 << 16)

    async def _send(self, request: httpx.Request, most: int) -> Reply:
        try:
            response = await self._client.send(request, auth=self.auth, stream=True)
            try:
                body, whole = await _read(response, most)
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            raise EngineUnreachable(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise EngineFaulty(type(error).__name__) from None
        if response.is_redirect:
            raise EngineFaulty("it sends its visitors elsewhere, and redirects are not followed")
        return Reply(response.status_code, response.headers, body, whole)


async def _read(response: httpx.Response, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > most:
            return bytes(body[:most]), False
    return bytes(body), True
