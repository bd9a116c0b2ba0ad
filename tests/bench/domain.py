"""Facts of the domain's form in any number, and releases of them: what the measurements of speed and scale run on.

A release holds the shipped one's quads and, beside them, sources with passages and claims with evidence, as they stand
after a build: asserted, inferred and derived facts. Made by number from a seed, so that every run has the same ones;
written as a stream, so that their number is bounded by the disk alone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from vaughn.build.content import names, places, values
from vaughn.iris import NS, Iris, page_path
from vaughn.search import write_names, write_order, write_pages
from vaughn.store.release import GraphInfo, Release, open_release
from vaughn.store.template import load

SEED = 5
UNITS_A_FILE = 40
BODIES = 50

_COPIED = ("prefixes.json", "context.jsonld", "validation.json", "changes.json")
_WORDS = (
    "agency", "record", "station", "release", "request", "court", "statute", "review", "letter", "report", "officer",
    "privacy", "notice", "county", "program", "order", "count", "denial", "appeal", "memorandum", "file", "table",
    "address", "name", "agreement", "hearing", "audit", "policy", "public",
)  # fmt: skip
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_TITLE = "<http://purl.org/dc/terms/title>"
_EXACT = "<http://www.w3.org/ns/oa#exact>"
_IN = "<http://www.w3.org/ns/oa#hasSource>"
_ENTITY = "<http://www.w3.org/ns/prov#Entity>"
_BY = "<http://www.w3.org/ns/prov#wasAttributedTo>"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SIDES = (("hasSupportingEvidence", "supports"), ("hasDisputingEvidence", "disputes"))

Fact = tuple[str, str, str, str]
"""Where it stands (asserted, inferred or derived), then subject, predicate and object as N-Triples."""


@dataclass(frozen=True)
class Written:
    """A release on disk. triples: distinct ones, its default graph. seconds: to write it. size: bytes of its folder."""

    release: Release
    triples: int
    seconds: float
    size: int


class Domain:
    """Generated facts under one base."""

    def __init__(self, base: str) -> None:
        self._iris = Iris(base)

    def claim(self, number: int) -> str:
        """The IRI of a claim; its slug is `generated-<number>`."""
        return self._iris.thing("claim", f"generated-{number}")

    def bodies(self) -> Iterator[Fact]:
        """Those who publish and assert."""
        for number in range(BODIES):
            body = self._thing("body", number)
            yield "asserted", body, _TYPE, _term("PublicBody")
            yield "derived", body, _LABEL, f'"Body number {number}"@en'

    def unit(self, number: int) -> Iterator[Fact]:
        """One source with two passages, and two claims with their lines of evidence: about 130 facts."""
        chance = random.Random(SEED * 1_000_003 + number)  # noqa: S311  not for secrets
        yield from self._source(number, chance)
        for claim in (2 * number, 2 * number + 1):
            yield from self._claim(claim, number, chance)

    def _source(self, number: int, chance: random.Random) -> Iterator[Fact]:
        source, body = self._thing("source", number), self._thing("body", number % BODIES)
        title = f'"{_text(chance, 8)}, number {number}"'
        yield "asserted", source, _TYPE, _term("Source")
        yield "inferred", source, _TYPE, _ENTITY
        yield "asserted", source, _TITLE, title
        yield "derived", source, _LABEL, title
        yield "asserted", source, _term("publisher"), body
        yield "derived", source, _term("rootPublisher"), body
        yield "asserted", source, _term("sourceKind"), self._concept("source-kind/court-opinion")
        yield "asserted", source, _term("lineage"), self._concept("lineage/original")
        yield "asserted", source, _term("primary"), f'"true"^^<{_XSD}boolean>'
        yield "asserted", source, _term("identifier"), f'"No. {number}"'
        yield "asserted", source, _term("url"), f'"https://example.org/{number}"^^<{_XSD}anyURI>'
        yield from self._date(number, source)
        for part in (1, 2):
            yield from self._passage(number, part, source, chance)

    def _date(self, number: int, source: str) -> Iterator[Fact]:
        day, date = _day(number), self._part("date", number, 1)
        yield "asserted", source, _term("publishedOn"), date
        yield "asserted", date, _TYPE, _term("TimeSpan")
        yield "derived", date, _LABEL, f'"{day}"'
        for bound in ("earliest", "latest"):
            yield "asserted", date, _term(bound), f'"{day}"^^<{_XSD}date>'

    def _passage(self, number: int, part: int, source: str, chance: random.Random) -> Iterator[Fact]:
        passage = self._part("passage", number, part)
        yield "asserted", passage, _TYPE, _term("Passage")
        yield "asserted", passage, _EXACT, f'"{_text(chance, 20)}"'
        yield "asserted", passage, _term("inSource"), source
        yield "inferred", passage, _IN, source
        yield "derived", passage, _term("partOfThing"), source
        yield "asserted", passage, _term("readIn"), '"a copy"@en'

    def _claim(self, number: int, unit: int, chance: random.Random) -> Iterator[Fact]:
        claim, body = f"<{self.claim(number)}>", self._thing("body", number % BODIES)
        text = f'"{_text(chance, 14)}, it is said for the {number}th time."@en'
        yield "asserted", claim, _TYPE, _term("Claim")
        yield "inferred", claim, _TYPE, _ENTITY
        yield "asserted", claim, _term("claimText"), text
        yield "derived", claim, _LABEL, text
        yield "asserted", claim, _term("assertedBy"), body
        yield "inferred", claim, _BY, body
        yield "asserted", claim, _term("about"), body
        for name, code in (
            ("voice", "own"), ("claimType", "legal"), ("certainty", "moderate"), ("reviewState", "not-reviewed"),
            ("evidenceState", "supported"), ("evidenceBasis", "on-point"),
        ):  # fmt: skip
            yield "asserted", claim, _term(name), self._concept(f"{_hyphened(name)}/{code}")
        yield "derived", claim, _term("knownIndependentSources"), f'"{1 + number % 3}"^^<{_XSD}integer>'
        yield "derived", claim, _term("sourcesOfUnknownLineage"), f'"0"^^<{_XSD}integer>'
        sources = [chance.randrange(max(0, unit - 500), unit + 1) for _ in range(1 + number % 3)]
        for line, source in enumerate(sources):
            yield from self._line(number, line, source)
        yield "derived", claim, _term("newestEvidenceOn"), self._part("date", max(sources, key=_day), 1)

    def _line(self, number: int, line: int, source: int) -> Iterator[Fact]:
        claim, evidence = f"<{self.claim(number)}>", self._part("evidence", number, line + 1)
        relation, judgement = _SIDES[line == 2]
        yield "asserted", claim, _term(relation), evidence
        yield "inferred", claim, _term("hasEvidence"), evidence
        yield "derived", claim, _term("restsOnSource"), self._thing("source", source)
        yield "asserted", evidence, _TYPE, _term("EvidenceLine")
        yield "inferred", evidence, _TYPE, _ENTITY
        yield "asserted", evidence, _term("evidencePassage"), self._part("passage", source, 1 + line % 2)
        yield "derived", evidence, _term("partOfThing"), claim
        yield "derived", evidence, _term("countsTowardState"), f'"true"^^<{_XSD}boolean>'
        for name, code in (
            ("judgement", judgement), ("scope", "on-point"), ("directness", "direct"), ("countReason", "counts"),
        ):  # fmt: skip
            yield "asserted", evidence, _term(name), self._concept(f"{_hyphened(name)}/{code}")

    def _thing(self, kind: str, number: int) -> str:
        return f"<{self._iris.thing(kind, f'generated-{number}')}>"

    def _part(self, kind: str, number: int, part: int) -> str:
        return f"<{self._iris.part(kind, f'generated-{number}', str(part))}>"

    def _concept(self, path: str) -> str:
        return f"<{self._iris.base}concept/{path}>"


class _Writer:
    """Writes the quads of a release, default graph and named graphs, until the default graph is of the size asked.

    digest: of the bytes written, which are in the order of their making rather than sorted.
    """

    def __init__(self, base: str, named: bool, *files: BinaryIO) -> None:
        self._base, self._named, self._files = base, named, files
        self.triples = self.quads = 0
        self.graphs: Counter[str] = Counter()
        self.digest = hashlib.sha256()

    def shipped(self, release: Release) -> None:
        """All quads of a release, or those of its default graph alone."""
        for quad in load(release.path):
            default = isinstance(quad.graph_name, ox.DefaultGraph)
            if default or self._named:
                self._write([f"{quad} .\n"])
                self.triples += default
                if not default:
                    self.graphs[quad.graph_name.value] += 1

    def facts(self, file: str, facts: Iterator[Fact]) -> None:
        """Facts of one file: each once in the default graph and, where those are wanted, in its named graph."""
        lines = []
        for where, subject, predicate, value in dict.fromkeys(facts):
            self.triples += 1
            lines.append(f"{subject} {predicate} {value} .\n")
            if self._named:
                graph = f"{self._base}graph/{file if where == 'asserted' else where}"
                self.graphs[graph] += 1
                lines.append(f"{subject} {predicate} {value} <{graph}> .\n")
        self._write(lines)

    def _write(self, lines: list[str]) -> None:
        written = "".join(lines).encode()
        self.quads += len(lines)
        self.digest.update(written)
        for file in self._files:
            file.write(written)


def write(path: Path, shipped: Release, triples: int, named: bool = True) -> Written:
    """A release of about so many triples: the shipped ones and generated ones.

    named: whether facts stand in named graphs too, as in a release that was built; there are then about twice as many
    quads as triples.
    """
    begun = time.perf_counter()
    path.mkdir(parents=True)
    quads = path / "quads.nq"
    with quads.open("wb") as plain, gzip.open(path / "dataset.nq.gz", "wb", compresslevel=1) as packed:
        writer = _Writer(shipped.manifest.base, named, plain, packed)  # type: ignore[arg-type]
        writer.shipped(shipped)
        domain, number = Domain(shipped.manifest.base), 0
        writer.facts("generated/bodies", domain.bodies())
        while writer.triples < triples:
            writer.facts(f"generated/{number // UNITS_A_FILE}", domain.unit(number))
            number += 1
    _load(path / "store", quads)
    quads.unlink()
    _complete(path, shipped, writer, 2 * number)
    _index(path)
    seconds = time.perf_counter() - begun
    return Written(open_release(path), writer.triples, seconds, sum(each.stat().st_size for each in path.rglob("*")))


def _load(path: Path, quads: Path) -> None:
    store = ox.Store(str(path))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.flush()
    store.optimize()


def _index(path: Path) -> None:
    """Write the orders of the lists, the names of all things and, of one day, their pages, as a build does."""
    release = open_release(path)
    store = ox.Store.read_only(str(release.store_path))
    listed = list(places(store, release.book))
    write_order(release.search_path, listed, values(store, release.book))
    write_names(release.search_path, names(store, release.book))
    paths = {page_path(release.iris.parse(place.iri)) for place in listed}
    write_pages(release.search_path, ((path, "2000-01-01") for path in paths))


def _complete(path: Path, shipped: Release, writer: _Writer, claims: int) -> None:
    """Everything of a release but its quads; counts: the generated claims stand for all that was generated."""
    for name in _COPIED:
        if (shipped.path / name).exists():
            shutil.copy(shipped.path / name, path / name)
    for name in ("queries", "search"):
        shutil.copytree(shipped.path / name, path / name)
    manifest = replace(
        shipped.manifest,
        build_id=writer.digest.hexdigest(),
        digest=f"sha256:{writer.digest.hexdigest()}",
        quads=writer.quads,
        graphs=tuple(_graph(shipped, iri, triples) for iri, triples in sorted(writer.graphs.items())),
        counts={**shipped.manifest.counts, "claim": shipped.manifest.counts["claim"] + claims},
    )
    (path / "manifest.json").write_text(json.dumps(asdict(manifest)), encoding="utf-8")


def _graph(shipped: Release, iri: str, triples: int) -> GraphInfo:
    """A named graph as a manifest has it: generated ones are files too."""
    known = {info.iri: info for info in shipped.manifest.graphs}
    file = iri.removeprefix(shipped.manifest.base) + ".ttl" if "/generated/" in iri else ""
    return replace(known.get(iri, GraphInfo(iri, 0, file, "2000-01-01" if file else "")), triples=triples)


def _day(source: int) -> str:
    """When a source was published."""
    chance = random.Random(SEED * 1_000_033 + source)  # noqa: S311  not for secrets
    return f"{1980 + chance.randrange(45)}-{1 + chance.randrange(12):02}-{1 + chance.randrange(28):02}"


def _term(name: str) -> str:
    return f"<{NS}{name}>"


def _hyphened(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize()
