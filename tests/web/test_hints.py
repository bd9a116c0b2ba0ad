"""A query that is no SPARQL is answered with the place and the likeliest slip."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from vaughn.errors import QuerySyntax
from vaughn.iris import NS
from vaughn.web import hints
from web.conftest import BROWSER, Client


def problem(client: Client, text: str) -> Any:
    response = client.get(f"/sparql?query={quote(text)}")
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (400, "query-syntax")
    return response.json()


HOSTILE = {
    "one word": "\\u0020" * 170_000,
    "many words": " ".join(f"selekt{number}" for number in range(100_000)),
    "many names": " ".join(f"vaughn:zq{number}" for number in range(50_000)),
    "many prefixes": " ".join(f"zq{number}:x" for number in range(50_000)),
    "hyphens": "a-" * 10_000,
    "escapes": '"\\' * 10_000,
}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "SELECT ?c WHERE { ?c a vaughn:Claim }",
            "the prefix vaughn: is not declared; begin the query with PREFIX vaughn: <https://w3id.org/vaughn/ns#>",
        ),
        ("SELECT ?c WHERE { ?c a vauhgn:Claim }", "the prefix vauhgn: is not declared; did you mean vaughn:?"),
        (
            "SELECT ?c WHERE { ?c a zzzzz:Claim }",
            "the prefix zzzzz: is not declared, and none of that name is known here",
        ),
        (
            "SELECT * { ?s <http://a b> ?o }",
            "<http://a b> is no IRI, as a space stands in it; write %20 there",
        ),
        (
            "SELECT * { ?s <https://a.example/{id}> ?o FILTER(?o = 'x') }",
            "<https://a.example/{id}> is no IRI, as { stands in it; write %7B there",
        ),
        ("SELECT * {\n <urn:a b> ?p ?o }", "<urn:a b> is no IRI, as a space stands in it; write %20 there"),
        ("SELECT * { <urn:\\u007Ba> ?p ?o }", "<urn:{a> is no IRI, as { stands in it; write %7B there"),
        ("SELECT * { ?s ?p <mailto:a|b> }", "<mailto:a|b> is no IRI, as | stands in it; write %7C there"),
        ("SELECT * { <a\tb> ?p ?o }", "<a\tb> is no IRI, as a tab stands in it; write %09 there"),
        (
            "SELECT * { ?s ?p ?o FILTER(?o <urnn:a && ?p > 1) }",
            "the prefix urnn: is not declared, and none of that name is known here",
        ),
        ("SELCT * { ?s ?p '<http://a b>' } # <http://a b>", "SELCT is no word of SPARQL; did you mean SELECT?"),
        ("SELCT ?c WHERE { ?c ?p ?o }", "SELCT is no word of SPARQL; did you mean SELECT?"),
        ("SELECT ?c WHERE { ?c ?p ?o FILTR(?o) }", "FILTR is no word of SPARQL; did you mean FILTER?"),
        ("SELECT ?c { ?c ?p 'x } SELCT\nFILTR", "FILTR is no word of SPARQL; did you mean FILTER?"),
        (
            "PREFIX vaughn: <https://w3id.org/vaughn/ns#> SELECT ?c WHERE { ?c vaughn:evidencState ?o",
            "the ontology has no vaughn:evidencState; did you mean vaughn:evidenceState?",
        ),
    ],
)
def test_the_likeliest_slip_is_named(client: Client, text: str, hint: str) -> None:
    told = problem(client, text)
    assert told["hint"] == hint
    assert hint in told["detail"]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_compared_is_bounded_whatever_the_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def unlike(word: str, *_: object) -> list[str]:
        compared.append(word)
        return []

    monkeypatch.setattr(hints, "get_close_matches", unlike)
    known = {"vaughn": NS, "foaf": "http://xmlns.com/foaf/0.1/"}
    told = hints.explained(QuerySyntax("no"), HOSTILE[name], known, {"Claim": "vaughn:Claim"})
    assert told.excerpt is None
    assert len(compared) <= 120
    assert len(compared) == len(set(compared))


def test_words_in_strings_comments_iris_and_variables_are_no_slips(client: Client) -> None:
    told = problem(client, 'SELECT ?filtr WHERE { ?filtr <urn:selct:x> "optonal x:y" # unin\n ')
    assert "hint" not in told


def test_a_caret_stands_under_the_column(client: Client) -> None:
    told = problem(client, "SELECT ?s\nWHERE { ?s ?p , ?o }\nLIMIT 2")
    line, caret = told["excerpt"].split("\n")
    assert (line, caret.strip()) == ("WHERE { ?s ?p , ?o }", "^")
    assert (told["line"], told["column"]) == (2, len(caret))
    assert caret.index("^") == line.index(",")


def test_of_a_long_line_only_what_is_near_is_shown(client: Client) -> None:
    told = problem(client, f'SELECT ?s WHERE {{ ?s ?p "{"x" * 500}" , }}{" " * 500}')
    line, caret = told["excerpt"].split("\n")
    assert told["column"] > 500
    assert '" , }' in line
    assert (len(line) < 130, len(caret)) == (True, 61)


def test_the_page_shows_the_place(client: Client) -> None:
    response = client.get("/sparql?query=" + quote("SELECT ?s WHERE { <b> ) }"), BROWSER)
    assert response.status_code == 400
    assert "<pre" in response.text
    assert "&lt;b&gt; )" in response.text
