"""Rules across entities: the queries in `checks/` over everything served, and those in `lint/` over the ontology.

Every row is a finding: ?focus and ?message. A known defect can be acknowledged as data, with a reason.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pyoxigraph as ox

from vaughn.build.acknowledged import acknowledged, weighed
from vaughn.build.assemble import Assembly
from vaughn.build.sources import Sources
from vaughn.errors import Finding, HeaderInvalid
from vaughn.querybook import NamedQuery, QueryBook

Graphs = Sequence[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]


def run_checks(assembly: Assembly, sources: Sources, book: QueryBook) -> list[Finding]:
    """What the checks find in the default graph, acknowledged defects as info. Raises HeaderInvalid."""
    known = acknowledged(sources)
    found = _run(assembly.store, book, "checks/", [ox.DefaultGraph()])
    return [placed(weighed(finding, known), sources) for finding in found]


def lint_ontology(assembly: Assembly, book: QueryBook) -> list[Finding]:
    """What the lint queries find in ontology and shapes alone. Raises HeaderInvalid."""
    return _run(assembly.store, book, "lint/", [assembly.graph("ontology"), assembly.graph("shapes")])


def unparsable(book: QueryBook) -> list[Finding]:
    """An error for every named query that the engine does not parse."""
    findings = []
    empty = ox.Store()
    for name, query in sorted(book.queries.items()):
        try:
            empty.query(query.text)
        except SyntaxError as error:
            findings.append(
                Finding("error", "query-syntax", str(error), f"queries/{name}.rq", remedy="correct the query")
            )
    return findings


def findings_of(store: ox.Store, query: NamedQuery, graphs: Graphs) -> list[Finding]:
    """What one check finds in these graphs; nothing is placed in a file yet. Raises HeaderInvalid."""
    if list(query.returns)[:2] != ["focus", "message"]:
        raise HeaderInvalid(query.path, "a check returns ?focus and ?message first")
    try:
        rows = store.query(query.text, default_graph=list(graphs), named_graphs=[])
    except SyntaxError as error:
        raise HeaderInvalid(query.path, str(error)) from None
    return [_finding(query, row) for row in rows] if isinstance(rows, ox.QuerySolutions) else []


def placed(finding: Finding, sources: Sources) -> Finding:
    """The finding with file and line of its focus, where a file describes it."""
    source = sources.places.get(finding.focus)
    if source is None:
        return finding
    return dataclasses.replace(finding, file=source.file, line=source.line_of(finding.focus))


def _run(store: ox.Store, book: QueryBook, folder: str, graphs: Graphs) -> list[Finding]:
    findings = []
    for name in sorted(name for name in book.queries if name.startswith(folder)):
        findings += findings_of(store, book[name], graphs)
    return findings


def _finding(query: NamedQuery, row: ox.QuerySolution) -> Finding:
    focus, message = (_text(row[column]) for column in ("focus", "message"))
    return Finding(query.severity, query.name, message or query.summary, focus=focus, remedy=query.description)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
