"""Several services on one port: processes that share the socket they listen on, and nothing else.

The one who starts them answers nobody: it starts a service anew that ended by itself, and passes on what it is told.
"""

from __future__ import annotations

import contextlib
import logging
import mmap
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from types import FrameType

from vaughn.store.hygiene import die_with

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PASSED_ON = {signal.SIGHUP: signal.SIGTERM}  # a service has no terminal of its own that could be closed
_PAUSE = 1.0  # seconds before a service that ended is started anew: it may end at once, again and again


Serve = Callable[[Callable[[], None]], bool]


def run(number: int, serve: Serve, listening: socket.socket) -> bool:
    """Run `number` services until told to end (SIGTERM, SIGINT, and SIGHUP where it is not ignored, as by nohup), and
    after that until the last has ended. Whether they started: where one of the first does not, all end.

    serve: serves on the socket until told to end by SIGTERM or SIGINT, and calls what it is given once it has started;
    whether it ever did.
    """
    return _Services(serve, listening).run(number)


class _Services:
    def __init__(self, serve: Serve, listening: socket.socket) -> None:
        self._serve, self._listening = serve, listening
        self._first: set[int] = set()
        self._running: dict[int, mmap.mmap] = {}  # by process id: a byte that it sets once it has started
        self._ending = False

    def run(self, number: int) -> bool:
        for each in _ENDING:
            if each != signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, self._end)
        for _ in range(number):
            self._start()
        self._first = set(self._running)
        started = True
        while self._running:
            pid, status = os.wait()
            mark = self._running.pop(pid, None)
            if mark is not None:  # to the first process of a container come those whose own parent has ended
                started = self._ended(pid, os.waitstatus_to_exitcode(status), mark[0] > 0) and started
        return started

    def _ended(self, pid: int, status: int, begun: bool) -> bool:
        """Start another in the place of one that ended by itself. False where one of the first could not start."""
        if self._ending:
            return True
        if pid in self._first and status > 0 and not begun:
            self._end(signal.SIGTERM)
            return False
        sys.stderr.write(f"vaughn: the service with process id {pid} ended ({status}); another takes its place\n")
        time.sleep(_PAUSE)
        self._start()
        return True

    def _start(self) -> None:
        """Unless they are to end. A signal that comes meanwhile is heard by both afterwards."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            if not self._ending and not signal.sigpending() & set(_ENDING):
                begun = mmap.mmap(-1, 1)
                self._running[os.fork() or self._become(os.getppid(), before, begun)] = begun
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _become(self, parent: int, mask: Iterable[int], begun: mmap.mmap) -> int:
        """Be a service, and end as one. In a group of its own, so that a key pressed at a terminal is heard by the one
        who passes it on, and not twice."""
        die_with(parent)
        os.setpgid(0, 0)
        for each in _ENDING:
            signal.signal(each, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # heard by the one who passes it on
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        status = 1
        try:
            status = 0 if self._serve(partial(begun.write_byte, 1)) else 1
        except BaseException:  # noqa: BLE001  nobody above would say it: the stack is the parent's
            traceback.print_exc()
        logging.shutdown()
        os._exit(status)

    def _end(self, number: int, _: FrameType | None = None) -> None:
        """No service is started any more, and nobody is let in who would wait for none."""
        self._ending = True
        self._listening.close()
        for pid in tuple(self._running):
            with contextlib.suppress(ProcessLookupError):  # it has ended, and that has not been noted yet
                os.kill(pid, _PASSED_ON.get(signal.Signals(number), number))
