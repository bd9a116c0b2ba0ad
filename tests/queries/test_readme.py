"""The README of the queries names the twenty-six questions and every folder, and each query it names is there."""

from __future__ import annotations

import re
from pathlib import Path

from vaughn.querybook import QueryBook
from vaughn.resources import shipped_root

EXPECTED = Path(__file__).parent / "expected"
README = shipped_root() / "queries" / "README.md"


def questions() -> dict[int, str]:
    """Number → query, from the table."""
    rows = re.findall(r"^\| (\d+) \| .+ \| `([a-z/-]+)` \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    return {int(number): name for number, name in rows}


def test_each_of_the_twenty_six_questions_is_a_query_that_people_can_ask(book: QueryBook) -> None:
    assert sorted(questions()) == list(range(1, 27))
    assert set(questions().values()) <= {query.name for query in book.questions()}


def test_each_of_the_twenty_six_questions_has_rows_worked_out_by_hand() -> None:
    cases = {path.stem.rpartition("--")[0].replace("--", "/") for path in EXPECTED.glob("*.yaml")}
    assert set(questions().values()) - cases == set()


def test_every_folder_is_explained(book: QueryBook) -> None:
    text = README.read_text(encoding="utf-8")
    folders = {name.partition("/")[0] for name in book.queries}
    assert {folder for folder in folders if f"`{folder}/" not in text} == set()
