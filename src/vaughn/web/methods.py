"""Which methods an address answers (RFC 9110 §9.3.7, §10.2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from vaughn.web.places import root

NEVER = "never"
"""The name of a route whose methods are refused wherever they are asked for, so that no address answers them."""


def answered(request: Request) -> list[str]:
    """The methods that some route answers at the address of a request, in the order of the alphabet; HEAD as GET is."""
    scope = {**request.scope, "root_path": root(request.scope)}  # what is mounted was given a path of its own
    found = {method for route in request.app.state.routes for method in _of(route, scope)}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def allow(methods: Iterable[str]) -> str:
    """The value of Allow: these, and OPTIONS, which every address answers that answers to anything."""
    return ", ".join(sorted({*methods, "OPTIONS"}))


def _of(route: BaseRoute, scope: Scope) -> Iterable[str]:
    if route.matches(scope)[0] is Match.NONE:
        return ()
    if not isinstance(route, Route):
        return ("GET",)  # files
    return () if route.name == NEVER else route.methods or ()
