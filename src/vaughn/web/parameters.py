"""The parameters of an address, as the API takes them: in UTF-8, each of them known, none passed over in silence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request

from vaughn.errors import ParameterFaulty
from vaughn.web.past import PARAMETER
from vaughn.web.protocol import decode


def read(request: Request, allowed: Sequence[str], whose: str = "this address") -> dict[str, list[str]]:
    """The values of each parameter but `release`, which is read elsewhere; one given twice alike counts once.

    Raises ParameterFaulty for a name that is not allowed, and for what is not UTF-8 once decoded (RFC 3986 §2.5).
    """
    given: dict[str, list[str]] = {}
    for name, value in dict.fromkeys(decode(request.scope["query_string"])):
        if name not in (*allowed, PARAMETER):
            raise ParameterFaulty(name, f"no such parameter; {whose} takes {', '.join(allowed) or 'none'}")
        given.setdefault(name, []).append(value)
    given.pop(PARAMETER, None)
    return given


def only(*names: str) -> Callable[[Request], Awaitable[None]]:
    """What a route depends on to take these parameters, each once at most, and no other."""

    async def check(request: Request) -> None:
        for name, values in read(request, names).items():
            once(name, values)

    return check


def once(name: str, values: Sequence[str]) -> None:
    """Raises ParameterFaulty for several values where there can be one."""
    if len(values) > 1:
        raise ParameterFaulty(name, f"given {len(values)} times, not once")
