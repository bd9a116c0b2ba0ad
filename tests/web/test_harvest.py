"""What harvesters read: the dataset's description, its dump, its example queries, its map."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import FOAF, RDF, Namespace, URIRef
from rdflib.compare import isomorphic

from shape_cases import results, shapes
from vaughn.build import content
from vaughn.build.summary import summarised
from vaughn.search import write_pages
from vaughn.settings import Settings
from vaughn.store.release import GraphInfo, current_release, open_release
from vaughn.store.template import load
from vaughn.web import harvest
from web.conftest import FACTS, SITE, Client, make_release, running
from web.test_linked import expanded

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID = Namespace("http://rdfs.org/ns/void#")
DATASET = URIRef(SITE.base + "dataset")


def described(client: Client) -> rdflib.Graph:
    return rdflib.Graph().parse(data=client.get("/dataset.ttl").text, format="turtle")


def test_the_dataset_says_what_it_is(client: Client) -> None:
    graph = described(client)
    release = client.get("/api/claims").json()["release"]
    assert set(graph.objects(DATASET, RDF.type)) == {DCAT.Dataset, VOID.Dataset}
    assert str(graph.value(DATASET, DCTERMS.identifier)) == release["digest"]
    assert str(graph.value(DATASET, DCTERMS.modified)) == "2025-05-07"
    assert graph.value(DATASET, VOID.sparqlEndpoint) == URIRef(SITE.base + "sparql")
    assert SITE.base + "graph/small" in {str(each) for each in graph.objects(DATASET, VOID.subset)}


def test_nobody_is_said_to_have_made_or_published_it_where_nothing_says_so(client: Client) -> None:
    graph = described(client)
    assert not list(graph.objects(DATASET, DCTERMS.creator)) + list(graph.objects(DATASET, DCTERMS.publisher))
    assert "Curators" not in client.page("/dataset.html")


def test_the_graph_says_who_made_it_and_the_settings_who_runs_the_service(tmp_path: Path) -> None:
    folder = make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    settings = Settings(workers=1, publisher='The "Desk" <Office>', publisher_page="https://example.org/us?a=1&b=2")
    for slug, made in (("office-of-desks", 1), ("nobody-here", 0)):
        _write_curator(folder, slug)
        with running(tmp_path, settings) as client:
            graph, page = described(client), client.page("/dataset.html")
        curator, publisher = URIRef(f"{SITE.base}id/body/{slug}"), graph.value(DATASET, DCTERMS.publisher)
        assert list(graph.objects(DATASET, DCTERMS.creator)) == [curator] * made
        assert [str(each) for each in graph.objects(curator, FOAF.name)] == ["Office of Desks"] * made
        assert str(graph.value(publisher, FOAF.name)) == settings.publisher
        assert str(graph.value(publisher, FOAF.homepage)) == settings.publisher_page
        assert ("Curators" in page) is bool(made)
        assert 'id="publisher"' in page
        assert results(graph, shapes()) == set()


def test_whom_to_ask_is_said_where_the_settings_say_it(client: Client, build_dir: Path) -> None:
    assert described(client).value(DATASET, DCAT.contactPoint) is None
    assert 'id="contact"' not in client.page("/dataset.html")
    given = (
        (("us+all@example.org", None), "hasEmail", "mailto:us+all@example.org"),
        (
            ("https://example.org/@us", "The Desk"),
            "hasURL",
            "https://example.org/@us",
        ),
    )
    for (contact, publisher), property_, address in given:
        with running(build_dir, Settings(workers=1, contact=contact, publisher=publisher)) as asked:
            graph, page = described(asked), asked.page("/dataset.html")
        whom = graph.value(DATASET, DCAT.contactPoint)
        assert graph.value(whom, VCARD[property_]) == URIRef(address)
        assert str(graph.value(whom, VCARD.fn)) == (publisher or contact)
        assert f'<a href="{address}">{contact}</a>' in page
        assert results(graph, shapes()) == set()


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, ox.Store]]:
    """The service on a release that was summed up, and its quads."""
    build = tmp_path_factory.mktemp("build")
    folder, store = make_release(build, "first", FACTS.read_text(encoding="utf-8")), ox.Store()
    store.extend(load(folder))
    summarised(store, open_release(folder).book).write(folder)
    with running(build, Settings(workers=1)) as found:
        yield found, store


def test_the_description_counts_what_there_is_of_each_class_and_property(counted: tuple[Client, ox.Store]) -> None:
    client, store = counted
    graph = described(client)
    for parts, what, number, query in (
        (VOID.classPartition, VOID["class"], VOID.entities, "SELECT ?w (COUNT(*) AS ?n) { ?s a ?w } GROUP BY ?w"),
        (VOID.propertyPartition, VOID.property, VOID.triples, "SELECT ?w (COUNT(*) AS ?n) { ?s ?w ?o } GROUP BY ?w"),
    ):
        told = {str(graph.value(part, what)): int(str(graph.value(part, number))) for part in graph[DATASET:parts]}
        found: Any = store.query(query)
        assert told == {row["w"].value: int(row["n"].value) for row in found}
        assert len(told) == int(str(graph.value(DATASET, VOID.classes if what == VOID["class"] else VOID.properties)))
    assert results(graph, shapes()) == set()
    assert isomorphic(expanded(client, "/dataset.jsonld"), graph)


def test_every_part_of_the_dataset_has_its_place_on_the_page(counted: tuple[Client, ox.Store]) -> None:
    client, _ = counted
    page, stem = client.page("/dataset.html"), f"{DATASET}#"
    names = {str(each).removeprefix(stem) for each in described(client).subjects() if str(each).startswith(stem)}
    assert "class-vaughn:Claim" in names
    assert [name for name in sorted(names) if f'id="{name}"' not in page] == []


def test_keywords_are_the_categories_that_things_name(counted: tuple[Client, ox.Store]) -> None:
    client, store = counted
    told = [str(each) for each in described(client).objects(DATASET, DCAT.keyword)]
    assert "headcount" in told
    unnamed = SITE.base + "concept/category/contractors"
    assert not list(store.quads_for_pattern(None, None, ox.NamedNode(unnamed), ox.NamedNode(SITE.base + "graph/small")))
    assert "contractors" not in told
    assert "headcount" in client.page("/dataset.html")


def test_a_release_without_a_summary_is_described_without_one(client: Client) -> None:
    graph = described(client)
    assert not {*graph.objects(DATASET, DCAT.keyword), *graph.objects(DATASET, VOID.classPartition)}
    assert graph.value(DATASET, VOID.classes) is None


def _write_curator(folder: Path, slug: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"curator": slug}), encoding="utf-8")


def test_every_graph_is_described_by_its_catalogue_entry_or_by_what_made_it(client: Client) -> None:
    graph = described(client)
    small, words = URIRef(SITE.base + "graph/small"), URIRef(SITE.base + "graph/ontology")
    assert str(graph.value(small, DCTERMS.title)) == "Desks"
    assert str(graph.value(small, DCTERMS.license)) == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert str(graph.value(small, DCTERMS.provenance)) == 'Written from the minutes of the "Office of Desks".'
    assert (str(graph.value(small, DCTERMS.created)), str(graph.value(small, DCTERMS.modified))) == (
        "2025-05-06",
        "2025-05-07",
    )
    assert str(graph.value(words, DCTERMS.title)) == "The vocabulary"
    assert graph.value(words, DCTERMS.provenance) is None
    assert set(graph.objects(URIRef(SITE.base + "graph/asserted"), VOID.subset)) == {small}


def test_every_notation_of_the_description_says_the_same(client: Client) -> None:
    truth = described(client)
    assert isomorphic(rdflib.Graph().parse(data=client.get("/dataset.nt").text, format="nt"), truth)
    assert isomorphic(rdflib.Graph().parse(data=client.get("/dataset.rdf").text, format="xml"), truth)
    assert isomorphic(expanded(client, "/dataset.jsonld"), truth)


def test_what_is_published_conforms_to_the_shapes_and_is_reached_by_them(client: Client) -> None:
    found = described(client)
    found.parse(data=client.get("/.well-known/sparql-examples").text, format="turtle")
    found.parse(data=client.get("/ns.ttl").text, format="turtle")
    assert results(found, shapes()) == set()
    kinds = set(found.objects(None, RDF.type))
    wanted = {
        DCAT.DataService,
        DCAT.Distribution,
        SPDX.Checksum,
        VOID.Dataset,
        SH.SPARQLExecutable,
        SH.PrefixDeclaration,
    }
    assert wanted <= kinds & set(shapes().objects(None, SH.targetClass))


@pytest.mark.parametrize("gone", [VOID.triples, DCTERMS.license, DCTERMS.issued, SPDX.checksum, VOID.sparqlEndpoint])
def test_what_a_description_lacks_is_missed(client: Client, gone: URIRef) -> None:
    found = described(client)
    found.remove((None, gone, None))
    assert results(found, shapes()) != set()


def test_the_dump_is_the_dataset_with_the_digest_that_was_promised(client: Client) -> None:
    response = client.get("/dataset.nq.gz")
    digest = hashlib.sha256(response.content).hexdigest()
    assert response.headers["etag"] == f'"{digest}"'
    assert response.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    assert [str(each) for each in described(client).objects(None, SPDX.checksumValue)] == [digest]
    assert client.get("/dataset.nq.gz", if_none_match=response.headers["etag"]).status_code == 304
    lines = gzip.decompress(response.content)
    assert hashlib.sha256(lines).hexdigest() == client.get("/api/claims").json()["release"]["digest"]


def test_the_dump_can_be_fetched_in_pieces(client: Client) -> None:
    whole = client.get("/dataset.nq.gz")
    piece = client.get("/dataset.nq.gz", range="bytes=10-19")
    assert (piece.status_code, piece.content) == (206, whole.content[10:20])
    assert piece.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    missed = client.get("/dataset.nq.gz", range="bytes=999999999-")
    assert (missed.status_code, missed.headers["content-type"]) == (416, "application/problem+json")
    assert missed.json()["type"].endswith("/problems/range-missed")
    assert missed.headers["content-range"] == f"bytes */{len(whole.content)}"


@pytest.mark.parametrize("range", ["lines=0-9", "bytes=abc", "bytes=5-2", "abc", "bytes=", "bytes=0-1, x"])
def test_a_range_that_cannot_be_read_is_passed_over(client: Client, range: str) -> None:
    response = client.get("/dataset.nq.gz", range=range)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/gzip")
    assert response.content == client.get("/dataset.nq.gz").content


def test_several_ranges_are_sent_in_their_parts(client: Client) -> None:
    response = client.get("/dataset.nq.gz", range="Bytes=0-1, -2")
    assert response.status_code == 206
    assert response.headers["content-type"].startswith("multipart/byteranges")


def test_every_question_is_an_executable_with_its_text(client: Client) -> None:
    graph = rdflib.Graph().parse(data=client.get("/.well-known/sparql-examples").text, format="turtle")
    support = URIRef(SITE.base + "queries/claims/support")
    assert SH.SPARQLSelectExecutable in set(graph.objects(support, RDF.type))
    assert str(graph.value(support, SH.select)) == (SITE.queries[0] / "claims" / "support.rq").read_text()
    assert not [each for each in graph.subjects(RDF.type, SH.SPARQLExecutable) if "/queries/checks/" in str(each)]


def test_the_examples_come_in_the_notation_asked_for(client: Client) -> None:
    response = client.get("/.well-known/sparql-examples", "application/n-triples")
    assert response.headers["content-type"] == "application/n-triples"
    assert client.get("/.well-known/sparql-examples", "image/png").status_code == 406
    suffixed = client.get("/.well-known/sparql-examples.nt")
    assert (suffixed.content, "vary" in suffixed.headers) == (response.content, False)
    person = client.get("/.well-known/sparql-examples", "text/html")
    assert (person.status_code, person.headers["location"]) == (303, "/queries")


@pytest.mark.parametrize(
    ("forwarded", "here"),
    [
        ('for=192.0.2.1;host="kg.example.org:8443";proto=https', "https://kg.example.org:8443"),
        ("proto=https;host=kg.example.org, host=inside;proto=http", "https://kg.example.org"),
        ("for=192.0.2.1, host=kg.example.org", "http://kg.example.org"),
        ("host=kg.example.org;proto=gopher", "http://kg.example.org"),
        ("proto=HTTPS", "https://testserver"),
        ("for=host=kg.example.org", "http://testserver"),
    ],
)
def test_a_proxy_tells_host_and_scheme_of_the_address_that_clients_know(
    client: Client, forwarded: str, here: str
) -> None:
    assert f"Sitemap: {here}/sitemap.xml\n" in client.get("/robots.txt", Forwarded=forwarded).text
    assert f"<loc>{here}/</loc>" in client.get("/sitemap.xml", Forwarded=forwarded).text


def test_robots_are_told_where_the_map_is(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.splitlines()[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert client.get("/sitemap.xml").status_code == 200


@pytest.mark.parametrize(("data", "page"), [("/ns.nt", "/ns.html"), ("/dataset.nt", "/dataset.html")])
def test_every_name_with_a_fragment_has_its_place_on_the_page(client: Client, data: str, page: str) -> None:
    stem = SITE.base + data.strip("/").removesuffix(".nt") + "#"
    graph = rdflib.Graph().parse(data=client.get(data).text, format="nt")
    names = {str(each).removeprefix(stem) for each in graph.subjects() if str(each).startswith(stem)} - {""}
    text = client.page(page)
    assert names
    assert [name for name in sorted(names) if f'id="{name}"' not in text] == []


def mapped(client: Client, path: str, sort: str = "url") -> dict[str, str]:
    """The addresses of a map, or with `sitemap` of an index of maps, each with its day."""
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = ElementTree.fromstring(client.get(path).text).findall(f"s:{sort}", spaces)  # noqa: S314  our own answer
    return {each.findtext("s:loc", "", spaces): each.findtext("s:lastmod", "", spaces) for each in found}


def test_a_map_too_long_for_one_file_is_an_index_of_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two files that both speak of a thing, the first has it in its part, with the day of the later one."""
    folder = make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    _second_file(folder, FACTS.with_name("second-file.nq"))
    with running(tmp_path, Settings(workers=1)) as client:
        whole = mapped(client, "/sitemap.xml")
        assert client.get("/sitemap-1.xml").status_code == 404
        monkeypatch.setattr(harvest, "MOST_MAPPED", 3)
        index = mapped(client, "/sitemap.xml", "sitemap")
        assert list(index.values()) == ["2025-05-07", "2025-06-01"]
        parts = [mapped(client, address.removeprefix("http://testserver")) for address in index]
        assert client.get("/sitemap-3.xml").status_code == 404
    assert not parts[0].keys() & parts[1].keys()
    assert parts[0] | parts[1] == whole
    assert parts[0]["http://testserver/claim/desks-exist"] == "2025-06-01"
    assert "http://testserver/timeline" in parts[0]
    assert parts[1] == {"http://testserver/source/second-report": "2025-06-01"}


