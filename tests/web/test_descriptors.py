"""Connections are no more than the system gives descriptors for."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from vaughn.settings import Settings
from vaughn.web.descriptors import RESERVED

PROGRAM = """
import resource, sys
from vaughn.settings import Settings
from vaughn.web.descriptors import afforded
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
print(afforded(Settings(connections=600, workers=2, page_workers=1)).connections)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
NEEDED = 600 + 2 + 1 + RESERVED


def afforded(soft: int, hard: int) -> subprocess.CompletedProcess[str]:
    """What 600 connections become in a process with these limits, and its soft limit then."""
    command = [sys.executable, "-c", PROGRAM, str(soft), str(hard)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("soft", "hard", "connections", "after"),
    [
        (NEEDED + 50, NEEDED + 50, 600, NEEDED + 50),
        (300, NEEDED + 50, 600, NEEDED),
        (300, NEEDED, 600, NEEDED),
        (300, NEEDED - 40, 560, NEEDED - 40),
        (NEEDED - 599, NEEDED - 599, 1, NEEDED - 599),
    ],
)
def test_the_soft_limit_is_raised_and_then_connections_are_fewer(
    soft: int, hard: int, connections: int, after: int
) -> None:
    found = afforded(soft, hard)
    assert found.stdout.split() == [str(connections), str(after)]
    told = f"VAUGHN_CONNECTIONS=600 is taken as {connections}: the system gives {hard} descriptors"
    assert (told in found.stderr) == (connections < 600)


def test_too_few_descriptors_for_one_connection_are_refused() -> None:
    found = afforded(100, NEEDED - 600)
    assert found.returncode == 1
    assert "VAUGHN_CONNECTIONS='600': the system gives 355 descriptors, and 955 are needed" in found.stderr


def test_the_defaults_fit_under_the_usual_limit() -> None:
    default = Settings()
    assert default.connections + default.workers + default.page_workers + RESERVED <= 1024
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 1024
