"""/api/support and /search: what is worded like a sentence, never a verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from vaughn.errors import ListBusy, ListsFull
from vaughn.search import LONGEST, Match
from vaughn.settings import Settings
from vaughn.web import nearest, turns
from vaughn.web.releases import Served
from vaughn.web.turns import MOST, Turns
from web.conftest import SITE, Client, running

HIDDEN = SITE.base + "id/claim/desks-may-be-hidden"
STRANGE = "Zebras graze quietly beyond volcanic ridges."


def near(client: Client, text: str, **more: str) -> Any:
    response = client.get("/api/support?" + urlencode({"text": text, **more}))
    assert response.status_code == 200, response.text
    return response.json()


def test_the_nearest_claim_comes_with_its_evidence(client: Client) -> None:
    told = near(client, "The number of desks may be withheld.")
    best = told["matches"][0]
    assert (best["claim"], best["band"], best["path"]) == (HIDDEN, "close", "/claim/desks-may-be-hidden")
    assert best["score"] == pytest.approx(1.0)
    assert best["wording"] == {"text": "The number of desks may be withheld.", "kind": "text"}
    assert best["support"] == client.get("/api/claims/desks-may-be-hidden/support").json()
    assert "no verdict" in told["says"]


def test_a_quote_is_a_wording_too_and_says_which_judgement_it_stands_in(client: Client) -> None:
    wordings = [match["wording"] for match in near(client, "we keep no count")["matches"]]
    assert {"text": "we keep no count", "kind": "supports"} in wordings


def test_a_negated_sentence_is_flagged(client: Client) -> None:
    assert near(client, "The number of desks may not be withheld.")["matches"][0]["oppositeWording"] is True
    assert near(client, "The number of desks may be withheld.")["matches"][0]["oppositeWording"] is False


def test_another_order_and_another_extent_are_flagged(client: Client) -> None:
    swapped = near(client, "The desks of number may be withheld.")["matches"][0]
    assert (swapped["otherOrder"], swapped["otherExtent"]) == (True, [])
    must = near(client, "The number of desks must be withheld.")["matches"][0]
    assert (must["otherOrder"], must["otherExtent"]) == (False, ["may", "must"])
    page = client.get("/search?" + urlencode({"q": "The number of desks must be withheld."})).text
    assert "Only one of the two has: may, must." in page


def test_no_similar_wording_is_not_told_as_no_such_claim(client: Client) -> None:
    told = near(client, STRANGE)
    assert told["matches"] == []
    assert told["says"] == "No similar wording is known here. That is not to say that there is no such claim."


def test_a_limit_is_kept(client: Client) -> None:
    assert len(near(client, "desks are counted", limit="1")["matches"]) == 1


@pytest.mark.parametrize(
    ("query", "status", "problem"),
    [
        ("", 400, "parameter-faulty"),
        ("?text=", 400, "parameter-faulty"),
        ("?text=%20%0A", 400, "parameter-faulty"),
        ("?text=desks&limit=0", 400, "parameter-faulty"),
        ("?text=desks&limit=many", 400, "parameter-faulty"),
        ("?text=" + "d" * (LONGEST + 1), 413, "request-too-large"),
    ],
)
def test_a_sentence_that_cannot_be_compared_is_told_why(client: Client, query: str, status: int, problem: str) -> None:
    response = client.get("/api/support" + query)
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (status, problem)


def test_many_sentences_are_answered_in_their_order(client: Client) -> None:
    sentences = ["The number of desks may be withheld.", STRANGE, "Desks exist."]
    told = client.request("POST", "/api/support", json=sentences).json()
    assert [each["text"] for each in told["sentences"]] == sentences
    assert [bool(each["matches"]) for each in told["sentences"]] == [True, False, True]
    matched = {match["claim"] for each in told["sentences"] for match in each["matches"]}
    assert set(told["supports"]) == matched
    assert told["supports"][HIDDEN] == client.get("/api/claims/desks-may-be-hidden/support").json()


def test_a_thousand_sentences_are_answered_and_no_more(client: Client) -> None:
    many = [f"Desks exist, says number {number}." for number in range(1000)]
    assert len(client.request("POST", "/api/support", json=many).json()["sentences"]) == 1000
    assert client.request("POST", "/api/support", json=[*many, "One more."]).status_code == 413


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'"desks"', "application/json", 400),
        (b'["desks", 1]', "application/json", 400),
        (b'["desks", " "]', "application/json", 400),
        (b"[", "application/json", 400),
        (b'["\xff"]', "application/json", 400),
        (b'["\\ud800"]', "application/json", 400),
        (b'["whole \\ud83d\\ude00", "half \\ude00"]', "application/json", 400),
        (b"", "application/json", 400),
        (b'["' + b"d" * (LONGEST + 1) + b'"]', "application/json", 413),
        (b" " * 13_000_000, "application/json", 413),
        (b'["desks"]', "application/json; charset=utf-16", 415),
        (b'["desks"]', "text/plain", 415),
        (b'["desks"]', "", 415),
    ],
)
def test_a_list_that_cannot_be_read_is_told_by_its_status(
    client: Client, content: bytes, media_type: str, status: int
) -> None:
    response = client.request("POST", "/api/support", content=content, headers={"Content-Type": media_type})
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


def test_half_of_a_surrogate_pair_is_named_as_what_is_at_fault(client: Client) -> None:
    content = b'["a whole pair \\ud83d\\ude00", "half a pair \\ude00"]'
    response = client.request("POST", "/api/support", content=content, headers={"Content-Type": "application/json"})
    assert (response.json()["parameter"], "surrogate" in response.json()["reason"]) == ("body[1]", True)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/support?text=desks&foo=1", "foo"),
        ("/api/support?text=desks&text=chairs", "text"),
        ("/api/support?text=%ED%A0%80", "query string"),
        ("/api/support?text=%FF", "query string"),
        ("/api/support", "text"),
        ("/api/support?text=desks&limit=many", "limit"),
        ("/api/search?q=desks&limit=3", "limit"),
        ("/api/search?q=desks&q=chairs", "q"),
        ("/api/search?q=%FF", "query string"),
        ("/api/search", "q"),
        ("/api/claims/desks-exist?foo=1", "foo"),
        ("/api/claims/desks-exist/support?foo=1", "foo"),
        ("/api/sources/desk-report?foo=1", "foo"),
        ("/api/sources?foo=%ED%A0%80", "query string"),
    ],
)
def test_no_parameter_is_passed_over_in_silence(client: Client, path: str, parameter: str) -> None:
    response = client.get(path)
    told = response.json()
    assert (response.status_code, told["type"].rpartition("/")[2]) == (400, "parameter-faulty")
    assert told["parameter"] == parameter
    assert told["detail"] == f"parameter {parameter!r}: {told['reason']}"


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("0", "'0' is less than 1"),
        ("21", "'21' is more than 20"),
        ("many", "'many' is no whole number"),
        ("9" * 5000, "a number too long to be read"),
    ],
)
def test_a_limit_that_is_none_is_told_in_the_words_of_the_house(client: Client, limit: str, reason: str) -> None:
    for method, text in (("GET", "text=desks&"), ("POST", "")):
        told = client.request(method, f"/api/support?{text}limit={limit}", json=["desks"]).json()
        assert (told["status"], told["parameter"], told["reason"]) == (400, "limit", reason)


def test_a_list_of_sentences_takes_no_parameter_that_it_does_not_know(client: Client) -> None:
    response = client.request("POST", "/api/support?foo=1", json=["Desks exist."])
    assert (response.status_code, response.json()["parameter"]) == (400, "foo")


def test_the_search_page_finds_claims_by_wording_and_says_what_that_means(client: Client) -> None:
    text = client.page("/search?" + urlencode({"q": "The number of desks may not be withheld."}))
    assert "/claim/desks-may-be-hidden" in text
    assert "no verdict" in text
    assert "Opposite wording?" in text


def test_the_search_page_finds_things_by_name(client: Client) -> None:
    assert '<a href="/body/office-of-desks">Office of Desks</a>' in client.page("/search?q=office")
    assert "Nothing in this release has all of these words" in client.page("/search?q=office+zebra")


def test_a_claim_found_by_name_is_told_with_how_it_stands(client: Client) -> None:
    told = client.get("/api/search?q=desks").json()["found"]
    claims = [each for each in told if each["kind"] == "claim"]
    counted = next(each["claim"] for each in claims if each["thing"]["code"] == "desks-are-counted")
    assert (counted["evidenceState"]["code"], counted["reviewState"]["code"]) == ("disputed", "not-reviewed")
    assert counted["asserter"]["code"] == "office-of-desks"
    assert [each["kind"] for each in told if each["claim"] is None] == [
        each["kind"] for each in told if each["kind"] != "claim"
    ]
    names = client.page("/search?q=desks").partition("What goes by that name")[2]
    assert names.count('<span class="beside">') == len(claims) > 1
    assert '<span class="state disputed">Disputed' in names


def test_the_search_page_begins_with_a_form(client: Client) -> None:
    text = client.page("/search")
    assert '<form class="ask rule" action="/search" method="get" role="search">' in text
    assert "Claims worded like it" not in text


def test_what_was_sought_is_shown_as_text(client: Client) -> None:
    assert "<script>alert" not in client.page("/search?q=%3Cscript%3Ealert(1)%3C/script%3E")


def test_names_are_found_by_words_that_begin_them(client: Client) -> None:
    def found(q: str) -> list[str]:
        told = client.get("/api/search?" + urlencode({"q": q})).json()
        return [each["thing"]["code"] for each in told["found"]]

    assert found("OFFICE desks")[0] == "office-of-desks"
    assert "office-of-desks" in found("offi")
    assert "office-of-desks" not in found("esks")
    assert found("7(E)")[0] == "7E"
    assert found("?!") == []


def test_more_lists_than_may_be_compared_at_once_are_told_to_come_back(client: Client) -> None:
    many = [f"Desks number {number} exist and are counted." for number in range(300)]
    answers = client.at_once([("POST", "/api/support", {"json": many})] * 3 + [("GET", "/api/support?text=desks", {})])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429]
    busy = next(answer for answer in answers if answer.status_code == 429)
    assert (busy.headers["retry-after"], busy.json()["limit"]) == ("9", 1)
    assert busy.json()["type"].endswith("/list-busy")
    assert answers[3].status_code == 200


def test_a_list_that_takes_too_long_is_told_how_far_it_came(build_dir: Path) -> None:
    many = [f"Desks number {number} exist and are counted. " * 20 for number in range(1000)]
    with running(build_dir, Settings(workers=1, query_seconds=0.1)) as client:
        begun = time.monotonic()
        answer = client.request("POST", "/api/support", json=many)
        assert time.monotonic() - begun < 2
        assert client.request("POST", "/api/support", json=["Desks exist."]).status_code != 429  # its place is free
    told = answer.json()
    assert (answer.status_code, told["type"].rpartition("/")[2], told["seconds"], told["of"]) == (
        504, "list-timeout", pytest.approx(0.3), 1000,
    )  # fmt: skip
    assert 0 < told["compared"] < 1000
    assert f"{told['compared']:,} of 1,000 sentences were compared when" in told["detail"]
    assert told["detail"].endswith("send fewer at a time")


@pytest.mark.parametrize(
    ("count", "advice"), [(2, "send fewer at a time"), (1, "ask again when the service is less busy")]
)
def test_a_list_that_was_compared_but_lacks_its_evidence_says_so(
    build_dir: Path, monkeypatch: pytest.MonkeyPatch, count: int, advice: str
) -> None:
    async def never(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("vaughn.web.nearest.supports_for", never)
    with running(build_dir, Settings(workers=1, query_seconds=1)) as client:
        told = client.request("POST", "/api/support", json=["Desks exist."] * count).json()
    assert (told["status"], told["compared"], told["of"]) == (504, count, count)
    assert told["title"] == "The list of sentences was not answered in time"
    assert told["detail"] == (
        f"the sentences were all compared, but not all of the evidence was gathered when the 3 s for the list had "
        f"passed; {advice}"
    )


def test_places_are_shared_among_clients_and_free_again(build_dir: Path) -> None:
    places = Turns(7)
    with ExitStack() as stack:
        for number in range(MOST):
            stack.enter_context(places.taken(f"192.0.2.{number}"))
        with pytest.raises(ListBusy), places.taken("192.0.2.0"):
            pass
        with pytest.raises(ListsFull) as refused, places.taken("192.0.2.99"):
            pass
        assert (refused.value.retry_after, refused.value.limit) == (21, MOST)
    with places.taken("192.0.2.0"), places.taken(None), places.taken(None):
        pass


def test_lists_are_compared_one_after_the_other() -> None:
    """So that the first are done in time where all together would be late."""
    done: list[str] = []

    async def compared(places: Turns, client: str) -> None:
        with places.taken(client):
            async with places.at_work:
                for _ in range(3):
                    done.append(client)
                    await asyncio.sleep(0)

    async def together() -> None:
        places = Turns(7)
        await asyncio.gather(*(compared(places, client) for client in "abc"))

    asyncio.run(together())
    assert "".join(done) == "aaabbbccc"


def test_a_list_waits_for_the_one_before_it_within_its_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences of two lists do not take turns."""
    seen: list[str] = []
    compare = nearest.nearest

    async def noted(held: Served, sentences: Sequence[str], most: int) -> list[tuple[Match, ...]]:
        seen.extend(sentences)
        return await compare(held, sentences, most)

    monkeypatch.setattr(nearest, "nearest", noted)
    monkeypatch.setattr(turns, "EACH", 2)
    lists = [[f"{name} desk exists."] * 20 for name in ("One", "Another")]
    answers = client.at_once([("POST", "/api/support", {"json": each}) for each in lists])
    assert [answer.status_code for answer in answers] == [200, 200]
    assert seen in ([*lists[0], *lists[1]], [*lists[1], *lists[0]])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('["a"]'.encode("utf-16"), "not JSON in UTF-8: byte 0 is none"),
        ('["a"]'.encode("utf-16-le"), "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "too long a number"),
        (b'["a"', "not JSON: Expecting"),
    ],
)
def test_a_list_that_is_no_json_in_utf_8_is_refused_in_our_words(client: Client, body: bytes, says: str) -> None:
    answer = client.request("POST", "/api/support", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "body")
    assert says in answer.json()["detail"]
    assert "recursion" not in answer.text


def test_a_byte_order_mark_before_a_list_is_no_part_of_it(client: Client) -> None:
    body = '["Desks exist."]'.encode("utf-8-sig")
    answer = client.request("POST", "/api/support", content=body, headers={"Content-Type": "application/json"})
    assert [each["text"] for each in answer.json()["sentences"]] == ["Desks exist."]


def test_the_limits_on_lists_are_told(client: Client) -> None:
    told = client.get("/limits").json()
    assert [told[name] for name in ("sentence_length", "list_sentences", "lists", "client_lists")] == [2000, 1000, 4, 1]
    assert "sentences of one list at /api/support" in client.page("/limits")


def test_the_sentence_that_is_too_long_is_named(client: Client) -> None:
    told = client.request("POST", "/api/support", json=["Desks exist.", "d" * (LONGEST + 1)]).json()
    assert (told["status"], told["parameter"]) == (413, "body[1]")
    assert told["detail"].startswith("body[1] passes 2,000 characters")
