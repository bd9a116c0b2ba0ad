"""Negotiation, by a table of cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaughn.web.negotiation import MOST, choose

_LINES = Path(__file__).with_name("negotiation.tsv").read_text(encoding="utf-8").splitlines()
CASES = [tuple(line.split("\t")) for line in _LINES if not line.startswith("#")]


@pytest.mark.parametrize(("accept", "offered", "chosen"), CASES)
def test_the_type_that_suits_best_is_chosen(accept: str, offered: str, chosen: str) -> None:
    lines = accept.split("|") if accept else []
    assert (choose(lines, offered.split()) or "-") == chosen


@pytest.mark.parametrize("odd", ['"\\', '"', "\\", 'a/b;x="', ',"', 'a/b;x="\\"', "a/b,", " ", '"a" '])
def test_a_header_takes_time_by_its_length_alone(odd: str) -> None:
    """Where time goes with the square of it, this takes minutes: 20,000 characters took four seconds once."""
    assert choose([odd * 100_000], ["text/html", "text/turtle"]) in ("text/html", None)


def test_no_more_ranges_are_read_than_the_first_hundred() -> None:
    assert choose(["a/b," * (MOST - 1) + "text/turtle"], ["text/html", "text/turtle"]) == "text/turtle"
    assert choose(["a/b," * MOST + "text/turtle"], ["text/html", "text/turtle"]) is None
