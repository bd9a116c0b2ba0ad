"""Read a site's files: every Turtle file parsed once, with what later steps ask of it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from vaughn.errors import FileUnreadable
from vaughn.resources import INBOX, Site
from vaughn.turtle import parse_turtle, write_turtle

SHAPES_FOLDER = "shapes"


@dataclass(frozen=True)
class SourceFile:
    """One parsed Turtle file. file: its path below the site. graph: the named graph that it fills, or describes."""

    path: Path
    file: str
    graph: str
    text: str
    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str]

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The IRIs of its subjects."""
        return frozenset(triple.subject.value for triple in self.triples if isinstance(triple.subject, ox.NamedNode))

    @cached_property
    def digest(self) -> str:
        """`sha256:` and the digest of the canonical form."""
        canonical = write_turtle(self.triples, self.prefixes)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()

    def line_of(self, iri: str) -> int | None:
        """The line on which the IRI's block starts, else the first line that mentions it; None where none does."""
        forms = [f"<{iri}>"]
        forms += [
            f"{name}:{iri[len(space) :]}" for name, space in self.prefixes.items() if space and iri.startswith(space)
        ]
        word = "(?:" + "|".join(map(re.escape, forms)) + r")(?![\w.-]*\w)"
        found = re.search("^" + word, self.text, re.MULTILINE) or re.search(word, self.text)
        return self.text.count("\n", 0, found.start()) + 1 if found else None


@dataclass(frozen=True)
class Sources:
    """Everything that was read. graph: curated files. entries: their catalogue entries, by the curated file's path.
    context: the text of the JSON-LD context."""

    site: Site
    graph: tuple[SourceFile, ...]
    entries: Mapping[str, SourceFile]
    ontology: tuple[SourceFile, ...]
    shapes: tuple[SourceFile, ...]
    context: str

    @cached_property
    def files_of(self) -> Mapping[str, SourceFile]:
        """The first curated file that describes each subject."""
        found: dict[str, SourceFile] = {}
        for source in self.graph:
            for subject in source.subjects:
                found.setdefault(subject, source)
        return found

    @cached_property
    def referrers(self) -> Mapping[str, frozenset[str]]:
        """The subjects that refer to each name in the curated files."""
        found: dict[str, set[str]] = defaultdict(set)
        for source in self.graph:
            for triple in source.triples:
                if isinstance(triple.object, ox.NamedNode) and isinstance(triple.subject, ox.NamedNode):
                    found[triple.object.value].add(triple.subject.value)
        return {name: frozenset(subjects) for name, subjects in found.items()}

    @cached_property
    def places(self) -> Mapping[str, SourceFile]:
        """The file of each subject that is validated, catalogue entries included."""
        return {entry.graph: entry for entry in self.entries.values()} | dict(self.files_of)

    @cached_property
    def words(self) -> tuple[ox.Triple, ...]:
        """The triples of ontology and code lists."""
        return tuple(triple for source in self.ontology for triple in source.triples)

    @cached_property
    def asserted(self) -> tuple[ox.Triple, ...]:
        """The triples of graph files and of their entries."""
        return tuple(triple for source in (*self.graph, *self.entries.values()) for triple in source.triples)

    @cached_property
    def concepts(self) -> frozenset[str]:
        """The IRIs that the ontology describes."""
        return frozenset(subject for source in self.ontology for subject in source.subjects)

    @property
    def triples(self) -> int:
        return sum(len(source.triples) for source in self.graph)


def read_sources(site: Site) -> Sources:
    """Parse every Turtle file of the site. Raises FileUnreadable, with file and line, for the first that fails."""
    entries = [(path, site.entry_of(path)) for path in site.graph_files()]
    shapes = site.ontology / SHAPES_FOLDER
    return Sources(
        site=site,
        graph=_read_all(site, site.graph_files()),
        entries={site.relative(path): read_file(site, entry) for path, entry in entries if entry.is_file()},
        ontology=_read_all(site, (path for path in site.ontology_files() if not path.is_relative_to(shapes))),
        shapes=_read_all(site, (path for path in site.ontology_files() if path.is_relative_to(shapes))),
        context=_read_text(site, site.ontology / "context.jsonld"),
    )


def read_drafts(site: Site) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """The drafts in the inbox, and the paths of those that do not parse."""
    read, broken = [], []
    for path in sorted((site.graph / INBOX).rglob("*.ttl")):
        try:
            read.append(read_file(site, path))
        except FileUnreadable:
            broken.append(site.relative(path))
    return tuple(read), tuple(broken)


def read_file(site: Site, path: Path) -> SourceFile:
    """Parse one Turtle file. Raises FileUnreadable."""
    file, text = site.relative(path), _read_text(site, path)
    document = parse_turtle(text, file)
    described = path.with_name(path.name.replace(".meta.ttl", ".ttl"))
    graph = site.graph_name(described) if path.is_relative_to(site.graph) else ""
    return SourceFile(path, file, graph, text, document.triples, document.prefixes)


def _read_text(site: Site, path: Path) -> str:
    file = site.relative(path)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileUnreadable(file, f"the byte 0x{error.object[error.start]:02x} is not UTF-8", line) from None
    except OSError as error:
        raise FileUnreadable(file, error.strerror or str(error)) from None


def _read_all(site: Site, paths: Iterable[Path]) -> tuple[SourceFile, ...]:
    return tuple(read_file(site, path) for path in paths)
