"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

import pytest
import rdflib
from rdflib.compare import isomorphic

from vaughn.store.extensions import EMBEDDED
from web.conftest import Client
from web.test_linked import expanded

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def test_it_says_what_is_taken_beyond_the_standard(client: Client) -> None:
    told = rdflib.Graph().parse(data=client.get("/sparql").text, format="turtle")
    assert {str(each) for each in told.objects(None, SD.languageExtension)} == set(EMBEDDED.languages)
    assert {str(each) for each in told.objects(None, SD.extensionFunction)} == set(EMBEDDED.functions)


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_it_has_the_same_bytes_each_time(client: Client, ending: str) -> None:
    assert client.get(f"/sparql.{ending}").content == client.get(f"/sparql.{ending}").content


def test_it_is_one_tree_in_turtle_and_says_the_same_in_each_notation(client: Client) -> None:
    turtle = client.get("/sparql.ttl").text
    assert "_:" not in turtle
    told = rdflib.Graph().parse(data=turtle, format="turtle")
    assert isomorphic(told, rdflib.Graph().parse(data=client.get("/sparql.nt").text, format="nt"))
    assert isomorphic(told, rdflib.Graph().parse(data=client.get("/sparql.rdf").text, format="xml"))
    assert isomorphic(told, expanded(client, "/sparql.jsonld"))


def test_its_json_ld_is_written_in_the_words_of_the_site(client: Client) -> None:
    document = client.get("/sparql.jsonld").json()
    assert document["@context"] == "/ns/context.jsonld"
    assert "@graph" not in document