def test_a_map_of_a_release_that_knows_its_pages_is_the_same_and_not_asked_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    _second_file(folder, FACTS.with_name("second-file.nq"))
    with running(tmp_path, Settings(workers=1)) as client:
        whole = mapped(client, "/sitemap.xml")
        monkeypatch.setattr(harvest, "pages", None)
        monkeypatch.setattr(harvest, "pages_within", None)
        assert client.get("/sitemap.xml").status_code == 500
        made = open_release(folder)
        store = ox.Store()
        store.extend(load(folder))
        found = content.pages(store, made.book, SITE.base, made.manifest.graphs)
        write_pages(made.search_path, (found or {}).items())
        assert mapped(client, "/sitemap.xml") == whole
        assert client.get("/sitemap-1.xml").status_code == 404
        monkeypatch.setattr(harvest, "A_PART", len(found or {}) - 1)
        index = mapped(client, "/sitemap.xml", "sitemap")
        parts = [mapped(client, address.removeprefix("http://testserver")) for address in index]
        assert [client.get(f"/sitemap-{number}.xml").status_code for number in (0, 3)] == [404, 404]
    assert [len(part) for part in parts] == [len(whole) - 1, 1]  # pages that are no thing's stand in the first
    assert list(index.values()) == [max(part.values()) for part in parts]
    assert parts[0] | parts[1] == whole


