"""Names lead to documents, and the documents of one thing all say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import rdflib
from rdflib.compare import isomorphic

from vaughn.settings import Settings
from web.conftest import BROWSER, FACTS, SITE, Client, make_release, running

# rdflib's JSON-LD reader still uses a class of its own that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

THINGS = ["/claim/desks-are-counted", "/claim/desks-exist", "/source/desk-report", "/body/office-of-desks"]


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        (BROWSER, ""),
        ("*/*", ""),
        ("garbage", ""),
        ("text/turtle", ".ttl"),
        ("application/ld+json", ".jsonld"),
        ("application/n-triples", ".nt"),
        ("application/rdf+xml", ".rdf"),
        ("application/json", ".json"),
        ("text/turtle;q=0.5, application/ld+json", ".jsonld"),
    ],
)
def test_a_thing_leads_to_the_document_that_suits(client: Client, accept: str, ending: str) -> None:
    response = client.get("/id/claim/desks-exist", accept)
    assert (response.status_code, response.headers["location"]) == (303, f"/claim/desks-exist{ending}")
    assert response.headers["vary"] == "Accept"
    assert client.get(response.headers["location"], accept).status_code == 200


def test_a_part_leads_to_its_place_on_the_owners_page(client: Client) -> None:
    response = client.get("/id/passage/desk-report--count", BROWSER)
    assert (response.status_code, response.headers["location"]) == (303, "/source/desk-report#passage-count")
    assert 'id="passage-count"' in client.page("/source/desk-report")


def test_evidence_leads_to_its_line_on_the_claims_page(client: Client) -> None:
    location = client.get("/id/evidence/desks-are-counted--3", BROWSER).headers["location"]
    assert location == "/claim/desks-are-counted#evidence-3"
    assert 'id="evidence-3"' in client.page("/claim/desks-are-counted")


def test_a_part_of_a_claim_that_is_no_evidence_has_its_place_too(client: Client) -> None:
    location = client.get("/id/date/desks-exist--checked", BROWSER).headers["location"]
    assert location == "/claim/desks-exist#date-checked"
    assert 'id="date-checked"' in client.page("/claim/desks-exist")


def test_a_parts_data_is_its_owners_document(client: Client) -> None:
    response = client.get("/id/passage/desk-report--count", "text/turtle")
    assert response.headers["location"] == "/source/desk-report.ttl"
    assert "passage:desk-report--count a" in client.get("/source/desk-report.ttl").text


def test_a_concept_leads_to_its_documents(client: Client) -> None:
    response = client.get("/concept/judgement/supports", "text/turtle")
    assert (response.status_code, response.headers["location"]) == (303, "/concept/judgement/supports.ttl")
    assert client.get("/concept/judgement/supports.ttl").status_code == 200
    assert client.get("/concept/judgement", BROWSER).headers["location"] == "/concept/judgement.html"
    assert "supports" in client.page("/concept/judgement.html")


def test_the_vocabulary_leads_to_its_documents(client: Client) -> None:
    assert client.get("/ns", "text/turtle").headers["location"] == "/ns.ttl"
    assert "vaughn:Claim" in client.get("/ns.ttl").text
    assert 'id="Claim"' in client.page("/ns.html")


def test_the_name_of_this_version_of_the_words_leads_to_them_and_no_other_does(client: Client) -> None:
    triples = rdflib.Graph().parse(data=client.get("/ns.nt").text, format="nt")
    [version] = triples.objects(None, rdflib.OWL.versionIRI)
    path = str(version).removeprefix(SITE.base.rstrip("/"))
    response = client.get(path, "text/turtle")
    assert (response.status_code, response.headers["location"]) == (303, "/ns.ttl")
    assert client.get(path, BROWSER).headers["location"] == "/ns.html"
    assert client.get("/ns/0.0.0", "text/turtle").status_code == 404


def test_a_named_graph_leads_to_its_documents(client: Client) -> None:
    assert client.get("/graph/small", "application/n-triples").headers["location"] == "/graph/small.nt"
    assert "desks-are-many" in client.get("/graph/small.nt").text
    assert "claim:desks-are-many" in client.page("/graph/small.html")


@pytest.mark.parametrize(
    "path",
    [
        "/id/claim/nobody-said-this",
        "/id/evidence/desks-exist--99",
        "/id/unicorn/desks-exist",
        "/id/claim/Desks_Exist",
        "/claim/nobody-said-this",
        "/claim/nobody-said-this.ttl",
        "/claim/nobody-said-this.json",
        "/concept/judgement/maybe",
        "/concept/judgement/maybe.ttl",
        "/graph/nowhere",
        "/graph/nowhere.ttl",
        "/unicorn/desks-exist",
        "/unicorns",
        "/api/unicorns",
        "/queries/unicorns",
        "/no/such/page/at/all",
    ],
)
def test_what_is_not_there_is_404_in_the_type_asked_for(client: Client, path: str) -> None:
    machine, person = client.get(path), client.get(path, BROWSER)
    assert (machine.status_code, person.status_code) == (404, 404)
    assert machine.headers["content-type"] == "application/problem+json"
    assert person.headers["content-type"] == "text/html; charset=utf-8"
    assert machine.headers["vary"] == person.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/claim/desks-exist.foo", 406),
        ("/claim/desks-exist.csv", 406),
        ("/body/office-of-desks.xml", 406),
        ("/concept/judgement/supports.foo", 406),
        ("/concept/judgement.foo", 406),
        ("/graph/small.foo", 406),
        ("/ns.foo", 406),
        ("/dataset.foo", 406),
        ("/claim/nobody-said-this.foo", 404),
        ("/claim/nobody-said-this.ttl", 404),
        ("/claim/desks-exist.", 406),
        ("/claim/.foo", 404),
        ("/claim/desks-exist.foo.ttl", 404),
        ("/concept/judgement/no-such.foo", 404),
        ("/graph/no-such.foo", 404),
        ("/nothing/desks-exist.foo", 404),
    ],
)
def test_an_ending_that_no_document_has_is_refused_as_a_type_where_there_is_something(
    client: Client, path: str, status: int
) -> None:
    response = client.get(path)
    assert response.status_code == status
    if status == 406:
        assert any("html" in each for each in response.json()["offered"])


def test_a_type_that_cannot_be_had_is_406(client: Client) -> None:
    response = client.get("/id/claim/desks-exist", "image/png")
    assert response.status_code == 406
    assert "text/turtle" in response.json()["offered"]


@pytest.mark.parametrize("thing", THINGS)
def test_every_document_of_a_thing_says_the_same(client: Client, thing: str) -> None:
    truth = rdflib.Graph().parse(data=client.get(f"{thing}.nt").text, format="nt")
    assert len(truth)
    turtle = rdflib.Graph().parse(data=client.get(f"{thing}.ttl").text, format="turtle")
    xml = rdflib.Graph().parse(data=client.get(f"{thing}.rdf").text, format="xml")
    assert isomorphic(turtle, truth)
    assert isomorphic(xml, truth)
    assert isomorphic(expanded(client, f"{thing}.jsonld"), truth)


def expanded(client: Client, path: str) -> rdflib.Graph:
    """A JSON-LD document read with the context that the service serves."""
    document = client.get(path).json()
    document["@context"] = client.get(document["@context"]).json()["@context"]
    return rdflib.Graph().parse(data=json.dumps(document), format="json-ld")


@pytest.mark.parametrize(
    ("accept", "target"),
    [(BROWSER, "/graphs"), ("text/turtle", "/dataset.ttl"), ("application/ld+json", "/dataset.jsonld")],
)
def test_the_name_for_all_files_leads_to_what_lists_them(client: Client, accept: str, target: str) -> None:
    response = client.get("/graph/asserted", accept)
    assert (response.status_code, response.headers["location"]) == (303, target)
    assert client.get(target, accept).status_code == 200


def test_the_data_of_a_graph_lead_to_where_its_origin_stands(client: Client) -> None:
    assert '</dataset>; rel="describedby"' in client.get("/graph/small.ttl").headers["link"]


def triples_of(client: Client, query: str) -> set[tuple[str, str, str]]:
    """The distinct rows of three IRIs of a query on the endpoint."""
    response = client.get(f"/sparql?{urlencode({'query': query})}", "application/sparql-results+json")
    return {tuple(row[name]["value"] for name in "spo") for row in response.json()["results"]["bindings"]}


@pytest.mark.parametrize("name", ["claim/desks-are-counted", "claim/desks-exist", "body/office-of-desks"])
def test_a_document_has_what_leads_to_the_thing_from_elsewhere(client: Client, name: str) -> None:
    iri = f"{SITE.base}id/{name}"
    wanted = triples_of(client, f"SELECT ?s ?p ?o {{ VALUES ?o {{ <{iri}> }} ?s ?p ?o FILTER(ISIRI(?s)) }}")
    response = client.get(f"/{name}.nt")
    graph = rdflib.Graph().parse(data=response.text, format="nt")
    assert {each for each in wanted if f"/{name}--" not in each[0]}
    assert {tuple(map(str, triple)) for triple in graph.triples((None, None, rdflib.URIRef(iri)))} == wanted
    assert "vaughn-left-out" not in response.headers


def test_a_claims_document_has_the_words_of_its_evidence_in_their_place(client: Client) -> None:
    tree = client.get("/claim/desks-are-counted.jsonld").json()
    passages = {node["id"].rpartition("/")[2]: node for node in nodes(tree) if "oa:exact" in node}
    assert set(passages) == {
        "desk-report--count",
        "desk-report--method",
        "machine-page--all",
        "chair-letter--none",
        "withdrawn-note--aside",
    }
    count = passages["desk-report--count"]
    assert count["oa:exact"] == 'desks "as counted" <script>alert(1)</script>\nin two lines'
    assert (count["page"], count["inSource"]) == ("12", SITE.base + "id/source/desk-report")
    assert "@included" not in tree


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON document, the outer before the inner."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def test_a_document_says_when_it_leaves_out_what_leads_to_its_thing(tmp_path: Path) -> None:
    """1,000 statements stand in it and one more leaves them all out, with the query that has them."""
    facts = FACTS.read_text(encoding="utf-8")
    quoting = "\n".join(f"<https://example.org/{number}> vaughn:about claim:desks-exist ." for number in range(1001))
    make_release(tmp_path, "first", f"{facts}\n{quoting}\n")
    with running(tmp_path, Settings(workers=1)) as client:
        response = client.get("/claim/desks-exist.nt")
        left_out = response.headers["vaughn-left-out"].partition(",")[0]
        whole = client.get(f"/queries/{left_out}.nt?thing=claim:desks-exist").text
        assert "https://example.org/1>" not in response.text
        assert whole.count("<https://example.org/") == 1001
        assert client.get("/claim/desks-exist", BROWSER).status_code == 200


def test_what_leads_to_a_thing_hangs_on_it_in_json_ld(client: Client) -> None:
    tree = client.get("/body/office-of-desks.jsonld").json()
    assert "@included" not in tree
    asserted = {node["id"].rpartition("/")[2] for node in tree["@reverse"]["assertedBy"]}
    assert {"desks-exist", "desks-are-many"} <= asserted


def test_json_ld_is_one_tree_with_each_part_nested_once(client: Client) -> None:
    tree = client.get("/claim/desks-are-counted.jsonld").json()
    assert tree["id"] == SITE.base + "id/claim/desks-are-counted"
    parts = {f"{SITE.base}id/evidence/desks-are-counted--{number}": 1 for number in range(1, 5)}
    assert {iri: json.dumps(tree).count(f'"id": "{iri}"') for iri in parts} == parts
    assert "@included" not in tree


def test_parts_that_nothing_refers_to_hang_on_their_owner(client: Client) -> None:
    tree = client.get("/source/desk-report.jsonld").json()
    assert [part["id"].rpartition("/")[2] for part in tree["@reverse"]["partOfThing"]] == [
        "desk-report--count",
        "desk-report--method",
    ]


def test_the_documents_of_a_graph_say_the_same(client: Client) -> None:
    turtle = rdflib.Graph().parse(data=client.get("/graph/small.ttl").text, format="turtle")
    assert isomorphic(expanded(client, "/graph/small.jsonld"), turtle)


@pytest.mark.parametrize("ending", ["", ".ttl", ".jsonld", ".nt", ".rdf", ".json"])
def test_documents_carry_the_digest_of_their_bytes(client: Client, ending: str) -> None:
    path = f"/claim/desks-exist{ending}"
    first = client.get(path)
    assert first.headers["etag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    assert "vary" not in first.headers
    again = client.get(path, if_none_match=f'"other", W/{first.headers["etag"]}')
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(path, if_none_match='"other"').status_code == 200


def test_documents_link_to_their_kin(client: Client) -> None:
    link = client.get("/claim/desks-exist.ttl").headers["link"]
    assert f'<{SITE.base}claim/desks-exist.ttl>; rel="canonical"' in link
    assert '</claim/desks-exist>; rel="alternate"; type="text/html"' in link
    assert '</claim/desks-exist.jsonld>; rel="alternate"; type="application/ld+json"' in link
    assert 'rel="describedby"' in client.get("/claim/desks-exist", BROWSER).headers["link"]


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    response = client.request("HEAD", "/claim/desks-exist.ttl")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["etag"] == client.get("/claim/desks-exist.ttl").headers["etag"]


@pytest.mark.parametrize("thing", THINGS)
def test_labels_of_linked_things_come_when_asked_for_in_every_format_alike(client: Client, thing: str) -> None:
    plain = rdflib.Graph().parse(data=client.get(f"{thing}.nt").text, format="nt")
    truth = rdflib.Graph().parse(data=client.get(f"{thing}.nt?labels=1").text, format="nt")
    added = set(truth) - set(plain)
    assert {predicate for _, predicate, _ in added} == {rdflib.RDFS.label}
    linked = {value for value in plain.objects() if isinstance(value, rdflib.URIRef)}
    assert {subject for subject, _, _ in added} <= linked | set(plain.subjects())
    assert isomorphic(rdflib.Graph().parse(data=client.get(f"{thing}.ttl?labels=1").text, format="turtle"), truth)
    assert isomorphic(rdflib.Graph().parse(data=client.get(f"{thing}.rdf?labels=1").text, format="xml"), truth)
    assert isomorphic(expanded(client, f"{thing}.jsonld?labels=1"), truth)


@pytest.mark.parametrize(
    ("name", "accept", "document"),
    [
        ("/id/claim/desks-exist", "text/turtle", "/claim/desks-exist.ttl?labels=1"),
        ("/id/claim/desks-exist", BROWSER, "/claim/desks-exist?labels=1"),
        ("/id/passage/desk-report--count", "text/turtle", "/source/desk-report.ttl?labels=1"),
        ("/id/passage/desk-report--count", BROWSER, "/source/desk-report?labels=1#passage-count"),
        ("/concept/judgement/supports", "text/turtle", "/concept/judgement/supports.ttl?labels=1"),
    ],
)
def test_a_name_leads_on_with_what_was_asked_of_it(client: Client, name: str, accept: str, document: str) -> None:
    assert client.get(f"{name}?labels=1", accept).headers["location"] == document


def test_labels_are_wanted_or_not(client: Client) -> None:
    assert client.get("/claim/desks-exist.ttl?labels=0").content == client.get("/claim/desks-exist.ttl").content
    assert client.get("/claim/desks-exist.ttl?labels=yes").status_code == 400


@pytest.mark.parametrize(
    "path", ["/graph/small", "/graph/small.ttl", "/graph/small.html", "/ns", "/ns.nt", "/shapes.ttl"]
)
def test_labels_are_refused_where_they_change_nothing(client: Client, path: str) -> None:
    told = client.get(f"{path}?labels=1", "text/turtle, */*")
    assert (told.status_code, told.json()["parameter"]) == (400, "labels")


def test_the_shapes_lead_to_their_documents(client: Client) -> None:
    assert 'id="ClaimShape"' in client.page("/shapes.html")
    assert "shape:ClaimShape a sh:NodeShape" in client.get("/shapes.ttl").text
    assert client.get("/shapes.csv").status_code == 406
