"""Names that kept releases served and the next one would neither have nor account for."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.acknowledged import acknowledged, weighed
from vaughn.build.sources import Sources
from vaughn.errors import Finding
from vaughn.store.compare import things_of
from vaughn.store.release import Release

LOST = "name-is-accounted-for"

_REMEDY = "write a tombstone with vaughn:formerIri, and vaughn:renamedTo or vaughn:replacedBy where there is either"


def lost(sources: Sources, kept: Iterable[Release]) -> list[Finding]:
    """A warning for each thing of a kept release that no file speaks of any more and no tombstone tells about.

    Drafts are left out, since nothing in one may be cited.
    """
    known, accounted = acknowledged(sources), {*sources.files_of, *_former(sources)}
    releases = {release.manifest.digest: release for release in kept if not release.manifest.draft}
    missing = {iri: digest for digest, one in releases.items() for iri in things_of(one) - accounted}
    return [weighed(_finding(iri, digest), known) for iri, digest in sorted(missing.items())]


def _finding(iri: str, digest: str) -> Finding:
    message = f"{iri} is in the kept release {digest.removeprefix('sha256:')[:12]}, and nothing says what became of it"
    return Finding("warning", LOST, message, focus=iri, remedy=_REMEDY)


def _former(sources: Sources) -> set[str]:
    """The names that tombstones tell about."""
    triples = (triple for source in sources.graph for triple in source.triples)
    objects = (triple.object for triple in triples if triple.predicate.value == terms.FORMER_IRI)
    return {each.value for each in objects if isinstance(each, ox.Literal | ox.NamedNode)}
