"""Catalogue entries: beside every graph file `x.ttl` stands `x.meta.ttl`, saying what it is, whence and since when.

The entry's subject is the file's named graph. It carries the digest of the file's canonical form, so that a change
without a new entry shows.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.sources import SourceFile, Sources, read_file
from vaughn.errors import CatalogueStale, Finding
from vaughn.resources import Site
from vaughn.turtle import write_turtle

REQUIRED = (terms.TITLE, terms.LICENSE, terms.PROVENANCE, terms.MODIFIED, terms.CONTENT_DIGEST)


@dataclass(frozen=True)
class Staleness:
    """Graph files without an entry, and those whose entry lacks something or has another digest."""

    missing: tuple[str, ...]
    differing: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.differing)

    def __str__(self) -> str:
        return f"{len(self.missing)} entries missing, {len(self.differing)} differing" if self else "in order"

    def stop(self) -> None:
        """Raises CatalogueStale unless every entry is in order."""
        if self:
            raise CatalogueStale(self.missing, self.differing)


def staleness(sources: Sources) -> Staleness:
    """Which entries have to be written before a release."""
    missing = [source.file for source in sources.graph if source.file not in sources.entries]
    differing = [source.file for source in sources.graph if not _in_order(source, sources.entries.get(source.file))]
    return Staleness(tuple(missing), tuple(file for file in differing if file not in missing))


def orphans(site: Site) -> list[Finding]:
    """A warning for every entry whose file is gone."""
    kept = {site.entry_of(path) for path in site.graph_files()}
    strays = sorted(path for path in site.graph.rglob("*.meta.ttl") if path not in kept and "inbox" not in path.parts)
    message = "this catalogue entry has no file beside it"
    return [Finding("warning", "entry-has-file", message, site.relative(path), "", "remove it") for path in strays]


def modified(sources: Sources, file: str) -> str:
    """The ISO date of a graph file's last change, or "" where its entry does not say."""
    entry = sources.entries.get(file)
    return _value(entry, terms.MODIFIED) if entry else ""


def add_entry(site: Site, path: Path, today: datetime.date, *, title: str = "", origin: str = "") -> Path:
    """Write the entry of a graph file anew. title, origin: what the entry says; made from name and site when "".

    Raises FileUnreadable.
    """
    source = read_file(site, path)
    told = {
        terms.TITLE: title or path.stem.replace("-", " ").capitalize(),
        terms.PROVENANCE: origin or f"Written by the curators of {site.title}.",
    }
    subject = ox.NamedNode(source.graph)
    triples = [ox.Triple(subject, ox.NamedNode(key), ox.Literal(value, language="en")) for key, value in told.items()]
    triples.append(ox.Triple(subject, ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(terms.DATASET)))
    triples.append(ox.Triple(subject, ox.NamedNode(terms.LICENSE), ox.NamedNode(site.license)))
    triples.append(_dated(subject, terms.CREATED, today))
    return _write(site.entry_of(path), [*triples, *_state(source, today)], terms.ENTRY_PREFIXES)


def update_entry(site: Site, path: Path, today: datetime.date) -> Path:
    """Renew digest and date of an entry, and leave the rest as it stands; without an entry, write one.

    An entry in order is not touched. Raises FileUnreadable.
    """
    entry = site.entry_of(path)
    if not entry.is_file():
        return add_entry(site, path, today)
    source, before = read_file(site, path), read_file(site, entry)
    if _in_order(source, before):
        return entry
    renewed = (terms.MODIFIED, terms.CONTENT_DIGEST)
    kept = [triple for triple in before.triples if triple.predicate.value not in renewed]
    return _write(entry, [*kept, *_state(source, today)], {**terms.ENTRY_PREFIXES, **before.prefixes})


def _in_order(source: SourceFile, entry: SourceFile | None) -> bool:
    if entry is None or any(not _value(entry, predicate) for predicate in REQUIRED):
        return False
    return _value(entry, terms.CONTENT_DIGEST) == source.digest and entry.subjects == {source.graph}


def _value(entry: SourceFile, predicate: str) -> str:
    found = (triple.object for triple in entry.triples if triple.predicate.value == predicate)
    return next((term.value for term in found if isinstance(term, ox.NamedNode | ox.Literal)), "")


def _state(source: SourceFile, today: datetime.date) -> list[ox.Triple]:
    subject = ox.NamedNode(source.graph)
    digest = ox.Triple(subject, ox.NamedNode(terms.CONTENT_DIGEST), ox.Literal(source.digest))
    return [digest, _dated(subject, terms.MODIFIED, today)]


def _dated(subject: ox.NamedNode, predicate: str, day: datetime.date) -> ox.Triple:
    literal = ox.Literal(day.isoformat(), datatype=ox.NamedNode(terms.XSD_DATE))
    return ox.Triple(subject, ox.NamedNode(predicate), literal)


def _write(entry: Path, triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> Path:
    entry.write_text(write_turtle(triples, prefixes), encoding="utf-8")
    return entry
