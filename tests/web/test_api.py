"""The JSON API."""

from __future__ import annotations

from typing import Any

import pytest

from vaughn.iris import KINDS
from web.conftest import Client


def support(client: Client, slug: str) -> Any:
    response = client.get(f"/api/claims/{slug}/support")
    assert response.status_code == 200, response.text
    return response.json()


def test_support_sorts_the_lines_by_what_they_say(client: Client) -> None:
    told = support(client, "desks-are-counted")
    sides = {
        side: [line["iri"][-1] for line in told[side]] for side in ("supporting", "disputing", "qualifying", "touching")
    }
    assert sides == {"supporting": ["1", "2"], "disputing": ["3"], "qualifying": [], "touching": ["4"]}


def test_a_line_says_what_it_quotes_and_where_it_stands(client: Client) -> None:
    line = support(client, "desks-are-counted")["supporting"][0]
    quote = next(each for each in line["quotes"] if each["page"])
    assert quote["exact"] == 'desks "as counted" <script>alert(1)</script>\nin two lines'
    assert (quote["prefix"], quote["page"]) == ("the number of", "12")
    assert quote["readIn"] == "stored copy of the report's opening"
    assert len(line["quotes"]) == 2
    source = line["source"]
    assert (source["title"], source["date"], source["primary"]) == ("Report on desks", "2019-04", True)
    assert (source["kind"]["code"], source["lineage"]["code"]) == ("agency-report", "original")
    assert source["url"] == "https://desks.example/report?a=1&b=2"


def test_a_line_says_whether_it_counts_and_why(client: Client) -> None:
    told = support(client, "desks-are-counted")
    lines = [*told["supporting"], *told["disputing"], *told["touching"]]
    assert [(line["counts"], line["countReason"]["code"]) for line in lines] == [
        (True, "counts"),
        (False, "machine-written"),
        (True, "counts"),
        (False, "source-withdrawn"),
    ]
    assert (lines[2]["scope"]["code"], lines[2]["scopeReason"]) == ("analogous", "It speaks of chairs alone.")


def test_nobody_is_invented_where_no_person_has_reviewed(client: Client) -> None:
    told = support(client, "desks-are-counted")
    assert [line["reviewedBy"] for line in told["supporting"]] == [None, None]
    assert told["notice"] == "No person has reviewed this claim or its 4 lines of evidence."


@pytest.mark.parametrize(
    "path", ["claims/desks-are-counted", "claims/desks-are-counted/support", "sources/desk-report"]
)
def test_that_nobody_reviewed_stands_before_what_nobody_reviewed(client: Client, path: str) -> None:
    told = client.get(f"/api/{path}").json()
    assert next(iter(told)) == "notice"
    assert told["notice"]


def test_what_a_person_has_reviewed_has_no_notice(client: Client) -> None:
    told = support(client, "desks-exist")
    assert told["notice"] is None
    assert told["supporting"][0]["reviewedBy"]["label"] == "The chief clerk"
    assert told["supporting"][0]["reviewedOn"] == "2025-05-06"


def test_a_thing_says_that_no_review_of_it_is_recorded(client: Client) -> None:
    told = client.get("/api/sources/desk-report").json()
    assert told["notice"] == "No person is recorded as having reviewed what stands here."


def test_independence_is_told_as_a_lower_bound(client: Client) -> None:
    claim = support(client, "desks-are-counted")["claim"]
    assert (claim["knownIndependent"], claim["unknownLineage"]) == (1, 2)
    assert claim["independence"] == (
        "Its support has at least 1 origin, not necessarily independent of the asserter, "
        "and 2 sources of unknown lineage."
    )


def test_lines_that_do_not_bear_on_the_state_are_counted_apart(client: Client) -> None:
    told = {slug: support(client, slug)["tally"] for slug in ("desks-are-counted", "desks-dream")}
    assert told == {
        "desks-are-counted": (
            "1 for, 0 against on point; 0 for, 1 against by analogy, not used; "
            "1 for, not counted (machine-written source); 1 judged “cited only”"
        ),
        "desks-dream": "0 for, 0 against on point; 1 for, not counted (machine-written source)",
    }


def test_claims_tied_to_a_claim_are_told_from_either_side(client: Client) -> None:
    (tied,) = support(client, "desks-dream")["tied"]
    assert (tied["relation"], tied["thing"]["path"]) == ("superseded by", "/claim/desks-are-many")
    (back,) = support(client, "desks-are-many")["tied"]
    assert (back["relation"], back["thing"]["path"]) == ("supersedes", "/claim/desks-dream")


