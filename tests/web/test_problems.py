"""Errors as answers."""

from __future__ import annotations

from html import escape

import pytest

from vaughn import errors
from vaughn.web.problem_types import BY_SLUG, TABLE
from web.conftest import BROWSER, Client


def leaves(kind: type[errors.VaughnError]) -> set[type[errors.VaughnError]]:
    below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
    return set(below) or {kind}


def test_whatever_a_request_can_raise_stands_in_the_table() -> None:
    building = leaves(errors.BuildError) | {errors.SettingsInvalid, errors.SiteInvalid, errors.HeaderInvalid}
    assert leaves(errors.RequestError) | leaves(errors.StoreError) <= set(TABLE)
    assert {errors.QueryUnknown, errors.ParameterInvalid, errors.ThingUnknown, errors.ReleaseMissing} <= set(TABLE)
    assert not building & set(TABLE)


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_type_of_problem_has_a_page(client: Client, slug: str) -> None:
    assert escape(BY_SLUG[slug].title, quote=True).replace("&#x27;", "&#39;") in client.page(f"/problems/{slug}")


def test_no_type_of_problem_is_a_success() -> None:
    assert {problem.status for problem in BY_SLUG.values()} <= set(range(400, 600))


def test_machines_get_problem_details(client: Client) -> None:
    response = client.get("/api/claims/nobody-said-this")
    told = response.json()
    assert told["type"].endswith("/problems/thing-unknown")
    assert told["instance"] == "/api/claims/nobody-said-this"
    assert told["detail"].endswith("id/claim/nobody-said-this")
    assert told["iri"].endswith("id/claim/nobody-said-this")
    assert response.headers["cache-control"] == "no-store"


def test_people_get_a_page_that_says_what_an_absence_means(client: Client) -> None:
    response = client.get("/claim/nobody-said-this", BROWSER)
    assert response.status_code == 404
    assert "an absence from the graph is not evidence" in response.text


def test_hostile_paths_stay_text_in_the_page(client: Client) -> None:
    response = client.get("/claim/%3Cscript%3E", BROWSER)
    assert response.status_code == 404
    assert "<script" not in response.text


def test_a_method_that_is_not_answered_names_those_that_are(client: Client) -> None:
    response = client.request("POST", "/api/claims")
    assert (response.status_code, response.headers["allow"]) == (405, "GET")
    assert response.json()["type"].endswith("/problems/method-refused")
