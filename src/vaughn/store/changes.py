"""What one release changed against the one before it: plain data, kept as `changes.json` in the release's folder.

The builder writes it, newest first, with what the release before had kept of its own past; the service only reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from vaughn.errors import ReleaseMissing
from vaughn.store.release import Release, begins

FILE = "changes.json"
MOST_LISTED = 1_000
"""Entries that one list of a kept record has at most; how many there were in truth stands in its counts."""
MOST_RELEASES = 20
"""Releases of which a release keeps record."""
MOST_OF_A_THING = 20
"""Values, lost and gained, that are told of one thing."""
MOST_VALUES = 1_000
"""Values that one record tells in all; what was withdrawn comes first."""
MOST_CHARACTERS = 200
"""Of one value, that are told."""

SORTS = ("added", "changed", "withdrawn", "removed")
"""The lists of things in a record, in the order in which they are told."""


@dataclass(frozen=True)
class Edition:
    """A release by what is cited of it. name: its folder's. created: when it was built (ISO)."""

    name: str
    digest: str
    created: str
    draft: bool

    def goes_by(self, start: str) -> bool:
        """Whether its name or its digest begins so."""
        return begins(start, self.name, self.digest)


@dataclass(frozen=True)
class Touched:
    """A thing that changed. kind: as it stands in IRIs."""

    kind: str
    iri: str
    label: str


@dataclass(frozen=True)
class Value:
    """A value of a property. text: of an IRI its name, of a literal its characters, MOST_CHARACTERS at most. iri: "" of
    a literal. language, datatype: of a literal, "" for none and for a plain string. more: characters left out."""

    text: str
    iri: str = ""
    language: str = ""
    datatype: str = ""
    more: int = 0


@dataclass(frozen=True)
class Altered:
    """What one property lost and gained. part: the IRI of the part that has it, "" where it is the thing itself. iri,
    label: of the property."""

    part: str
    iri: str
    label: str
    lost: tuple[Value, ...]
    gained: tuple[Value, ...]


@dataclass(frozen=True)
class Changed(Touched):
    """A thing that says something else than before. values: how many its properties and its parts' lost and gained,
    None where the record is older than such details. properties: where they did, as far as the bounds go."""

    values: int | None = None
    properties: tuple[Altered, ...] = ()

    @property
    def more(self) -> int:
        """Values that are not told."""
        return (self.values or 0) - sum(len(each.lost) + len(each.gained) for each in self.properties)


@dataclass(frozen=True)
class Removed(Touched):
    """A thing that is there no longer. reason: by its tombstone, "" without one. successor: the IRI of what stands in
    its place, by the tombstone, and its name; "" for nothing."""

    reason: str = ""
    successor: str = ""
    successor_label: str = ""


@dataclass(frozen=True)
class Moved:
    """A claim whose evidence amounts to something else than before; before and after are the states' codes."""

    claim: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Renamed:
    """A thing that goes on under another IRI, by its new kind, IRI and label. before: the IRI that it had."""

    kind: str
    iri: str
    label: str
    before: str


@dataclass(frozen=True)
class Remade:
    """Something by which a release is asked or read. kind: query, shape or context. name: the query's, the shape's own,
    or the file's. change: added, changed or removed."""

    kind: str
    name: str
    change: str


@dataclass(frozen=True)
class Changes:
    """From one release to the next, things by kind and IRI; what is noted of the graph itself, acknowledged defects and
    given-up names, is not among them.

    changed: what is asserted of a thing or its parts differs. withdrawn: it was marked withdrawn or superseded.
    states: claims of both releases. renamed: by what the later release says of given-up names; neither added nor
    removed, but changed as well, under the new name, where it says something else than before. means: by what the two
    are asked and read. counts: length of each list before any cut, by its name. values: how many were lost and gained
    in all that changed or was withdrawn, None where the record is older than such details.
    """

    before: Edition
    after: Edition
    added: tuple[Touched, ...]
    changed: tuple[Changed, ...]
    withdrawn: tuple[Changed, ...]
    removed: tuple[Removed, ...]
    states: tuple[Moved, ...]
    counts: Mapping[str, int]
    renamed: tuple[Renamed, ...] = ()
    means: tuple[Remade, ...] = ()
    values: int | None = None

    @property
    def key(self) -> str:
        """Tells a record from others of a release's past, and stays: data may come again that were there before."""
        return f"{self.after.name}-{''.join(filter(str.isdigit, self.after.created))}"

    @cached_property
    def reworded(self) -> frozenset[str]:
        """The IRIs of what changed."""
        return frozenset(each.iri for each in self.changed)

    @property
    def told(self) -> int:
        """Values that are told, of all that were lost and gained."""
        return sum((each.values or 0) - each.more for each in (*self.changed, *self.withdrawn))

    @property
    def detailed(self) -> bool:
        """Whether it tells of what changed what of it changed."""
        return self.values is not None

    def cut(self, most: int) -> Changes:
        """The same with at most so many entries in each list; the counts stay."""
        return replace(
            self,
            added=self.added[:most],
            changed=self.changed[:most],
            withdrawn=self.withdrawn[:most],
            removed=self.removed[:most],
            states=self.states[:most],
            renamed=self.renamed[:most],
            means=self.means[:most],
        )

    def listed(self, sort: str) -> tuple[Touched, ...]:
        """One of SORTS."""
        found: tuple[Touched, ...] = getattr(self, sort)
        return found

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def edition(release: Release) -> Edition:
    """A release as a record names it."""
    manifest = release.manifest
    return Edition(release.path.name, manifest.digest, manifest.created, manifest.draft)


def read_changes(release: Release) -> tuple[Changes, ...]:
    """What a release keeps of its own past, newest first; nothing where it was built before there were records.

    Raises ReleaseMissing where the record cannot be read.
    """
    path = release.path / FILE
    if not path.is_file():
        return ()
    try:
        return tuple(from_json(each) for each in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseMissing(path, f"no whole record of changes ({error})") from None


def write_changes(folder: Path, changes: Sequence[Changes]) -> None:
    """Keep the record in a release's folder, no longer than its bounds."""
    kept = [each.cut(MOST_LISTED).as_json() for each in changes[:MOST_RELEASES]]
    (folder / FILE).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def from_json(said: Mapping[str, Any]) -> Changes:
    """What `as_json` made, with what older records lack left open. Raises KeyError, TypeError for anything else."""
    return Changes(
        before=Edition(**said["before"]),
        after=Edition(**said["after"]),
        added=tuple(Touched(**each) for each in said["added"]),
        changed=tuple(map(_changed, said["changed"])),
        withdrawn=tuple(map(_changed, said["withdrawn"])),
        removed=tuple(Removed(**each) for each in said["removed"]),
        states=tuple(Moved(**each) for each in said["states"]),
        renamed=tuple(Renamed(**each) for each in said.get("renamed", ())),  # older records have none
        means=tuple(Remade(**each) for each in said.get("means", ())),
        counts={"renamed": 0, "means": 0, **said["counts"]},
        values=said.get("values"),
    )


def _changed(said: Mapping[str, Any]) -> Changed:
    properties = tuple(map(_altered, said.get("properties", ())))
    return Changed(**{**said, "properties": properties})


def _altered(said: Mapping[str, Any]) -> Altered:
    values = {side: tuple(Value(**each) for each in said[side]) for side in ("lost", "gained")}
    return Altered(**{**said, **values})
