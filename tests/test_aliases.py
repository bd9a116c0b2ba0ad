"""The names by which the collected facts call things lead to the things of the graph."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDFS, Graph, Namespace

ROOT = Path(__file__).resolve().parents[1]
COLLECTED = ROOT.parent / "shared" / "facts" / "facts.json"
THINGS = "https://w3id.org/vaughn/id/"
VAUGHN = Namespace("https://w3id.org/vaughn/ns#")

NO_THING = {
    "DHS budget": "generic; the budget justification of a year is a source",
    "Enforcement Integrated Database": "a system of ICE; there is no class for systems",
    "FOUO": "a marking",
    "Horvath v. U.S. Secret Service": "the opinion was not read; it is known from a parenthetical only",
    "ICE List": "a website of named officers, never linked",
    "ICE Staffing Charts page": "no such page was found",
    "ICESpy": "a website of named officers, never linked",
    "James Percival": "the signer of a letter; the General Counsel's office speaks",
    "LEI": "a marking, known from a machine-written page only",
    "Operation Palladium": "an operation; there is no class for operations",
    "Sam Olson": "the signer of a field office's declaration; the office speaks",
    "Vaughn index": "a concept, showing:specific-vaughn-index",
}


@cache
def named() -> dict[str, frozenset[str]]:
    """Give the things of the graph by each of their names."""
    graph = Graph()
    for path in (ROOT / "graph").rglob("*.ttl"):
        if not path.name.endswith(".meta.ttl"):
            graph.parse(path)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for naming in (RDFS.label, VAUGHN.shortName, VAUGHN.alias, VAUGHN.citationString):
        for thing, name in graph.subject_objects(naming):
            if str(thing).startswith(THINGS):
                names[str(name)].add(str(thing).removeprefix(THINGS))
    return {name: frozenset(things) for name, things in names.items()}


def test_a_name_written_as_an_alias_leads_to_one_thing_of_a_kind() -> None:
    graph = Graph().parse(ROOT / "graph" / "aliases.ttl")
    aliases = {str(alias) for alias in graph.objects(None, VAUGHN.alias)}
    assert aliases
    kinds = {alias: sorted(thing.split("/")[0] for thing in named()[alias]) for alias in aliases}
    assert {alias: of for alias, of in kinds.items() if len(of) != len(set(of))} == {}


@pytest.mark.shared
@pytest.mark.skipif(not COLLECTED.exists(), reason="the collected facts are not beside this checkout")
def test_every_name_in_the_collected_facts_leads_to_a_thing() -> None:
    facts = json.loads(COLLECTED.read_text(encoding="utf-8"))
    called = {entity for fact in facts for entity in fact["entities"]}
    assert sorted(called - named().keys()) == sorted(NO_THING)
