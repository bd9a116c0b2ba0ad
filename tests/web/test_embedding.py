"""A page's own JSON-LD inside the page."""

from __future__ import annotations

import json

import pytest

from vaughn.web import documents, embedding
from vaughn.web.embedding import embed
from web.conftest import Client

OPEN = '<script type="application/ld+json">'
LINKED = "too long to stand inside this page"


def inside(page: str) -> str:
    """What the one script element of a page holds."""
    assert page.count(OPEN) == 1
    return page.partition(OPEN)[2].partition("</script>")[0]


@pytest.mark.parametrize("path", ["/dataset", "/graph/small", "/graph/catalogue"])
def test_what_stands_inside_a_page_is_its_document(client: Client, path: str) -> None:
    page, document = client.page(f"{path}.html"), client.get(f"{path}.jsonld").json()
    assert json.loads(inside(page)) == document
    assert LINKED not in page
    assert f'<link rel="alternate" type="application/ld+json" href="{path}.jsonld">' in page


@pytest.mark.parametrize("path", ["/ns", "/shapes"])
def test_a_document_that_is_too_long_is_linked_and_said_to_be(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.page(f"{path}.html")
    assert OPEN not in page
    assert LINKED in page
    assert page.count(f'href="{path}.jsonld"') >= 2
    assert len(client.get(f"{path}.jsonld").content) > embedding.MOST


@pytest.mark.parametrize("path", ["/ns", "/shapes"])
def test_where_there_is_room_words_and_shapes_stand_inside_their_page(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_TRIPLES", 100_000)
    monkeypatch.setattr(documents, "embed", lambda document, address: embed(document, address, 10_000_000))
    page = client.get(f"{path}.html", "text/html;q=0.9").text  # not the one that is kept
    assert json.loads(inside(page)) == client.get(f"{path}.jsonld").json()


def test_a_document_is_embedded_as_long_as_it_is_no_longer_than_it_may() -> None:
    document = json.dumps({"a": "b" * 100}, indent=4).encode()
    whole = embed(document, "/a.jsonld", 108)
    assert (json.loads(whole.text), whole.address) == (json.loads(document), "/a.jsonld")
    assert embed(document, "/a.jsonld", 107).text == ""


def test_no_text_of_a_document_ends_the_element() -> None:
    hostile = {"a": "</script><!-- <script> & \u2028\u2029 ]]>"}
    text = embed(json.dumps(hostile, ensure_ascii=False).encode(), "/a.jsonld").text
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == hostile
