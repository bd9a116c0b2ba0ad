"""The prefixes of a release: the ontology's own, one per kind of thing and part, one per code list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.sources import Sources
from vaughn.errors import Finding, FindingsStop
from vaughn.iris import Iris


def release_prefixes(sources: Sources) -> dict[str, str]:
    """Prefix → namespace, sorted. Raises FindingsStop where one prefix would stand for two namespaces."""
    triples = [triple for source in (*sources.ontology, *sources.shapes) for triple in source.triples]
    curated = [triple for source in sources.graph for triple in source.triples]
    kinds = Iris(sources.site.base).prefixes().items()
    found: dict[str, str] = {}
    clashes = []
    for prefix, namespace in (*_declared(triples), *kinds, *_code_lists([*triples, *curated])):
        if found.setdefault(prefix, namespace) != namespace:
            message = f"the prefix {prefix}: would stand for {found[prefix]} and for {namespace}"
            clashes.append(Finding("error", "one-namespace-per-prefix", message, remedy="rename one of them"))
    if clashes:
        raise FindingsStop("the prefixes", clashes)
    return dict(sorted(found.items()))


def _declared(triples: Iterable[ox.Triple]) -> Iterator[tuple[str, str]]:
    """What `sh:declare` nodes say (SHACL §5.2.1)."""
    names = {}
    spaces = {}
    for triple in triples:
        if isinstance(triple.object, ox.Literal):
            if triple.predicate.value == terms.SH_PREFIX:
                names[triple.subject] = triple.object.value
            elif triple.predicate.value == terms.SH_NAMESPACE:
                spaces[triple.subject] = triple.object.value
    yield from sorted({(name, spaces[node]) for node, name in names.items() if node in spaces})


def _code_lists(triples: Iterable[ox.Triple]) -> Iterator[tuple[str, str]]:
    """A code list's prefix is the last step of its scheme's IRI."""
    for triple in triples:
        typed = triple.predicate.value == terms.RDF_TYPE and triple.object == ox.NamedNode(terms.CONCEPT_SCHEME)
        if typed and isinstance(triple.subject, ox.NamedNode):
            scheme = triple.subject.value.rstrip("/")
            yield scheme.rpartition("/")[2], scheme + "/"
