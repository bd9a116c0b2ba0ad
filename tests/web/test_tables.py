"""How an answer is laid out for people, and that nothing of it is lost."""

from __future__ import annotations

import pytest

from vaughn.model import Table, Term
from vaughn.web.tables import lay_out
from web.conftest import Client


def table(rows: int, columns: int) -> Table:
    names = tuple(f"c{number}" for number in range(columns))
    return Table(names, tuple({name: Term("literal", name) for name in names} for _ in range(rows)))


@pytest.mark.parametrize(
    ("rows", "columns", "upright"),
    [(0, 19, False), (1, 4, False), (1, 5, True), (3, 7, True), (4, 7, False), (10, 8, True), (11, 8, False)],
)
def test_rows_stand_one_by_one_where_few_need_much_room(rows: int, columns: int, upright: bool) -> None:
    assert lay_out(table(rows, columns)).upright is upright


def test_a_column_without_a_value_in_any_row_is_left_out_and_named() -> None:
    some = {"a": Term("literal", "1"), "b": Term("uri", "urn:b"), "bLabel": Term("literal", "B")}
    layout = lay_out(Table(("a", "b", "bLabel", "c", "Label"), (some, {"a": Term("literal", "2")})))
    assert (layout.columns, layout.named, layout.empty) == (("a", "b"), frozenset({"b"}), ("c", "Label"))


def test_a_name_without_its_thing_keeps_its_column() -> None:
    layout = lay_out(Table(("b", "bLabel"), ({"bLabel": Term("literal", "B")},)))
    assert (layout.columns, layout.empty) == (("b",), ())


def test_an_answer_without_rows_keeps_its_columns() -> None:
    assert lay_out(Table(("a", "b"), ())).columns == ("a", "b")


def test_few_rows_are_set_out_name_by_name(client: Client) -> None:
    page = client.page("/queries/claims/evidence?claim=desks-exist")
    assert "<table" not in page
    assert page.count('<dt class="mono">quote</dt><dd>') == 2  # in the answer, and among what the columns mean
    assert "Left out, since no row has a value there: " in page
    assert page.count('<dt class="mono">scopeReason</dt><dd>') == 1


def test_many_rows_carry_their_columns_names_for_phones_and_paper(client: Client) -> None:
    page = client.page("/queries/claims/thinly-supported")
    assert '<td data-column="text">' in page
