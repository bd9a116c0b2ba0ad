"""Requests that come again byte for byte: answered without being read, from what the cache keeps.

The bytes of a request's head say all that its answer depends on. Where a head was answered from the cache, the app
offers what answers it once more, and the server asks that before it parses anything. What is offered looks the answer
up again, so that a release switch holds at once and nothing is kept longer than the cache keeps it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import cast

from starlette.types import Scope

LONGEST = 4096
"""Bytes of the longest head that is remembered."""

REPEAT = "vaughn.repeat"
"""In a scope's state: takes what answers the same bytes once more, where the server offers that."""

MOST = 1024
"""Heads that are remembered."""

MOST_BYTES = MOST * LONGEST * 4
"""Bytes that they take: each with what was read of it, in several forms."""

_END = b"\r\n\r\n"

Again = Callable[[bytes], bytes | None]
"""The whole answer on the wire, given the header lines of the server's own; None where it is kept no longer."""


class Repeats:
    """What answers heads that were answered before, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Again] = OrderedDict()

    def remember(self, head: bytes, again: Again) -> None:
        self._known[head] = again
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    def answer(self, head: bytes, standing: Callable[[], bytes]) -> bytes | None:
        """The answer to a head that is known. standing: the header lines of the server's own."""
        again = self._known.get(head)
        if again is None:
            return None
        answer = again(standing())
        if answer is None:
            del self._known[head]
        else:
            self._known.move_to_end(head)
        return answer


def whole_head(data: bytes) -> bool:
    """Whether bytes end where the first head in them ends, and are short enough to be remembered."""
    return len(data) <= LONGEST and data.find(_END) == len(data) - len(_END)


def offer(scope: Scope, again: Again) -> None:
    """Tell the server how to answer the same bytes once more, if it wants to know."""
    wanted = cast("Callable[[Again], None] | None", scope.get("state", {}).get(REPEAT))
    if wanted is not None:
        wanted(again)
