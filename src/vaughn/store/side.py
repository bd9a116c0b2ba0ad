"""One of two releases that are held side by side: what is gathered while the lines of its dump pass by."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pyoxigraph as ox

from vaughn import terms
from vaughn.store.means import SHAPES_GRAPH, Nodes
from vaughn.store.release import Release

LABEL, REASON, FORMER, RENAMED, REPLACED, _STATE, _TYPE = (
    f"<{word}>".encode()
    for word in (
        terms.LABEL,
        terms.REASON,
        terms.FORMER_IRI,
        terms.RENAMED_TO,
        terms.REPLACED_BY,
        terms.EVIDENCE_STATE,
        terms.RDF_TYPE,
    )
)
_LABELLED = b" " + LABEL + b" "
_OF_STONES = frozenset({REASON, FORMER, RENAMED, REPLACED})
_RECORDS = tuple(f"<{word}>".encode() for word in terms.RECORDS)
_PART = b"--"
_PLACED = 3  # pieces of what follows the predicate where a graph is named: object, graph, full stop

Triple = tuple[bytes, bytes, bytes]


class Side:
    """What is gathered of one release. Terms are kept as they are written there.

    things: those that graph files assert something of, but for what is noted of the graph itself. labels: object of
    the name of each thing, property and concept. states: of each claim's evidence state. shapes: predicates and objects
    of the nodes in the graph of shapes.
    """

    def __init__(self, release: Release) -> None:
        self._dump = release.path / "dataset.nq.gz"
        self._under = f"<{release.manifest.base}id/".encode()
        self._files = frozenset(f"<{info.iri}>".encode() for info in release.manifest.graphs if info.file)
        self._of_shapes = f" <{release.manifest.base}{SHAPES_GRAPH}> .\n".encode()
        self.shapes: Nodes = {}
        self.things: set[bytes] = set()
        self._records: set[bytes] = set()
        self._notes: dict[bytes, dict[bytes, bytes]] = {}
        self.labels: dict[bytes, bytes] = {}
        self.states: dict[bytes, bytes] = {}

    def lines(self) -> Iterator[bytes]:
        """Every line of the dump, noted."""
        with gzip.open(self._dump) as lines:
            for line in lines:
                if line.startswith(self._under):
                    self._note(line)
                elif line.endswith(self._of_shapes):
                    subject, predicate, rest = line.split(b" ", 2)
                    self.shapes.setdefault(subject, []).append((predicate, rest.removesuffix(self._of_shapes)))
                elif _LABELLED in line:
                    self._name(*line.split(b" ", 2))
                yield line
        self.things -= self._records

    def stones(self) -> dict[bytes, dict[bytes, bytes]]:
        """What the tombstone of each given-up name says, by that name: predicate → what follows it."""
        found = {note: said[FORMER] for note, said in self._notes.items() if said.get(FORMER, b"").startswith(b'"')}
        return {b"<" + former.split(b'"')[1] + b">": self._notes[note] for note, former in found.items()}

    def asserted(self, line: bytes) -> Triple | None:
        """The triple of a line, where a graph file asserts it of a thing or a part of one."""
        subject, predicate, rest = line.split(b" ", 2)
        pieces = rest.rsplit(b" ", 2)
        placed = len(pieces) == _PLACED and pieces[1] in self._files and subject.startswith(self._under)
        return (subject, predicate, pieces[0]) if placed else None

    def _note(self, line: bytes) -> None:
        subject, predicate, rest = line.split(b" ", 2)
        if _PART in subject:
            return
        if subject not in self.things and self.asserted(line):
            self.things.add(subject)
        if predicate == _TYPE and first(rest) in _RECORDS:
            self._records.add(subject)
        elif predicate in _OF_STONES:
            self._notes.setdefault(subject, {})[predicate] = rest
        elif predicate == _STATE:
            self.states[subject] = rest
        else:
            self._name(subject, predicate, rest)

    def _name(self, subject: bytes, predicate: bytes, rest: bytes) -> None:
        if predicate == LABEL and (subject not in self.labels or b"@en" in rest):
            self.labels[subject] = rest


def first(rest: bytes) -> bytes:
    """The first term of what follows a predicate, an IRI with its brackets."""
    return rest.partition(b" ")[0]


def code(iri: bytes) -> str:
    """The last step of an IRI as it is written in N-Quads, whatever follows it."""
    return iri.partition(b">")[0].replace(b"#", b"/").rpartition(b"/")[2].decode()


def literal(rest: bytes) -> ox.Literal:
    """The literal that follows a predicate, whatever follows it."""
    [quad] = ox.parse(LABEL + b" " + LABEL + b" " + rest, format=ox.RdfFormat.N_QUADS)
    return quad.object if isinstance(quad.object, ox.Literal) else ox.Literal(str(quad.object))
