"""A release that was cited by its digest still answers, or says which one does."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from rdflib import Namespace, URIRef

from vaughn.build.compare import record
from vaughn.settings import Settings
from vaughn.store.release import kept_releases
from vaughn.store.stable import Stable
from web.conftest import BROWSER, FACTS, SITE, Client, make_release, running
from web.raw import eventually

DCAT = Namespace("http://www.w3.org/ns/dcat#")
BASE = f"<{SITE.base}"
SETTINGS = Settings(workers=1, query_seconds=20, releases_open=1, releases_idle_seconds=1.0)
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


PAGES = (
    "/",
    "/claims?evidenceState=disputed",
    "/claim/desks-are-many",
    "/sources",
    "/queries",
    "/queries/claims/list?claim=claim:desks-are-many",
    "/search?q=desks",
    "/sparql?query=ASK%7B%7D&format=html",
    "/timeline",
    "/changes.html",
    "/graphs",
    "/dataset.html",
    "/ns.html",
    "/docs",
    "/claim/nothing-of-that-name",
)
DATA = re.compile(r'<script type="application/ld\+json".*?</script>', re.DOTALL)
"""What a page says to programs: the dataset's names the version before."""
LEADING_OUT = {"stylesheet", "icon", "latest-version", "version-history"}


class Tags(HTMLParser):
    """The tags of a page that lead to an address below this host, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.fields = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        target = said.get("href", said.get("action", ""))
        self.fields += (tag, said.get("name")) == ("input", "release")
        if target.startswith("/") and said.get("rel") not in LEADING_OUT:
            self.found.append((tag, {**said, "target": target}))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_release_leads_nowhere_else(kept: tuple[Client, list[str], Path], path: str) -> None:
    client, digests, _ = kept
    answer = client.get(f"{path}{'&' if '?' in path else '?'}release={digests[0]}", BROWSER)
    tags = Tags(answer.text)
    assert len(tags.found) > 10
    for _, said in tags.found:
        assert f"release={digests[0]}" in said["target"] or f"release={digests[0][:12]}" in said["target"], said
    assert tags.fields == sum(tag == "form" and said["method"] == "get" for tag, said in tags.found)
    plain = DATA.sub("", client.get(path, BROWSER).text)
    assert not re.search(r'release=[0-9a-f]{64}|name="release"', plain)


def test_what_a_page_of_a_release_leads_to_is_there(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    tags = Tags(asked(client, "/claim/desks-are-many", digests[0]).text)
    for _, said in tags.found:
        answer = client.get(said["target"], BROWSER)
        assert answer.status_code in (200, 303), said
        if answer.status_code == 200:
            assert answer.headers["vaughn-release"] == digests[0]


def test_a_page_of_a_release_names_its_like_in_the_current_one(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    answer = client.get(f"/claims?release={digests[0]}&evidenceState=disputed", BROWSER)
    assert '<a rel="latest-version" href="/claims?evidenceState=disputed">' in answer.text
    assert '</claims?evidenceState=disputed>; rel="latest-version"' in answer.headers["link"]
    assert '<a rel="version-history" href="/changes">' in answer.text
    assert "latest-version" not in asked(client, "/claims", digests[2]).headers.get("link", "")


@pytest.mark.parametrize(
    "path",
    [
        "/api/claims?limit=1",
        "/api/claims/desks-are-many",
        "/api/claims/desks-are-many/support",
        "/api/sources",
        "/api/search?q=desks",
        "/api/support?text=Desks+are+many.",
        "/claim/desks-are-many.json",
    ],
)
def test_data_of_a_release_lead_nowhere_else(kept: tuple[Client, list[str], Path], path: str) -> None:
    client, digests, _ = kept
    answer = client.get(f"{path}{'&' if '?' in path else '?'}release={digests[0]}")
    addresses = [text for text in strings(answer.json()) if text.startswith("/")]
    assert addresses
    for each in addresses:
        assert f"release={digests[0]}" in each
        assert client.get(each, BROWSER).headers["vaughn-release"] == digests[0]
    assert "release=" not in client.get(path).text


def strings(value: object) -> Iterator[str]:
    """Every text in some JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


@pytest.mark.parametrize(
    "path", ["/claim/desks-are-many.jsonld", "/api/claims.jsonld", "/graph/small.jsonld", "/dataset.jsonld"]
)
def test_json_ld_of_a_release_has_the_context_of_that_release(kept: tuple[Client, list[str], Path], path: str) -> None:
    client, digests, folder = kept
    address = asked(client, path, digests[0]).json()["@context"]
    assert address == f"/ns/context.jsonld?release={digests[0]}"
    context = json.loads((folder / "releases" / "many" / "context.jsonld").read_text(encoding="utf-8"))
    assert client.get(address).json() == context


