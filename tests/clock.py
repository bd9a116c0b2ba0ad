"""Time as the machine gave it: on a busy one, what stood in line for a processor is not called slow."""

from __future__ import annotations

import time
from pathlib import Path

_COUNTS = Path("/proc/thread-self/schedstat")


class Watch:
    """Seconds since it was made, but for those in which its thread was ready to run and had no processor.

    For a check that something ends soon enough: what the code under test waits or works for is counted, on any machine.
    What it must at least last is measured by a plain clock. To be read in the thread that made it.
    """

    def __init__(self) -> None:
        self._start, self._stood = time.monotonic(), _stood_in_line()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start - (_stood_in_line() - self._stood)


def _stood_in_line() -> float:
    """Seconds for which this thread stood in line so far (the second of the kernel's schedule statistics, which are in
    nanoseconds); 0.0 on a kernel that does not count them."""
    try:
        return int(_COUNTS.read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0
