"""Tests of a suite as parameters, or one that is skipped and says why where the suites are absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

ABSENT = "needs the W3C suites at ../shared/suites, beside the checkout"


def params(cases: Iterable[tuple[str, Any]], known: Mapping[str, str] | None = None) -> list[Any]:
    """One parameter for each (name, case). known: tests that fail, and why that lies below us."""
    found = [pytest.param(case, id=name, marks=_marks((known or {}).get(name))) for name, case in cases]
    return found or [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=ABSENT))]


def _marks(reason: str | None) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
