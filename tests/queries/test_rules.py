"""Every check and every lint finds what it is for and nothing else, on both engines.

A case is a folder `checks/<name>/` or `lint/<name>/`: in `good.ttl` the rule finds nothing, in `bad.ttl` exactly the
focus nodes of `bad.expect`, one per line and finding. What the build infers and derives stands in the files by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from queries.engines import Row, ask_oxigraph, ask_rdflib, read, referee
from vaughn.iris import expand
from vaughn.querybook import QueryBook

HERE = Path(__file__).parent
CASES = sorted(path.relative_to(HERE).as_posix() for folder in ("checks", "lint") for path in (HERE / folder).iterdir())


def rules(book: QueryBook) -> list[str]:
    return sorted(name for name in book.queries if name.startswith(("checks/", "lint/")))


def foci(rows: list[Row]) -> list[str]:
    return sorted(row[0].strip("<>") for row in rows)


def test_every_rule_has_a_case_and_every_case_a_rule(book: QueryBook) -> None:
    assert rules(book) == CASES


def test_every_rule_says_why_and_returns_focus_and_message(book: QueryBook) -> None:
    said = {name: (bool(book[name].why), list(book[name].returns)) for name in rules(book)}
    assert {name: told for name, told in said.items() if told != (True, ["focus", "message"])} == {}


@pytest.mark.parametrize("case", CASES)
def test_what_is_right_is_let_pass(case: str, book: QueryBook) -> None:
    assert ask_oxigraph(read(HERE / case / "good.ttl"), book[case].text) == []


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_found_with_a_message(case: str, book: QueryBook) -> None:
    rows = ask_oxigraph(read(HERE / case / "bad.ttl"), book[case].text)
    expected = (HERE / case / "bad.expect").read_text(encoding="utf-8").split()
    assert foci(rows) == sorted(expand(name, book.prefixes) for name in expected)
    assert [row for row in rows if not row[1]] == []


@pytest.mark.parametrize("case", CASES)
def test_both_engines_find_the_same(case: str, book: QueryBook) -> None:
    for name in ("good.ttl", "bad.ttl"):
        data = read(HERE / case / name)
        assert ask_rdflib(referee(data), book[case].text) == ask_oxigraph(data, book[case].text)
