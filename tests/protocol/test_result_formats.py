"""Rows come back in CSV, TSV and JSON as the W3C suite has them."""

from __future__ import annotations

import pytest

from protocol import result_formats
from protocol.params import params
from protocol.result_formats import FormatCase
from protocol.wire import Wire

CASES = params(((case.name, case) for case in result_formats.cases()), result_formats.KNOWN)


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_the_endpoint_writes_rows_as_the_suite_has_them(case: FormatCase, wire: Wire) -> None:
    assert result_formats.fault(case, wire) == ""
