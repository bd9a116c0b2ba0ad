"""If-Match and If-Unmodified-Since, on whatever answers to GET and HEAD."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from web.conftest import BROWSER, Client

PURE = "/sparql?query=" + quote("SELECT (2 AS ?two) WHERE {}")
TAGGED = ["/claim/desks-exist.ttl", "/claim/desks-exist", "/dataset.nq.gz", "/dataset.ttl", "/api/claims", PURE]
DATED = ["/claim/desks-exist.ttl", "/claim/desks-exist", "/dataset.nq.gz", "/dataset.ttl"]
BUILT, BEFORE, AFTER = (f"{day} 00:00:00 GMT" for day in ("Sat, 01 Jan 2000", "Fri, 31 Dec 1999", "Sun, 02 Jan 2000"))
OTHER = '"' + "0" * 64 + '"'


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", TAGGED)
def test_only_the_answer_with_the_tag_named_is_given(client: Client, path: str, method: str) -> None:
    for _ in range(2):  # the second time from what is kept
        tag = client.get(path).headers["etag"]
        for given in (tag, "*", f"{OTHER}, {tag}"):
            held = client.request(method, path, headers={"If-Match": given})
            assert (held.status_code, held.headers["etag"]) == (200, tag)
        for given in (OTHER, f"W/{tag}", tag.strip('"'), "0"):
            assert client.request(method, path, headers={"If-Match": given}).status_code == 412


def test_a_refusal_is_a_problem_of_this_site(client: Client) -> None:
    response = client.get("/claim/desks-exist.ttl", if_match=OTHER)
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["type"].endswith("/problems/precondition-failed")
    assert told["condition"] == "If-Match"
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["access-control-allow-origin"] == "*"
    assert "If-Match" in client.get("/claim/desks-exist", BROWSER, if_match=OTHER).text
    assert client.get("/problems/precondition-failed").status_code == 200


@pytest.mark.parametrize("path", DATED)
def test_only_what_has_not_changed_since_is_given(client: Client, path: str) -> None:
    for given, status in ((BUILT, 200), (AFTER, 200), (BEFORE, 412), ("yesterday", 200), ("", 200)):
        assert client.get(path, if_unmodified_since=given).status_code == status
    assert client.get(path, if_unmodified_since=BEFORE, accept="*/*").headers["content-type"].endswith("json")


def test_a_date_is_not_heeded_where_a_tag_is_named_or_nothing_is_dated(client: Client) -> None:
    path = "/claim/desks-exist.ttl"
    tag = client.get(path).headers["etag"]
    assert client.get(path, if_match=tag, if_unmodified_since=BEFORE).status_code == 200
    assert client.get(path, if_match=OTHER, if_unmodified_since=AFTER).status_code == 412
    assert client.get("/api/claims", if_unmodified_since=BEFORE).status_code == 200


def test_what_must_match_is_looked_at_before_what_must_not(client: Client) -> None:
    path = "/claim/desks-exist.ttl"
    tag = client.get(path).headers["etag"]
    assert client.get(path, if_match=OTHER, if_none_match=tag).status_code == 412
    assert client.get(path, if_match=tag, if_none_match=tag).status_code == 304
    assert client.get(path, if_unmodified_since=BEFORE, if_none_match=tag).status_code == 412


def test_a_part_is_given_of_the_file_named_only(client: Client) -> None:
    tag = client.get("/dataset.nq.gz").headers["etag"]
    part = {"Range": "bytes=0-9"}
    assert client.request("GET", "/dataset.nq.gz", headers={**part, "If-Match": tag}).status_code == 206
    assert client.request("GET", "/dataset.nq.gz", headers={**part, "If-Match": OTHER}).status_code == 412


@pytest.mark.parametrize(
    ("path", "status"), [("/claim/nobody-said-this.ttl", 404), ("/id/claim/desks-exist", 303), ("/queries", 412)]
)
def test_conditions_change_no_error_and_no_redirect(client: Client, path: str, status: int) -> None:
    assert client.get(path, if_match=OTHER).status_code == status


def test_an_answer_without_a_tag_is_still_an_answer(client: Client) -> None:
    assert client.get("/queries", if_match="*").status_code == 200
