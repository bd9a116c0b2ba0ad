"""Places for long lists of sentences: so many in all, and one for each client; one is compared after the other.

Side by side they would all be late: there is one thread to compare them in.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from vaughn.errors import ListBusy, ListsFull

MOST = 4
EACH = 1
QUERIES = 3
"""A list may take the time of so many queries: as many whole lists as there are places are compared in turn."""


class Turns:
    """The places of one release. query_seconds: what one query may take. seconds: what one list may, its wait for the
    others included, and so after which a place is free at the latest. at_work: held by the list that is being compared;
    those in the other places wait for it, in order."""

    def __init__(self, query_seconds: float) -> None:
        self.seconds = QUERIES * query_seconds
        self.at_work = asyncio.Lock()
        self._retry_after = math.ceil(self.seconds)
        self._taken: Counter[str | None] = Counter()

    @contextmanager
    def taken(self, client: str | None) -> Iterator[None]:
        """Hold a place; a client that is not known, None, may have several. Raises ListBusy, ListsFull."""
        if client is not None and self._taken[client] >= EACH:
            raise ListBusy(self._retry_after, EACH)
        if self._taken.total() >= MOST:
            raise ListsFull(self._retry_after, MOST)
        self._taken[client] += 1
        try:
            yield
        finally:
            self._leave(client)

    def _leave(self, client: str | None) -> None:
        self._taken[client] -= 1
        self._taken += Counter()  # drops those who have none
