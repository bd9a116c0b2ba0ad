"""Named queries declare themselves, bind only typed terms, and are refused where they break the rules."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaughn.errors import HeaderInvalid, ParameterInvalid, QueryUnknown
from vaughn.querybook import NamedQuery, Parameter, QueryBook, counted, first, read_book, read_query

PREFIXES = {"claim": "https://example.org/site/id/claim/", "scope": "https://example.org/site/concept/scope/"}

GOOD = """\
#+ summary: Which claims say this?
#+ description: For the tests.
#+ parameters:
#+   claim: {type: iri, kind: claim, says: the claim, example: "claim:a"}
#+   scope: {type: concept, kind: scope, says: the scope, example: on-point}
#+   text: {type: string, says: the words, example: words}
#+   day: {type: date, says: the day, example: "2024-01-31"}
#+   count: {type: integer, says: the number, default: 3, example: "3"}
#+ returns:
#+   claim: the claim
#+   text: its words
SELECT ?claim ?text WHERE {
  VALUES ?claim { UNDEF }
  VALUES ?scope { UNDEF }
  VALUES ?text { UNDEF }
  VALUES ?day { UNDEF }
  VALUES ?count { UNDEF }
  ?claim <https://example.org/says> ?text
}
ORDER BY ?claim ?text
"""


def write(folder: Path, text: str, name: str = "claims/say") -> NamedQuery:
    path = folder / f"{name}.rq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_query(name, path)


@pytest.fixture
def good(tmp_path: Path) -> NamedQuery:
    return write(tmp_path, GOOD)


def test_a_query_says_what_it_asks_takes_and_returns(good: NamedQuery) -> None:
    assert good.summary == "Which claims say this?"
    assert list(good.parameters) == ["claim", "scope", "text", "day", "count"]
    assert list(good.returns) == ["claim", "text"]
    assert good.form == "SELECT"


@pytest.mark.parametrize(
    ("name", "value", "block"),
    [
        ("claim", "a-b", "VALUES ?claim { <https://example.org/site/id/claim/a-b> }"),
        ("claim", "claim:a-b", "VALUES ?claim { <https://example.org/site/id/claim/a-b> }"),
        ("claim", "https://x.org/y", "VALUES ?claim { <https://x.org/y> }"),
        ("scope", "on-point", "VALUES ?scope { <https://example.org/site/concept/scope/on-point> }"),
        ("text", 'say "no"\n', 'VALUES ?text { "say \\"no\\"\\n" }'),
        ("day", "2024-02-29", 'VALUES ?day { "2024-02-29"^^<http://www.w3.org/2001/XMLSchema#date> }'),
        ("count", "007", "VALUES ?count { 7 }"),
    ],
)
def test_a_value_becomes_a_typed_term(good: NamedQuery, name: str, value: str, block: str) -> None:
    assert block in good.bind({name: value}, PREFIXES)


def test_several_values_are_several_rows(good: NamedQuery) -> None:
    bound = good.bind({"claim": ["a", "b"]}, PREFIXES)
    assert "VALUES ?claim { <https://example.org/site/id/claim/a> <https://example.org/site/id/claim/b> }" in bound


def test_what_is_not_given_stays_undefined_or_takes_its_default(good: NamedQuery) -> None:
    bound = good.bind({}, PREFIXES)
    assert "VALUES ?claim { UNDEF }" in bound
    assert "VALUES ?count { 3 }" in bound


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"colour": "red"}, "no such parameter"),
        ({"day": "yesterday"}, "write YYYY-MM-DD"),
        ({"day": "2023-02-29"}, "write YYYY-MM-DD"),
        ({"count": "1; DROP ALL"}, "not a whole number"),
        ({"claim": "claim:a> } INSERT"}, "no spaces"),
        ({"claim": "nobody:a"}, "not declared"),
        ({"text": "\x00"}, "control character"),
        ({"claim": ["a"] * 1001}, "at most 1,000"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_an_example(
    good: NamedQuery, values: dict[str, str], says: str
) -> None:
    with pytest.raises(ParameterInvalid, match=says):
        good.bind(values, PREFIXES)


def test_a_parameter_may_name_the_only_values_it_has(good: NamedQuery) -> None:
    scale = dataclasses.replace(_string_parameter(), name="text", values=("up", "down"))
    query = dataclasses.replace(good, parameters={"text": scale})
    assert 'VALUES ?text { "down" }' in query.bind({"text": "down"}, PREFIXES)
    with pytest.raises(ParameterInvalid, match="one of up, down"):
        query.bind({"text": ["up", "sideways"]}, PREFIXES)


def test_a_bound_query_can_be_cut_and_counted() -> None:
    text = "# letters\nPREFIX x: <https://x.org/>\nSELECT ?t WHERE { VALUES ?t { 1 2 3 } }\nORDER BY ?t # the end\n"
    rows = ox.Store().query(first(text, 2))
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["t"].value for row in rows] == ["1", "2"]
    (count,) = ox.Store().query(counted(text))  # type: ignore[misc]  # the rows of a SELECT
    assert count["count"].value == "3"
    assert "ORDER BY" not in counted(text)
    part = "SELECT ?t WHERE {\n{ SELECT ?t WHERE { VALUES ?t { 1 2 3 } }\nORDER BY ?t\nLIMIT 2 } }"
    (count,) = ox.Store().query(counted(part))  # type: ignore[misc]
    assert count["count"].value == "2"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_text_leaves_its_string(text: str) -> None:
    query = NamedQuery(
        name="q", path=Path("q"), form="SELECT", summary="", description="", returns={"t": "t"}, tags=(), since="",
        text="SELECT ?t WHERE { VALUES ?t { UNDEF } } ORDER BY ?t",
        parameters={"t": _string_parameter()},
    )  # fmt: skip
    bound = query.bind({"t": [text, "other"]}, {})
    rows = ox.Store().query(bound)
    assert isinstance(rows, ox.QuerySolutions)
    assert {row["t"].value for row in rows} == {text, "other"}


def _string_parameter() -> Parameter:
    return Parameter(name="t", type="string", says="t", required=False, default=None, example="t", kind="")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("#+ summary: Which claims say this?\n", "", "needs 'summary'"),
        ("#+ summary: Which", "#+ colour: red\n#+ summary: Which", "'colour' is unknown"),
        ("#+ summary: Which", "#+ hints: [quick]\n#+ summary: Which", "the hint 'quick' is none of joins-in-order"),
        ("type: iri", "type: sprocket", "needs a type"),
        ("kind: claim", "kind: unicorn", "no kind of thing"),
        ("#+   claim: the claim\n", "", "the query projects"),
        ("#+   claim: {", "#+   format: {", "cannot be a parameter"),
        ("SELECT ?claim ?text", "DESCRIBE ?claim", "neither SELECT"),
    ],
)
def test_a_file_that_breaks_the_rules_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(HeaderInvalid, match=says):
        write(tmp_path, GOOD.replace(old, new, 1))


def test_the_first_folder_that_has_a_name_wins(tmp_path: Path) -> None:
    write(tmp_path / "own", GOOD.replace("Which claims say this?", "Ours?"))
    write(tmp_path / "shipped", GOOD)
    book = read_book([tmp_path / "own", tmp_path / "shipped"], PREFIXES)
    assert book["claims/say"].summary == "Ours?"


def test_an_unknown_name_is_answered_with_the_nearest(good: NamedQuery) -> None:
    with pytest.raises(QueryUnknown, match="did you mean claims/say"):
        QueryBook({"claims/say": good})["claims/sya"]


def test_the_machines_own_queries_are_not_among_the_questions(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "checks/say")
    assert [query.name for query in read_book([tmp_path], PREFIXES).questions()] == ["claims/say"]
