"""Answers kept for as long as their release is served."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from vaughn.web.cache import Answer, Kept
from web.conftest import BROWSER, Client

NOW = "/sparql?query=" + quote("SELECT (NOW() AS ?now) (STRUUID() AS ?once) WHERE {}")
PURE = "/sparql?query=" + quote("SELECT (1 AS ?one) WHERE {}")


def test_an_answer_kept_is_the_answer_given(client: Client) -> None:
    first, second = client.get("/claim/desks-exist.ttl"), client.get("/claim/desks-exist.ttl")
    for each in (first, second):
        del each.headers["x-request-id"], each.headers["server-timing"]
    assert (first.content, first.headers) == (second.content, second.headers)


def test_an_answer_is_kept_apart_for_each_type_asked_for(client: Client) -> None:
    machine, person, again = client.get(PURE), client.get(PURE, BROWSER), client.get(PURE)
    assert machine.headers["content-type"] == again.headers["content-type"] == "application/sparql-results+json"
    assert person.headers["content-type"].startswith("text/html")


def test_a_kept_answer_is_304_to_a_client_that_has_it(client: Client) -> None:
    tag = client.get(PURE).headers["etag"]
    response = client.get(PURE, if_none_match=tag)
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
    assert response.headers["vary"] == "Accept"


def test_what_depends_on_the_moment_is_never_kept(client: Client) -> None:
    first, second = client.get(NOW), client.get(NOW)
    assert first.headers["cache-control"] == "no-store"
    assert first.content != second.content


def test_errors_are_never_kept(client: Client) -> None:
    for _ in range(2):
        assert client.get("/claim/nobody-said-this.ttl").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"", b"x" * 100_000])
def test_short_answers_to_long_questions_take_no_more_room_than_long_ones(body: bytes) -> None:
    kept = Kept()
    for number in range(20_000 if not body else 1000):
        kept.put(("", f"/{number}", b"q" * 8000, b""), Answer([], body))
    held = sum(len(path) + len(query) + len(each.body) for (_, path, query, _), each in kept.answers.items())
    assert 32 << 20 < held < 64 << 20
    assert ("", f"/{number}", b"q" * 8000, b"") in kept.answers
