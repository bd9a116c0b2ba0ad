"""How a service ends, and what it survives: signals, over a real socket."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hostile import RUNNING
from servers import served_to_strangers
from web.raw import Heard, asking, eventually, get, heard, opened, said

LONG = asking(RUNNING["cartesian count"].text, "Connection: close")
READY = get("/health/ready", "Connection: close")


@dataclass(frozen=True)
class Running:
    """A service at work. below: its template and workers. long: the answer to a query that is under way."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    below: list[int]
    long: Future[Heard]

    def end(self, *signals: signal.Signals) -> int:
        """Its exit status after these signals."""
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.3)
        return self.process.wait(15)

    @property
    def complaints(self) -> list[str]:
        """Lines of the log that tell of no request."""
        return [line for line in self.log.read_text(encoding="utf-8").splitlines() if not line.startswith("{")]


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [below for child in map(int, text.split()) for below in (child, *children(child))]


def gone(pids: list[int]) -> bool:
    """Whether these processes end soon; one that nobody reaps has ended."""

    def states() -> set[str]:
        stats = (Path(f"/proc/{pid}/stat") for pid in pids)
        return {stat.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] for stat in stats if stat.exists()}

    return eventually(lambda: states() <= {"Z"})


HANGUP = pytest.param(
    signal.SIGHUP,
    marks=pytest.mark.skipif(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="it is ignored here"),
)


@contextmanager
def at_work(build_dir: Path, log: Path, query_seconds: float) -> Iterator[Running]:
    """A service with one query under way and one connection at rest."""
    with (
        served_to_strangers(build_dir, log, query_seconds=query_seconds) as (process, port),
        ThreadPoolExecutor() as pool,
    ):
        with opened(port) as resting:
            resting.sendall(get("/health/live"))
            resting.recv(1 << 16)
            long = pool.submit(said, port, LONG)
            time.sleep(0.5)
            yield Running(process, port, log, children(process.pid), long)
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, HANGUP])
def test_a_service_told_to_end_answers_what_it_has_and_nobody_else(
    build_dir: Path, tmp_path: Path, number: signal.Signals
) -> None:
    with (
        at_work(build_dir, tmp_path / "log", 2) as service,
        opened(service.port) as silent,
        opened(service.port) as late,
    ):
        service.process.send_signal(number)
        time.sleep(0.3)
        late.sendall(get("/health/live"))  # it was let in before, and had not asked
        answer = heard(late)
        assert (answer.status, b"connection: close" in answer.head.lower()) == (200, True)
        assert heard(silent).status == 0
        with pytest.raises(ConnectionRefusedError):
            said(service.port, READY)
        assert service.process.wait(15) == 0
        assert service.long.result().problem == "query-timeout"
        assert len(service.below) > 4
        assert gone(service.below)
        assert service.complaints == []


def test_a_client_that_asks_again_while_the_service_ends_is_answered(build_dir: Path, tmp_path: Path) -> None:
    with (
        served_to_strangers(build_dir, tmp_path / "log") as (process, port),
        opened(port) as one,
        opened(port) as other,
    ):
        for connection in (one, other):
            connection.sendall(get("/health/live"))
            assert b" 200 " in connection.recv(1 << 16)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.25)
        one.sendall(asking("ASK {}"))
        answer = heard(one)
        assert (answer.status, b"connection: close" in answer.head.lower()) == (200, True)
        assert heard(other).status == 0
        assert process.wait(15) == 0


def test_a_service_told_twice_does_not_wait_and_still_says_so(build_dir: Path, tmp_path: Path) -> None:
    with at_work(build_dir, tmp_path / "log", 60) as service:
        assert service.end(signal.SIGINT, signal.SIGINT) == 0
        assert service.long.result().problem == "worker-died"
        assert gone(service.below)
        assert service.complaints == []


def test_a_service_that_is_killed_leaves_no_process(build_dir: Path, tmp_path: Path) -> None:
    with at_work(build_dir, tmp_path / "log", 60) as service:
        assert service.end(signal.SIGKILL) == -signal.SIGKILL
        assert service.long.result().status == 0
        assert gone(service.below)


def test_a_service_whose_template_is_killed_goes_on(build_dir: Path, tmp_path: Path) -> None:
    with at_work(build_dir, tmp_path / "log", 60) as service:
        os.kill(service.below[0], signal.SIGKILL)
        assert service.long.result().problem == "worker-died"
        assert eventually(lambda: said(service.port, READY).status == 200)
        assert said(service.port, asking("ASK {}", "Connection: close")).status == 200
        assert gone(service.below)


@contextmanager
def side_by_side(build_dir: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Two services on one port, both at work."""
    with served_to_strangers(build_dir, log, "--services", "2") as (process, port):
        assert eventually(lambda: len(answering(port)) == 2)
        yield process, port


def answering(port: int) -> set[str]:
    """Process ids of the services that answer on a port."""
    found = (said(port, get("/metrics", "Connection: close")).body.decode() for _ in range(20))
    return {one for text in found for one in re.findall(r'vaughn_process_info\{[^}]*pid="(\d+)"', text)}


def test_services_side_by_side_have_every_limit_and_one_that_ends_is_started_anew(
    build_dir: Path, tmp_path: Path
) -> None:
    with side_by_side(build_dir, tmp_path / "log") as (process, port):
        told = said(port, get("/limits", "Accept: application/json", "Connection: close")).told
        assert (told["services"], told["totals"]["connections"]) == (2, 2 * told["connections"])
        two_hosts = [said(port, get("/health/live", "Host: y")) for _ in range(10)]
        assert {answer.problem for answer in two_hosts} == {"request-unreadable"}
        before = answering(port)
        os.kill(int(min(before)), signal.SIGKILL)
        assert said(port, READY).status == 200
        assert eventually(lambda: len(answering(port)) == 2)
        assert len(before & answering(port)) == 1
        below = children(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert gone(below)
        with pytest.raises(ConnectionRefusedError):
            said(port, READY)


def test_services_side_by_side_end_with_the_one_that_started_them(build_dir: Path, tmp_path: Path) -> None:
    with side_by_side(build_dir, tmp_path / "log") as (process, _):
        below = children(process.pid)
        process.kill()
        assert gone(below)


def test_services_side_by_side_that_cannot_start_end_all(tmp_path: Path, build_dir: Path) -> None:
    build = tmp_path / "build"
    shutil.copytree(build_dir, build, symlinks=False)
    for store in build.glob("current/*.nq*"):
        store.write_bytes(b"nothing of the kind")
    with (
        pytest.raises(AssertionError, match="the service ended with 3"),
        served_to_strangers(build, tmp_path / "log", "--services", "2"),
    ):
        pass


def test_a_log_that_cannot_be_written_stops_nothing(build_dir: Path) -> None:
    with served_to_strangers(build_dir, Path("/dev/full")) as (process, port):
        assert said(port, READY).status == 200
        assert said(port, b"no request\r\n\r\n").status == 400
        assert process.poll() is None
