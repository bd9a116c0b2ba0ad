"""The service's side of a template: starts the process, asks for workers, hears of their deaths."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from vaughn.errors import ReleaseMissing
from vaughn.store.handle import Worker
from vaughn.store.template import MESSAGE, Order

ENDED: Counter[str] = Counter()
"""Workers of this process that ended, over all its releases: because the service wanted them to ("asked"), by a signal,
or with an exit status."""

_SIGNALS = {each.value: each.name for each in signal.Signals}
_PATIENCE = 5.0  # seconds a template may take to end before it is killed


class Parent(Protocol):
    """Whoever asks for workers and keeps them."""

    def born(self, worker: Worker) -> None:
        """A worker is ready for a query."""

    def dead(self, number: int, status: int, words: str) -> None:
        """A worker has ended; status is its exit code, or minus the signal that ended it, words its last words."""

    def barren(self) -> None:
        """No worker could be forked."""


class Nursery:
    """One running template, and whose its workers are. Made by `start`. gone: called when it ends by itself."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, gone: Callable[[], None]) -> None:
        self._process, self._control, self._gone = process, control, gone
        self._parents: dict[int, Parent] = {}
        self._asked: set[int] = set()
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[str] = self._loop.create_future()
        self._ended = asyncio.Event()
        self._closing = False
        self._last = 0
        self._loop.add_reader(control, self._hear)

    @classmethod
    async def start(cls, order: Order, gone: Callable[[], None]) -> Nursery:
        """A template with the release open. Raises ReleaseMissing when it cannot open it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = _spawn(theirs.fileno())
        ours.send(order.encode())
        nursery = cls(process, ours, gone)
        try:
            fault = await nursery._opened
        except asyncio.CancelledError:
            await nursery.close()
            raise
        if fault:
            await nursery.close()
            raise ReleaseMissing(order.release or "no release", fault)
        return nursery

    @property
    def pid(self) -> int:
        """The template's process id."""
        return self._process.pid

    def fork(self, parent: Parent) -> None:
        """Ask for one more worker; Parent.born follows, or Parent.barren."""
        self._last += 1
        self._parents[self._last] = parent
        self._say({"fork": self._last})

    def kill(self, number: int) -> None:
        """End a worker; Parent.dead follows. One that has ended is left in peace."""
        if number in self._parents:
            self._asked.add(number)
        self._say({"kill": number})

    def nice(self, number: int) -> None:
        """Let a worker stand back behind all others, for the rest of its life."""
        self._say({"nice": number})

    async def close(self) -> None:
        """End the template and its workers, and wait until they are gone; no parent is told."""
        self._closing = True
        if self._ended.is_set():
            return
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        timer = self._loop.call_later(_PATIENCE, self._process.kill)
        await self._ended.wait()
        timer.cancel()

    def _say(self, message: dict[str, int]) -> None:
        with contextlib.suppress(OSError):  # it has ended, or is ending: `_hear` is about to learn it
            self._control.send(json.dumps(message).encode())

    def _hear(self) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 1, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except ConnectionResetError:
            message, descriptors = b"", []
        if message:
            self._dispatch(json.loads(message), descriptors)
        else:
            self._end()

    def _dispatch(self, message: dict[str, Any], descriptors: list[int]) -> None:
        match message:
            case {"opened": fault}:
                self._tell_opened(fault)
            case {"worker": number, "pid": pid}:
                self._tell_born(Worker(number, pid, socket.socket(fileno=descriptors[0])))
            case {"dead": number, "status": status, "words": words}:
                parent = self._parents.pop(number)
                ENDED[self._how(number, status)] += 1
                if not self._closing:
                    parent.dead(number, status, words)
            case {"failed": number}:
                parent = self._parents.pop(number)
                if not self._closing:
                    parent.barren()

    def _how(self, number: int, status: int) -> str:
        """What ended a worker."""
        if number in self._asked:
            self._asked.discard(number)
            return "asked"
        return _SIGNALS.get(-status, f"signal {-status}") if status < 0 else f"exit {status}"

    def _tell_born(self, worker: Worker) -> None:
        if self._closing:
            worker.close()
        else:
            self._parents[worker.number].born(worker)

    def _tell_opened(self, fault: str) -> None:
        if not self._opened.done():
            self._opened.set_result(fault)

    def _end(self) -> None:
        self._loop.remove_reader(self._control)
        self._control.close()
        status = self._process.wait()  # its socket closed because it is ending: a matter of microseconds
        self._ended.set()
        if not self._opened.done():
            self._opened.set_result(f"the process that opens it ended with status {status}")
        elif not self._closing:
            self._gone()


def _spawn(descriptor: int) -> subprocess.Popen[bytes]:
    """The template's process: nothing of the service's but one socket; a process group of its own, so that Ctrl-C at a
    terminal reaches the service alone, which ends its templates itself. No session of its own: Linux would weigh that
    as a whole against the service, whatever its slow workers are niced to."""
    command = [sys.executable, "-P", "-m", "vaughn.store.template", str(descriptor)]
    return subprocess.Popen(  # noqa: S603  the command is ours
        command, pass_fds=[descriptor], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, process_group=0
    )
