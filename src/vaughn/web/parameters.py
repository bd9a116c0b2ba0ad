"""The parameters of an address, in UTF-8, each of them known, none passed over in silence.

A slip of the pen in `release=` would else be answered from the newest data, as if that had been asked for. Only what
other sites hang on links to count their visitors is passed over: whoever follows such a link did not write it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from vaughn.errors import ParameterFaulty
from vaughn.web.past import PARAMETER
from vaughn.web.places import root
from vaughn.web.protocol import decode

Handler = Callable[[Request], Awaitable[Response]]

_TRACKING = re.compile(r"utm_\w+|\w*clid")
"""Marks of campaigns (`utm_source`) and of clicks (`fbclid`, `gclid`, `msclkid` and their like)."""


def read(
    request: Request, allowed: Sequence[str], whose: str = "this address", format: str = ""
) -> dict[str, list[str]]:
    """The values of each parameter but `release`, which is read elsewhere; one given twice alike counts once.

    format: an address below the mount that ends with a format, for whoever looks for a parameter of that name.
    Raises ParameterFaulty for a name that is not allowed, and for what is not UTF-8 once decoded (RFC 3986 §2.5).
    """
    given: dict[str, list[str]] = {}
    known, other = [*allowed, PARAMETER], root(request.scope) + format if format else ""
    for name, value in dict.fromkeys(decode(request.scope["query_string"])):
        if name in known:
            given.setdefault(name, []).append(value)
        elif not _TRACKING.fullmatch(name):
            hint, takes = _hint(name, known, other), f"{whose} takes {', '.join(known)}"
            raise ParameterFaulty(name, f"no such parameter{hint}; {takes}")
    given.pop(PARAMETER, None)
    return given


def _hint(name: str, known: Sequence[str], other: str) -> str:
    if name == "format" and other:
        return f", the format is how an address ends: {other}"
    near = get_close_matches(name, known, 1)
    return f", did you mean {near[0]!r}?" if near else ""


def only(*names: str) -> Callable[[Request], Awaitable[None]]:
    """What a route depends on to take these parameters, each once at most, and no other."""

    async def check(request: Request) -> None:
        for name, values in read(request, names).items():
            once(name, values)

    return check


def taking(*names: str) -> Callable[[Handler], Handler]:
    """Makes a handler take these parameters, each once at most, and no other."""
    check = only(*names)

    def made(handler: Handler) -> Handler:
        @wraps(handler)
        async def checked(request: Request) -> Response:
            await check(request)
            return await handler(request)

        return checked

    return made


def once(name: str, values: Sequence[str]) -> None:
    """Raises ParameterFaulty for several values where there can be one."""
    if len(values) > 1:
        raise ParameterFaulty(name, f"given {len(values)} times, not once")


def in_turn(values: Mapping[str, Sequence[str]]) -> None:
    """Raises ParameterFaulty for a span of days, `from` and `to` given once each, that ends before it begins."""
    begin, end = (date.fromisoformat(values[name][0]) if name in values else None for name in ("from", "to"))
    if begin and end and end < begin:
        raise ParameterFaulty("to", f"{end} is before {begin}, which `from` says")
