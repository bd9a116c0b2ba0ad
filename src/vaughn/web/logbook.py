"""The log on standard error, written by a thread of its own: whoever reads it may stop reading, and nothing waits."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from typing import TextIO

ACCESS, WARNINGS = "vaughn.access", "vaughn"

_access = logging.getLogger(ACCESS)

MOST_LINES = 10_000
"""Lines that may wait to be written; those beyond are dropped and counted."""

_PARTING_SECONDS = 1.0  # for what still waits when the service ends
_GATHER_SECONDS = 0.05  # lines are written together: waking the thread for each took a fifth of a look-up's time
_TOGETHER = 500


class Logbook(logging.Handler):
    """Writes lines to a stream, or to standard error as it is then. dropped: lines that were never written."""

    def __init__(self, stream: TextIO | None = None, most: int = MOST_LINES) -> None:
        super().__init__()
        self._stream, self._most = stream, most
        self._lines: deque[str] = deque()
        self._some = threading.Event()
        self.dropped = 0
        threading.Thread(target=self._work, name="log", daemon=True).start()

    @property
    def waiting(self) -> int:
        """Lines that are not written yet."""
        return len(self._lines)

    def emit(self, record: logging.LogRecord) -> None:
        self.take(self.format(record))

    def take(self, line: str) -> None:
        """Write a line, soon."""
        if len(self._lines) >= self._most:
            self.dropped += 1
            return
        self._lines.append(line + "\n")
        if not self._some.is_set():
            self._some.set()

    def flush(self) -> None:
        """Wait until every line is written, for a second and no longer."""
        end = time.monotonic() + _PARTING_SECONDS
        while self._lines and time.monotonic() < end:
            time.sleep(0.01)

    def _work(self) -> None:
        while True:
            self._some.wait()
            time.sleep(_GATHER_SECONDS)
            self._some.clear()
            while self._lines:
                self._write([self._lines[place] for place in range(min(len(self._lines), _TOGETHER))])

    def _write(self, lines: list[str]) -> None:
        """Write the first of the lines; they count as waiting until it is done."""
        stream = self._stream or sys.stderr
        try:
            stream.write("".join(lines))
            stream.flush()
        except (OSError, ValueError):  # nobody reads it any more, or it is closed
            self.dropped += len(lines)
        for _ in lines:
            self._lines.popleft()


def log_requests(*others: str) -> None:
    """Have the access log, a line of JSON each, and every warning written to standard error; done once, however often
    it is called. others: loggers that are written there too."""
    if not _logbooks():
        logbook = Logbook()
        for name in (WARNINGS, *others):
            logging.getLogger(name).addHandler(logbook)
        _access.addHandler(logbook)
        _access.setLevel(logging.INFO)
        _access.propagate = False


def wanted() -> bool:
    """Whether anybody wants the access log."""
    return _access.isEnabledFor(logging.INFO)


def note(line: str) -> None:
    """One line of the access log. A logbook takes it as it is: a record of it would cost more than the line."""
    match _access.handlers:
        case [Logbook() as book]:
            book.take(line)
        case _:
            _access.info("%s", line)


def dropped() -> int:
    """Lines of the log that were never written."""
    return sum(logbook.dropped for logbook in _logbooks())


def _logbooks() -> list[Logbook]:
    return [each for each in _access.handlers if isinstance(each, Logbook)]
