"""What is asked of a template that has ended, or is ending."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from vaughn.store.keeper import resident_mb


@pytest.fixture
def zombie() -> Iterator[int]:
    """The id of a process that has ended and that nobody has waited for."""
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    yield pid
    os.waitpid(pid, 0)


def test_a_process_that_runs_holds_memory() -> None:
    assert resident_mb(os.getpid()) > 10


def test_a_process_that_has_ended_holds_none(zombie: int) -> None:
    assert "VmRSS" not in Path(f"/proc/{zombie}/status").read_text(encoding="utf-8")
    assert resident_mb(zombie) == 0


def test_a_process_that_is_gone_holds_none() -> None:
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(pid, 0)
    assert resident_mb(pid) == 0
