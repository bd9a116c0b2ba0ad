"""The SPARQL 1.1 Protocol, query side."""

from __future__ import annotations

import gzip
import html
import time
from urllib.parse import urlencode

import httpx
import pytest

from vaughn.model import Table
from vaughn.store.guard import QUICK
from vaughn.store.results import excerpt
from vaughn.web import sparql
from web.conftest import BROWSER, SITE, Client

ROWS = "SELECT ?s WHERE { ?s a vaughn:Claim } ORDER BY ?s"
PROLOGUE = f"PREFIX vaughn: <{SITE.base}ns#> PREFIX claim: <{SITE.base}id/claim/>"
SELECT = f"{PROLOGUE} {ROWS}"
ASK = f"{PROLOGUE} ASK {{ claim:desks-exist a vaughn:Claim }}"
CONSTRUCT = f"{PROLOGUE} CONSTRUCT {{ ?s a vaughn:Claim }} WHERE {{ ?s a vaughn:Claim }}"
FORM = "application/x-www-form-urlencoded"
OWN_DATASET = SELECT.replace("WHERE", f"FROM <{SITE.base}graph/nothing> WHERE")
SMALL = SITE.base + "graph/small"


def get(client: Client, accept: str = "*/*", **parameters: str) -> httpx.Response:
    return client.get("/sparql?" + urlencode(parameters), accept)


def post(client: Client, content: bytes | str, media_type: str, path: str = "/sparql") -> httpx.Response:
    return client.request("POST", path, content=content, headers={"Content-Type": media_type})


def claims_in(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["s"]["value"].rpartition("/")[2] for row in response.json()["results"]["bindings"]]


DISPUTED = {"desks-are-counted"}
ALL = ["desks-are-counted", "desks-are-many", "desks-dream", "desks-exist", "desks-may-be-hidden"]


def test_a_query_comes_by_get(client: Client) -> None:
    assert claims_in(get(client, query=SELECT)) == ALL


def test_a_query_comes_as_a_form_decoded_once(client: Client) -> None:
    told = 'SELECT ("a+b%20c" AS ?x) WHERE {}'
    response = post(client, urlencode({"query": told}), FORM)
    assert response.json()["results"]["bindings"][0]["x"]["value"] == "a+b%20c"


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_a_query_comes_as_the_body_itself(client: Client, method: str) -> None:
    headers = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    assert claims_in(client.request(method, "/sparql", content=SELECT, headers=headers)) == ALL


def test_a_long_text_is_not_looked_at_by_the_service_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(text: str, _: object) -> None:
        raise AssertionError(f"{len(text)} characters looked at here")

    monkeypatch.setattr("vaughn.web.sparql.inspect", refusing)
    long = f"{SELECT} #{'x' * QUICK}"
    assert claims_in(post(client, long, "application/sparql-query")) == ALL
    told = post(client, f"{PROLOGUE} DROP ALL #{'x' * QUICK}", "application/sparql-query").json()
    assert told["type"].endswith("/update-refused")


def test_without_a_dataset_the_query_keeps_its_own(client: Client) -> None:
    assert claims_in(get(client, query=OWN_DATASET)) == []


def test_the_protocols_dataset_goes_before_the_querys(client: Client) -> None:
    assert claims_in(get(client, query=OWN_DATASET, **{"default-graph-uri": SMALL})) == ALL


def test_a_named_graph_alone_leaves_the_default_graph_empty(client: Client) -> None:
    inside = f"{PROLOGUE} SELECT ?s WHERE {{ GRAPH ?g {{ ?s a vaughn:Claim }} }} ORDER BY ?s"
    assert claims_in(get(client, query=inside, **{"named-graph-uri": SMALL})) == ALL
    assert claims_in(get(client, query=SELECT, **{"named-graph-uri": SMALL})) == []


def test_the_dataset_of_a_posted_query_stands_in_the_address(client: Client) -> None:
    path = "/sparql?" + urlencode({"default-graph-uri": SITE.base + "graph/ontology"})
    assert claims_in(post(client, SELECT, "application/sparql-query", path)) == []


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (SELECT, BROWSER, "text/html; charset=utf-8"),
        (ASK, "text/xml", "text/xml; charset=utf-8"),
        (ASK, BROWSER, "text/html; charset=utf-8"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
    ],
)
def test_each_form_answers_in_the_type_asked_for(client: Client, query: str, accept: str, media_type: str) -> None:
    response = get(client, accept, query=query)
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.headers["vary"] == "Accept"


def test_the_format_parameter_goes_before_accept(client: Client) -> None:
    response = get(client, "application/json", query=SELECT, format="csv")
    assert response.text.split() == ["s", *(SITE.base + "id/claim/" + slug for slug in ALL)]


