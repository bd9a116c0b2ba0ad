"""The log on standard error, written by a thread of its own: whoever reads it may stop reading, and nothing waits."""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from typing import TextIO

ACCESS, WARNINGS = "vaughn.access", "vaughn"

MOST_LINES = 10_000
"""Lines that may wait to be written; those beyond are dropped and counted."""

_PARTING_SECONDS = 1.0  # for what still waits when the service ends


class Logbook(logging.Handler):
    """Writes lines to a stream, or to standard error as it is then. dropped: lines that were never written."""

    def __init__(self, stream: TextIO | None = None, most: int = MOST_LINES) -> None:
        super().__init__()
        self._stream = stream
        self._lines: queue.Queue[str] = queue.Queue(most)
        self.dropped = 0
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.put_nowait(self.format(record) + "\n")
        except queue.Full:
            self.dropped += 1

    def flush(self) -> None:
        """Wait until every line is written, for a second and no longer."""
        end = time.monotonic() + _PARTING_SECONDS
        while self._lines.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.01)

    def _write(self) -> None:
        while True:
            line, stream = self._lines.get(), self._stream or sys.stderr
            try:
                stream.write(line)
                stream.flush()
            except (OSError, ValueError):  # nobody reads it any more, or it is closed
                self.dropped += 1
            self._lines.task_done()


def log_requests(*others: str) -> None:
    """Have the access log, a line of JSON each, and every warning written to standard error; done once, however often
    it is called. others: loggers that are written there too."""
    access = logging.getLogger(ACCESS)
    if not _logbooks():
        logbook = Logbook()
        for name in (WARNINGS, *others):
            logging.getLogger(name).addHandler(logbook)
        access.addHandler(logbook)
        access.setLevel(logging.INFO)
        access.propagate = False


def dropped() -> int:
    """Lines of the log that were never written."""
    return sum(logbook.dropped for logbook in _logbooks())


def _logbooks() -> list[Logbook]:
    return [each for each in logging.getLogger(ACCESS).handlers if isinstance(each, Logbook)]
