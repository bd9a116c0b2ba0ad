"""`vaughn query` lists, asks and prints without cutting; a wrong question is a sentence and a code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable

import pytest

from vaughn.cli.query import render
from vaughn.model import Table, Term

Run = Callable[..., subprocess.CompletedProcess[str]]
CLAIM = "claim=not-all-duty-stations-must-be-released"


def test_without_a_name_it_lists_the_questions(vaughn: Run) -> None:
    listed = vaughn("query").stdout
    assert "claims/support" in listed
    assert "derive/" not in listed


def test_csv_and_json_hold_the_same_rows(vaughn: Run) -> None:
    from_csv = list(csv.DictReader(io.StringIO(vaughn("query", "claims/support", CLAIM, "--format", "csv").stdout)))
    from_json = json.loads(vaughn("query", "claims/support", CLAIM, "--format", "json").stdout)
    rows = [{name: term["value"] for name, term in row.items()} for row in from_json["results"]["bindings"]]
    assert [{name: value for name, value in row.items() if value} for row in from_csv] == rows
    assert rows


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["claims/suport"], 2, "did you mean claims/support"),
        (["claims/support"], 2, "required; for example"),
        (["claims/support", "colour=red"], 2, "no such parameter"),
        (["claims/support", "claim"], 2, "name=value"),
        (["claims/support", "claim=x y"], 2, "no spaces"),
        (["claims/support", "claim=nobody-said-this"], 1, "the graph holds nothing at claim:nobody-said-this"),
        (["rulings/by-exemption", "exemption=99"], 1, "the graph holds nothing at foia-exemption:99"),
    ],
)
def test_a_wrong_question_says_what_to_do(vaughn: Run, words: list[str], code: int, says: str) -> None:
    done = vaughn("query", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def rows(*values: str) -> Table:
    return Table(("a", "b"), tuple({"a": Term("literal", value), "b": Term("literal", "x")} for value in values))


def test_rows_that_fit_are_a_table() -> None:
    assert render(rows("one", "three"), width=20).splitlines() == ["a      b", "─────  ─", "one    x", "three  x"]


def test_rows_that_do_not_fit_are_blocks_and_never_cut() -> None:
    assert render(rows("w" * 30), width=20) == f"a  {'w' * 30}\nb  x"


def test_no_rows_is_said() -> None:
    assert render(rows(), width=20) == "no rows"
