"""Known defects, acknowledged as data with a reason: their findings are reported as info and stop nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.sources import Sources
from vaughn.errors import Finding
from vaughn.turtle import node_of

IDLE = "acknowledgement-is-needed"

Acknowledged = Mapping[tuple[str, str], str]
"""(name of the check or shape, focus) → the reason given."""


def acknowledged(sources: Sources) -> Acknowledged:
    """What the graph files acknowledge; an acknowledgement that is not whole acknowledges nothing."""
    said = _said(sources).values()
    return {(node[terms.OF_CHECK], node[terms.OF_FOCUS]): node[terms.REASON] for node in said}


def idle(sources: Sources, findings: Iterable[Finding]) -> list[Finding]:
    """A warning for every acknowledgement of which these findings, those of the whole site, know nothing any more."""
    known = {key for each in findings for key in _keys(each)}
    return [
        Finding(
            "warning",
            IDLE,
            f"nothing is found by {node[terms.OF_CHECK]} on {node[terms.OF_FOCUS]} any more",
            source.file,
            name,
            "take the acknowledgement out, or correct the names of its check and its thing",
            source.line_of(name),
        )
        for name, node in sorted(_said(sources).items())
        if (node[terms.OF_CHECK], node[terms.OF_FOCUS]) not in known and (source := sources.files_of.get(name))
    ]


def _said(sources: Sources) -> dict[str, dict[str, str]]:
    """What each whole acknowledgement says, by its IRI."""
    said: dict[str, dict[str, str]] = {}
    wanted = {terms.OF_CHECK, terms.OF_FOCUS, terms.REASON}
    for source in sources.graph:
        for triple in source.triples:
            if triple.predicate.value in wanted:
                said.setdefault(node_of(triple).value, {})[triple.predicate.value] = _text(triple.object)
    return {name: node for name, node in said.items() if set(node) == wanted}


def _keys(finding: Finding) -> tuple[tuple[str, str], tuple[str, str]]:
    """The names by which a finding may be acknowledged."""
    return (finding.rule.rpartition("/")[2], finding.focus), (finding.rule, finding.focus)


def weighed(finding: Finding, known: Acknowledged) -> Finding:
    """The finding, as info with the reason where it is acknowledged."""
    reason = next((known[key] for key in _keys(finding) if known.get(key)), "")
    if not reason:
        return finding
    return dataclasses.replace(finding, severity="info", message=f"{finding.message} (acknowledged: {reason})")


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
