"""Every test of the W3C suite of the SPARQL 1.1 Protocol."""

from __future__ import annotations

import pytest

from protocol import sparql_protocol
from protocol.manifests import Case
from protocol.params import params
from protocol.wire import Wire

CASES = params((case.name, case) for case in sparql_protocol.cases())


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_the_server_answers_as_the_suite_says(case: Case, wire: Wire) -> None:
    assert sparql_protocol.fault(case, wire) == ""
