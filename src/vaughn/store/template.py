"""The template: a process that opens a release once and forks workers from it.

Run as `python -m vaughn.store.template FD`, where FD is the control socket (SOCK_SEQPACKET, one JSON message each):

service → template   {"release", "memory", "limits"}   first: what to open; see Order
                     {"fork": n}  {"kill": n}  {"nice": n}
                                                       n is the service's own number for a worker
template → service   {"opened": fault}                 once; fault is "" or why the release cannot be read
                     {"worker": n, "pid"}              with the worker's socket (SCM_RIGHTS)
                     {"dead": n, "status", "words"}    exit status, or minus the signal; see `deaths`
                     {"failed": n}                     no worker could be forked

The template reaps its children itself and is the only one to kill them, so a process id is never used after its
process is gone. It has one thread (an in-memory store starts none; measured), which is what makes forking safe.
When the control socket closes it kills its workers and ends.
"""

from __future__ import annotations

import contextlib
import gc
import gzip
import json
import os
import selectors
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from vaughn.store import deaths, worker
from vaughn.store.worker import Limits

MESSAGE = 1 << 16
NICE = 10
"""What a slow query's process is niced to: about a tenth of a neighbour's share, never nothing."""


@dataclass(frozen=True)
class Order:
    """What a template opens. release: None for nothing at all, so that workers only read queries. memory: load the
    release's N-Quads into memory; otherwise workers open its store."""

    release: Path | None
    memory: bool
    limits: Limits

    def encode(self) -> bytes:
        return json.dumps({**asdict(self), "release": str(self.release or "")}).encode()

    @classmethod
    def decode(cls, message: bytes) -> Order:
        read = json.loads(message)
        release = Path(read["release"]) if read["release"] else None
        return cls(release, read["memory"], Limits(**read["limits"]))


class Template:
    """The parent of a release's workers."""

    def __init__(self, control: socket.socket, order: Order) -> None:
        self._control, self._limits = control, order.limits
        self._store = _opened(order)
        self._numbers: dict[int, int] = {}
        self._papers: dict[int, int] = {}
        worker.prepare()

    def serve(self) -> None:
        """Fork, kill and reap until the service closes the control socket."""
        woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        selector = selectors.DefaultSelector()
        selector.register(self._control, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if woken in ready:
                os.read(woken, MESSAGE)
                self._reap()
            if self._control.fileno() in ready and not self._obey(self._next()):
                return

    def end(self) -> None:
        """Kill every worker and wait until each is gone."""
        for pid in self._numbers:
            os.kill(pid, signal.SIGKILL)
        for pid in self._numbers:
            os.waitpid(pid, 0)

    def _next(self) -> bytes:
        try:
            return self._control.recv(MESSAGE)
        except ConnectionResetError:  # the service closed without reading all we said
            return b""

    def _obey(self, message: bytes) -> bool:
        if not message:
            return False
        [(verb, number)] = json.loads(message).items()
        if verb == "fork":
            self._fork(number)
        else:
            self._act(verb, number)
        return True

    def _fork(self, number: int) -> None:
        try:
            pid, ours, paper = self._beget()
        except OSError:
            self._tell({"failed": number})
            return
        self._numbers[pid], self._papers[pid] = number, paper
        with ours:
            self._tell({"worker": number, "pid": pid}, ours.fileno())

    def _beget(self) -> tuple[int, socket.socket, int]:
        """A worker's process id, its socket, and where its last words will be. Raises OSError; nothing is left then."""
        with contextlib.ExitStack() as undone:
            paper = deaths.paper()
            undone.callback(os.close, paper)
            ours, theirs = map(undone.enter_context, socket.socketpair())
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                worker.run(parent, theirs, paper, self._store, self._limits)
            undone.pop_all()
        theirs.close()
        return pid, ours, paper

    def _act(self, verb: str, number: int) -> None:
        for pid, known in self._numbers.items():
            if known == number and verb == "kill":
                os.kill(pid, signal.SIGKILL)
            elif known == number:
                os.setpriority(os.PRIO_PROCESS, pid, NICE)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._report(*ended)

    def _report(self, pid: int, status: int) -> None:
        words = deaths.last_words(self._papers.pop(pid))
        self._tell({"dead": self._numbers.pop(pid), "status": os.waitstatus_to_exitcode(status), "words": words})

    def _tell(self, message: dict[str, object], *descriptors: int) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the service is gone: read next, we end
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)


def _opened(order: Order) -> ox.Store | Path | None:
    if order.release is None:
        return None
    return load(order.release) if order.memory else _on_disk(order.release)


def load(release: Path) -> ox.Store:
    """A release's quads in memory. Raises OSError or SyntaxError when they cannot be read.

    Quad by quad, since bulk_load would give blank nodes other names each time: with those of the dump, as the store on
    disk has them, equal releases give equal bytes, whichever process answers. It takes no longer (5.0 and 4.7 s for
    885,000 quads), nor more memory.
    A passing thread does it: the engine's generator of random numbers belongs to the thread that draws, and workers
    forked from one that has drawn any would all go on with the same numbers (UUID would repeat; measured).
    """
    store = ox.Store()
    with gzip.open(release / "dataset.nq.gz") as quads, ThreadPoolExecutor(1) as passing:
        parser = ox.parse(cast("IO[bytes]", quads), format=ox.RdfFormat.N_QUADS)
        passing.submit(store.bulk_extend, parser).result()
    gc.freeze()  # the collector would touch, and so copy, pages that workers share
    return store


def _on_disk(release: Path) -> Path:
    """Where the release's store is; workers open it, since a store on disk has threads and cannot be forked."""
    store = release / "store"
    if not (store / "CURRENT").is_file():
        raise FileNotFoundError(f"{store} is not a store")
    return store


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        template = Template(control, Order.decode(control.recv(MESSAGE)))
    except (OSError, EOFError, SyntaxError, ValueError) as error:
        control.send(json.dumps({"opened": str(error) or type(error).__name__}).encode())
        return
    control.send(json.dumps({"opened": ""}).encode())
    try:
        template.serve()
    finally:
        template.end()


if __name__ == "__main__":
    main()