def test_an_answer_names_its_query_and_its_release(client: Client) -> None:
    told = support(client, "desks-are-counted")
    assert told["query"] == "/queries/claims/evidence?claim=claim:desks-are-counted"
    assert client.get(told["query"]).status_code == 200
    assert (len(told["release"]["digest"]), told["release"]["draft"]) == (64, False)
    assert [each["thing"]["label"] for each in told["bearing"]] == ["Office of Desks"]


def test_claims_are_listed_with_their_states(client: Client) -> None:
    told = client.get("/api/claims").json()["claims"]
    assert {each["path"]: each["evidenceState"]["code"] for each in told} == {
        "/claim/desks-are-counted": "disputed",
        "/claim/desks-are-many": "unsupported",
        "/claim/desks-dream": "unsupported",
        "/claim/desks-exist": "supported",
        "/claim/desks-may-be-hidden": "supported",
    }


def test_what_the_evidence_amounts_to_is_told_in_a_sentence(client: Client) -> None:
    told = {each["path"].rpartition("/")[2]: each for each in client.get("/api/claims").json()["claims"]}
    assert {slug: each["evidenceSentence"] for slug, each in told.items()} == {
        "desks-are-counted": "Disputed: the evidence recorded here stands on both sides.",
        "desks-are-many": "Unsupported: no evidence recorded here counts for or against it.",
        "desks-dream": "Only machine-written sources say so; no evidence recorded here counts for or against it.",
        "desks-exist": "Supported by the evidence recorded here.",
        "desks-may-be-hidden": "By analogy only: evidence about comparable matters would support it; "
        "no evidence on point counts here.",
    }
    for slug, each in told.items():
        assert support(client, slug)["claim"]["evidenceSentence"] == each["evidenceSentence"]


def test_a_claims_json_is_the_apis_bytes(client: Client) -> None:
    page, api = client.get("/claim/desks-exist.json"), client.get("/api/claims/desks-exist")
    assert page.content == api.content
    assert page.headers["content-type"] == api.headers["content-type"] == "application/json"


def test_other_kinds_are_listed_and_described(client: Client) -> None:
    assert "Report on desks" in [each["label"] for each in client.get("/api/sources").json()["things"]]
    told = client.get("/api/sources/desk-report").json()["thing"]
    assert (told["kind"], told["label"]) == ("source", "Report on desks")
    assert [part["iri"].rpartition("/")[2] for part in told["parts"]] == [
        "desk-report--published",
        "desk-report--count",
        "desk-report--method",
    ]
    assert client.get("/source/desk-report.json").content == client.get("/api/sources/desk-report").content


def test_a_slug_outside_the_grammar_is_simply_not_there(client: Client) -> None:
    response = client.get("/api/claims/Not_A_Slug/support")
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (404, "thing-unknown")


def test_the_description_of_the_api_names_every_route_and_shape(client: Client) -> None:
    told = client.get("/api/openapi.json").json()
    assert set(told["paths"]) == {
        "/api",
        *(f"/api/{plural}" for plural in KINDS.values()),
        "/api/{plural}.{ending}",
        "/api/claims/{slug}/support",
        *(f"/api/{plural}/{{slug}}" for plural in KINDS.values()),
        "/api/search",
        "/api/support",
    }
    assert "knownIndependent" in told["components"]["schemas"]["ClaimOut"]["properties"]


def test_data_is_open_to_every_origin(client: Client) -> None:
    assert client.get("/api/claims", origin="https://a.example").headers["access-control-allow-origin"] == "*"
    leave = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    assert client.request("OPTIONS", "/sparql", headers=leave).status_code == 204


def test_no_claim_is_named_without_how_it_stands(client: Client) -> None:
    told = client.get("/api/rationales/poor-counts").json()["thing"]
    attested = next(each for each in told["properties"] if each["property"]["code"] == "attestation")["values"][0]
    assert attested["claim"]["evidenceSentence"].startswith("Only machine-written sources say so")
    assert attested["claim"]["reviewState"]["code"] == "not-reviewed"
    category = next(each for each in told["properties"] if each["property"]["code"] == "concernsCategory")
    assert category["values"][0]["claim"] is None


def test_no_property_of_a_thing_is_called_by_its_iri(client: Client) -> None:
    told = client.get("/api/sources/desk-report").json()["thing"]
    names = {each["property"]["iri"]: each["property"]["label"] for each in told["properties"] + told["inverse"]}
    assert names["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"] == "type"
    assert names["http://www.w3.org/2000/01/rdf-schema#label"] == "label"
    assert not any(":" in label for label in names.values())
