"""Why a worker ended: read from its exit status and from its last words, what it wrote to its standard error.

The words tell apart what one signal means: SIGABRT is how the engine ends where an allocation fails and where it
panics, and how a worker ends where Python runs out of memory.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
from typing import NoReturn

from vaughn.errors import EngineFailed, StoreError, WorkerDied

WORDS = 4096
"""The most bytes of last words that are kept: a page of memory for each worker, whatever it writes."""

_LAST = b"out of memory"
_MEMORY = re.compile(r"out of memory|memory allocation of \d+ bytes failed|\bMemoryError\b|capacity overflow")
_PANIC = re.compile(r"panicked at [^\n]*\n(?P<reason>[^\n]*)")
_CRASHES = frozenset((-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE))
_REASONS = {
    -signal.SIGABRT: "it was aborted and did not say why",
    -signal.SIGXCPU: "it used up its processor time",
    -signal.SIGKILL: "it was killed, perhaps because the machine is short of memory",
}


def death(status: int, words: str) -> StoreError:
    """The error for whoever waits. status: the exit code, or minus the signal. words: the last words, not trusted.

    EngineFailed where asking again ends in the same way, a panic or a crash of the engine; otherwise WorkerDied.
    """
    if status == -signal.SIGABRT and _MEMORY.search(words):
        return WorkerDied("it needed more memory than one query may take")
    if status == -signal.SIGABRT and (panic := _PANIC.search(words)):
        return EngineFailed(f"it panicked: {panic['reason']!r}")
    if status in _CRASHES:
        return EngineFailed(f"it crashed: {signal.strsignal(-status)}")
    return WorkerDied(_REASONS.get(status, f"it ended with status {status}"))


def paper() -> int:
    """A descriptor for the last words of a worker about to be forked: memory of WORDS bytes that can never grow.

    Raises OSError where the system has none to give.
    """
    descriptor = os.memfd_create("last words", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(descriptor, WORDS)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def last_words(descriptor: int) -> str:
    """What a worker that has ended wrote there; the descriptor is closed."""
    try:
        return os.pread(descriptor, WORDS, 0).rstrip(b"\0").decode(errors="replace")
    finally:
        os.close(descriptor)


def die_of_memory() -> NoReturn:
    """End this worker as the engine itself does where an allocation fails; it says so in words that need no memory."""
    with contextlib.suppress(OSError):  # an earlier word may have filled the page
        os.write(2, _LAST)
    os.abort()
