"""The OWL 2 RL closure: what follows from assertions and ontology and stands in neither."""

from __future__ import annotations

from vaughn.build.assemble import Assembly
from vaughn.build.closure import ReasonerName, reasoner_named
from vaughn.errors import Finding, FindingsStop


def infer(assembly: Assembly, asserted: list[str], name: ReasonerName) -> int:
    """Fill the inferred graph and the default graph; how many triples are new.

    asserted: the IRIs of the curated named graphs. Raises FindingsStop when facts and ontology contradict each other.
    """
    ontology = assembly.triples(assembly.graph("ontology"))
    graphs = [assembly.graph(iri.removeprefix(f"{assembly.base}graph/")) for iri in asserted]
    assertions = [triple for graph in graphs for triple in assembly.triples(graph)]
    closure = reasoner_named(name).close(ontology, assertions)
    if closure.inconsistencies:
        raise FindingsStop(
            "inference", [_finding(found.rule, found.individuals, found.message) for found in closure.inconsistencies]
        )
    return assembly.add("inferred", closure.triples)


def _finding(rule: str, individuals: tuple[str, ...], message: str) -> Finding:
    remedy = "correct the facts about these, or the axiom that they break: " + ", ".join(individuals)
    return Finding("error", rule, message, focus=individuals[0] if individuals else "", remedy=remedy)
