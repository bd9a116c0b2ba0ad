"""A log that nobody reads holds up nobody."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from servers import served_to_nobodys_log
from vaughn.web.logbook import Logbook
from web.raw import get, said


@pytest.fixture
def full() -> Iterator[tuple[int, int]]:
    """A pipe that holds as much as it can: the end to read from, and the one to write to."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    yield reading, writing
    os.close(reading)


def record(number: int) -> logging.LogRecord:
    return logging.LogRecord("vaughn.access", logging.INFO, "", 0, "line %d", (number,), None)


def test_lines_that_nobody_takes_wait_and_those_beyond_are_dropped_and_counted(full: tuple[int, int]) -> None:
    reading, writing = full
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        logbook = Logbook(stream, most=3)
        for number in range(50):
            logbook.emit(record(number))
        assert logbook.dropped == 47
        taker = threading.Thread(target=lambda: [os.read(reading, 1 << 20) for _ in range(2)])
        taker.start()
        while logbook.waiting:
            logbook.flush()
    taker.join()


def test_a_line_is_written_whole_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("w", encoding="utf-8") as stream:
        logbook = Logbook(stream)
        for number in range(100):
            logbook.emit(record(number))
        logbook.flush()
    assert path.read_text(encoding="utf-8") == "".join(f"line {number}\n" for number in range(100))
    assert logbook.dropped == 0


def test_a_stream_that_is_closed_ends_nothing(tmp_path: Path) -> None:
    stream = (tmp_path / "log").open("w", encoding="utf-8")
    stream.close()
    logbook = Logbook(stream)
    for number in range(3):
        logbook.emit(record(number))
    logbook.flush()
    assert logbook.dropped == 3


def test_what_waits_is_written_when_the_process_ends() -> None:
    program = (
        "import logging; from vaughn.web.logbook import log_requests; log_requests(); log_requests()\n"
        "for n in range(500): logging.getLogger('vaughn.access').info('line %d', n)\n"
        "logging.getLogger('vaughn.web').error('broken')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines() == [*(f"line {number}" for number in range(500)), "broken"]


def test_a_service_whose_log_nobody_reads_answers_on(build_dir: Path) -> None:
    with served_to_nobodys_log(build_dir) as (_, port):
        request = get(f"/about?utm_source={'x' * 200}", "Connection: close")
        assert {said(port, request).status for _ in range(600)} == {200}
