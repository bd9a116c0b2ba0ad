"""/changes: what each release changed, in three notations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from vaughn.build.compare import record
from vaughn.settings import Settings
from vaughn.store.release import kept_releases, open_release
from web.conftest import BROWSER, FACTS, SITE, Client, make_release, running

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The service on a release that came after another: one claim reworded, another in a new state."""
    folder = tmp_path_factory.mktemp("build")
    facts = FACTS.read_text(encoding="utf-8")
    make_release(folder, "first", facts)
    kept = [open_release(each.path) for each in kept_releases(folder)]
    facts = facts.replace("Desks are many.", "Desks <i>are</i> few.")
    facts = facts.replace("evidence-state:disputed", "evidence-state:supported")
    record(make_release(folder, "second", facts), "second", kept)
    with running(folder, Settings(workers=1)) as client:
        yield client


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("*/*", "html"),
        (BROWSER, "html"),
        ("application/json", "json"),
        ("application/atom+xml", "atom"),
        ("application/xml", "atom"),
    ],
)
def test_changes_lead_to_what_suits(second: Client, accept: str, ending: str) -> None:
    response = second.get("/changes", accept)
    assert (response.status_code, response.headers["location"]) == (303, f"/changes.{ending}")
    assert response.headers["vary"] == "Accept"
    document = second.get(response.headers["location"], accept)
    assert document.status_code == 200
    assert second.get(f"/changes.{ending}", if_none_match=document.headers["etag"]).status_code == 304


@pytest.mark.parametrize(("path", "accept"), [("/changes", "image/png"), ("/changes.ttl", "*/*")])
def test_other_types_cannot_be_had(second: Client, path: str, accept: str) -> None:
    assert second.get(path, accept).status_code == 406


def test_the_data_tell_things_and_states(second: Client) -> None:
    [one] = second.get("/changes.json").json()["changes"]
    assert one["changed"][-1] == {
        "kind": "claim",
        "iri": SITE.base + "id/claim/desks-are-many",
        "label": one_label(one),
    }
    assert [(each["claim"], each["before"], each["after"]) for each in one["states"]] == [
        (SITE.base + "id/claim/desks-are-counted", "disputed", "supported")
    ]
    assert (one["before"]["name"], one["after"]["name"]) == ("first", "second")


def one_label(one: dict[str, list[dict[str, str]]]) -> str:
    """The label of the last thing that changed, which is the reworded claim."""
    label = one["changed"][-1]["label"]
    assert "few" in label
    return label


def test_the_page_links_what_changed_and_escapes_names(second: Client) -> None:
    page = second.page("/changes.html")
    assert '<a href="/claim/desks-are-many">Desks &lt;i&gt;are&lt;/i&gt; few.</a>' in page
    assert "disputed → supported" in page


def test_which_releases_are_kept_is_marked_and_never_stale(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8")
    first = make_release(tmp_path, "first", facts)
    kept = [open_release(first)]
    record(make_release(tmp_path, "second", facts.replace("Desks are many.", "Desks are few.")), "second", kept)
    digest = kept[0].manifest.digest
    with running(tmp_path, Settings(workers=1)) as client:
        assert [[one["before"]["kept"], one["after"]["kept"]] for one in told(client)] == [[True, True]]
        page = client.page("/changes.html")
        assert f'<a href="/?release={digest[:12]}">kept</a>' in page
        assert client.get(f"/?release={digest[:12]}").headers["vaughn-release"] == digest
        shutil.rmtree(first)
        assert [[one["before"]["kept"], one["after"]["kept"]] for one in told(client)] == [[False, True]]
        assert "no longer kept" in client.page("/changes.html")


def told(client: Client) -> list[dict[str, dict[str, bool]]]:
    changes: list[dict[str, dict[str, bool]]] = client.get("/changes.json").json()["changes"]
    return changes


def test_the_feed_is_atom_with_an_entry_per_release(second: Client) -> None:
    response = second.get("/changes.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)  # noqa: S314  our own bytes
    assert feed.findtext(f"{ATOM}id") == SITE.base + "changes"
    [entry] = feed.findall(f"{ATOM}entry")
    digest = second.get("/api/claims").json()["release"]["digest"]
    assert entry.findtext(f"{ATOM}id") == f"{SITE.base}changes#{digest}"
    assert entry.findtext(f"{ATOM}updated") == "2000-01-01T00:00:00Z"
    assert "1 evidence state moved" in str(entry.findtext(f"{ATOM}title"))


def test_a_release_without_a_past_says_so(client: Client) -> None:
    assert client.get("/changes.json").json()["changes"] == []
    assert "keeps no record" in client.page("/changes.html")
    assert ElementTree.fromstring(client.get("/changes.atom").content).find(f"{ATOM}entry") is None  # noqa: S314
