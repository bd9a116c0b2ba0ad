"""Do graph files keep to the words of the ontology? Asked first: whatever a misspelt word breaks is blamed on others.

The checks named `checks/term-…` speak of words alone and need nothing inferred, so they run here, over everything
asserted or over a single file, and once more with the other checks over what was inferred and derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.acknowledged import acknowledged, weighed
from vaughn.build.checks import findings_of, placed
from vaughn.build.sources import SourceFile, Sources
from vaughn.errors import Finding
from vaughn.querybook import NamedQuery, read_query
from vaughn.resources import Site
from vaughn.turtle import node_of

_CHECKS = "checks/term-"


def word_findings(sources: Sources, queries: Iterable[NamedQuery], only: SourceFile | None = None) -> list[Finding]:
    """Axioms among the facts, and what the queries find in what is asserted: by all files, or by one.

    queries: those of `word_checks`. Raises HeaderInvalid.
    """
    files = (*sources.graph, *sources.entries.values()) if only is None else (only,)
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in sources.words)
    store.extend(ox.Quad(*triple) for source in files for triple in source.triples)
    known = acknowledged(sources)
    found = [finding for query in queries for finding in findings_of(store, query, [ox.DefaultGraph()])]
    own = [finding for finding in found if only is None or finding.focus in only.subjects]
    facts = (source for source in files if not source.path.is_relative_to(sources.site.ontology))
    axioms = [finding for source in facts for finding in _axioms(source)]
    return [*axioms, *(placed(weighed(finding, known), sources) for finding in own)]


def word_checks(site: Site) -> list[NamedQuery]:
    """The site's checks of words alone, read without the rest of its questions. Raises HeaderInvalid."""
    found: dict[str, NamedQuery] = {}
    for folder in site.queries:
        for path in sorted(folder.glob(f"{_CHECKS}*.rq")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            found[name] = found.get(name) or read_query(name, path)
    return [found[name] for name in sorted(found)]


def _axioms(source: SourceFile) -> Iterator[Finding]:
    """An error for each triple that says what a word means, or that two names are one: all that OWL's words are for."""
    remedy = "axioms stand in ontology/; relate two things by a property of the ontology, never by owl:sameAs"
    for triple in source.triples:
        said = next((term for term in triple if _is_axiom(term)), None)
        if said is not None:
            focus, line = _place(source, triple)
            message = f"{said} is no word for facts: {triple} ."
            yield Finding("error", "no-axioms", message, source.file, focus, remedy, line)


def _is_axiom(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and (term.value.startswith(terms.OWL) or term.value in terms.SCHEMA)


def _place(source: SourceFile, triple: ox.Triple) -> tuple[str, int | None]:
    """The subject and the line where it is described; of a blank node, where the predicate is first written."""
    node = node_of(triple)
    named = isinstance(node, ox.NamedNode)
    return (node.value if named else "", source.line_of(node.value if named else triple.predicate.value))
