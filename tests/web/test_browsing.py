"""Lists for people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vaughn.model import ClaimHead, Ref
from vaughn.settings import Settings
from vaughn.web.browsing import title
from vaughn.web.rendering import code, environment
from web.conftest import BROWSER, FACTS, SITE, Client, make_release, running
from web.test_lists import cursor


def slugs(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/claim/([^"]*)">', page)


def test_claims_are_narrowed_as_in_the_api(client: Client) -> None:
    page = client.page("/claims?evidenceState=disputed")
    assert slugs(page) == ["desks-are-counted"]
    assert "Narrowed by <b>evidence state:</b> disputed." in page
    assert '<option value="disputed" selected>' in page
    assert 'href="/api/claims.csv?evidenceState=disputed"' in page


def test_a_filter_that_names_a_thing_is_shown_by_its_name(client: Client) -> None:
    page = client.page("/claims?authority=desk-act")
    assert set(slugs(page)) == {"desks-dream", "desks-are-many"}
    assert "<b>authority:</b> authority:desk-act" in page
    assert 'value="authority:desk-act"' in page


def test_a_page_of_claims_leads_to_the_next_until_all_were_shown(client: Client) -> None:
    whole, address, seen = slugs(client.page("/claims")), "/claims?limit=2", list[str]()
    while address:
        page = client.page(address)
        seen += slugs(page)
        found = re.search('rel="next" href="([^"]*)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == whole
    assert len(seen) > 4


def test_fields_left_empty_are_taken_out_of_the_address(client: Client) -> None:
    response = client.get("/claims?evidenceState=&voice=own&sort=", BROWSER)
    assert (response.status_code, response.headers["location"]) == (303, "/claims?voice=own")


@pytest.mark.parametrize("asked", ["colour=red", "evidenceState=purple", "limit=0", "cursor=x", "sort=colour"])
def test_what_a_list_cannot_take_is_refused_not_ignored(client: Client, asked: str) -> None:
    for path in ("/claims", "/sources"):
        assert client.get(f"{path}?{asked}", BROWSER).status_code == 400


def test_an_empty_list_says_that_this_says_nothing_of_the_world(client: Client) -> None:
    assert "That says nothing about the world." in client.page("/claims?evidenceState=contradicted")
    assert "That says nothing about the world." in client.page("/memoranda")


@pytest.mark.parametrize(
    ("asked", "sort", "iri"),
    [
        ("claims", "text", "claim/desks-exist"),
        ("bodies", "label", "body/office-of-desks"),
        ("rationales", "label", "rationale/x"),
    ],
)
def test_a_page_behind_the_last_thing_does_not_say_that_there_is_none(
    client: Client, asked: str, sort: str, iri: str
) -> None:
    kind = iri.partition("/")[0]
    page = client.page("/" + cursor(asked, kind, sort, "zzzz", f"{SITE.base}id/{iri}"))
    assert "Nothing in this list comes after the place where this page begins." in page
    assert "None in this release" not in page
    assert "holds no" not in page


def test_an_empty_page_says_whether_nothing_is_so_or_there_is_nothing(client: Client) -> None:
    assert "No memorandum of this release is so." not in client.page("/memoranda")
    assert "This release holds no memoranda." in client.page("/memoranda")
    assert "No claim of this release is so." in client.page("/claims?evidenceState=contradicted")


def test_sources_show_their_dates(client: Client) -> None:
    assert re.search(r'href="/source/desk-report">[^<]*</a> <span class="n">2019-04</span>', client.page("/sources"))


def test_a_parameter_is_named_in_words() -> None:
    assert [title(name) for name in ("evidenceState", "from")] == ["Evidence state", "From"]


def test_reasons_are_told_with_whom_they_are_attributed_to_and_what_is_known_of_them(client: Client) -> None:
    page = client.page("/rationales")
    assert "A reason is not true or false" in page
    assert "take it that no person has reviewed what stands here" in page
    assert '<dt>Authority</dt><dd><span class="one"><a href="/authority/desk-act-1">' in page
    assert "</a>: Office of Desks, who says so is not recorded" in page
    assert re.search(r'Office of Desks</a>, as others report it: <a href="/claim/desks-dream">Desks dream\.</a>', page)
    assert "Only machine-written sources say so;" in page
    assert "<dt>Claims that an agency gives it</dt><dd>1 claim: 1 unsupported" in page
    assert "<dt>Claims on whether the law covers it</dt><dd>no claim in this graph</dd>" in page


def test_a_withdrawn_claim_about_a_reason_is_told_as_withdrawn_alone(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8")
    start = facts.index("claim:desks-dream a ")
    given_up = facts[start:].replace("review-state:not-reviewed", "review-state:withdrawn", 1)
    make_release(tmp_path, "withdrawn", facts[:start] + given_up)
    with running(tmp_path, Settings(workers=1, query_seconds=3)) as client:
        page = client.page("/rationales")
    assert "<dt>Claims that an agency gives it</dt><dd>1 claim: 1 withdrawn</dd>" in page
    assert re.search(r'Desks dream\.</a> <span class="beside"><strong class="warn">Withdrawn\.</strong>', page)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/claims", r"\d+ propositions, each asserted"),
        ("/claims?evidenceState=disputed", r"1 of the \d+ propositions in this release, each asserted"),
        ("/sources", r"\d+ sources in this release"),
        ("/sources?publisher=office-of-desks", r"\d+ of the \d+ sources in this release"),
        ("/sources?from=2099-01-01", r"0 of the \d+ sources in this release"),
        ("/rationales?authority=desk-act", r"1 of the 1 reason in this release for which"),
        ("/rationales?body=body:chair-board", r"0 of the 1 reason in this release for which"),
        ("/rationales", r"1 reason in this release for which"),
    ],
)
def test_a_narrowed_list_says_of_how_many_in_the_release_it_shows_some(client: Client, address: str, says: str) -> None:
    assert re.search(f'<p class="by">{says}', client.page(address))


def shown(review: str, certainty: str) -> str:
    """A supported claim as a list shows it."""

    def ref(scheme: str, code: str) -> Ref:
        return Ref(f"https://example.org/site/concept/{scheme}/{code}", code)

    claim = ClaimHead(
        iri="https://example.org/site/id/claim/one",
        text="One.",
        asserter=ref("body", "somebody"),
        voice=ref("voice", "own"),
        claim_type=None,
        review_state=ref("review-state", review),
        evidence_state=ref("evidence-state", "supported"),
        evidence_basis=None,
        certainty=ref("certainty", certainty),
        certainty_reason="",
        known_independent=1,
        unknown_lineage=0,
    )
    listed = environment().from_string("{% from 'macros.html' import claim_item %}{{ claim_item(claim, href, code) }}")
    return listed.render(claim=claim, href=str, code=code)


@pytest.mark.parametrize("review", ["withdrawn", "superseded"])
def test_a_list_says_that_a_claim_was_given_up_before_what_supports_it(review: str) -> None:
    item = shown(review, "high")
    assert item.index(f"{review.capitalize()}.") < item.index("Supported by")


def test_a_list_says_where_the_curators_are_not_sure() -> None:
    assert "Certainty: low" in shown("not-reviewed", "low")
    assert "Certainty" not in shown("not-reviewed", "moderate")
