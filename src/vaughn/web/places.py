"""Where the service is: the host its clients know, and the path it is mounted at (the ASGI scope's `root_path`)."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.types import Scope

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_FORWARDED = re.compile(r'(?:^|[;,\s])(host|proto)="?([^";,\s]+)', re.IGNORECASE)
_SCHEMES = frozenset({"http", "https"})


def origin(request: Request) -> str:
    """The service's address as this client knows it, without a slash at its end: the host that a proxy hands on
    (X-Forwarded-Host, or RFC 7239's Forwarded §5.3), else the Host header; the scheme likewise (§5.4); and the mount.

    All of them are the client's word, so that an answer that holds it must be kept nowhere: no other client gets a host
    that is not its own.
    """
    forwarded, url = _forwarded(request.headers.get("forwarded", "")), request.base_url
    host = request.headers.get("x-forwarded-host", forwarded.get("host", "")).partition(",")[0].strip()
    scheme = forwarded.get("proto", "").lower()
    if scheme in _SCHEMES and "x-forwarded-proto" not in request.headers:  # which the server has heeded
        url = url.replace(scheme=scheme)
    return str(url.replace(netloc=host) if _HOST.fullmatch(host) else url).rstrip("/")


def _forwarded(given: str) -> dict[str, str]:
    """Host and scheme by the first proxy that tells them, which is the nearest to the client (RFC 7239 §4)."""
    return {name.lower(): value for name, value in reversed(_FORWARDED.findall(given))}


def root(scope: Scope) -> str:
    """The path under which the service is mounted, without a slash at its end; "" at the top of a host."""
    return str(scope.get("app_root_path", scope.get("root_path", ""))).rstrip("/")


def local_path(request: Request) -> str:
    """The request's path below the mount, whether or not the server left the mount's own in front of it."""
    path, mount = request.url.path, root(request.scope)
    return path.removeprefix(mount) or "/" if f"{path}/".startswith(f"{mount}/") else path
