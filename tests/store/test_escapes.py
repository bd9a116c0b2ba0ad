"""Escapes for characters: decoded wherever they stand, as SPARQL 1.1 Query §19.2 wants it."""

from __future__ import annotations

import random
from typing import cast

import pyoxigraph as ox
import pytest

from vaughn.errors import QuerySyntax
from vaughn.store.escapes import decoded, sent

NUL = r"\u0000"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (r"SELECT ?\u00E9 { ?\U0001F642 \u0061 ?b }", "SELECT ?é { ?🙂 a ?b }"),
        (r"\u004FRDER BY \u003Fx", "ORDER BY ?x"),
        (r"<http://e/\u00E9#\u0061>", "<http://e/é#a>"),
        (r"'\u00e9' '''\\u00e9''' '\\\u00e9'", r"'é' '''\\u00e9''' '\\é'"),
        (r"'\u0022\u0027\u005C\u000A\U0000000D' # \u000A", r"'\u0022\u0027\u005C\u000A\U0000000D' # \u000A"),
        (rf"'{NUL}\u007f\u009F\uD800\U0000DFFF\U00110000'", rf"'{NUL}\u007f\u009F\uD800\U0000DFFF\U00110000'"),
        (r"\u12 \U0000 \x ex:a\,b \t", r"\u12 \U0000 \x ex:a\,b \t"),
        ("'\\", "'\\"),
    ],
)
def test_an_escape_is_its_character_and_what_is_none_stays(text: str, read: str) -> None:
    assert decoded(text) == read
    assert decoded(read) == read


def values(text: str) -> list[str]:
    rows = cast("ox.QuerySolutions", ox.Store().query(text))
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize("quote", ["'", '"', "'''", '"""'])
def test_in_strings_it_is_the_same_to_the_engine(quote: str) -> None:
    draw = random.Random(quote)  # noqa: S311
    pieces = (
        r"\u00e9",
        r"\\",
        r"\\u0041",
        r"\n",
        r"\u0022",
        r"\u0027",
        r"\u005c",
        r"\u000a",
        r"\U0001F642",
        "a ",
        r"\'",
    )
    for _ in range(200):
        text = f"SELECT ?x {{ VALUES ?x {{ {quote}{''.join(draw.choices(pieces, k=6))}{quote} }} }}"
        assert values(decoded(text)) == values(text)


def test_in_iris_it_is_the_same_to_the_engine() -> None:
    text = r"SELECT ?x { VALUES ?x { <http://e/\u00e9\u0027\u0028#\u0041> <urn:\U0001F642> } }"
    assert decoded(text) != text
    assert values(decoded(text)) == values(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (r"ASK { ?\u03B1 ‸!", "!"),
        (r"ASK { ‸?\u03B1 !", "?"),
        (r"ASK { \u003Fa '\\u0041' '\u0022' ‸\u003Fb", "?"),
        ("ASK { ?\\u03B1\n\\U00000061 ‸! \\u0062", "!"),
    ],
)
def test_a_place_is_one_in_the_text_that_was_sent(text: str, place: str) -> None:
    before, told = text.split("‸")[0].split("\n"), text.replace("‸", "")
    reached = decoded(text).split("‸")[0].split("\n")
    found = sent(QuerySyntax("no", len(reached), len(reached[-1]) + 1), told)
    assert decoded(text).split("‸")[1].startswith(place)
    assert (found.line, found.column) == (len(before), len(before[-1]) + 1)


@pytest.mark.parametrize("error", [QuerySyntax("no"), QuerySyntax("no", 9, 1)])
def test_without_a_place_in_it_the_error_stays(error: QuerySyntax) -> None:
    assert sent(error, r"ASK { ?\u03B1 }") is error
