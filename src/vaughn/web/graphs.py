"""The named graphs of a release with what is known of each: the catalogue's entry of a file, or what the build made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaughn.answer.catalogue import Entry, catalogue
from vaughn.store.release import GraphInfo
from vaughn.web.releases import Served

ASSERTED = "asserted"
"""The name that stands for all graphs that are files."""

_MADE: Mapping[str, tuple[str, str]] = {
    "catalogue": ("The catalogue", "Title, license, origin and dates of every file."),
    "derived": ("What queries derive", "Evidence states, counts of sources and names, made from all that stands here."),
    "inferred": ("What rules infer", "What follows from the files by the axioms of the vocabulary."),
    "ontology": ("The vocabulary", "Classes, properties and code lists."),
    "shapes": ("The shapes", "What the files must look like."),
}


@dataclass(frozen=True)
class NamedGraph:
    """A named graph. title: "" where nobody gave one. says: what it holds, where the build made it; "" for a file.
    entry: the catalogue's, of a file."""

    info: GraphInfo
    title: str
    says: str
    entry: Entry | None


async def named_graphs(held: Served) -> tuple[NamedGraph, ...]:
    """Every named graph of a release, in the manifest's order."""
    entries, base = await catalogue(held.ask), f"{held.release.manifest.base}graph/"
    return tuple(_named(info, entries.get(info.iri), base) for info in held.release.manifest.graphs)


def _named(info: GraphInfo, entry: Entry | None, base: str) -> NamedGraph:
    if entry:
        return NamedGraph(info, entry.title, "", entry)
    title, says = ("", "") if info.file else _MADE.get(info.iri.removeprefix(base), ("", ""))
    return NamedGraph(info, title, says, None)
