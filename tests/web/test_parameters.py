"""No address passes over a parameter that it does not know, but for what others hang on links."""

from __future__ import annotations

import pytest

from web.conftest import BROWSER, Client

ADDRESSES = [
    "/", "/about", "/api/claims", "/api/claims/desks-exist", "/api/openapi.json", "/changes", "/changes.atom",
    "/changes.html", "/changes.json", "/claim/desks-exist", "/claim/desks-exist.json", "/claim/desks-exist.ttl",
    "/claims", "/concept/evidence-state/disputed", "/concept/evidence-state/disputed.ttl", "/dataset",
    "/dataset.nq.gz", "/dataset.ttl", "/docs", "/graph/small", "/graph/small.nt", "/id/claim/desks-exist", "/limits",
    "/ns", "/ns.ttl", "/ns/context.jsonld", "/problems", "/problems/busy", "/queries", "/queries/claims/list",
    "/queries/claims/list.csv", "/query", "/search", "/shapes.ttl", "/sitemap.xml", "/statistics", "/timeline",
    "/.well-known/sparql-examples", "/.well-known/sparql-examples.ttl", "/.well-known/void",
]  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_slip_is_told_with_the_name_that_was_meant(client: Client, path: str) -> None:
    assert client.get(path).status_code in (200, 303)
    response = client.get(f"{path}?relase=0123456789ab")
    assert response.status_code == 400
    told = response.json()
    assert told["type"].endswith("/problems/parameter-faulty")
    assert told["parameter"] == "relase"
    assert "did you mean 'release'?" in told["reason"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_others_hang_on_links_is_passed_over(client: Client, path: str) -> None:
    response = client.get(f"{path}?utm_source=a&fbclid=b")
    assert response.status_code in (200, 303)
    plain = client.get(path)
    if response.status_code == 200 and plain.headers.get("etag") and path != "/claims":  # whose links keep the address
        assert response.headers["etag"] == plain.headers["etag"]


def test_what_an_address_takes_is_named(client: Client) -> None:
    assert client.get("/claim/desks-exist.ttl?colour=red").json()["reason"] == (
        "no such parameter; this address takes labels, release"
    )
    assert "this query takes" in client.get("/queries/claims/list?colour=red", BROWSER).text


def test_labels_are_asked_for_once_and_only_where_they_are_given(client: Client) -> None:
    assert client.get("/claim/desks-exist.ttl?labels=1").status_code == 200
    assert client.get("/claim/desks-exist.ttl?labels=1&labels=0").status_code == 400
    assert client.get("/dataset.ttl?labels=1").status_code == 400


def test_an_address_that_is_none_is_not_found_whatever_it_is_asked_with(client: Client) -> None:
    assert client.get("/wp-admin/setup?step=1").status_code == 404


def test_the_protocols_own_addresses_pass_over_what_they_do_not_know(client: Client) -> None:
    assert client.get("/sparql?query=ASK%7B%7D&colour=red").status_code == 200
    assert client.get("/graphs?default&colour=red").status_code == 200


def test_addresses_that_tell_nothing_of_a_release_pass_over_every_parameter_as_the_manual_says(client: Client) -> None:
    passed = ["/static/icon.svg", "/health/live", "/metrics", "/robots.txt", "/favicon.ico"]
    assert [client.get(f"{path}?colour=red").status_code for path in passed] == [200, 200, 200, 200, 302]
    told = client.page("/docs").partition('id="h-parameters"')[2].partition("</section>")[0]
    for path in passed:
        assert f'<span class="mono">{path}' in told or f'<span class="mono">{path.rpartition("/")[0]}<' in told


def test_a_querys_parameter_is_at_fault_as_any_other_is(client: Client) -> None:
    told = client.get("/queries/claims/list.csv?state=a%20b").json()
    assert told["type"].endswith("/problems/parameter-faulty")
    assert (told["query"], told["parameter"]) == ("claims/list", "state")
