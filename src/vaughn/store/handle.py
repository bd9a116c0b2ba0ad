"""One worker process as the service sees it: its socket on the event loop, one query at a time, no threads."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable

from vaughn.errors import WorkerDied
from vaughn.store.frames import Reply, ReplyReader

_OF_PROCESS = 2  # Linux: the number of another process's clock is its id inverted, three bits up, and this kind


class Worker:
    """A worker. number: the service's name for it. job: who waits for its answer, None while it is idle. answered:
    replies it has given. niced: its process stands back behind others, which cannot be undone."""

    def __init__(self, number: int, pid: int, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.number, self.pid = number, pid
        self.job: asyncio.Future[Reply] | None = None
        self.answered = 0
        self.niced = False
        self._began = self._asked = 0.0
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._reader = ReplyReader()
        self._unsent = memoryview(b"")

    @property
    def alive(self) -> bool:
        """Whether the pool still counts on it."""
        return self._sock.fileno() >= 0

    @property
    def used(self) -> float:
        """Seconds of processor time that its job has taken so far."""
        return self._clock() - self._began

    @property
    def passed(self) -> float:
        """Seconds since its job began."""
        return self._loop.time() - self._asked

    def listen(self, answered: Callable[[Worker, Reply], None]) -> None:
        """Call `answered` with each reply."""
        self._loop.add_reader(self._sock, self._receive, answered)

    def ask(self, payload: bytes) -> asyncio.Future[Reply]:
        """Send one request; the future is its reply. Why a worker died without one comes from its template."""
        job: asyncio.Future[Reply] = self._loop.create_future()
        if not self.alive:
            job.set_exception(WorkerDied("it ended before the query began"))
            return job
        self.job = job
        self._began, self._asked = self._clock(), self._loop.time()
        self._unsent = memoryview(payload)
        if self._send():
            self._loop.add_writer(self._sock, self._send_more)
        return job

    def close(self) -> None:
        """Take the socket off the loop; the process is ended elsewhere."""
        if self.alive:
            self._loop.remove_reader(self._sock)
            self._loop.remove_writer(self._sock)
            self._sock.close()

    def _clock(self) -> float:
        """Seconds of processor time of the process; 0 once it has ended."""
        try:
            return time.clock_gettime(~self.pid << 3 | _OF_PROCESS)
        except OSError:
            return 0.0

    def _send(self) -> bool:
        """Send what the socket takes; whether something is left."""
        try:
            self._unsent = self._unsent[self._sock.send(self._unsent) :]
        except BlockingIOError:
            pass
        except (BrokenPipeError, ConnectionResetError):
            self._unsent = self._unsent[:0]
        return bool(self._unsent)

    def _send_more(self) -> None:
        if not self._send():
            self._loop.remove_writer(self._sock)

    def _receive(self, answered: Callable[[Worker, Reply], None]) -> None:
        try:
            reply = self._reader.read(self._sock)
        except (EOFError, ConnectionResetError):
            self._loop.remove_reader(self._sock)
            return
        if reply is not None:
            self.answered += 1
            answered(self, reply)
