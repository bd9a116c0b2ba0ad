"""Counting and cutting serialised rows, held against what the engine reads back."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from vaughn.store.rows import Tally, at_most, first

FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
TEXTS = {
    "plain": "abc",
    "marks of every format": '"},{"x":{}},{ </result><result> \r\n "\r\n" \n "",""',
    "ends with a quote and a brace": 'x"}},{',
    "backslashes": '\\\\",{\\"},{\\',
    "one quote": '"',
    "nothing": "",
}
QUERY = "SELECT ?x ?y {{ VALUES (?x ?y) {{ {rows} }} }}"


def written(query: str, format: str) -> bytes:
    answer = ox.Store().query(query)
    assert isinstance(answer, ox.QuerySolutions)
    body = answer.serialize(format=FORMATS[format])
    assert isinstance(body, bytes)
    return body


def rows_of(texts: list[str]) -> str:
    """Rows of each text, unbound beside it, bound twice, then as language-tagged text and inside a triple term."""
    rows = []
    for text in texts:
        literal = json.dumps(text)
        rows += [f"({literal} UNDEF)", f"(UNDEF {literal})", f"({literal}@en {literal})", "(UNDEF UNDEF)"]
        rows.append(f"(<<( <http://example.org/s> <http://example.org/p> {literal} )>> 1)")
    return QUERY.format(rows=" ".join(rows))


def count(body: bytes, format: str) -> int:
    """How many rows a whole result has, by a reader that is not ours. CSV has none in the engine: by the letter."""
    if format == "csv":
        outside = "".join(part for number, part in enumerate(body.decode().split('"')) if number % 2 == 0)
        return outside.count("\r\n") - 1
    parsed = ox.parse_query_results(body, format=FORMATS[format])
    assert isinstance(parsed, ox.QuerySolutions)
    return sum(1 for _ in parsed)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", TEXTS)
def test_rows_are_counted_whatever_their_text(text: str, format: str) -> None:
    body = written(rows_of([TEXTS[text]]), format)
    assert [at_most(body, format, most) for most in (4, 5, 6)] == [False, True, True]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [1, 2, 3, 8, 9, 10, 4096])
def test_pieces_of_any_size_tell_how_many_rows_there_are_at_most(format: str, size: int) -> None:
    plain, strange = written(rows_of(["", "lamp"]), format), written(rows_of([*TEXTS.values()]), format)
    assert [tallied(plain, format, size), tallied(plain, format, len(plain))] == [count(plain, format)] * 2
    assert tallied(strange, format, size) == tallied(strange, format, len(strange)) >= count(strange, format)


def tallied(body: bytes, format: str, size: int) -> int:
    tally = Tally(format)
    for start in range(0, len(body), size):
        tally.add(body[start : start + size])
    return tally.rows


@pytest.mark.parametrize("format", FORMATS)
def test_no_rows_are_at_most_any_number(format: str) -> None:
    assert at_most(written("SELECT ?x { FILTER(false) }", format), format, 1)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("most", [1, 2, 7, 29])
def test_the_first_rows_are_a_whole_result_and_a_beginning(format: str, most: int) -> None:
    body = written(rows_of(list(TEXTS.values())), format)
    part = first(body, format, most)
    assert count(part, format) == most
    kept = part.removesuffix({"json": b"]}}", "xml": b"</results></sparql>"}.get(format, b""))
    assert body.startswith(kept)


@pytest.mark.parametrize("format", FORMATS)
def test_a_result_cut_anywhere_gives_its_whole_rows(format: str) -> None:
    body = written(rows_of(list(TEXTS.values())), format)
    head = len(written("SELECT ?x ?y { FILTER(false) }", format))
    counts = [count(first(body[:end], format, 100), format) for end in range(head, len(body))]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 30 if format == "xml" else 29)


def test_a_result_that_ends_in_its_header_has_no_first_rows() -> None:
    with pytest.raises(ValueError, match="not found"):
        first(b'{"head":{"va', "json", 1)
