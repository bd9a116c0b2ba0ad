"""The Graph Store Protocol, read side."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import rdflib
from rdflib.compare import isomorphic

from web.conftest import BROWSER, SITE, Client

SMALL = SITE.base + "graph/small"
NAMED = "/graphs?" + urlencode({"graph": SMALL})


@pytest.mark.parametrize(
    ("accept", "media_type", "format"),
    [
        ("*/*", "text/turtle; charset=utf-8", "turtle"),
        ("text/turtle", "text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
        (BROWSER, "application/xml", "xml"),
    ],
)
def test_a_graph_comes_in_the_notation_asked_for(client: Client, accept: str, media_type: str, format: str) -> None:
    response = client.get(NAMED, accept)
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.headers["vary"] == "Accept"
    truth = rdflib.Graph().parse(data=client.get("/graph/small.nt").text, format="nt")
    assert isomorphic(rdflib.Graph().parse(data=response.text, format=format), truth)


def test_the_default_graph_is_all_that_is_served(client: Client) -> None:
    for address in ("/graphs?default", "/graphs?default="):
        lines = client.get(address, "application/n-triples").text.splitlines()
        count = client.get("/sparql?" + urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}))
        assert len(set(lines)) == int(count.text.split()[1])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"?default&{urlencode({'graph': SMALL})}", 400),
        (f"?{urlencode([('graph', SMALL), ('graph', SMALL)])}", 400),
        ("?graph=", 400),
        ("?graph=graph/small", 400),
        ("?graph=not%20an%20iri", 400),
        ("?graph=%FF", 400),
        ("?graph=https%3A%2F%2Fa.example%2Fnothing", 404),
        (f"?{urlencode({'graph': SMALL.replace('small', 'sm%61ll')})}", 404),
        (f"?{urlencode({'graph': SMALL, 'format': 'csv'})}", 406),
        (f"?{urlencode({'graph': SMALL, 'colour': 'red', 'format': 'nt'})}", 200),
    ],
)
def test_a_request_names_one_graph_that_is_there(client: Client, query: str, status: int) -> None:
    response = client.get("/graphs" + query)
    assert response.status_code == status
    if status >= 400:
        assert response.headers["content-type"] == "application/problem+json"


def test_a_name_is_decoded_once(client: Client) -> None:
    assert client.get("/graphs?graph=" + SMALL).content == client.get(NAMED).content


def test_head_has_no_body_whether_the_graph_is_there_or_not(client: Client) -> None:
    for address, status in ((NAMED, 200), ("/graphs?graph=https%3A%2F%2Fa.example%2Fnothing", 404)):
        response = client.request("HEAD", address)
        assert (response.status_code, response.content) == (status, b"")
    assert client.request("HEAD", NAMED).headers["etag"] == client.get(NAMED).headers["etag"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("address", ["/graphs", "/graphs?default", NAMED, "/graph/small", "/graph/small.ttl"])
def test_writes_are_refused(client: Client, method: str, address: str) -> None:
    before = client.get("/graph/small.nt").content
    response = client.request(method, address, content=b"<a:a> <a:b> <a:c> .", headers={"Content-Type": "text/turtle"})
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (403, "update-refused")
    assert client.get("/graph/small.nt").content == before


def test_without_a_name_the_graphs_are_listed(client: Client) -> None:
    told = client.get("/graphs").json()["graphs"]
    assert [each["iri"] for each in told] == [
        SMALL,
        *(f"{SITE.base}graph/{name}" for name in ("catalogue", "ontology", "shapes")),
    ]
    assert f'<a href="/graph/small">{SMALL}</a>' in client.page("/graphs")


def test_the_list_of_graphs_comes_in_the_format_asked_for(client: Client) -> None:
    page, data, none = (client.get(f"/graphs?format={each}") for each in ("html", "json", "ttl"))
    assert [each.headers["content-type"].partition(";")[0] for each in (page, data)] == [
        "text/html",
        "application/json",
    ]
    assert "vary" not in page.headers
    assert (none.status_code, none.json()["offered"][0]) == (406, "application/json")
