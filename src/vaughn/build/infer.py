"""The OWL 2 RL closure: what follows from assertions and ontology and stands in neither."""

from __future__ import annotations

from collections.abc import Iterable

from vaughn.build.assemble import Assembly
from vaughn.build.closure import ReasonerName, reasoner_named
from vaughn.build.sources import SourceFile
from vaughn.errors import AxiomUnsupported, Finding, FindingsStop


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


def axiom_finding(error: AxiomUnsupported, files: Iterable[SourceFile]) -> Finding:
    """An axiom that no rule can honour, as an error in the file of the ontology that states it, where one does in
    these words: an axiom about a nameless class bears labels of the reasoner's own."""
    stated = ((file, triple) for file in files for triple in file.triples if str(triple) == error.axiom)
    file, triple = next(stated, (None, None))
    focus = str(triple.subject).strip("<>") if triple else ""
    place, line = (file.file, file.line_of(focus)) if file else ("", None)
    message = f"the axiom {error.axiom} is not supported: {error.reason}"
    return Finding("error", "axiom-is-supported", message, place, focus, error.remedy, line)


def _finding(rule: str, individuals: tuple[str, ...], message: str) -> Finding:
    remedy = "correct the facts about these, or the axiom that they break: " + ", ".join(individuals)
    return Finding("error", rule, message, focus=individuals[0] if individuals else "", remedy=remedy)
