"""One build at a time in a folder. The operating system frees the lock when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vaughn.errors import BuildBusy


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `<folder>/.lock`. Raises BuildBusy when another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ".lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildBusy(path) from None
        yield
