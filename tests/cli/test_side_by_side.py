"""Services side by side: who takes whose place, and what they are told. What serves here serves nobody."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

SERVICES = """
import ctypes, os, signal, socket, sys, time
from pathlib import Path
from vaughn.cli import side_by_side

side_by_side._PAUSE = 0.01
folder, early = Path(sys.argv[1]), sys.argv[2] == "early"
ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: as the first process of a container, heir to all orphans

def serve(started):
    told = []
    if os.fork() == 0:
        os._exit(0)
    signal.signal(signal.SIGTERM, lambda *_: told.append(1))
    (folder / str(os.getpid())).touch()
    if not early:
        started()
    try:
        (folder / "fault").mkdir()
    except FileExistsError:
        while not told:
            time.sleep(0.01)
        (folder / f"grace-{os.getpid()}").touch()
        return True
    raise OSError("a fault")

with socket.create_server(("127.0.0.1", 0)) as bound:
    print("begun", flush=True)
    sys.exit(not side_by_side.run(2, serve, bound))
"""


HANGUP = pytest.param(
    signal.SIGHUP,
    marks=pytest.mark.skipif(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="it is ignored here"),
)


def begun(folder: Path, when: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SERVICES, str(folder), when]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, HANGUP])
def test_one_of_the_first_that_fails_after_its_start_is_replaced_and_all_end_with_grace(
    tmp_path: Path, number: signal.Signals
) -> None:
    with begun(tmp_path, "late") as process:
        assert process.stderr
        while "another takes its place" not in process.stderr.readline():
            assert process.poll() is None
        while len(list(tmp_path.glob("[0-9]*"))) < 3:
            assert process.poll() is None
        process.send_signal(number)
        assert process.wait(10) == 0
    assert len(list(tmp_path.glob("grace-*"))) == 2


def test_one_of_the_first_that_fails_before_its_start_ends_all(tmp_path: Path) -> None:
    with begun(tmp_path, "early") as process:
        assert process.wait(10) == 1
    assert len(list(tmp_path.glob("[0-9]*"))) <= 2
