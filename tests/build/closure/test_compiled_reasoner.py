"""The compiled reasoner against cases worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from closure_cases import canonical, folders, given, triples
from vaughn.build.closure import reasoner_named
from vaughn.errors import AxiomUnsupported, ReasonerUnknown

COMPILED = reasoner_named("compiled")


@pytest.mark.parametrize("case", folders("cases"), ids=lambda case: case.name)
def test_everything_that_follows_is_inferred_and_nothing_else(case: Path) -> None:
    closure = COMPILED.close(*given(case))
    assert canonical(list(closure.triples)) == canonical(triples(case / "expected.ttl"))
    assert closure.inconsistencies == ()


@pytest.mark.parametrize("case", folders("contradictions"), ids=lambda case: case.name)
def test_a_contradiction_names_its_rule_and_the_individuals_at_fault(case: Path) -> None:
    closure = COMPILED.close(*given(case))
    expected = [line.split(" ") for line in (case / "expected.txt").read_text(encoding="utf-8").splitlines()]
    assert [[found.rule, *found.individuals] for found in closure.inconsistencies] == expected
    for found in closure.inconsistencies:
        assert all(individual in found.message for individual in found.individuals)


@pytest.mark.parametrize("path", folders("refused"), ids=lambda path: path.stem)
def test_an_axiom_without_a_rule_is_an_error_that_quotes_it(path: Path) -> None:
    says = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# says: ")
    with pytest.raises(AxiomUnsupported, match=says) as caught:
        COMPILED.close(triples(path), [])
    assert caught.value.axiom in str(caught.value)


def test_the_order_of_what_is_given_does_not_matter() -> None:
    case = next(case for case in folders("cases") if case.name == "transitive-along-a-path")
    ontology, facts = given(case)
    one, other = COMPILED.close(ontology, facts), COMPILED.close(ontology[::-1], facts[::-1])
    assert one.triples == other.triples
    assert list(one.triples) == sorted(one.triples, key=str)


def test_no_axioms_and_no_facts_give_nothing() -> None:
    closure = COMPILED.close([], [])
    assert (closure.triples, closure.inconsistencies) == ((), ())
    assert closure.seconds >= 0


def test_an_unknown_reasoner_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ReasonerUnknown, match="owlrl, compiled"):
        reasoner_named("guesswork")  # type: ignore[arg-type]
