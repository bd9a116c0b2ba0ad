"""Known defects, acknowledged as data with a reason: their findings are reported as info and stop nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.sources import Sources
from vaughn.errors import Finding
from vaughn.turtle import node_of

Acknowledged = Mapping[tuple[str, str], str]
"""(name of the check or shape, focus) → the reason given."""


def acknowledged(sources: Sources) -> Acknowledged:
    """What the graph files acknowledge; an acknowledgement that is not whole acknowledges nothing."""
    said: dict[str, dict[str, str]] = {}
    for source in sources.graph:
        for triple in source.triples:
            if triple.predicate.value in (terms.OF_CHECK, terms.OF_FOCUS, terms.REASON):
                said.setdefault(node_of(triple).value, {})[triple.predicate.value] = _text(triple.object)
    wanted = {terms.OF_CHECK, terms.OF_FOCUS, terms.REASON}
    whole = [node for node in said.values() if set(node) == wanted]
    return {(node[terms.OF_CHECK], node[terms.OF_FOCUS]): node[terms.REASON] for node in whole}


def weighed(finding: Finding, known: Acknowledged) -> Finding:
    """The finding, as info with the reason where it is acknowledged."""
    reason = known.get((finding.rule.rpartition("/")[2], finding.focus)) or known.get((finding.rule, finding.focus))
    if not reason:
        return finding
    return dataclasses.replace(finding, severity="info", message=f"{finding.message} (acknowledged: {reason})")


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
