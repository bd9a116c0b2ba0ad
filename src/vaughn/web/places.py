"""Where the service is: the host its clients know, and the path it is mounted at (the ASGI scope's `root_path`)."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.types import Scope

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_FORWARDED = re.compile(r'\bhost="?([^";,]+)', re.IGNORECASE)


def origin(request: Request) -> str:
    """The service's address as this client knows it, without a slash at its end: the host that a proxy hands on
    (X-Forwarded-Host, or RFC 7239's Forwarded §5.3), else the Host header; and the mount.

    All of them are the client's word, so that an answer that holds it must be kept nowhere: no other client gets a host
    that is not its own.
    """
    forwarded = _FORWARDED.search(request.headers.get("forwarded", ""))
    given = request.headers.get("x-forwarded-host", forwarded[1] if forwarded else "").partition(",")[0].strip()
    url = request.base_url.replace(netloc=given) if _HOST.fullmatch(given) else request.base_url
    return str(url).rstrip("/")


def root(scope: Scope) -> str:
    """The path under which the service is mounted, without a slash at its end; "" at the top of a host."""
    return str(scope.get("app_root_path", scope.get("root_path", ""))).rstrip("/")


def local_path(request: Request) -> str:
    """The request's path below the mount, whether or not the server left the mount's own in front of it."""
    path, mount = request.url.path, root(request.scope)
    return path.removeprefix(mount) or "/" if f"{path}/".startswith(f"{mount}/") else path
