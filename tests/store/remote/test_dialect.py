"""Texts are reworded for an engine only where its faults ask for it, and never inside strings, comments or IRIs."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from vaughn.store.engine import Form, Request
from vaughn.store.quirks import ENGINES, GENERIC, Quirks, engine_behind, engine_named
from vaughn.store.remote.dialect import Layout, speak

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "remote-engines.md"
CASES = yaml.safe_load(Path(__file__).with_name("dialect.yaml").read_text(encoding="utf-8"))
LAYOUT = Layout("x:default", ("x:one", "x:two"), "x:nothing")


def row(name: str) -> Quirks:
    found = engine_named(name)
    assert found
    return found


def request(text: str, default: tuple[str, ...] | None = None, named: tuple[str, ...] | None = None) -> Request:
    return Request(text, Form.SELECT, "json", default_graphs=default, named_graphs=named)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_virtuoso_is_sent_what_it_understands(case: dict[str, str]) -> None:
    assert speak(request(case["asked"]), row("virtuoso"), LAYOUT).text == case["sent"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
@pytest.mark.parametrize("quirks", [GENERIC, row("oxigraph")], ids=lambda quirks: quirks.name)
def test_other_engines_are_sent_what_was_asked(case: dict[str, str], quirks: Quirks) -> None:
    assert speak(request(case["asked"]), quirks, LAYOUT).text == case["asked"]


ALIKE = [case for case in CASES if "fault" not in case["says"] and "extends" not in case]


@pytest.mark.parametrize("case", ALIKE, ids=lambda case: case["says"])
def test_what_is_sent_means_what_was_asked(case: dict[str, str]) -> None:
    store = ox.Store()
    store.load(b'<x:a> <x:p> 1, "a", <x:b> . <x:b> <x:p> <x:a>, 2 .', format=ox.RdfFormat.TURTLE)
    prefixes = {"x": "x:", "x-FROM": "x:"}
    answers = [store.query(case[word], prefixes=prefixes) for word in ("asked", "sent")]
    rows = [sorted(str(list(row)) for row in answer) for answer in answers if isinstance(answer, ox.QuerySolutions)]
    assert rows[0] == rows[1]


NONE, OWN, ALL = "default x:nothing", "default x:default", ["named x:one", "named x:two"]


@pytest.mark.parametrize(
    ("text", "default", "named", "sent"),
    [
        ("SELECT * {}", None, None, [OWN, "named x:nothing"]),
        ("SELECT * { GRAPH ?g {} }", None, None, [OWN, *ALL]),
        ("SELECT * { 'GRAPH' }", None, None, [OWN, "named x:nothing"]),
        ("SELECT * FROM <x:one> {}", None, None, ["default x:one", "named x:nothing"]),
        ("SELECT * FROM <x:other> { GRAPH ?g {} }", None, None, [NONE, "named x:nothing"]),
        ("SELECT * FROM <x:one> FROM NAMED <x:two> {}", None, None, ["default x:one", "named x:two"]),
        ("PREFIX y: <x:> SELECT * FROM y:one FROM NAMED y:two {}", None, None, ["default x:one", "named x:two"]),
        ("PREFIX y: <x:one> SELECT * FROM y: {}", None, None, ["default x:one", "named x:nothing"]),
        ("SELECT * FROM NAMED <x:two> {}", None, None, [NONE, "named x:two"]),
        ("PREFIX named: <x:> SELECT * FROM named:one {}", None, None, ["default x:one", "named x:nothing"]),
        ("PREFIX graph: <x:> SELECT * { ?s a graph:one }", None, None, [OWN, "named x:nothing"]),
        ("SELECT * FROM <x:one> {}", ("x:two",), None, ["default x:two", "named x:nothing"]),
        ("SELECT * {}", None, ("x:one", "x:marker"), [NONE, "named x:one"]),
        ("SELECT * { GRAPH ?g {} }", ("x:other",), None, [NONE, "named x:nothing"]),
        ("SELECT * {}", ("x:default",), ("x:nothing",), [NONE, "named x:nothing"]),
        ("SELECT * {}", (), (), [NONE, "named x:nothing"]),
    ],
)
def test_the_dataset_is_spelt_out_and_is_of_the_release(
    text: str, default: tuple[str, ...] | None, named: tuple[str, ...] | None, sent: list[str]
) -> None:
    spoken = speak(request(text, default, named), GENERIC, LAYOUT)
    assert [f"{name.removesuffix('-graph-uri')} {iri}" for name, iri in spoken.pairs] == sent
    assert "FROM" not in spoken.text


def test_a_graphs_name_is_resolved_against_the_base_of_its_place() -> None:
    layout = Layout("x:default", ("https://a.example/b/one", "https://a.example/c/two"), "x:nothing")
    text = "SELECT * FROM <one> FROM NAMED <../c/two> {}"
    asked = [
        Request(text, Form.SELECT, "json", base="https://a.example/b/sparql"),
        request(f"BASE <https://a.example/b/> {text}"),
    ]
    for one in asked:
        assert [iri for _, iri in speak(one, GENERIC, layout).pairs] == list(layout.named)


def test_only_the_texts_own_from_is_left_out() -> None:
    text = "SELECT * FROM <x:a> FROM NAMED x:b # FROM <x:c>\n{ ?s x:FROM 'FROM <x:a>' }"
    assert speak(request(text), GENERIC, LAYOUT).text == "SELECT *     # FROM <x:c>\n{ ?s x:FROM 'FROM <x:a>' }"


def test_a_prefix_called_from_is_a_prefix() -> None:
    text = "PREFIX from: <x:> SELECT * { VALUES ?t { <x:a> from:b from:c } ?s from:d ?t }"
    spoken = speak(request(text), GENERIC, LAYOUT)
    assert spoken.text == text
    assert spoken.pairs[0] == ("default-graph-uri", "x:default")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("BASE <http://b/> ASK { <s> a <t> }", "BASE <http://b/>\n  ASK { <http://b/s> a <http://b/t> }"),
        ("BASE <b/> BASE <c/> ASK { <s> a <urn:t> }", "BASE <http://a/b/c/>\n    ASK { <http://a/b/c/s> a <urn:t> }"),
        (
            "PREFIX x: <y/> BASE <b/> PREFIX z: <y/> ASK { x:s a z:t }",
            "BASE <http://a/b/>\nPREFIX x: <http://a/y/>   PREFIX z: <http://a/b/y/> ASK { x:s a z:t }",
        ),
        ("PREFIX x: <urn:y> ASK { x:s a <../t> }", "BASE <http://a/>\nPREFIX x: <urn:y> ASK { x:s a <http://a/t> }"),
        ("BASE <urn:> ASK { <s> a '<t>' }", "BASE <urn:>\n  ASK { <urn:s> a '<t>' }"),
    ],
)
def test_a_text_has_one_base_and_names_mean_what_they_did(text: str, sent: str) -> None:
    spoken = speak(Request(text, Form.ASK, "json", base="http://a/"), GENERIC, LAYOUT)
    assert spoken.text == sent
    assert spoken.above == 1


def test_virtuoso_is_given_an_empty_graph_for_one_outside_the_dataset() -> None:
    text = "PREFIX x: <x:> SELECT * FROM NAMED x:one { GRAPH x:one { ?s ?p ?o } GRAPH <x:two> { ?o ?p ?s } }"
    spoken = speak(request(text), row("virtuoso"), LAYOUT)
    assert spoken.text.split() == text.replace("FROM NAMED x:one", "").replace("<x:two>", "<x:nothing>").split()
    assert [iri for _, iri in spoken.pairs] == ["x:nothing", "x:one", "x:nothing"]
    assert "<x:two>" in speak(request(text), GENERIC, LAYOUT).text


def test_every_engine_of_the_table_is_known_by_name_and_by_what_it_says() -> None:
    assert len({quirks.name for quirks in ENGINES}) == len(ENGINES)
    for quirks in ENGINES:
        assert engine_named(quirks.name) is quirks
        assert not quirks.server or engine_behind(f"{quirks.server}/1.0") is quirks
    assert engine_behind("nginx") is engine_behind("") is GENERIC


@pytest.mark.parametrize(
    ("name", "seconds", "sent"),
    [
        ("virtuoso", 2.5, [("timeout", "2500")]),
        ("virtuoso", 0.5, [("timeout", "1000")]),
        ("fuseki", 2.5, [("timeout", "3")]),
        ("stardog", 2.5, [("timeout", "2500")]),
        ("qlever", 2.5, [("timeout", "3s")]),
    ],
)
def test_the_deadline_is_told_in_the_engines_unit(name: str, seconds: float, sent: list[tuple[str, str]]) -> None:
    limit = row(name).time_limit
    assert limit
    assert limit.pairs(seconds) == sent


@pytest.mark.parametrize("quirks", [*ENGINES, GENERIC], ids=lambda quirks: quirks.name)
def test_the_manual_has_a_row_for_every_engine_and_says_which_are_tried(quirks: Quirks) -> None:
    rows = [line for line in MANUAL.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{quirks.name}`")]
    assert len(rows) == 1
    assert quirks.tried is any(character.isdigit() for character in rows[0].split("|")[5])
    assert quirks.time_limit is None or f"`{quirks.time_limit.parameter}`" in rows[0]
    assert quirks.name == "generic" or quirks.authentication in rows[0]
