"""Validate what was asserted, before anything is inferred: afterwards range inference types everything, hiding faults.

The data graph is everything asserted and the ontology. Each node's findings are kept under `cache/` by the digest of
what its validation looks at (see node_keys), so that an edit re-validates the nodes it touched.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.acknowledged import acknowledged, weighed
from vaughn.build.inputs import engine_versions
from vaughn.build.names import name_findings
from vaughn.build.node_keys import Neighbours, neighbours, node_keys, reach
from vaughn.build.sources import SourceFile, Sources
from vaughn.errors import Finding, Severity
from vaughn.turtle import node_of

_FILE = "validation.json"
Results = dict[str, list[dict[str, str]]]
"""Node key → its violations, as plain data."""


@dataclass(frozen=True)
class Validated:
    """Every finding, in the order of files; checked: focus nodes validated now, the rest came from the cache."""

    findings: list[Finding]
    checked: int
    nodes: int


def validate(sources: Sources, cache: Path, only: SourceFile | None = None) -> Validated:
    """Names and shapes, of all files or of one alone. cache: the folder that keeps results between builds."""
    files = sources.graph if only is None else (only,)
    names = [finding for source in files for finding in name_findings(sources, source)]
    names += unsupported(sources)
    graph = neighbours((*sources.asserted, *sources.words))
    keys = _keys(sources, graph, None if only is None else only.subjects)
    known = _read(cache / _FILE)
    missing = {node for node, key in keys.items() if key not in known}
    known |= _violations(sources, graph, missing, keys) if missing else {}
    _write(cache / _FILE, known, None if only else set(keys.values()))
    dangling = {finding.focus for finding in names if finding.rule == "name-resolves"}  # told once is enough
    found = [result for key in keys.values() for result in known[key] if result["value"] not in dangling]
    shapes = _let_stand(sources, [_finding(sources, result) for result in found])
    return Validated(sorted(names + shapes, key=_place), len(missing), len(keys))


def _let_stand(sources: Sources, findings: list[Finding]) -> list[Finding]:
    """Warnings that are acknowledged become info; an error never does, since what follows relies on the shapes."""
    known = acknowledged(sources)
    return [weighed(finding, known) if finding.severity == "warning" else finding for finding in findings]


def unsupported(sources: Sources) -> list[Finding]:
    """An error for each shape that uses what validation would pass over: SHACL Advanced Features, JavaScript."""
    remedy = "say it with SHACL Core or sh:sparql, or as a check in queries/checks/"
    return [
        Finding("error", "shape-feature", f"{triple.predicate.value} is not supported", source.file, remedy=remedy)
        for source in sources.shapes
        for triple in source.triples
        if triple.predicate.value in terms.SH_UNSUPPORTED
    ]


def _place(finding: Finding) -> tuple[str, int, str, str]:
    return (finding.file, finding.line or 0, finding.rule, finding.message)


def _keys(sources: Sources, graph: Neighbours, wanted: frozenset[str] | None) -> dict[str, str]:
    """Focus node → key: what graph files and ontology describe, or what is wanted of it."""
    words = sorted(source.text for source in (*sources.ontology, *sources.shapes))
    engine = [engine_versions()["pyshacl"], Path(__file__).with_name("shacl.py").read_text(encoding="utf-8")]
    salt = hashlib.sha256("\0".join([*engine, *words]).encode()).hexdigest()
    focus = sources.places.keys() | sources.concepts if wanted is None else wanted
    return node_keys(graph, salt, sorted(focus))


def _violations(sources: Sources, graph: Neighbours, focus: set[str], keys: Mapping[str, str]) -> Results:
    from vaughn.build.shacl import violations  # the libraries behind it take half a second to load

    results: Results = defaultdict(list, {keys[node]: [] for node in focus})
    for found in violations(_data(sources, reach(graph, focus)), _shapes(sources), focus):
        results[keys[found.focus]].append(asdict(found))
    return dict(results)


def _data(sources: Sources, subjects: set[str]) -> bytes:
    """What validation is shown: the triples of these subjects, and the classes of all that the ontology names."""
    kept = (triple for triple in sources.asserted if node_of(triple).value in subjects)
    words = (
        triple
        for triple in sources.words
        if triple.predicate.value in (terms.RDF_TYPE, terms.SUBCLASS_OF) or node_of(triple).value in subjects
    )
    return _ntriples((*kept, *words))


def _shapes(sources: Sources) -> bytes:
    """The shapes, and the prefixes that the ontology declares for their queries."""
    declared = (terms.SH_DECLARE, terms.SH_PREFIX, terms.SH_NAMESPACE)
    words = (triple for triple in sources.words if triple.predicate.value in declared)
    return _ntriples((*(triple for source in sources.shapes for triple in source.triples), *words))


def _ntriples(triples: Iterable[ox.Triple]) -> bytes:
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return written or b""


def _finding(sources: Sources, result: Mapping[str, str]) -> Finding:
    focus, source = result["focus"], sources.places.get(result["focus"])
    file, line = (source.file, source.line_of(focus)) if source else ("", None)
    severity: Severity = result["severity"]  # type: ignore[assignment]  # one of the three, as shacl.py wrote it
    return Finding(severity, result["shape"], result["message"], file, focus, result["remedy"], line)


def _read(path: Path) -> Results:
    """The kept results; none where the file is missing or damaged, since a cache can always be made anew."""
    try:
        read: Results = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read


def _write(path: Path, results: Results, live: set[str] | None) -> None:
    """Keep the results of live keys (all when None); whole or not at all, and not at all where the disk refuses."""
    kept = {key: found for key, found in results.items() if live is None or key in live}
    temporary = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(kept), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
