"""A server on a real socket whose release holds the data of the suites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol import released
from protocol.manifests import SUITES
from protocol.params import ABSENT
from protocol.wire import Wire
from servers import serving_on_socket


@pytest.fixture(scope="session")
def suites() -> Path:
    """The folder of the suites, which lies beside the checkout."""
    if not SUITES.is_dir():
        pytest.skip(ABSENT)
    return SUITES


@pytest.fixture(scope="session")
def port(suites: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server whose release holds the suites' data."""
    folder = tmp_path_factory.mktemp("suites")
    released.write(folder)
    with serving_on_socket(folder) as (_, port):
        yield port


@pytest.fixture
def wire(port: int) -> Iterator[Wire]:
    """A connection to it."""
    made = Wire(port)
    yield made
    made.close()
