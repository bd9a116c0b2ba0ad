"""The SPARQL 1.1 Protocol beyond the W3C suite: what clients really send."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import httpx
import pytest

from vaughn.errors import ParameterFaulty
from vaughn.web.protocol import decode
from web.conftest import Client
from web.test_sparql import ALL, ASK, CONSTRUCT, FORM, PROLOGUE, SELECT, claims_in, get, post

QUERY = "application/sparql-query"
DESCRIBE = f"{PROLOGUE} DESCRIBE claim:desks-exist"
_LINES = Path(__file__).with_name("formats.tsv").read_text(encoding="utf-8").splitlines()
FORMATS = [tuple(line.split("\t")) for line in _LINES if not line.startswith("#")]
FORMS = {"SELECT": SELECT, "ASK": ASK, "CONSTRUCT": CONSTRUCT, "DESCRIBE": DESCRIBE}


def echoed(response: httpx.Response) -> str:
    """The one value of the one row."""
    assert response.status_code == 200, response.text
    (row,) = response.json()["results"]["bindings"]
    return str(row["x"]["value"])


def echo(text: str) -> str:
    return f'SELECT ("{text}" AS ?x) WHERE {{}}'


@pytest.mark.parametrize("text", ["a%20b", "a+b", "a%2Bb", "a%2Fb", "a&b=c", "ümläut 京都 \U0001f4dc", "%", "a%25b"])
def test_text_is_decoded_exactly_once_however_it_comes(client: Client, text: str) -> None:
    query = echo(text)
    assert echoed(client.get(f"/sparql?query={quote(query, safe='')}")) == text
    assert echoed(client.get(f"/sparql?{urlencode({'query': query})}")) == text
    assert echoed(post(client, urlencode({"query": query}), FORM)) == text
    assert echoed(post(client, query.encode(), QUERY)) == text


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        (FORM, 200),
        (f"{FORM}; charset=UTF-8", 200),
        (f'{FORM};charset="utf-8"', 200),
        (FORM.upper(), 200),
        (f"{FORM}; charset=ISO-8859-1", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/json", 415),
    ],
)
def test_a_form_may_name_its_charset_as_long_as_it_is_utf_8(client: Client, media_type: str, status: int) -> None:
    response = post(client, urlencode({"query": SELECT}), media_type)
    assert response.status_code == status
    if status == 415:
        assert response.json()["supported"] == [FORM, QUERY]


def test_a_byte_order_mark_and_line_ends_of_any_kind_are_no_fault(client: Client) -> None:
    assert claims_in(post(client, ("\ufeff" + SELECT).encode(), QUERY)) == ALL
    assert claims_in(post(client, SELECT.replace(" WHERE", "\r\nWHERE"), QUERY)) == ALL
    assert claims_in(post(client, SELECT.replace(" WHERE", "\rWHERE"), QUERY)) == ALL


def test_a_long_query_comes_by_post(client: Client) -> None:
    prefixes = "".join(f"PREFIX p{number}: <https://a.example/{number}#>\n" for number in range(2600))
    query = prefixes + SELECT
    assert len(query) > 100_000
    assert claims_in(post(client, query, QUERY)) == ALL
    assert claims_in(post(client, urlencode({"query": query}), FORM)) == ALL


def test_an_address_that_is_too_long_is_told_the_limit_anywhere(client: Client) -> None:
    for path in ("/sparql", "/claims", "/nowhere"):
        response = client.get(f"{path}?q={'x' * 40_000}")
        assert (response.status_code, response.json()["limit"]) == (414, 32_768)


def test_parameters_that_nobody_knows_are_ignored(client: Client) -> None:
    assert claims_in(get(client, query=SELECT, colour="red")) == ALL
    assert claims_in(post(client, urlencode({"query": SELECT, "update-": "x"}), FORM)) == ALL


@pytest.mark.parametrize("given", ["release=0123456789ab", "release=", "rele%61se=nope"])
def test_a_release_in_the_body_is_sent_to_the_address(client: Client, given: str) -> None:
    for method in ("POST", "QUERY"):
        body = f"{urlencode({'query': SELECT})}&{given}"
        answer = client.request(method, "/sparql", content=body, headers={"Content-Type": FORM})
        assert answer.status_code == 400
        assert "/sparql?release=" in answer.json()["detail"]


def test_head_is_get_without_the_body(client: Client) -> None:
    address = "/sparql?" + urlencode({"query": SELECT})
    head, whole = client.request("HEAD", address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers["etag"] == whole.headers["etag"]


def test_a_trailing_slash_is_the_same_endpoint(client: Client) -> None:
    assert claims_in(client.get("/sparql/?" + urlencode({"query": SELECT}))) == ALL
    assert claims_in(post(client, SELECT, QUERY, "/sparql/")) == ALL


@pytest.mark.parametrize(("form", "accept", "status", "media_type"), FORMATS)
def test_every_form_answers_in_every_type_that_can_carry_it(
    client: Client, form: str, accept: str, status: str, media_type: str
) -> None:
    response = get(client, accept, query=FORMS[form])
    got = response.headers["content-type"].partition(";")[0]
    assert (str(response.status_code), got) == (status, media_type)


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "xml"])
def test_an_ending_asks_for_a_format(client: Client, ending: str) -> None:
    told = client.get(f"/sparql.{ending}?{urlencode({'query': SELECT})}", "text/html")
    assert told.content == get(client, query=SELECT, format=ending).content
    assert told.headers["content-type"] == get(client, query=SELECT, format=ending).headers["content-type"]


def test_an_ending_that_cannot_carry_the_answer_is_406(client: Client) -> None:
    assert client.get(f"/sparql.ttl?{urlencode({'query': SELECT})}").status_code == 406


def test_columns_keep_the_order_of_the_projection(client: Client) -> None:
    query = "SELECT ?z ?a ?m WHERE { VALUES (?a ?m ?z) { (1 2 3) } }"
    assert get(client, query=query).json()["head"]["vars"] == ["z", "a", "m"]
    rows = get(client, "text/csv", query=query).text
    assert list(csv.reader(io.StringIO(rows))) == [
        ["z", "a", "m"],
        ["3", "1", "2"],
    ]
    assert get(client, "text/tab-separated-values", query=query).text.splitlines() == ["?z\t?a\t?m", "3\t1\t2"]
    named = re.findall('<variable name="(.)"', get(client, "application/sparql-results+xml", query=query).text)
    assert named == ["z", "a", "m"]


def test_a_query_by_the_query_method_may_be_a_form_too(client: Client) -> None:
    headers = {"Content-Type": FORM}
    response = client.request("QUERY", "/sparql", content=urlencode({"query": SELECT}), headers=headers)
    assert claims_in(response) == ALL


def test_an_unknown_graph_is_an_empty_one(client: Client) -> None:
    assert claims_in(get(client, query=SELECT, **{"default-graph-uri": "https://a.example/none"})) == []
    assert claims_in(get(client, query=SELECT.replace("WHERE", "FROM <file:///etc/passwd> WHERE"))) == []


def test_a_relative_name_is_resolved_against_the_endpoints_own(client: Client) -> None:
    response = get(client, "application/n-triples", query="CONSTRUCT { <a> <b> <c> } WHERE {}")
    assert "<https://w3id.org/vaughn/a>" in response.text


@pytest.mark.parametrize(("given", "status"), [("0", 200), ("1", 200), ("", 200), ("yes", 400)])
def test_whole_answers_are_not_marked_partial(client: Client, given: str, status: int) -> None:
    response = get(client, query=SELECT, partial=given)
    assert response.status_code == status
    assert "vaughn-partial" not in response.headers


@pytest.mark.parametrize(
    ("encoded", "pairs"),
    [
        (b"", []),
        (b"&&a=1&", [("a", "1")]),
        (b"a&=b&c=", [("a", ""), ("", "b"), ("c", "")]),
        (b"a+b=1%2B+2%26=3", [("a b", "1+ 2&=3")]),
        (b"a=%4%zz%", [("a", "%4%zz%")]),
        (b"%C3%A9=\xc3\xa9%E2%82%AC", [("\u00e9", "\u00e9\u20ac")]),
    ],
)
def test_parameters_are_read_as_forms_are_written(encoded: bytes, pairs: list[tuple[str, str]]) -> None:
    assert decode(encoded) == pairs
    assert parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict") == pairs


@pytest.mark.parametrize("encoded", [b"a=\xff", b"a=%FF", b"a=%C3\xc3\xa9", b"&".join([b"a=1"] * 1001)])
def test_parameters_that_are_no_text_or_too_many_are_refused(encoded: bytes) -> None:
    with pytest.raises(ParameterFaulty):
        decode(encoded)