def test_the_description_of_a_release_names_what_is_to_be_had_of_it(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    told = rdflib.Graph().parse(data=asked(client, "/dataset.ttl", digests[0]).text, format="turtle")
    places = ("dcat:downloadURL", "void:dataDump", "dcat:accessURL", "dcat:endpointURL", "void:sparqlEndpoint")
    for place in (*places, "dcat:endpointDescription", "dcat:landingPage"):
        found = [str(each) for each in told.query(f"SELECT ?o {{ ?s {place} ?o }}").bindings[0].values()]
        assert found[0].endswith(f"?release={digests[0]}"), place
    (checksum,) = told.objects(None, URIRef("http://spdx.org/rdf/terms#checksumValue"))
    dump = client.get(f"/dataset.nq.gz?release={digests[0]}")
    assert dump.headers["etag"] == f'"{checksum}"'
    assert "release=" not in re.sub(r"<dataset\?release=[^>]*>", "", client.get("/dataset.nt").text.replace(BASE, "<"))


def test_versions_of_the_dataset_are_named_each_with_the_one_before(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    told = rdflib.Graph().parse(data=client.get("/dataset.ttl").text, format="turtle")
    told.parse(data=asked(client, "/dataset.ttl", digests[1]).text, format="turtle")
    dataset, names = URIRef(SITE.base + "dataset"), [f"{SITE.base}dataset?release={digest}" for digest in digests]
    assert {str(each) for each in told.objects(dataset, DCAT.hasVersion)} == set(names[1:])
    assert [str(each) for each in told.objects(dataset, DCAT.hasCurrentVersion)] == [names[2]]
    before = {str(s): str(o) for s, o in told.subject_objects(DCAT.previousVersion)}
    assert before == {names[2]: names[1], names[1]: names[0]}
    assert client.get(names[1].replace(SITE.base, "/"), "text/turtle").headers["location"].endswith(digests[1])


def test_examples_map_and_service_of_a_release_lead_to_it(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    examples = asked(client, "/.well-known/sparql-examples.nt", digests[0]).text
    assert set(re.findall(r"schema.org/target> <([^>]*)>", examples)) == {f"{SITE.base}sparql?release={digests[0]}"}
    places = re.findall("<loc>([^<]*)</loc>", asked(client, "/sitemap.xml", digests[0]).text)
    assert places
    assert all(each.endswith(f"?release={digests[0]}") for each in places)
    service = asked(client, "/sparql", digests[0]).text
    assert f"sd:endpoint <http://testserver/sparql?release={digests[0]}>" in service


def test_the_headers_of_a_release_name_it_and_lead_nowhere_else(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    for path in ("/claim/desks-are-many.ttl", "/claim/desks-are-many", "/api/claims?limit=1", "/dataset.ttl"):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}release={digests[0]}")
        assert answer.headers["vaughn-release"] == digests[0]
        for target, relation in re.findall(r'<(/[^>]*)>; rel="([a-z-]+)"', answer.headers["link"]):
            assert (f"release={digests[0]}" in target) == (relation != "latest-version"), target
    assert client.get("/claims").headers["vaughn-release"] == digests[2]


def test_below_a_mount_a_release_leads_to_itself_too(kept: tuple[Client, list[str], Path]) -> None:
    _, digests, folder = kept
    with running(folder, SETTINGS, root="/vaughn") as client:
        answer = client.get(f"/vaughn/claim/desks-are-many?release={digests[0]}", BROWSER)
        assert f'href="/vaughn/claim/desks-are-many.ttl?release={digests[0]}"' in answer.text
        assert '<a rel="latest-version" href="/vaughn/claim/desks-are-many">' in answer.text
        assert f"</vaughn/claim/desks-are-many.ttl?release={digests[0]}>" in answer.headers["link"]
        assert '</vaughn/claim/desks-are-many>; rel="latest-version"' in answer.headers["link"]
        data = client.get(f"/vaughn/claim/desks-are-many.jsonld?release={digests[0]}").json()
        assert data["@context"] == f"/vaughn/ns/context.jsonld?release={digests[0]}"


def test_an_earlier_release_is_kept_for_long_and_errors_never(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    lasting = {path: asked(client, path, digests[0]).headers for path in ("/claims", "/claim/none")}
    assert lasting["/claims"]["cache-control"] == "public, max-age=86400"
    assert lasting["/claim/none"]["cache-control"] == "no-store"
    assert "latest-version" not in lasting["/claim/none"].get("link", "")
    assert asked(client, "/claims", digests[2]).headers["cache-control"] == "public, max-age=60"


def test_a_strange_path_is_no_header_of_its_own(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    answer = client.get(f"/search?q=%0d%0aX-Mine:%20%E2%86%92&release={digests[0]}")
    assert answer.status_code == 200
    assert "x-mine" not in answer.headers
    assert client.get(f"/claim/%0d%0aX-Mine:%E2%86%92?release={digests[0]}").status_code == 404


def test_a_release_answers_with_the_queries_it_was_built_with(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, folder = kept
    query = folder / "releases" / "some" / "queries" / "claims" / "list.rq"
    text = query.read_text(encoding="utf-8")
    assert asked(client, "/claims", digests[1]).status_code == 200
    assert asked(client, "/queries/lists/once", digests[1]).status_code == 404
    wait_until_closed(folder)
    (query.parents[1] / "lists" / "once.rq").write_text(text, encoding="utf-8")
    assert asked(client, "/queries/lists/once.csv", digests[1], claim="claim:desks-are-many").status_code == 200
    assert client.get("/queries/lists/once.csv?claim=claim:desks-are-many").status_code == 404


def wait_until_closed(folder: Path) -> None:
    """Ask nothing until no release of the past is open; one is once it has been asked for facts."""
    assert eventually(lambda: not any(workers_of(folder / "releases" / word) for word in WORDS[:2]))


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
    assert kept[0].get("/sparql?query=ASK%7B%7D&released=x&p=rele%61se=x").status_code == 200


@pytest.mark.parametrize("release", ["0" * 12, "x"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("TRACE", "/api/sources", 405),
        ("POST", "/api/sources", 405),
        ("OPTIONS", "/api/sources", 204),
        ("PUT", "/sparql", 405),
        ("PUT", "/graphs", 403),
        ("DELETE", "/graph/derived", 403),
    ],
)
def test_a_method_is_refused_whatever_release_is_named(
    kept: tuple[Client, list[str], Path], method: str, path: str, status: int, release: str
) -> None:
    client, _, _ = kept
    usual, named = (client.request(method, path, params=given) for given in ({}, {"release": release}))
    assert (named.status_code, named.headers.get("Allow")) == (status, usual.headers.get("Allow"))
    assert usual.status_code == status


@pytest.mark.parametrize(("method", "path"), [("POST", "/sparql"), ("QUERY", "/sparql"), ("POST", "/api/support")])
def test_a_method_that_reads_names_its_release(kept: tuple[Client, list[str], Path], method: str, path: str) -> None:
    client, _, _ = kept
    assert client.request(method, path, params={"release": "0" * 12}).status_code == 410


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
        assert f'?release={digests[1][:12]}">{digests[1]}</a>' in page.text


def test_no_more_are_open_than_may_be_and_the_ones_in_use_are_not_closed(
    kept: tuple[Client, list[str], Path],
) -> None:
    client, digests, _ = kept
    asked(client, "/claims", digests[0])
    with ThreadPoolExecutor(1) as aside:
        slow = aside.submit(asked, client, "/sparql", digests[0], query=ENDLESS, timeout="2")
        refused: list[httpx.Response] = []

        def busy() -> bool:
            refused.append(asked(client, "/sparql", digests[1], query=COUNT))
            return refused[-1].status_code == 503

        assert eventually(busy)
        first = slow.result()
    assert first.json()["type"].endswith("/query-timeout")
    assert refused[-1].headers["retry-after"] == "2"
    assert asked(client, "/sparql", digests[1], query=COUNT).status_code == 200


def test_monsters_on_a_release_hold_up_none_of_its_documents(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, _ = kept
    asked(client, "/claims", digests[0])
    params = {"release": digests[0]}
    monster: tuple[str, str, Mapping[str, Any]] = (
        "GET",
        "/sparql",
        {"params": {**params, "query": ENDLESS, "timeout": "2"}},
    )
    document: tuple[str, str, Mapping[str, Any]] = ("GET", "/claim/desks-are-many.ttl", {"params": params})
    *monsters, answer = client.at_once([monster, monster, monster, document])
    assert "Desks are many." in answer.text
    assert sorted(each.status_code for each in monsters) == [429, 429, 504]
    assert answer.elapsed < max(each.elapsed for each in monsters), "it waited for no monster"


def test_two_who_want_the_only_place_at_once_are_both_answered(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, folder = kept
    wait_until_closed(folder)
    wanted = [("GET", "/sparql", {"params": {"release": digest, "query": COUNT}}) for digest in digests[:2]]
    answers = client.at_once(wanted)
    assert sorted(answer.status_code for answer in answers) in ([200, 200], [200, 503])


def test_an_idle_release_is_closed_and_opened_again(kept: tuple[Client, list[str], Path]) -> None:
    client, digests, folder = kept
    asked(client, "/claims", digests[0])
    assert workers_of(folder / "releases" / "many")
    wait_until_closed(folder)
    assert asked(client, "/claims", digests[0]).status_code == 200


def test_a_release_that_is_being_closed_when_the_service_ends_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests, begun, ended, close = releases(tmp_path), threading.Event(), list[Stable](), Stable.close
    made, init = list[Stable](), Stable.__init__

    def noted(stable: Stable, *given: Any) -> None:
        made.append(stable)
        init(stable, *given)

    async def slowly(stable: Stable) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        await close(stable)
        ended.append(stable)

    monkeypatch.setattr(Stable, "__init__", noted)
    monkeypatch.setattr(Stable, "close", slowly)
    with running(tmp_path, SETTINGS) as client:
        asked(client, "/claims", digests[0])
        assert begun.wait(15)
    assert len(made) == 2, "the current one and the earlier"
    assert all(any(stable is each for each in ended) for stable in made)  # others may be another test's


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
