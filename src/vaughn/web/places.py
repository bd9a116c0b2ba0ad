"""Where the service is mounted: every address of ours that leaves it begins there (the ASGI scope's `root_path`)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Scope


def root(scope: Scope) -> str:
    """The path under which the service is mounted, without a slash at its end; "" at the top of a host."""
    return str(scope.get("app_root_path", scope.get("root_path", ""))).rstrip("/")


def local_path(request: Request) -> str:
    """The request's path below the mount, whether or not the server left the mount's own in front of it."""
    path, mount = request.url.path, root(request.scope)
    return path.removeprefix(mount) or "/" if f"{path}/".startswith(f"{mount}/") else path