@pytest.mark.parametrize(
    ("parameters", "status", "problem"),
    [
        ({"query": ""}, 400, "parameter-faulty"),
        ({"query": "  "}, 400, "parameter-faulty"),
        ({"default-graph-uri": SMALL}, 400, "parameter-faulty"),
        ({"query": SELECT, "timeout": "soon"}, 400, "parameter-faulty"),
        ({"query": SELECT, "timeout": "-1"}, 400, "parameter-faulty"),
        ({"query": SELECT, "timeout": ""}, 400, "parameter-faulty"),
        ({"query": SELECT, "format": "ttl"}, 406, "not-acceptable"),
        ({"query": ASK, "format": "csv"}, 406, "not-acceptable"),
        ({"query": "SELECT WHERE"}, 400, "query-syntax"),
        ({"query": "INSERT DATA { <a:a> <a:a> <a:a> }"}, 403, "update-refused"),
        ({"update": "well, hardly"}, 403, "update-refused"),
        ({"query": "SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }"}, 400, "query-refused"),
    ],
)
def test_what_cannot_be_run_is_told_by_its_type(
    client: Client, parameters: dict[str, str], status: int, problem: str
) -> None:
    response = get(client, **parameters)
    told = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert (told["status"], told["type"].rpartition("/")[2]) == (status, problem)


