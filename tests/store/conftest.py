"""Fixtures of the serving store."""

from __future__ import annotations

import pytest

from releases import write_release
from vaughn.store.release import Release


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """1,000 people who each know the next and have an age, a name and a street; two small named graphs."""
    lines = []
    for number in range(1000):
        person = f"<https://example.org/person/{number}>"
        lines += [
            f"{person} <https://example.org/knows> <https://example.org/person/{(number + 1) % 1000}> .",
            f'{person} <https://example.org/name> "Person {number}" .',
            f'{person} <https://example.org/age> "{number % 90}"^^<http://www.w3.org/2001/XMLSchema#integer> .',
            f"{person} <https://example.org/livesIn> <https://example.org/street/{number % 20}> .",
        ]
    lines += [
        f'<https://example.org/person/1> <https://example.org/note> "{name}" <https://example.org/graph/{name}> .'
        for name in ("one", "two")
    ]
    nquads = "".join(f"{line}\n" for line in lines)
    return write_release(tmp_path_factory.mktemp("town") / "release", nquads.encode())
