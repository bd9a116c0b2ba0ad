"""The files of a release, written into a folder (see vaughn.store.release for what each is)."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from vaughn.build.assemble import Assembly
from vaughn.build.catalogue import modified
from vaughn.build.inputs import Inputs
from vaughn.build.sources import Sources
from vaughn.build.summary import summarised
from vaughn.errors import Finding
from vaughn.iris import KINDS, Iris, page_path
from vaughn.querybook import QueryBook, unordered
from vaughn.search import Named, Place, Values, Wording, words_of, write_names, write_order, write_pages, write_wordings
from vaughn.settings import now
from vaughn.store.release import GraphInfo, Manifest

WORDINGS = "search/wordings"
COUNTS = "lists/counts"
PAGES = "lists/pages"
NAMES = "search/every-name"
_THING = "thing"


@dataclass(frozen=True)
class Content:
    """What goes into a release."""

    sources: Sources
    assembly: Assembly
    book: QueryBook
    inputs: Inputs
    findings: Sequence[Finding]
    draft: bool

    def write(self, folder: Path) -> None:
        """Write every file of the release."""
        quads = sorted_quads(self.assembly.store)
        _write_dataset(folder, quads, self.assembly.store)
        (folder / "context.jsonld").write_text(self.sources.context, encoding="utf-8")
        for name, query in self.book.queries.items():
            target = folder / "queries" / f"{name}.rq"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(query.text, encoding="utf-8")
        write_wordings(folder / "search", _wordings(self.assembly, self.book))
        write_names(folder / "search", names(self.assembly.store, self.book))
        listed = places(self.assembly.store, self.book), values(self.assembly.store, self.book)
        write_order(folder / "search", *listed)
        _write_json(folder / "prefixes.json", dict(self.book.prefixes))
        _write_json(folder / "validation.json", [asdict(finding) for finding in self.findings])
        summarised(self.assembly.store, self.book).write(folder)
        graphs = _graphs(self.sources, self.assembly)
        found = pages(self.assembly.store, self.book, self.sources.site.base, graphs)
        if found is not None:
            write_pages(folder / "search", found.items())
        things = None if found is None else len(found)
        _write_json(folder / "manifest.json", asdict(self._manifest(quads, graphs, things)))

    def _manifest(self, quads: bytes, graphs: Sequence[GraphInfo], things: int | None) -> Manifest:
        site = self.sources.site
        return Manifest(
            build_id=self.inputs.build_id,
            digest="sha256:" + hashlib.sha256(quads).hexdigest(),
            created=now().isoformat(),
            draft=self.draft,
            base=site.base,
            title=site.title,
            description=site.description,
            license=site.license,
            curator=site.curator,
            quads=quads.count(b"\n"),
            graphs=tuple(graphs),
            counts=things_by_kind(self.assembly.store, self.book),
            things=things,
            versions=self.inputs.versions,
        )


def _wordings(assembly: Assembly, book: QueryBook) -> Iterator[Wording]:
    """How each claim is worded, as queries/search/wordings.rq says; nothing where the site has no such query."""
    if WORDINGS not in book.queries:
        return
    found = assembly.store.query(book[WORDINGS].bind({}, {}))
    if isinstance(found, ox.QuerySolutions):
        for row in found:
            yield Wording(*(row[column].value for column in ("claim", "kind", "wording")))


def names(store: ox.Store, book: QueryBook) -> Iterator[Named]:
    """What each thing goes by, as queries/search/every-name.rq says; nothing where the site has no such query."""
    found = store.query(book[NAMES].bind({}, {})) if NAMES in book.queries else None
    if isinstance(found, ox.QuerySolutions):
        for row in found:
            thing, label, kind, name = (row[column].value for column in ("thing", "label", "kind", "name"))
            yield Named(thing, label, kind, words_of(name), int(row["length"].value))


def places(store: ox.Store, book: QueryBook) -> Iterator[Place]:
    """Where each thing stands in each order of its kind's list, by the query that makes that list."""
    for kind, plural in KINDS.items():
        name = f"lists/{plural}" if f"lists/{plural}" in book.queries else "lists/others"
        if name in book.queries:
            given = {"kind": kind} if "kind" in book[name].parameters else {}
            for sort in book[name].parameters["sort"].values:
                found = store.query(book.bind(name, sort=sort, **given))
                if isinstance(found, ox.QuerySolutions):
                    yield from (_place(kind, sort, row) for row in found)


