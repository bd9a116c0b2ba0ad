"""Named queries over HTTP."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest

from web.conftest import BROWSER, SITE, Client

EVIDENCE = "/queries/claims/evidence"
ASKED = "?claim=claim:desks-are-counted"


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
    ],
)
def test_an_answer_comes_in_every_format(client: Client, ending: str, media_type: str) -> None:
    response = client.get(f"{EVIDENCE}.{ending}{ASKED}")
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert "we keep no count" in response.text
    assert client.get(f"{EVIDENCE}.{ending}{ASKED}", if_none_match=response.headers["etag"]).status_code == 304


@pytest.mark.parametrize(
    "value", ["claim:desks-exist", "desks-exist", "https%3A%2F%2Fw3id.org%2Fvaughn%2Fid%2Fclaim%2Fdesks-exist"]
)
def test_a_thing_may_be_named_by_iri_prefix_or_slug(client: Client, value: str) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"{EVIDENCE}.csv?claim={value}").text)))
    assert [row["page"] for row in rows] == ["12"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("claims/evidence.csv?claim=claim:nobody-said-so", "claim:nobody-said-so"),
        ("claims/evidence.json?claim=nobody-said-so", "nobody-said-so"),
        ("claims/evidence.csv?claim=claim:desks-exist", None),
        ("claims/list.csv?state=disputed", None),
        ("documents/thing.ttl?thing=source:no-report&thing=source:desk-report", "source:no-report"),
        ("documents/thing.jsonld?thing=urn:x:caf%C3%A9", "urn:x:caf%C3%A9"),
        ("documents/graph.nt?graph=https%3A%2F%2Fw3id.org%2Fvaughn%2Fgraph%2Fsmall", None),
        ("sources/dependents.csv?source=source:desk-report", None),
    ],
)
def test_a_name_that_nothing_answers_to_is_told_beside_the_answer(
    client: Client, asked: str, named: str | None
) -> None:
    response = client.get(f"/queries/{asked}")
    assert (response.status_code, response.headers.get("vaughn-unknown")) == (200, named)


def test_a_page_says_that_nothing_here_has_that_name(client: Client) -> None:
    page = client.page(f"{EVIDENCE}?claim=claim:nobody-said-so")
    assert 'Nothing in this release is named <span class="mono">claim:nobody-said-so</span>' in page
    assert "Nothing in this release is named" not in client.page(f"{EVIDENCE}{ASKED}")


def test_a_page_without_its_parameters_shows_the_form_alone(client: Client) -> None:
    text = client.page(EVIDENCE)
    assert "required" in text
    assert "<table" not in text


def test_a_page_with_its_parameters_shows_the_rows_and_keeps_them_in_the_links(client: Client) -> None:
    text = client.page(EVIDENCE + ASKED)
    assert "Answer: 5 rows" in text
    assert f'href="{EVIDENCE}.csv{ASKED}"' in text


def test_an_answer_says_above_its_rows_that_nobody_has_reviewed_it(client: Client) -> None:
    text = client.page(EVIDENCE + ASKED)
    assert text.index("take it that no person has reviewed this answer") < text.index("we keep no count")
    assert "no person has reviewed" not in client.page(EVIDENCE)
    assert "no person has reviewed this answer" in client.page("/queries/documents/thing?thing=source:desk-report")


REVIEW = f"{SITE.base}about#review"


def test_an_answer_as_a_file_leads_to_what_is_said_of_its_review(client: Client) -> None:
    assert client.get(f"{EVIDENCE}.json{ASKED}").json()["head"]["link"] == [REVIEW]
    head = ElementTree.fromstring(client.get(f"{EVIDENCE}.xml{ASKED}").content)[0]  # noqa: S314  our own bytes
    assert [each.get("href") for each in head if each.tag.endswith("}link")] == [REVIEW]
    graph = "/queries/documents/thing.ttl?thing=source:desk-report"
    for path in (f"{EVIDENCE}.csv{ASKED}", f"{EVIDENCE}.tsv{ASKED}", graph):
        link = client.get(path).headers["link"]
        assert link == '</about#review>; rel="describedby"; type="text/html"; title="Who has checked it"'
    said = client.page("/about").partition('id="review"')[2].partition("</section>")[0]
    assert "take it that no person has reviewed them" in said


def test_a_faulty_parameter_is_told_above_the_form(client: Client) -> None:
    response = client.get("/queries/claims/list?state=%22%3E%3Cb%3E", BROWSER)
    assert response.status_code == 400
    assert "Not run." in response.text
    assert "<b>" not in response.text.partition("<main")[2].partition("</form>")[0]


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/queries/claims/evidence.csv", 400, "parameter-faulty"),
        ("/queries/claims/list.csv?colour=red", 400, "parameter-faulty"),
        ("/queries/claims/list.csv?state=a%20b", 400, "parameter-faulty"),
        ("/queries/claims/list.ttl", 406, "not-acceptable"),
        ("/queries/claims/lists.csv", 404, "query-unknown"),
    ],
)
def test_what_cannot_be_asked_is_told_by_its_type(client: Client, path: str, status: int, problem: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (status, problem)


def test_a_graph_comes_as_a_graph(client: Client) -> None:
    path = "/queries/documents/thing"
    assert "desks-exist" in client.get(f"{path}.jsonld?thing=claim:desks-exist").json()["@graph"][0]["id"]
    assert "<pre" in client.page(f"{path}?thing=claim:desks-exist")
    assert client.get(f"{path}.csv?thing=claim:desks-exist").status_code == 406


def test_the_list_names_every_question(client: Client) -> None:
    text = client.page("/queries")
    assert 'href="/queries/claims/support"' in text
    assert "documents/thing" not in text
