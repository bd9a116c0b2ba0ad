"""Answers kept for as long as their release is served."""

from __future__ import annotations

import re
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


DATED = [
    "/claim/desks-exist.ttl",
    "/claim/desks-exist",
    "/body/office-of-desks",
    "/graph/small.ttl",
    "/graph/ontology.nt",
    "/graph/small.html",
    "/ns.html",
    "/dataset.ttl",
    "/dataset.html",
    "/dataset.nq.gz",
]
"""Addresses whose answers tell when they last changed."""


@pytest.mark.parametrize("cached", [False, True], ids=["made", "kept"])
@pytest.mark.parametrize("path", DATED)
def test_what_has_not_changed_since_a_date_is_304(client: Client, path: str, cached: bool) -> None:
    """A query string that no answer is kept under, or one under which one is."""
    address = f"{path}?utm_source={path}-{cached}"
    changed = client.get(path).headers["last-modified"]
    if cached:
        client.get(address)
    day, date, month, year, time, _ = re.split(r",? ", changed)
    for since in (changed, f"{day} {month} {int(date):2d} {time} {year}"):
        response = client.get(address, if_modified_since=since)
        assert (response.status_code, response.content, response.headers["last-modified"]) == (304, b"", changed)
    assert client.request("HEAD", address, headers={"If-Modified-Since": changed}).status_code == 304


@pytest.mark.parametrize("cached", [False, True], ids=["made", "kept"])
@pytest.mark.parametrize(
    "headers",
    [
        {"If-Modified-Since": "Fri, 31 Dec 1999 23:59:59 GMT"},
        {"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "2038-01-01"},
        {"If-Modified-Since": ""},
        {"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT", "If-None-Match": '"another"'},
    ],
    ids=["before", "after", "a word", "no such form", "nothing", "another tag"],
)
def test_a_date_before_it_or_none_or_beside_a_tag_asks_for_the_whole(
    client: Client, headers: dict[str, str], cached: bool
) -> None:
    address = f"/claim/desks-exist.nt?utm_source={''.join(headers.values())}-{cached}"
    if cached:
        client.get(address)
    response = client.request("GET", address, headers=headers)
    assert response.status_code == 200
    assert response.content


def test_what_tells_no_date_heeds_none(client: Client) -> None:
    response = client.get("/api/claims", if_modified_since="Fri, 01 Jan 2038 00:00:00 GMT")
    assert response.status_code == 200
    assert "last-modified" not in response.headers
