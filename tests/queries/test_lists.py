"""What a list is put in order by does not change which things are in it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from queries.engines import default_graph
from queries.sites import shipped_book
from vaughn.build.assemble import Assembly
from vaughn.querybook import NamedQuery, QueryBook

_MACHINERY = {"kind", "thing", "sort", "order", "afterKey", "after"}
_SPAN = {"from": "2005-01-01", "to": "2012-01-01"}
LISTS = sorted(name for name, query in shipped_book().queries.items() if "sort" in query.parameters)


def narrowed(query: NamedQuery) -> list[dict[str, str]]:
    """By nothing, by each filter as its example says, and by dates of which some lists have both sides."""
    examples = {name: each.example for name, each in query.parameters.items() if name not in _MACHINERY}
    span = {name: value for name, value in _SPAN.items() if name in examples}
    return [{}, span, *({name: example} for name, example in examples.items() if name not in span)]


def things(assembly: Assembly, book: QueryBook, name: str, given: dict[str, str]) -> list[str]:
    needed = {each.name: each.example for each in book[name].parameters.values() if each.required}
    answer = default_graph(assembly.store, book.bind(name, **{**needed, **given}))
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(str(row["thing"]) for row in answer)


@pytest.mark.parametrize("name", LISTS)
def test_the_order_of_a_list_does_not_change_what_is_in_it(assembly: Assembly, book: QueryBook, name: str) -> None:
    usual, *others = book[name].parameters["sort"].values
    for given in narrowed(book[name]):
        expected = things(assembly, book, name, {**given, "sort": usual})
        for sort in (usual, *others):
            for order in ("up", "down"):
                assert things(assembly, book, name, {**given, "sort": sort, "order": order}) == expected, (given, sort)
