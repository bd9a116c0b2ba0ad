"""Which methods an address answers (RFC 9110 §9.3.7, §10.2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from vaughn.web.places import root
from vaughn.web.protocol import METHODS

NEVER = "never"
"""The name of a route whose methods are refused wherever they are asked for, so that no address answers them."""


def answered(request: Request) -> list[str]:
    """The methods that some route answers at the address of a request, in the order of the alphabet; HEAD as GET is."""
    found = _found(request.app.state.routes, request.scope)
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def allow(methods: Iterable[str]) -> str:
    """The value of Allow: these, and OPTIONS, which every address answers that answers to anything."""
    return ", ".join(sorted({*methods, "OPTIONS"}))


def reads(routes: Sequence[BaseRoute], request: Request) -> bool:
    """Whether a request may be one to read: its address answers the method, or is none of these routes and is asked by
    one that reads."""
    return request.method in ("GET", "HEAD") or request.method in (_found(routes, request.scope) or METHODS)


def _found(routes: Iterable[BaseRoute], scope: Scope) -> set[str]:
    placed = {**scope, "root_path": root(scope)}  # what is mounted was given a path of its own
    return {method for route in routes for method in _of(route, placed)}


def _of(route: BaseRoute, scope: Scope) -> Iterable[str]:
    if route.matches(scope)[0] is Match.NONE:
        return ()
    if not isinstance(route, Route):
        return ("GET",)  # files
    return () if route.name == NEVER else route.methods or ()
