"""SHACL by pySHACL over rdflib graphs: the only module of the builder that knows either.

pySHACL's own `focus_nodes` option also filters the value nodes of nested shapes (`sh:node`, `sh:or`), which then
pass unseen (0.40.1; `test_a_nested_shape_is_checked_on_values_that_are_no_focus_nodes` pins it). So each shape's
targets are narrowed here and handed to the shape itself. The shapes graph is loaded once for all focus nodes.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pyshacl.shape
import rdflib
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shape import Shape
from pyshacl.validator import Validator

from vaughn import terms
from vaughn.errors import Severity

_SEVERITIES: dict[str, Severity] = {terms.SH_WARNING: "warning", terms.SH_INFO: "info"}
_MOST_VALUE = 120
# A date that is none is the shapes' business, and told as a finding; rdflib would print a traceback beside it.
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
# Each validation of a shape looks its predicates up in this list; where it is a set, checking takes half the time.
pyshacl.shape.CONSTRAINT_PARAMS = (  # type: ignore[attr-defined]  # pySHACL asks for it by its name
    frozenset(ALL_CONSTRAINT_PARAMETERS),
    CONSTRAINT_PARAMETERS_MAP,
)


@dataclass(frozen=True)
class Violation:
    """One result of validation (SHACL §3.6.2). shape: local name of the shape, or of the named one it stands in.
    value: the value at fault, or ""."""

    focus: str
    shape: str
    severity: Severity
    message: str
    remedy: str
    value: str


def violations(data: bytes, shapes: bytes, focus: Collection[str]) -> list[Violation]:
    """What the shapes find at the focus nodes they target, sorted. data, shapes: N-Triples."""
    validator = _validator(_graph(data), _graph(shapes, "SimpleMemory"))
    executor = validator.make_executor()
    reports = []
    for shape in validator.shacl_graph.shapes:
        targets = _targets(shape, validator.data_graph, focus)
        if targets:
            reports += shape.validate(executor, validator.data_graph, focus=targets)[1]
    return sorted(_read(validator, reports), key=lambda found: (found.focus, found.shape, found.message))


def _graph(triples: bytes, store: str = "default") -> rdflib.Graph:
    return rdflib.Graph(store).parse(data=triples, format="nt")


def _validator(data: rdflib.Graph, shapes: rdflib.Graph) -> Validator:
    options = {"inplace": True, "advanced": False, "inference": "none"}
    return Validator(DataGraph.from_rdflib(data), shacl_graph=shapes, options=options)


def _targets(shape: Shape, data: DataGraph, focus: Collection[str]) -> list[Any]:
    targets = shape.focus_nodes(data)  # type: ignore[no-untyped-call]
    return sorted(node for node in targets if str(node) in focus)


def _read(validator: Validator, reports: list[Any]) -> Iterator[Violation]:
    if not reports:
        return
    report, _ = validator.create_validation_report(validator.shacl_graph, False, reports)
    for result in report.objects(None, rdflib.SH.result):
        yield _violation(report, result, validator.shacl_graph.graph)


def _violation(report: rdflib.Graph, result: Any, shapes: rdflib.Graph) -> Violation:
    said = {str(predicate): value for predicate, value in report.predicate_objects(result)}
    shape = _named(said[terms.SH_SHAPE], shapes)
    remedy = shapes.value(said[terms.SH_SHAPE], rdflib.URIRef(terms.REMEDY)) or ""
    return Violation(
        focus=str(said[terms.SH_FOCUS]),
        shape=shape,
        severity=_SEVERITIES.get(str(said[terms.SH_SEVERITY]), "error"),
        message=_message(said),
        remedy=str(remedy),
        value=str(said.get(terms.SH_VALUE, "")),
    )


def _message(said: dict[str, Any]) -> str:
    """The shape's message, with the path and the value at fault where there are any."""
    text = str(said.get(terms.SH_MESSAGE, "the shape does not hold"))
    path, value = said.get(terms.SH_PATH), said.get(terms.SH_VALUE)
    where = f" at {_local(str(path))}" if isinstance(path, rdflib.URIRef) else ""
    shown = str(value)[:_MOST_VALUE] if value is not None and value != said[terms.SH_FOCUS] else ""
    return f"{text} ({where.strip()}{': ' if where and shown else ''}{shown})" if where or shown else text


def _named(shape: Any, shapes: rdflib.Graph) -> str:
    """The local name of a shape; a nameless one is called after the shape it stands in."""
    while isinstance(shape, rdflib.BNode):
        shape = next((parent for parent, _ in shapes.subject_predicates(shape)), rdflib.URIRef("nameless"))
    return _local(str(shape))


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
