"""Do the names in graph files obey the site's grammar, and does everything they name exist?"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from vaughn.build.sources import SourceFile, Sources
from vaughn.errors import Finding, IriInvalid
from vaughn.iris import Iris, Name

_DESCRIBED = ("thing", "part", "concept", "scheme")


def name_findings(sources: Sources, source: SourceFile) -> list[Finding]:
    """What is wrong with the names of one file: blank nodes, malformed IRIs, parts without owner, dangling names."""
    iris = Iris(sources.site.base)
    findings = list(_blank_nodes(source))
    for subject in sorted(source.subjects):
        findings += _subject(sources, source, iris, subject)
    for named in sorted(_named(source) - source.subjects):
        findings += _mention(sources, source, iris, named)
    return findings


def owner_of(sources: Sources, iris: Iris, name: Name) -> str | None:
    """The thing that owns a part: the first described candidate that refers to it, else the first described one.

    A source, an event and a memorandum may share a slug; the one that uses a date owns it.
    """
    described = [iri for iri in iris.owner_candidates(name) if iri in sources.files_of]
    users = sources.referrers.get(name.iri, frozenset())
    return next((iri for iri in described if iri in users), described[0] if described else None)


def _blank_nodes(source: SourceFile) -> Iterator[Finding]:
    """One finding for each subject that refers to a blank node, or for the file where none does."""
    remedy = "give the node an IRI of its own, as a part of its owner"
    blank = [triple for triple in source.triples if ox.BlankNode in (type(triple.subject), type(triple.object))]
    holders = {triple.subject.value for triple in blank if isinstance(triple.subject, ox.NamedNode)}
    for holder in sorted(holders):
        yield _finding(source, "no-blank-nodes", holder, "a blank node stands here", remedy)
    if blank and not holders:
        yield Finding("error", "no-blank-nodes", "a blank node is a subject", source.file, remedy=remedy)


def _subject(sources: Sources, source: SourceFile, iris: Iris, subject: str) -> Iterator[Finding]:
    if not subject.startswith(iris.base):
        if subject not in sources.concepts:
            message = f"{subject} does not lie under the site's base {iris.base}"
            yield _finding(source, "site-base", subject, message, "rename it, or correct base in graph/site.toml")
        return
    try:
        name = iris.parse(subject)
    except IriInvalid as error:
        yield _finding(source, "iri-grammar", subject, error.reason, "rename it by the grammar of IRIs")
        return
    if name.what == "part" and owner_of(sources, iris, name) is None:
        owners = " or ".join(iris.owner_candidates(name))
        yield _finding(
            source, "part-has-owner", subject, f"no file describes its owner, {owners}", "describe the owner"
        )


def _mention(sources: Sources, source: SourceFile, iris: Iris, named: str) -> Iterator[Finding]:
    if not named.startswith(iris.base) or named in sources.files_of or named in sources.concepts:
        return
    try:
        name = iris.parse(named)
    except IriInvalid as error:
        yield _finding(source, "iri-grammar", named, error.reason, "correct the name")
        return
    if name.what in _DESCRIBED:
        yield _finding(source, "name-resolves", named, f"no file describes {named}", "correct the name or describe it")


def _named(source: SourceFile) -> frozenset[str]:
    return frozenset(triple.object.value for triple in source.triples if isinstance(triple.object, ox.NamedNode))


def _finding(source: SourceFile, rule: str, focus: str, message: str, remedy: str) -> Finding:
    return Finding("error", rule, message, source.file, focus, remedy, source.line_of(focus))
