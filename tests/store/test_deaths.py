"""Why a worker ended, by its status and its last words; and that they are bounded."""

from __future__ import annotations

import os
import signal

import pytest

from releases import serving
from vaughn.errors import EngineFailed, StoreError, WorkerDied
from vaughn.store import deaths
from vaughn.store.deaths import WORDS, death
from vaughn.store.engine import Form, Request
from vaughn.store.release import Release

PANIC = """
thread '<unnamed>' (7) panicked at library/core/src/slice/sort/shared/smallsort.rs:854:5:
user-provided comparison function does not correctly implement a total order
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"""


@pytest.mark.parametrize(
    ("status", "words", "kind", "told"),
    [
        (-signal.SIGABRT, "memory allocation of 4096 bytes failed\n", WorkerDied, "more memory"),
        (-signal.SIGABRT, "out of memory", WorkerDied, "more memory"),
        (-signal.SIGABRT, PANIC, EngineFailed, "total order"),
        (-signal.SIGABRT, "thread 'x' panicked at a.rs:1:1:\ncapacity overflow\n", WorkerDied, "more memory"),
        (-signal.SIGABRT, "", WorkerDied, "did not say why"),
        (-signal.SIGSEGV, "", EngineFailed, "crashed"),
        (-signal.SIGXCPU, "", WorkerDied, "processor time"),
        (-signal.SIGKILL, PANIC, WorkerDied, "killed"),
        (7, "", WorkerDied, "status 7"),
    ],
)
def test_a_death_has_its_own_reason(status: int, words: str, kind: type[StoreError], told: str) -> None:
    error = death(status, words)
    assert type(error) is kind
    assert told in str(error)


def test_last_words_are_kept_up_to_a_page_and_never_grow() -> None:
    paper = deaths.paper()
    os.write(paper, b"first words ")
    with pytest.raises(PermissionError):
        os.pwrite(paper, b"x", WORDS)
    with pytest.raises(PermissionError):
        os.ftruncate(paper, 2 * WORDS)
    assert deaths.last_words(paper) == "first words "
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(paper)


@pytest.mark.anyio
@pytest.mark.parametrize("count", [30, 34])
async def test_a_query_that_needs_too_much_memory_is_told_so(town: Release, count: int) -> None:
    doublings = " ".join(f"BIND(CONCAT(?a{step}, ?a{step}) AS ?a{step + 1})" for step in range(count))
    text = f"SELECT (STRLEN(?a{count}) AS ?n) {{ BIND('0123456789' AS ?a0) {doublings} }}"
    async with serving(town, workers=1, query_memory_mb=64) as pool:
        with pytest.raises(WorkerDied, match="more memory"):
            await pool.run(Request(text, Form.SELECT, "json"))
