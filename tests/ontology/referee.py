"""The closure as the referee sees it: owlrl, slow and independent of the build's own rules."""

from __future__ import annotations

from pathlib import Path

import owlrl
from owlrl.Namespaces import ERRNS
from rdflib import RDF, Graph

DATA = Path(__file__).parent / "data"


def closed(*graphs: Graph) -> tuple[Graph, list[str]]:
    """The OWL 2 RL closure of some graphs, and the inconsistencies found."""
    whole = union(*graphs)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(whole)
    messages = whole.subjects(RDF.type, ERRNS.ErrorMessage)
    return whole, [str(text) for message in messages for text in whole.objects(message, ERRNS.error)]


def union(*graphs: Graph) -> Graph:
    """All triples of some graphs in one; blank nodes are not renamed, since each parse makes its own."""
    whole = Graph()
    for graph in graphs:
        whole += graph
    return whole
