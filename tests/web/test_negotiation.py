"""Negotiation, by a table of cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaughn.web.negotiation import choose

_LINES = Path(__file__).with_name("negotiation.tsv").read_text(encoding="utf-8").splitlines()
CASES = [tuple(line.split("\t")) for line in _LINES if not line.startswith("#")]


@pytest.mark.parametrize(("accept", "offered", "chosen"), CASES)
def test_the_type_that_suits_best_is_chosen(accept: str, offered: str, chosen: str) -> None:
    lines = accept.split("|") if accept else []
    assert (choose(lines, offered.split()) or "-") == chosen
