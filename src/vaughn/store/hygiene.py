"""What a worker gives up before it runs a stranger's query: descriptors, memory, processor time, its place in line.

Linux. Every function acts on the calling process and is meant for the moment after the fork.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_PAGE = resource.getpagesize()
_MIB = 1 << 20


def detach(parent: int, keep: int, words: int) -> int:
    """Become a process of one's own that holds two descriptors: `keep`, which moves to 3, and `words`, which moves to
    2, where last words go; 0 and 1 are /dev/null.

    Signals are as at birth, and the kernel ends the process when `parent` ends.
    """
    die_with(parent)
    signal.set_wakeup_fd(-1)
    for caught in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(caught, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    top = max(keep, words, null, 3)
    saved, paper = os.dup2(keep, top + 1), os.dup2(words, top + 2)
    for number, source in enumerate((null, null, paper, saved)):
        os.dup2(source, number)
    os.closerange(4, max(_descriptors()) + 1)
    return 3


def die_with(parent: int) -> None:
    """The kernel ends the process when `parent` ends, which started it."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was told
        os._exit(1)


def _descriptors() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd")]  # noqa: PTH208  a Path per descriptor for nothing


def unopened(store: Path) -> int:
    """Table files of a store on disk that this process has not opened yet.

    The engine opens 16 of them with the store and each other one when a query first reads from it.
    """
    opened = set(map(_file, _descriptors()))
    return sum(str(table) not in opened for table in store.resolve().glob("*.sst"))


def _file(descriptor: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115  a Path per descriptor for nothing
    except OSError:  # the one through which they were listed
        return ""


def seal(memory_mb: int, files: int = 0) -> None:
    """Fix what the process has: `files` descriptors more, `memory_mb` MiB of address space above what it holds now.

    Without a free descriptor SERVICE cannot open a socket (EMFILE), whatever the text says; with some, until the
    files they are for are open, only the guard stands before it.
    """
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    space = address_space() + memory_mb * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    top = max(_descriptors())
    while (filler := os.dup(0)) <= top:  # a free number below the limit would be a free descriptor
        pass
    os.close(filler)
    resource.setrlimit(resource.RLIMIT_NOFILE, (filler + files, filler + files))


def address_space() -> int:
    """Bytes of address space this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE


class Allowance:
    """The processor time of this process. The kernel counts whole seconds, so that most queries find it as they want
    it; telling the kernel takes longer than looking."""

    def __init__(self) -> None:
        self._soft = 0

    def allow(self, seconds: float) -> None:
        """Let the process use about `seconds` more; the kernel ends it a second or two later."""
        soft = math.ceil(time.process_time() + seconds) + 1
        if soft != self._soft:
            resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
            self._soft = soft


def peak_mib() -> int:
    """The most resident memory the process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
