"""What a release holds of which class and property, and what it is about: plain data, kept as `summary.json`.

The builder counts; the service only reads, so that a description costs the same however large the release is.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from vaughn.errors import ReleaseMissing

FILE = "summary.json"
MOST = 500
"""Classes, properties and keywords that a summary names, of each the most used; how many there are it says in full."""


@dataclass(frozen=True)
class Counted:
    """A class with its instances, or a property with its triples, in the default graph."""

    iri: str
    count: int


@dataclass(frozen=True)
class Keyword:
    """The name of something that the graph is about, in a language."""

    text: str
    language: str


@dataclass(frozen=True)
class Summary:
    """classes, properties: the most used first, MOST at most. of_classes, of_properties: how many there are in all."""

    classes: tuple[Counted, ...] = ()
    properties: tuple[Counted, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    of_classes: int = 0
    of_properties: int = 0

    def write(self, folder: Path) -> None:
        """Keep it in a release's folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_summary(folder: Path) -> Summary | None:
    """The summary of a release, None where it is older than summaries. Raises ReleaseMissing where it is damaged."""
    if not (folder / FILE).is_file():
        return None
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
        counted = {key: tuple(Counted(**each) for each in said[key]) for key in ("classes", "properties")}
        keywords = tuple(Keyword(**each) for each in said["keywords"])
        return Summary(**{**said, **counted, "keywords": keywords})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseMissing(folder / FILE, f"no whole summary ({error})") from None
