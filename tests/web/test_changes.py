"""/changes: what each release changed, in three notations."""

from __future__ import annotations

import json
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


def test_what_was_removed_leads_to_what_it_was_while_that_is_kept(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8")
    first = make_release(tmp_path, "first", facts)
    kept = [open_release(first)]
    record(make_release(tmp_path, "second", facts.replace("claim:desks-dream", "claim:desks-sleep")), "second", kept)
    address = f"/claim/desks-dream?release={kept[0].manifest.digest[:12]}"
    with running(tmp_path, Settings(workers=1)) as client:
        assert f'<a href="{address}">as it was</a>' in client.page("/changes.html")
        assert client.get(address).status_code == 200
        shutil.rmtree(first)
        assert "as it was" not in client.page("/changes.html")


def told(client: Client) -> list[dict[str, dict[str, bool]]]:
    changes: list[dict[str, dict[str, bool]]] = client.get("/changes.json").json()["changes"]
    return changes


def test_the_feed_is_atom_with_an_entry_per_release(second: Client) -> None:
    response = second.get("/changes.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)  # noqa: S314  our own bytes
    assert feed.findtext(f"{ATOM}id") == SITE.base + "changes"
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"{SITE.base}changes#second-20000101000000"
    assert entry.findtext(f"{ATOM}updated") == "2000-01-01T00:00:00Z"
    title = str(entry.findtext(f"{ATOM}title"))
    assert title.partition(": ")[2] == "2 changed, 1 evidence state moved"


def test_data_that_come_again_have_a_place_and_an_entry_of_their_own(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8")
    for number, told in enumerate((facts, facts.replace("Desks are many.", "Desks are few."), facts)):
        kept = [open_release(each.path) for each in kept_releases(tmp_path)]
        folder = make_release(tmp_path, f"number-{number}", told)
        _write_created(folder, f"2000-01-0{number + 1}T00:00:00Z")
        record(folder, folder.name, kept)
    with running(tmp_path, Settings(workers=1)) as client:
        feed = ElementTree.fromstring(client.get("/changes.atom").content)  # noqa: S314  our own bytes
        page = client.page("/changes.html")
    entries = feed.findall(f"{ATOM}entry")
    assert len({each.findtext(f"{ATOM}id") for each in entries}) == len(entries) == 2
    for entry in entries:
        place = str(entry.findtext(f"{ATOM}id")).partition("#")[2]
        assert page.count(f'id="r-{place}"') == 1
        [link] = entry.findall(f"{ATOM}link")
        assert link.attrib["href"].endswith(f"changes.html#r-{place}")


def _write_created(folder: Path, moment: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"created": moment}), encoding="utf-8")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, str, str]]:
    """The service on two releases of which the later has no record, and their digests."""
    folder = tmp_path_factory.mktemp("build")
    facts = FACTS.read_text(encoding="utf-8")
    first = make_release(folder, "first", facts)
    second = make_release(folder, "second", facts.replace("Desks are many.", "Desks are few."))
    (second / "queries" / "claims" / "list.rq").unlink()
    with running(folder, Settings(workers=1)) as client:
        before, after = (open_release(each).manifest.digest for each in (first, second))
        yield client, before[:12], after


def test_any_two_kept_releases_are_held_against_each_other(two: tuple[Client, str, str]) -> None:
    client, first, second = two
    [one] = client.get(f"/changes.json?from={first}&to=sha256:{second}").json()["changes"]
    assert (one["before"]["name"], one["after"]["name"]) == ("first", "second")
    assert [each["label"] for each in one["changed"]][-1] == "Desks are few."
    assert one["means"] == [{"kind": "query", "name": "claims/list", "change": "removed"}]
    [back] = client.get(f"/changes.json?from={second}&to={first}").json()["changes"]
    assert [each["label"] for each in back["changed"]][-1] == "Desks are many."
    assert back["means"] == [{"kind": "query", "name": "claims/list", "change": "added"}]
    [same] = client.get(f"/changes.json?from={first}&to={first}").json()["changes"]
    assert set(same["counts"].values()) == {0}


def test_a_page_tells_two_releases_and_has_a_form_for_others(two: tuple[Client, str, str]) -> None:
    client, first, second = two
    response = client.get(f"/changes?from={first}&to={second}", BROWSER)
    assert response.headers["location"] == f"/changes.html?from={first}&to={second}"
    page = client.page(response.headers["location"])
    assert "Queries, shapes and context" in page
    assert f'href="/changes.json?from={first}&amp;to={second}"' in page
    assert page.count("<option") == 4
    assert page.count(" selected>") == 2
    assert 'action="/changes"' in client.page("/changes.html")


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("from={first}", 400, "to"),
        ("to={first}", 400, "from"),
        ("from={first}&to=", 400, "to"),
        ("from=yesterday&to={first}", 400, "from"),
        ("from={first}&to={first}&to={second}", 400, "to"),
        ("from={first}&to=ffffffffffff", 410, "ffffffffffff"),
        ("from=ffffffffffff&to={first}", 410, "ffffffffffff"),
    ],
)
def test_two_releases_that_cannot_be_told_apart_are_a_problem(
    two: tuple[Client, str, str], query: str, status: int, parameter: str
) -> None:
    client, first, second = two
    response = client.get("/changes.json?" + query.format(first=first, second=second))
    told = response.json()
    assert (response.status_code, told.get("parameter", told.get("digest"))) == (status, parameter)
    assert status == 400 or told["nearest"]


def test_two_releases_are_no_feed(two: tuple[Client, str, str]) -> None:
    client, first, second = two
    assert client.get(f"/changes.atom?from={first}&to={second}").status_code == 406


def test_what_is_no_longer_kept_is_told_from_the_record(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8")
    first = make_release(tmp_path, "first", facts)
    kept = [open_release(first)]
    second = make_release(tmp_path, "second", facts.replace("Desks are many.", "Desks are few."))
    record(second, "second", kept)
    before, after = kept[0].manifest.digest, open_release(second).manifest.digest
    shutil.rmtree(first)
    with running(tmp_path, Settings(workers=1)) as client:
        [one] = client.get(f"/changes.json?from={before}&to={after}").json()["changes"]
        assert one["changed"][-1]["label"] == "Desks are few."
        assert client.get(f"/changes.json?from={after}&to={before}").status_code == 410


def test_a_release_without_a_past_says_so(client: Client) -> None:
    assert client.get("/changes.json").json()["changes"] == []
    assert "keeps no record" in client.page("/changes.html")
    assert ElementTree.fromstring(client.get("/changes.atom").content).find(f"{ATOM}entry") is None  # noqa: S314