def values(store: ox.Store, book: QueryBook) -> Iterator[Values]:
    """By what each thing of a list is found, by the query beside the one that makes the list; nothing where a site has
    a list of its own and no such query beside it."""
    for kind, plural in KINDS.items():
        listed, told = (book.queries.get(f"lists/{plural}{ending}") for ending in ("", "-values"))
        if listed and told and listed.path.parent == told.path.parent:
            found = store.query(unordered(told.text))
            if isinstance(found, ox.QuerySolutions):
                yield Values(kind, frozenset(told.returns) - {_THING}, _told(found))


def _told(rows: ox.QuerySolutions) -> Iterator[tuple[str, Mapping[str, str]]]:
    names = [variable.value for variable in rows.variables]
    for row in rows:
        bound = {name: term.value for name, term in zip(names, row, strict=True) if term is not None}
        yield bound.pop(_THING), bound


def _place(kind: str, sort: str, row: ox.QuerySolution) -> Place:
    date = row["date"]
    return Place(
        kind, sort, row["key"].value, row["thing"].value, row["label"].value, "" if date is None else date.value
    )


def sorted_quads(store: ox.Store) -> bytes:
    """The dataset's canonical bytes: every quad as the engine dumps it, one to a line, sorted."""
    dumped: bytes = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(dumped.splitlines(keepends=True)))


def things_by_kind(store: ox.Store, book: QueryBook) -> dict[str, int]:
    """How many things of each kind there are, as queries/lists/counts.rq says: a thing of two kinds counts in both.

    Nothing where the site has no such query.
    """
    found = store.query(book[COUNTS].bind({}, {})) if COUNTS in book.queries else None
    if not isinstance(found, ox.QuerySolutions):
        return {}
    return {row["kind"].value: int(row["count"].value) for row in found}


def pages(store: ox.Store, book: QueryBook, base: str, graphs: Sequence[GraphInfo]) -> dict[str, str] | None:
    """The path of each thing's page, each once, and the day on which a file that speaks of it last changed, "" if
    unknown; None where the site has no query for them."""
    found = store.query(book[PAGES].bind({}, {})) if PAGES in book.queries else None
    if not isinstance(found, ox.QuerySolutions):
        return None
    changed, iris = {info.iri: info.modified for info in graphs}, Iris(base)
    days: dict[str, str] = {}
    for row in found:
        path = page_path(iris.parse(row["thing"].value))
        days[path] = max(days.get(path, ""), changed.get(row["graph"].value, ""))
    return days


def _graphs(sources: Sources, assembly: Assembly) -> list[GraphInfo]:
    files = {source.graph: source.file for source in sources.graph}
    counted = Counter(quad.graph_name for quad in assembly.store)
    named = sorted(graph.value for graph in counted if isinstance(graph, ox.NamedNode))
    return [_graph(sources, iri, counted[ox.NamedNode(iri)], files.get(iri, "")) for iri in named]


def _graph(sources: Sources, iri: str, triples: int, file: str) -> GraphInfo:
    return GraphInfo(iri, triples, file, modified(sources, file) if file else "")


def _write_dataset(folder: Path, quads: bytes, store: ox.Store) -> None:
    """The dump, compressed without a date so that equal datasets have equal bytes, and the store.

    The store is filled with the quads themselves: loading their dump would rename its blank nodes.
    """
    (folder / "dataset.nq.gz").write_bytes(gzip.compress(quads, compresslevel=6, mtime=0))
    kept = ox.Store(folder / "store")
    kept.bulk_extend(store)
    kept.optimize()
    kept.flush()


def _write_json(path: Path, value: Mapping[str, Any] | Sequence[Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
