"""Addresses stay in the release that was asked for."""

from __future__ import annotations

import pytest
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Scope

from vaughn.web.staying import asking, leaving, page_staying, stay, staying

PLAIN: Scope = {
    "type": "http",
    "method": "GET",
    "path": '/claim/"\r\n<é→',
    "query_string": b"a=1&release=abc&b=%26",
    "headers": [],
    "server": ("h", 80),
}
SCOPE = asking(PLAIN, "abc")


@pytest.mark.parametrize(
    ("target", "stayed"),
    [
        ("/claims", "/claims?release=abc"),
        ("/claims?a=b", "/claims?a=b&release=abc"),
        ("/claim/x#evidence-1", "/claim/x?release=abc#evidence-1"),
        ("/claims?release=other", "/claims?release=other"),
        ("/claims?q=release", "/claims?q=release&release=abc"),
        ("#here", "#here"),
        ("", ""),
        ("//elsewhere.example/", "//elsewhere.example/"),
        ("https://example.org/claims", "https://example.org/claims"),
    ],
)
def test_an_address_of_ours_gets_the_release(target: str, stayed: str) -> None:
    assert staying(SCOPE, target) == stayed
    assert staying(PLAIN, target) == target


def test_links_and_forms_of_a_page_stay_but_for_those_that_lead_out() -> None:
    page = (
        '<link rel="stylesheet" href="/v.css"><link rel="alternate" href="/c.ttl">'
        '<a rel="latest-version" href="/c">now</a><a href="/q?a=1&amp;b=it&#39;s#x">q</a><a href="https://e.org/">e</a>'
        '<form class="f" action="/s" method="get"></form><form action="/sparql" method="post"></form>'
        "&lt;a href=&#34;/no&#34;&gt;"
    )
    assert page_staying(SCOPE, page) == (
        '<link rel="stylesheet" href="/v.css"><link rel="alternate" href="/c.ttl?release=abc">'
        '<a rel="latest-version" href="/c">now</a><a href="/q?a=1&amp;b=it&#x27;s&amp;release=abc#x">q</a>'
        '<a href="https://e.org/">e</a><form class="f" action="/s?release=abc" method="get">'
        '<input type="hidden" name="release" value="abc"></form>'
        '<form action="/sparql?release=abc" method="post"></form>&lt;a href=&#34;/no&#34;&gt;'
    )
    assert page_staying(PLAIN, page) == page


def test_headers_stay() -> None:
    headers = MutableHeaders({"Location": "/claims"})
    headers.append("Link", '<https://e.org/c>; rel="canonical", </c.ttl>; rel="alternate", </n?a=1>; rel="next"')
    stay(SCOPE, headers)
    assert headers["location"] == "/claims?release=abc"
    assert headers.getlist("link") == [
        '<https://e.org/c>; rel="canonical", </c.ttl?release=abc>; rel="alternate", </n?a=1&release=abc>; rel="next"'
    ]


def test_a_request_without_its_release_is_written_in_letters_of_a_url() -> None:
    assert leaving(Request(PLAIN)) == "/claim/%22%3C%C3%A9%E2%86%92?a=1&b=%26"
