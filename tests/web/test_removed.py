"""IRIs that were given up still lead somewhere, or say why they do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vaughn.build.compare import record
from vaughn.settings import Settings
from vaughn.store.release import kept_releases, open_release
from web.conftest import BROWSER, FACTS, SITE, Client, make_release, running


@pytest.fixture(scope="module")
def buried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The service on a release that has tombstones."""
    folder = tmp_path_factory.mktemp("build")
    stones = Path(__file__).with_name("tombstones.ttl").read_text(encoding="utf-8")
    make_release(folder, "first", FACTS.read_text(encoding="utf-8") + stones)
    with running(folder, Settings(workers=1)) as client:
        yield client


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/id/claim/desks-abound", "/id/claim/desks-are-many"),
        ("/claim/desks-abound", "/claim/desks-are-many"),
        ("/claim/desks-abound.ttl", "/claim/desks-are-many.ttl"),
        ("/claim/desks-abound.json", "/claim/desks-are-many.json"),
        ("/claim/desks-abound.ttl?labels=1", "/claim/desks-are-many.ttl?labels=1"),
        ("/api/claims/desks-abound", "/api/claims/desks-are-many"),
        ("/api/claims/desks-abound/support", "/api/claims/desks-are-many/support"),
        ("/concept/judgement/backs", "/concept/judgement/supports"),
        ("/concept/judgement/backs.nt", "/concept/judgement/supports.nt"),
    ],
)
def test_a_renamed_thing_goes_on_under_its_new_name(buried: Client, before: str, after: str) -> None:
    response = buried.get(before)
    assert (response.status_code, response.headers["location"]) == (301, after)
    assert buried.get(after).status_code in (200, 303)


@pytest.mark.parametrize("path", ["/id/claim/desks-are-red", "/claim/desks-are-red", "/claim/desks-are-red.ttl"])
def test_a_removed_thing_is_gone_and_names_what_replaced_it(buried: Client, path: str) -> None:
    response = buried.get(path, "application/json")
    assert response.status_code == 410
    problem = response.json()
    assert problem["type"].endswith("/problems/thing-removed")
    assert problem["replacedBy"] == SITE.base + "id/claim/desks-are-counted"
    assert problem["reason"] == "It said the same as another."


def test_a_page_says_so_to_people(buried: Client) -> None:
    response = buried.get("/claim/desks-are-red", BROWSER)
    assert (response.status_code, response.headers["content-type"]) == (410, "text/html; charset=utf-8")
    assert f'<a href="/claim/desks-are-counted">{SITE.base}id/claim/desks-are-counted</a>' in response.text
    assert '<a href="/changes">' in response.text
    assert '<p class="by">It said the same as another.</p>' in response.text
    assert "It was named" in response.text


@pytest.mark.parametrize("path", ["/claim/desks-are-red", "/claim/desks-fly"])
def test_a_page_speaks_of_no_member_of_the_json(buried: Client, path: str) -> None:
    text = buried.get(path, BROWSER).text
    assert "An earlier release held something of that name; this one does not." in text
    assert [word for word in ("member", "replacedBy", "lastRelease") if word in text] == []


def test_what_nothing_replaced_is_gone_all_the_same(buried: Client) -> None:
    problem = buried.get("/id/claim/desks-fly", "application/json").json()
    assert (problem["status"], problem["replacedBy"]) == (410, "")


@pytest.mark.parametrize("accept", ["application/json", "text/turtle"])
def test_a_part_of_what_was_removed_is_gone_with_it(buried: Client, accept: str) -> None:
    response = buried.get("/id/evidence/desks-are-red--1", accept)
    assert response.status_code == 410
    problem = response.json()
    assert problem["iri"] == SITE.base + "id/evidence/desks-are-red--1"
    assert problem["owner"] == SITE.base + "id/claim/desks-are-red"
    assert problem["replacedBy"] == SITE.base + "id/claim/desks-are-counted"
    assert "owner" not in buried.get("/id/claim/desks-are-red", "application/json").json()


def test_a_part_of_what_was_renamed_goes_on_where_there_still_is_one(buried: Client) -> None:
    response = buried.get("/id/evidence/desks-were-counted--1", "text/turtle")
    assert (response.status_code, response.headers["location"]) == (301, "/id/evidence/desks-are-counted--1")
    assert buried.get("/id/evidence/desks-are-counted--1").status_code == 303
    assert buried.get("/id/evidence/desks-were-counted--9").status_code == 404
    assert buried.get("/id/evidence/never-said--1").status_code == 404


def test_what_never_was_is_not_found(buried: Client) -> None:
    assert buried.get("/id/claim/never-said").status_code == 404


def test_the_problem_has_its_page(buried: Client) -> None:
    assert "was removed" in buried.page("/problems/thing-removed")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, str]]:
    """The service on a release that no longer holds what the kept one before it held, and that one's digest."""
    folder = tmp_path_factory.mktemp("kept")
    facts = FACTS.read_text(encoding="utf-8")
    stones = Path(__file__).with_name("tombstones.ttl").read_text(encoding="utf-8")
    held = facts + '\nclaim:desks-are-red a vaughn:Claim ; rdfs:label "Desks are red."@en .\n'
    make_release(folder, "first", held)
    before = [open_release(each.path) for each in kept_releases(folder)]
    record(make_release(folder, "second", facts + stones), "second", before)
    with running(folder, Settings(workers=1)) as client:
        yield client, before[0].manifest.digest


@pytest.mark.parametrize("path", ["/id/claim/desks-are-red", "/id/evidence/desks-are-red--1"])
def test_what_was_removed_names_the_last_release_that_held_it(kept: tuple[Client, str], path: str) -> None:
    client, digest = kept
    assert client.get(path, "application/json").json()["lastRelease"] == digest
    page = client.get(path, BROWSER).text
    assert "?release=" in page
    assert "may be cited by the last release that held it" in page
    assert client.get(f"/claim/desks-are-red.ttl?release={digest}").status_code == 200


def test_where_no_record_tells_no_release_is_named(buried: Client) -> None:
    assert "lastRelease" not in buried.get("/id/claim/desks-are-red", "application/json").json()
    assert "last release that held it" not in buried.get("/claim/desks-are-red", BROWSER).text
