"""The order of rules: what saturation takes along, what loops, what runs first."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from random_ontologies import PREFIXES
from vaughn.build.closure import sparql
from vaughn.build.closure.axioms import Axioms
from vaughn.build.closure.compile import compiled
from vaughn.build.closure.saturate import Plan, planned

Planned = Callable[[str], Plan]


@pytest.fixture
def plan() -> Planned:
    """The plan of an ontology in Turtle."""

    def make(text: str) -> Plan:
        quads = pyoxigraph.parse(PREFIXES + text, format=RdfFormat.TURTLE)
        return planned(compiled(Axioms(quad.triple for quad in quads)))

    return make


def test_a_rule_with_one_premise_takes_along_what_follows_from_its_head(plan: Planned) -> None:
    made = plan(
        ":p rdfs:subPropertyOf :q . :q rdfs:range :C ; owl:inverseOf :r . :C rdfs:subClassOf :D . :r rdfs:domain :E ."
    )
    first = next(step for step in made.steps if str(step.body[0].predicate).endswith("/p>"))
    heads = {_short(atom.subject, atom.predicate, atom.object) for atom in first.heads}
    assert heads == {"?x q ?y", "?y r ?x", "?y type C", "?y type D", "?y type E"}


def test_rules_with_one_premise_run_once_and_the_ends_of_a_hierarchy_first(plan: Planned) -> None:
    made = plan(":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :D .")
    assert [_short(step.body[0].object) for step in made.steps] == ["C", "B", "A"]
    assert not any(group.loops for group in made.groups)


def test_a_join_runs_after_the_joins_that_feed_it(plan: Planned) -> None:
    made = plan(
        ":last owl:propertyChainAxiom ( :middle :x ) . :middle owl:propertyChainAxiom ( :first :x ) ."
        " :first owl:propertyChainAxiom ( :x :y ) ."
    )
    assert [_short(step.heads[0].predicate) for step in made.steps] == ["first", "middle", "last"]
    assert not any(group.loops for group in made.groups)


def test_only_joins_that_feed_themselves_or_each_other_loop_and_they_loop_together(plan: Planned) -> None:
    made = plan(
        ":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :p :r ) . :near a owl:TransitiveProperty ."
        " :s owl:propertyChainAxiom ( :p :near ) ."
    )
    groups = [({_short(step.heads[0].predicate) for step in group.steps}, group.loops) for group in made.groups]
    assert [names for names, loops in groups if loops] in ([{"p", "q"}, {"near"}], [{"near"}, {"p", "q"}])
    assert groups[-1] == ({"s"}, False)


def test_an_anonymous_class_is_recorded_only_where_a_join_asks_for_it(plan: Planned) -> None:
    some = "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ]"
    alone = plan(f":C owl:equivalentClass {some} .")
    asked = plan(f":C owl:equivalentClass [ owl:intersectionOf ( :B {some} ) ] .")
    assert not any("anonymous" in str(atom) for step in alone.steps for atom in step.heads)
    assert any("anonymous" in str(atom) for step in asked.steps for atom in step.heads)


def test_a_repeated_step_passes_over_what_stands(plan: Planned) -> None:
    (step,) = plan(":near a owl:TransitiveProperty .").steps
    assert "FILTER NOT EXISTS" in sparql.update_again(step)
    assert "FILTER NOT EXISTS" not in sparql.update(step)


def _short(*terms: object) -> str:
    """Terms by the last part of their IRIs."""
    return " ".join(str(term).rstrip(">").rsplit("/", 1)[-1].rsplit("#", 1)[-1] for term in terms)