def _second_file(folder: Path, quads: Path) -> None:
    """Add the quads of a file to a release, in its own graph and in the default graph, and name it in the manifest."""
    told = list(ox.parse(path=quads, format=ox.RdfFormat.N_QUADS))
    both = [*told, *(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in told)]
    with gzip.open(folder / "dataset.nq.gz", "ab") as dump:
        dump.write(ox.serialize(both, format=ox.RdfFormat.N_QUADS) or b"")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    second = GraphInfo(f"{SITE.base}graph/small-two", len(told), "graph/small-two.ttl", "2025-06-01")
    manifest["graphs"].append(vars(second))
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_the_map_names_every_page_with_the_day_it_changed(client: Client) -> None:
    found = mapped(client, "/sitemap.xml")
    assert found["http://testserver/claim/desks-exist"] == "2025-05-07"
    assert found["http://testserver/timeline"] == found["http://testserver/statistics"] == ""
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


@pytest.mark.parametrize("path", ["/claim/desks-exist", "/claim/desks-exist.ttl", "/source/desk-report.jsonld"])
def test_a_document_is_as_old_as_its_release(client: Client, build_dir: Path, path: str) -> None:
    """Of its file the catalogue knows the day only, and it may have changed twice in one."""
    created = datetime.fromisoformat(open_release(current_release(build_dir)).manifest.created)
    told = parsedate_to_datetime(client.get(path).headers["last-modified"])
    assert told == created.replace(microsecond=0)
