"""/changes: what each release changed, in three notations."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from vaughn.build.compare import record
from vaughn.iris import NS
from vaughn.settings import Settings
from vaughn.store.changes import FILE
from vaughn.store.release import kept_releases, open_release
from web.conftest import BROWSER, FACTS, SITE, Client, make_release, running

THING = SITE.base + "id/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
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
    reworded = one["changed"][-1]
    assert (reworded["kind"], reworded["iri"]) == ("claim", SITE.base + "id/claim/desks-are-many")
    assert reworded["label"] == one_label(one)
    swapped = [
        [(value["text"]) for side in ("lost", "gained") for value in each[side]] for each in reworded["properties"]
    ]
    assert ["Desks are many.", "Desks <i>are</i> few."] in swapped
    assert reworded["values"] == sum(len(each[side]) for each in reworded["properties"] for side in ("lost", "gained"))
    assert [(each["claim"], each["before"], each["after"]) for each in one["states"]] == [
        (SITE.base + "id/claim/desks-are-counted", "disputed", "supported")
    ]
    assert (one["before"]["name"], one["after"]["name"]) == ("first", "second")


def one_label(one: dict[str, list[dict[str, Any]]]) -> str:
    """The label of the last thing that changed, which is the reworded claim."""
    label = str(one["changed"][-1]["label"])
    assert "few" in label
    return label


def test_the_page_links_what_changed_and_escapes_names(second: Client) -> None:
    page = second.page("/changes.html")
    assert '<a href="/claim/desks-are-many">Desks &lt;i&gt;are&lt;/i&gt; few.</a>' in page
    assert "disputed → supported" in page
    assert "Desks are many.</li>" in page
    assert "</span> Desks &lt;i&gt;are&lt;/i&gt; few.</li>" in page
    assert "not on record" not in page


def test_the_feed_tells_what_was_lost_and_gained(second: Client) -> None:
    feed = ElementTree.fromstring(second.get("/changes.atom").content)  # noqa: S314  our own bytes
    told = "".join(feed.find(f"{ATOM}entry").itertext())  # type: ignore[union-attr]
    assert "lost “Desks are many.”; gained “Desks <i>are</i> few.”" in told


@pytest.fixture(scope="module")
def detailed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """The service on a release in which something was removed, with a tombstone, and something gained many values; and
    its record."""
    folder, facts = tmp_path_factory.mktemp("build"), FACTS.read_text(encoding="utf-8")
    kept = [open_release(make_release(folder, "first", facts))]
    notes = " , ".join(f'"Note {number:03}."@en' for number in range(30))
    more = f"""<{THING}claim/desks-exist> <{SKOS}editorialNote> {notes} .
<{THING}finding/stone> a <{NS}Tombstone> ; <{NS}reason> "Nobody <i>dreams</i>."@en ;
    <{NS}formerIri> "{THING}claim/desks-dream"^^<http://www.w3.org/2001/XMLSchema#anyURI> ;
    <{NS}replacedBy> <{THING}claim/desks-exist> .
"""
    second = make_release(folder, "second", facts.replace("claim:desks-dream", "claim:desks-sleep") + more)
    record(second, "second", kept)
    with running(folder, Settings(workers=1)) as client:
        yield client, second / FILE


def test_a_removed_thing_says_why_and_leads_to_what_stands_in_its_place(detailed: tuple[Client, Path]) -> None:
    client, _ = detailed
    [removed] = client.get("/changes.json").json()["changes"][0]["removed"]
    page, feed = client.page("/changes.html"), client.get("/changes.atom").text
    assert (removed["reason"], removed["successor"]) == ("Nobody <i>dreams</i>.", THING + "claim/desks-exist")
    assert f'In its place: <a href="/claim/desks-exist">{removed["successor_label"]}</a>' in page
    assert f'In its place: <a href="{THING}claim/desks-exist">{removed["successor_label"]}</a>' in feed
    assert all("Nobody &lt;i&gt;dreams&lt;/i&gt;." in each for each in (page, feed))


def test_what_is_not_told_is_counted_in_every_notation(detailed: tuple[Client, Path]) -> None:
    client, _ = detailed
    body = client.get("/changes.json").json()
    page, feed = client.page("/changes.html"), client.get("/changes.atom").text
    [one] = [each for each in body["changes"][0]["changed"] if each["iri"].endswith("/desks-exist")]
    assert (body["mostOfAThing"], one["values"]) == (20, 30)
    assert sum(len(each["gained"]) for each in one["properties"]) == 20
    assert "And 10 values more." in page
    assert "and 10 values more lost and gained" in feed
    values = body["changes"][0]["values"]
    for text in (page, feed):
        assert f"Of {values} values lost and gained, {values - 10} are told" in text


def test_a_record_without_details_is_served_and_says_so(detailed: tuple[Client, Path]) -> None:
    client, kept = detailed
    [told] = json.loads(whole := kept.read_text(encoding="utf-8"))
    del told["values"]
    for each in told["changed"]:
        del each["values"], each["properties"]
    kept.write_text(json.dumps([told]), encoding="utf-8")
    [one] = client.get("/changes.json").json()["changes"]
    page = client.page("/changes.html")
    kept.write_text(whole, encoding="utf-8")
    assert (one["values"], one["changed"][-1]["values"]) == (None, None)
    assert "What of each thing changed is not on record" in page


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
