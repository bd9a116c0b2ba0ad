"""`vaughn serve` prints addresses only once it listens there."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from small import build_small, small_site
from vaughn.cli.serve import listen
from vaughn.errors import AddressUnusable
from vaughn.settings import PREFIX


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small site with a release."""
    site = small_site(tmp_path)
    build_small(site)
    return site.root


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def _serve(root: Path, port: int, **settings: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environ |= {PREFIX + name.upper(): value for name, value in settings.items()}
    command = [sys.executable, "-m", "vaughn", "--site", str(root), "serve", "--port", str(port)]
    environ |= {"PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)


def test_a_port_that_is_taken_is_a_sentence_and_no_address_is_printed(root: Path, taken: int) -> None:
    with _serve(root, taken) as process:
        said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said) == (5, "")
    assert complaint == (
        f"vaughn: cannot listen on port {taken} of 127.0.0.1: Address already in use; "
        "name another with --port or VAUGHN_PORT\n"
    )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"endpoint": "foo bar"}, "VAUGHN_ENDPOINT='foo bar': no http or https address"),
        (
            {"endpoint": "http://reader:sesame@127.0.0.1/sparql"},
            "VAUGHN_ENDPOINT='http://127.0.0.1/sparql': carries a user; set VAUGHN_ENDPOINT_USER",
        ),
        (
            {"endpoint": "http://127.0.0.1/sparql", "endpoint_engine": "abacus"},
            "VAUGHN_ENDPOINT_ENGINE='abacus': no engine of the table in the manual",
        ),
    ],
)
def test_a_remote_engine_that_cannot_be_meant_is_a_sentence_and_no_address_is_printed(
    root: Path, settings: dict[str, str], says: str
) -> None:
    with _serve(root, 0, **settings) as process:
        said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said, complaint) == (2, "", f"vaughn: {says}\n")


def test_port_0_prints_the_port_that_answers_and_an_interrupt_ends_it_quietly(root: Path) -> None:
    with _serve(root, 0) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(4)]
        found = re.search(r"http://127\.0\.0\.1:(\d+)/$", lines[1].rstrip())
        assert found
        assert found[1] != "0"
        with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/health/live", timeout=60) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in complaint


def test_a_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(AddressUnusable, match="port 80 of 203"):
        listen("203.0.113.1", 80)
