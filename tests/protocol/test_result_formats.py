"""Rows come back in CSV, TSV and JSON as the W3C suite has them."""

from __future__ import annotations

import pytest

from protocol import result_formats
from protocol.result_formats import FormatCase
from protocol.wire import Wire

CASES = result_formats.cases()


def _mark(case: FormatCase) -> list[pytest.MarkDecorator]:
    return (
        [pytest.mark.xfail(strict=True, reason=result_formats.KNOWN[case.name])]
        if case.name in result_formats.KNOWN
        else []
    )


@pytest.mark.shared
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name, marks=_mark(case)) for case in CASES])
def test_the_endpoint_writes_rows_as_the_suite_has_them(case: FormatCase, wire: Wire) -> None:
    assert result_formats.fault(case, wire) == ""