def test_a_query_given_twice_is_refused(client: Client) -> None:
    assert client.get("/sparql?" + urlencode([("query", SELECT), ("query", SELECT)])).status_code == 400


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        ("", FORM, 400),
        ("", "application/sparql-query", 400),
        (SELECT.encode("utf-16"), "application/sparql-query", 400),
        (SELECT, "application/sparql-query; charset=utf-16", 415),
        (b"query=%FF", FORM, 400),
        (SELECT, "text/plain", 415),
        (SELECT, "", 415),
        ("LOAD <http://a.example/>", "application/sparql-update", 403),
        ("not even an update", "application/sparql-update", 403),
        ("update=CLEAR+ALL", FORM, 403),
        (SELECT + " " * 1_100_000, "application/sparql-query", 413),
        (b" " * 4_200_000, "application/sparql-query", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_told_by_its_status(
    client: Client, content: bytes | str, media_type: str, status: int
) -> None:
    assert post(client, content, media_type).status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_those_allowed(client: Client, method: str) -> None:
    response = client.request(method, "/sparql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST, QUERY")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/sparql", "GET, HEAD, OPTIONS, POST, QUERY"),
        ("/graphs", "GET, HEAD, OPTIONS"),
        ("/graph/small", "GET, HEAD, OPTIONS"),
        ("/claims", "GET, HEAD, OPTIONS"),
        ("/api/claims.csv", "GET, HEAD, OPTIONS"),
        ("/api/support", "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_a_client_may_ask_what_is_allowed(client: Client, path: str, allowed: str) -> None:
    response = client.request("OPTIONS", path)
    assert (response.status_code, response.content, response.headers["allow"]) == (204, b"", allowed)
    assert "content-type" not in response.headers
    assert client.request("OPTIONS", "/nope/nope/nope").status_code == 404


def test_only_what_was_negotiated_varies(client: Client) -> None:
    assert "vary" not in get(client, query=SELECT, format="csv").headers
    assert "vary" not in client.get("/sparql.csv?" + urlencode({"query": SELECT})).headers
    assert "vary" not in client.get("/graphs?default&format=nt").headers
    assert get(client, query=SELECT).headers["vary"] == "Accept"


def test_a_body_in_a_content_coding_is_not_read(client: Client) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    response = client.request("POST", "/sparql", content=gzip.compress(SELECT.encode()), headers=headers)
    assert (response.status_code, response.json()["given"]) == (415, "gzip-encoded content")


def test_a_form_may_be_as_long_in_characters_as_a_text(client: Client) -> None:
    query = SELECT + " #" + "\u6587" * 400_000
    assert post(client, query.encode(), "application/sparql-query").status_code == 200
    assert post(client, urlencode({"query": query}), FORM).status_code == 200


@pytest.mark.parametrize("body", ["", "\ufeff", "\ufeff \n"])
def test_a_text_of_nothing_is_an_empty_query(client: Client, body: str) -> None:
    response = post(client, body, "application/sparql-query")
    assert (response.status_code, response.json()["reason"]) == (400, "empty")


def test_an_update_that_was_not_read_has_no_keyword(client: Client) -> None:
    problem = post(client, "update=CLEAR+ALL", FORM).json()
    assert "keyword" not in problem
    assert problem["detail"].startswith("this update would change data")


def test_a_page_of_a_fault_gives_the_query_back(client: Client) -> None:
    for query, status in (("SELECT * { ?s <x> }", 400), ("SELECT * { SERVICE <x:y> {} }", 400)):
        response = get(client, "text/html", query=query)
        assert response.status_code == status
        assert html.escape(query) in response.text.partition("<textarea")[2]


def test_what_a_problem_repeats_of_a_request_is_short(client: Client) -> None:
    for query in ("a" * 900_000, f"SELECT * {{ {'p' * 60}:{'x' * 500_000} }}"):
        response = post(client, query, "application/sparql-query")
        assert response.status_code == 400
        assert len(response.content) < 5_000


def test_types_that_cannot_be_had_are_answered_with_those_that_can(client: Client) -> None:
    response = get(client, "image/png", query=SELECT)
    assert response.status_code == 406
    assert "text/csv" in response.json()["offered"]


@pytest.mark.parametrize("text", ["DESCRIBE <a> WHRE", "SELECT * { ?s", "ASK { nobody:x ?p ?o }", "CONSTRUCT { ?s }"])
@pytest.mark.parametrize("asked", [{"format": "png"}, {}])
def test_a_text_that_is_no_query_is_told_so_before_what_types_there_are(
    client: Client, text: str, asked: dict[str, str]
) -> None:
    told = get(client, "image/png", query=text, **asked)
    assert told.status_code == 400
    assert told.json()["type"].endswith("/query-syntax")
    assert told.json()["line"] == 1


def test_a_query_without_a_type_for_it_is_asked_of_no_data(client: Client) -> None:
    slow = "DESCRIBE ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . FILTER(STR(?a) = STR(?o)) }"
    told = get(client, "application/json", query=slow)
    assert told.status_code == 406
    assert told.elapsed.total_seconds() < 1


def test_a_syntax_error_says_line_and_column(client: Client) -> None:
    told = get(client, query="SELECT ?s\nWHRE { ?s ?p ?o }").json()
    assert (told["line"], told["column"]) == (2, 1)


def test_a_timeout_parameter_shortens_the_deadline(client: Client) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    response = get(client, query=heavy, timeout="0.2")
    assert response.status_code == 504
    assert response.json()["seconds"] == 0.2


def test_machines_without_a_query_get_the_service_description(client: Client) -> None:
    response = client.get("/sparql")
    assert response.headers["content-type"].startswith("text/turtle")
    assert "sd:SPARQL11Query" in response.text
    assert f"sd:name <{SMALL}>" in response.text


def test_the_editor_opens_on_a_query_that_finds_something(client: Client) -> None:
    area = client.page("/query").partition('name="query" rows="')[2].partition(">")[2]
    text = html.unescape(area.partition("</textarea>")[0])
    assert "UNDEF" not in text
    found = get(client, query=text).json()
    assert found["head"]["vars"] == ["claim", "says", "asserter", "quote", "source", "title"]
    assert {row["claim"]["value"].rpartition("/")[2] for row in found["results"]["bindings"]} == DISPUTED


def test_browsers_without_a_query_get_an_editor_that_needs_no_script(client: Client) -> None:
    text = client.page("/sparql")
    assert '<form class="ask rule" action="/sparql" method="post">' in text
    assert "<script" not in text


def test_a_browser_sees_rows_in_a_table(client: Client) -> None:
    assert "claim:desks-are-many</a></td>" in get(client, BROWSER, query=SELECT).text


def test_an_answer_of_no_says_that_absence_is_not_evidence(client: Client) -> None:
    assert "not evidence" in get(client, BROWSER, query="ASK { <a:a> <a:a> <a:a> }").text


def test_triple_terms_are_refused_where_the_format_has_none(client: Client) -> None:
    query = "SELECT (<<( <a:a> <a:b> <a:c> )>> AS ?t) WHERE {}"
    assert get(client, BROWSER, query=query).status_code in (400, 406)


LONG_ROWS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"


def long_graph(most: int) -> str:
    """Asks for so many values of 160 KiB."""
    longer = " ".join(f"BIND(CONCAT(?t{step}, ?t{step}) AS ?t{step + 1})" for step in range(14))
    return f"CONSTRUCT {{ ?a ?b ?t14 }} WHERE {{ ?a ?b ?c . BIND('0123456789' AS ?t0) {longer} }} LIMIT {most}"


@pytest.mark.parametrize(("query", "beneath"), [(LONG_ROWS, "JSON"), (long_graph(200), "Turtle")])
def test_an_answer_too_long_for_a_page_says_what_of_it_is_and_comes_otherwise(
    client: Client, query: str, beneath: str
) -> None:
    response = get(client, BROWSER, query=query)
    assert response.status_code == 422
    assert f"result passes 16,777,216 bytes of {beneath}, the most that a page is made from" in response.text
    assert len(get(client, query=query).content) > 16 << 20


@pytest.mark.parametrize("query", [LONG_ROWS, long_graph(200)])
def test_a_page_of_the_first_part_comes_when_it_is_asked_for_and_says_so(client: Client, query: str) -> None:
    response = get(client, BROWSER, query=query, partial="1")
    assert (response.status_code, response.headers["vaughn-partial"]) == (200, "1")
    assert "This is the first part of the answer" in response.text
    assert "This is the first part of the answer" not in get(client, BROWSER, query=SELECT, partial="1").text


def test_json_ld_has_the_caps_of_any_other_format(client: Client) -> None:
    query = long_graph(200)
    assert len(get(client, "application/ld+json", query=query).content) > 16 << 20
    refused = get(client, "application/ld+json", query=long_graph(1500))
    assert (refused.status_code, refused.json()["limit"], refused.json()["unit"]) == (422, 64 << 20, "bytes")


def test_the_first_nodes_of_json_ld_come_when_they_are_asked_for(client: Client) -> None:
    response = get(client, "application/ld+json", query=long_graph(1500), partial="1")
    assert (response.status_code, response.headers["vaughn-partial"]) == (200, "1")
    assert 32 << 20 < len(response.content) <= 64 << 20
    assert response.json()["@graph"]


def test_json_ld_is_written_within_the_time_of_its_query(client: Client) -> None:
    query = "CONSTRUCT { ?a ?b ?c . ?d ?b ?c } WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 240000"
    begun = time.monotonic()
    response = get(client, "application/ld+json", query=query, timeout="0.3")
    assert (response.status_code, response.json()["seconds"]) == (504, 0.3)
    assert time.monotonic() - begun < 0.8


def test_a_page_is_written_within_the_time_of_its_query(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(body: bytes, most: int) -> Table:
        time.sleep(1.0)
        return excerpt(body, most)

    monkeypatch.setattr(sparql, "excerpt", slow)
    response = get(client, BROWSER, query=f"{LONG_ROWS.removesuffix('60000')}20000", timeout="0.8")
    assert response.status_code == 504


def test_json_ld_refuses_triple_terms_and_says_what_takes_them(client: Client) -> None:
    query = "CONSTRUCT { <a:a> <a:b> ?t } WHERE { BIND(<<( <a:a> <a:b> <a:c> )>> AS ?t) }"
    response = get(client, "application/ld+json", query=query)
    assert response.status_code == 406
    assert "application/n-triples" in response.text


def test_a_long_answer_is_still_a_page(client: Client) -> None:
    page = client.page("/sparql?" + urlencode({"query": "SELECT * WHERE { ?a ?b ?c } LIMIT 3000"}))
    assert "3,000" in page


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r"SELECT ?\u00E9 { VALUES ?\u00E9 { '15' 10 2 } } \u004FRDER BY ?\u00E9", "é"),
        (
            r"PREFIX \u03B1: <urn:x#> SELECT ?x { VALUES ?x { '15' 10 2 } FILTER(?x!=\u03B1:b) } ORDER \u0042Y \u003Fx",
            "x",
        ),
    ],
)
def test_escapes_outside_of_strings_are_read_and_the_order_is_kept(client: Client, text: str, name: str) -> None:
    response = get(client, "application/sparql-results+json", query=text)
    assert response.status_code == 200, response.text
    assert [row[name]["value"] for row in response.json()["results"]["bindings"]] == ["2", "10", "15"]


def test_what_escapes_hide_is_seen_by_the_guard_and_the_cache(client: Client) -> None:
    hidden = get(client, query=r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert hidden.json()["rule"] == "service"
    assert get(client, query=r"\u0044ELETE WHERE { ?s ?p ?o }").status_code == 403
    assert get(client, query=r"SELECT (\u004EOW() AS ?n) {}").headers["Cache-Control"] == "no-store"


def test_a_fault_behind_an_escape_has_its_place_in_the_text_that_was_sent(client: Client) -> None:
    text = "SELECT ?\\u03B1\n{ ?\\u03B1 ?\\u03B2 ! }"
    told = get(client, query=text).json()
    assert (told["line"], told["column"]) == (2, 19)
    assert told["excerpt"] == text.split("\n")[1] + "\n" + " " * 18 + "^"
    assert "u03B" not in told.get("hint", "")
    page = get(client, BROWSER, query=text)
    assert html.escape(text) in page.text.partition("<textarea")[2]


def test_an_escape_that_is_none_outside_of_strings_is_told_with_its_place(client: Client) -> None:
    told = get(client, query=r"SELECT * { ?s ?p \u0022a\u0022 }").json()
    assert (told["line"], told["column"]) == (1, 18)
    assert "escape" in told["detail"]
