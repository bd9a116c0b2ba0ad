"""A release that was cited by its digest still answers, or says which one does."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from vaughn.build.compare import record
from vaughn.settings import Settings
from vaughn.store.release import kept_releases
from web.conftest import BROWSER, FACTS, Client, make_release, running

SETTINGS = Settings(workers=1, query_seconds=4, releases_open=1, releases_idle_seconds=1.0)
WORDS = ("many", "some", "few")
COUNT = "SELECT ?text { ?claim <https://w3id.org/vaughn/ns#claimText> ?text FILTER(CONTAINS(?text, 'Desks are')) }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def releases(folder: Path) -> list[str]:
    """Three releases of one claim, a day apart and the last of them current; their digests in order."""
    digests = []
    for day, word in enumerate(WORDS, 1):
        kept = list(kept_releases(folder))
        facts = FACTS.read_text(encoding="utf-8").replace("Desks are many.", f"Desks are {word}.")
        path = make_release(folder, word, facts)
        digests.append(rewritten(path, created=f"2000-01-0{day}T00:00:00+00:00"))
        record(path, word, kept)
    return digests


def rewritten(path: Path, **said: str) -> str:
    """The digest of a release whose manifest then says something else."""
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8")) | said
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return str(manifest["digest"])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, list[str], Path]]:
    """A service with two releases of the past, of which one may be open at a time; their digests; the folder."""
    folder = tmp_path_factory.mktemp("build")
    digests = releases(folder)
    with running(folder, SETTINGS) as client:
        yield client, digests, folder


def asked(client: Client, path: str, release: str, **params: str) -> httpx.Response:
    return client.request("GET", path, params={**params, "release": release})


@pytest.mark.parametrize("number", [0, 1, 2])
def test_documents_queries_and_sparql_answer_from_the_release_that_was_cited(
    kept: tuple[Client, list[str], Path], number: int
) -> None:
    client, digests, _ = kept
    said = f"Desks are {WORDS[number]}."
    for path, params in (
        ("/claim/desks-are-many", {}),
        ("/claim/desks-are-many.ttl", {}),
        ("/claim/desks-are-many.json", {}),
        ("/queries/claims/list.csv", {"claim": "claim:desks-are-many"}),
        ("/queries/claims/list", {"claim": "claim:desks-are-many"}),
        ("/sparql", {"query": COUNT, "format": "csv"}),
    ):
        answer = asked(client, path, digests[number], **params)
        assert (answer.status_code, said in answer.text) == (200, True), path
        others = [word for word in WORDS if word != WORDS[number]]
        assert not any(f"Desks are {word}." in answer.text for word in others), path


def test_a_query_by_post_names_its_release_in_the_address(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    target = f"/sparql?release={digests[0]}&format=csv"
    answer = client.request("POST", target, content=COUNT, headers={"Content-Type": "application/sparql-query"})
    assert "Desks are many." in answer.text


def test_the_beginning_of_a_digest_will_do_and_its_function_may_stand_before_it(
    kept: tuple[Client, list[str], Path],
) -> None:
    client, digests, _ = kept
    for given in (digests[0][:12], f"sha256:{digests[0]}", digests[0].upper()):
        assert "Desks are many." in asked(client, "/claim/desks-are-many.nt", given).text


def test_a_redirect_stays_in_the_release(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    answer = asked(client, "/id/claim/desks-are-many", digests[0])
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/claim/desks-are-many?release={digests[0]}"


def test_a_page_of_the_past_says_so(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    assert "An earlier release" in asked(client, "/claim/desks-are-many", digests[0]).text
    assert "An earlier release" not in asked(client, "/claim/desks-are-many", digests[2]).text


def test_a_release_answers_with_the_queries_it_was_built_with(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, folder = kept
    query = folder / "releases" / "some" / "queries" / "claims" / "list.rq"
    text = query.read_text(encoding="utf-8")
    assert asked(client, "/queries/lists/once", digests[1]).status_code == 404
    wait_until_closed()
    (query.parents[1] / "lists" / "once.rq").write_text(text, encoding="utf-8")
    assert asked(client, "/queries/lists/once.csv", digests[1], claim="claim:desks-are-many").status_code == 200
    assert client.get("/queries/lists/once.csv?claim=claim:desks-are-many").status_code == 404


def wait_until_closed() -> None:
    """Rest for longer than a release of the past stays open without a request."""
    time.sleep(SETTINGS.releases_idle_seconds * 1.5)


@pytest.mark.parametrize(
    ("given", "status"), [("", 400), ("x", 400), ("abc", 400), ("A" * 64, 410), ("0" * 12, 410), ("0" * 65, 400)]
)
def test_what_is_no_digest_is_refused_and_an_unknown_one_is_gone(
    kept: tuple[Client, list[str], Path], given: str, status: int
) -> None:
    assert asked(kept[0], "/claim/desks-are-many", given).status_code == status


@pytest.mark.parametrize("query", ["release", "release=", "a=b&release", "rele%61se=x", "release=x"])
def test_no_way_of_naming_a_release_is_passed_over(kept: tuple[Client, list[str], Path], query: str) -> None:
    assert kept[0].get(f"/claim/desks-are-many.ttl?{query}").status_code == 400
    assert kept[0].get("/claim/desks-are-many.ttl?released=x&p=rele%61se=x").status_code == 200


def test_of_equal_data_the_newest_release_answers_and_each_by_its_name(tmp_path: Path) -> None:
    digest = releases(tmp_path)[1]
    first, again = tmp_path / "releases" / "some", tmp_path / "releases" / "again"
    shutil.copytree(first, again)
    rewritten(first, build_id="a" * 64)
    rewritten(again, build_id="b" * 64, created="2000-01-02T12:00:00+00:00")
    (again / "queries" / "lists" / "once.rq").write_bytes((again / "queries" / "claims" / "list.rq").read_bytes())
    with running(tmp_path, SETTINGS) as client:
        found = {name: asked(client, "/queries/lists/once", name).status_code for name in (digest, "b" * 16, "a" * 64)}
        assert found == {digest: 200, "b" * 16: 200, "a" * 64: 404}


def test_a_lost_release_whose_data_are_kept_leads_to_them(tmp_path: Path) -> None:
    digests = releases(tmp_path)
    record = json.loads((tmp_path / "releases" / "few" / "changes.json").read_text(encoding="utf-8"))
    record[0]["before"] |= {"name": "c" * 16, "digest": digests[0]}
    (tmp_path / "releases" / "few" / "changes.json").write_text(json.dumps(record), encoding="utf-8")
    with running(tmp_path, SETTINGS) as client:
        for name in ("c" * 16, "c" * 16 + "d" * 48):
            assert asked(client, "/claims", name).json()["nearest"] == digests[0]


def test_two_releases_at_once_are_refused(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    assert client.get(f"/claims?release={digests[0]}&release={digests[1]}").status_code == 400


def test_a_release_that_is_gone_is_told_with_the_one_built_nearest_to_it(tmp_path: Path) -> None:
    digests = releases(tmp_path)
    shutil.rmtree(tmp_path / "releases" / "many")
    with running(tmp_path, SETTINGS) as client:
        problem = asked(client, "/sparql", digests[0], query=COUNT)
        assert problem.status_code == 410
        assert problem.json()["type"].endswith("/problems/release-gone")
        assert (problem.json()["nearest"], problem.json()["digest"]) == (digests[1], digests[0])
        assert asked(client, "/claims", "0" * 64).json()["nearest"] == digests[2]
        page = client.request("GET", f"/claims?release={digests[0]}", headers={"Accept": BROWSER})
        assert (page.status_code, digests[1] in page.text) == (410, True)


def test_no_more_are_open_than_may_be_and_the_ones_in_use_are_not_closed(
    kept: tuple[Client, list[str], Path],
) -> None:
    client, digests, _ = kept
    slow: tuple[str, str, Mapping[str, Any]] = (
        "GET",
        "/sparql",
        {"params": {"release": digests[0], "query": ENDLESS, "timeout": "2"}},
    )
    asked(client, "/claims", digests[0])
    other = ("GET", "/sparql", {"params": {"release": digests[1], "query": COUNT}})
    first, second = client.at_once([slow, other])
    assert first.json()["type"].endswith("/query-timeout")
    assert (second.status_code, second.headers["retry-after"]) == (503, "2")
    assert asked(client, "/sparql", digests[1], query=COUNT).status_code == 200


def test_monsters_on_a_release_hold_up_none_of_its_documents(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    asked(client, "/claims", digests[0])
    params = {"release": digests[0]}
    monster: tuple[str, str, Mapping[str, Any]] = (
        "GET",
        "/sparql",
        {"params": {**params, "query": ENDLESS, "timeout": "1.5"}},
    )
    document: tuple[str, str, Mapping[str, Any]] = ("GET", "/claim/desks-are-many.ttl", {"params": params})
    *monsters, answer = client.at_once([monster, monster, monster, document])
    assert "Desks are many." in answer.text
    assert answer.elapsed.total_seconds() < 1.5
    assert sorted(each.status_code for each in monsters) == [429, 504, 504]


def test_two_who_want_the_only_place_at_once_are_both_answered(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    wait_until_closed()
    wanted = [("GET", "/sparql", {"params": {"release": digest, "query": COUNT}}) for digest in digests[:2]]
    answers = client.at_once(wanted)
    assert sorted(answer.status_code for answer in answers) in ([200, 200], [200, 503])


def test_an_idle_release_is_closed_and_opened_again(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, folder = kept
    asked(client, "/claims", digests[0])
    assert workers_of(folder / "releases" / "many")
    wait_until_closed()
    assert not workers_of(folder / "releases" / "many")
    assert asked(client, "/claims", digests[0]).status_code == 200


def workers_of(release: Path) -> list[int]:
    """The processes that have a file of the release's store open."""
    store = str(release.resolve() / "store")
    return [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if any(str(target).startswith(store) for target in opened_by(process))
    ]


def opened_by(process: Path) -> list[Path]:
    try:
        return [each.readlink() for each in (process / "fd").iterdir()]
    except OSError:
        return []
