"""What is written as a test is run."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    passed_over = pytestconfig.getini("norecursedirs")
    files = [path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")]
    folders = {parent.name for file in files for parent in file.parents if parent.name}
    assert "build" in folders, "the usual list of what is passed over has it"
    assert not {folder for folder in folders if any(fnmatch(folder, pattern) for pattern in passed_over)}
