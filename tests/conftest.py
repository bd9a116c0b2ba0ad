"""What many tests start from, named for its state."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vaughn.build.release import build
from vaughn.resources import open_site
from vaughn.settings import PREFIX, Settings

_ASKS_THE_ENGINE = {"ox", "default_graph", "ask_oxigraph"}  # names in modules that have answers of the engine's own


@pytest.fixture(scope="module", autouse=True)
def dropped_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Answers of the engine that stand in a ring are let go by the thread that made them, as they must be: left to
    themselves they go whenever any thread of a later test is the one that collects."""
    yield
    if _ASKS_THE_ENGINE & vars(request.module).keys():
        gc.collect()


@pytest.fixture(scope="session")
def shipped_builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of releases whose current one was built from the shipped site, as a draft."""
    folder = tmp_path_factory.mktemp("shipped")
    build(open_site(), Settings(build_dir=folder), draft=True, reasoner="compiled")
    return folder


@pytest.fixture(scope="session")
def vaughn(shipped_builds: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The `vaughn` command as a person runs it, on the shipped site's release and an environment without settings."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environ |= {"VAUGHN_BUILD_DIR": str(shipped_builds), "COLUMNS": "100"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vaughn", *words]
        return subprocess.run(command, capture_output=True, text=True, env=environ, timeout=120, check=False)

    return run


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never answers; nobody may have come by the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener.getsockname()[1]
        with pytest.raises(BlockingIOError):
            listener.accept()
