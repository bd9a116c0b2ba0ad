"""Two releases side by side: which things came, changed, were withdrawn or went, and which evidence states moved.

Read from the two dumps, which are sorted: they are walked together and only lines that one of them lacks are looked
at closely, so that memory grows with the things and the changes, not with the data.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from vaughn import terms
from vaughn.errors import IriInvalid
from vaughn.iris import Iris
from vaughn.store.changes import Changes, Moved, Renamed, Touched, edition
from vaughn.store.means import SHAPES_GRAPH, Nodes, means
from vaughn.store.release import Release

_LABEL, _STATE, _REVIEW, _SOURCE, _TYPE, _FORMER, _RENAMED = (
    f"<{word}>".encode()
    for word in (
        terms.LABEL,
        terms.EVIDENCE_STATE,
        terms.REVIEW_STATE,
        terms.SOURCE_STATE,
        terms.RDF_TYPE,
        terms.FORMER_IRI,
        terms.RENAMED_TO,
    )
)
_RECORDS = tuple(f"<{word}>".encode() for word in terms.RECORDS)
_LEFT = frozenset({"withdrawn", "superseded"})
_PART = b"--"
_PLACED = 3  # pieces of what follows the predicate where a graph is named: object, graph, full stop

Triple = tuple[bytes, bytes, bytes]


class _Side:
    """One release: what is gathered while its lines pass by. Terms are kept as they are written there.

    things: those that graph files assert something of, but for what is noted of the graph itself. labels: object of
    each thing's name. states: of each claim's evidence state. former, renamed: objects of what each note says of a name
    that was given up. shapes: predicates and objects of the nodes in the graph of shapes.
    """

    def __init__(self, release: Release) -> None:
        self._dump = release.path / "dataset.nq.gz"
        self._under = f"<{release.manifest.base}id/".encode()
        self._files = frozenset(f"<{info.iri}>".encode() for info in release.manifest.graphs if info.file)
        self._of_shapes = f" <{release.manifest.base}{SHAPES_GRAPH}> .\n".encode()
        self.shapes: Nodes = {}
        self.things: set[bytes] = set()
        self._records: set[bytes] = set()
        self.former: dict[bytes, bytes] = {}
        self.renamed: dict[bytes, bytes] = {}
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
                yield line
        self.things -= self._records

    def successors(self) -> dict[bytes, bytes]:
        """The new name of each thing that was renamed, by the one that it had."""
        pairs = ((self.former.get(note, b""), _first(new)) for note, new in self.renamed.items())
        return {b"<" + old.split(b'"')[1] + b">": new for old, new in pairs if old.startswith(b'"')}

    def asserted(self, line: bytes) -> Triple | None:
        """The triple of a line, where a graph file asserts it of a thing or a part of one."""
        subject, predicate, rest = line.split(b" ", 2)
        pieces = rest.rsplit(b" ", 2)
        placed = len(pieces) == _PLACED and pieces[1] in self._files and subject.startswith(self._under)
        return (subject, predicate, pieces[0]) if placed else None

    def _file(self, subject: bytes, predicate: bytes, rest: bytes) -> None:
        """What makes a subject a note on the graph itself, and what such a note says."""
        if predicate == _TYPE and _first(rest) in _RECORDS:
            self._records.add(subject)
        elif predicate == _FORMER:
            self.former[subject] = rest
        elif predicate == _RENAMED:
            self.renamed[subject] = rest

    def _note(self, line: bytes) -> None:
        subject, predicate, rest = line.split(b" ", 2)
        if _PART in subject:
            return
        if self.asserted(line):
            self.things.add(subject)
        self._file(subject, predicate, rest)
        if predicate == _STATE:
            self.states[subject] = rest
        elif predicate == _LABEL and (subject not in self.labels or b"@en" in rest):
            self.labels[subject] = rest


def things_of(release: Release) -> set[str]:
    """The IRIs of the things that the files of a release speak of."""
    side = _Side(release)
    for _ in side.lines():
        pass
    return {thing[1:-1].decode() for thing in side.things}


def compare(before: Release, after: Release) -> Changes:
    """What `after` changed against `before`."""
    old, new, iris = _Side(before), _Side(after), after.iris
    alike = before.manifest.digest == after.manifest.digest
    gone, fresh = (set[Triple](), set[Triple]()) if alike else _asserted(old, new)
    successors = new.successors()
    lost = old.things - new.things
    renamed = {one: successors[one] for one in lost if successors.get(one) in new.things}
    touched = _owners((triple[0] for triple in gone | fresh), old.things | new.things, iris)
    left = {each[0] for each in fresh if each[1] in (_REVIEW, _SOURCE) and _code(each[2]) in _LEFT}
    found = {
        "added": new.things - old.things - set(renamed.values()),
        "changed": (touched & old.things & new.things) - left,
        "withdrawn": left & old.things,
        "removed": lost - renamed.keys(),
    }
    labels = old.labels | new.labels
    things = {sort: _touched(subjects, labels, iris) for sort, subjects in found.items()}
    states = _moved(old, new, labels)
    moved_on = _renamed(renamed, labels, iris)
    remade = means(before, after, old.shapes, new.shapes)
    counts = {sort: len(each) for sort, each in things.items()}
    counts |= {"states": len(states), "renamed": len(moved_on), "means": len(remade)}
    ends = {"before": edition(before), "after": edition(after)}
    lists = {"states": states, "renamed": moved_on, "means": remade}
    return Changes(**ends, **things, **lists, counts=counts)  # type: ignore[arg-type]  # by name


def _asserted(old: _Side, new: _Side) -> tuple[set[Triple], set[Triple]]:
    """What one asserts and the other does not, in whatever file."""
    sides: tuple[set[Triple], set[Triple]] = (set(), set())
    for number, line in _differing(old.lines(), new.lines()):
        triple = (old, new)[number].asserted(line)
        if triple:
            sides[number].add(triple)
    return sides[0] - sides[1], sides[1] - sides[0]


def _differing(one: Iterator[bytes], other: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that only one of two sorted iterators has, with its number, 0 or 1."""
    left, right = next(one, None), next(other, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(one, None), next(other, None)
        elif right is None or (left is not None and left < right):
            yield 0, left or b""
            left = next(one, None)
        else:
            yield 1, right
            right = next(other, None)


def _owners(subjects: Iterable[bytes], things: set[bytes], iris: Iris) -> set[bytes]:
    """The things that subjects are, or are parts of."""
    found: set[bytes] = set()
    for subject in set(subjects):
        try:
            candidates = iris.owner_candidates(iris.parse(subject[1:-1].decode()))
        except IriInvalid:
            continue
        found.update(thing for each in candidates if (thing := f"<{each}>".encode()) in things)
    return found


def _touched(subjects: Iterable[bytes], labels: dict[bytes, bytes], iris: Iris) -> tuple[Touched, ...]:
    """The things of a kind among some subjects, by kind and IRI."""
    named = []
    for subject in subjects:
        iri = subject[1:-1].decode()
        try:
            named.append(Touched(iris.parse(iri).scope, iri, _label(subject, labels)))
        except IriInvalid:
            continue
    return tuple(sorted(named, key=lambda each: (each.kind, each.iri)))


def _renamed(pairs: Mapping[bytes, bytes], labels: dict[bytes, bytes], iris: Iris) -> tuple[Renamed, ...]:
    """Things that go on under another IRI, by kind and new IRI."""
    told = {before: _touched([after], labels, iris) for before, after in pairs.items()}
    found = [
        Renamed(one.kind, one.iri, one.label, before[1:-1].decode()) for before, ones in told.items() for one in ones
    ]
    return tuple(sorted(found, key=lambda each: (each.kind, each.iri, each.before)))


def _moved(old: _Side, new: _Side, labels: dict[bytes, bytes]) -> tuple[Moved, ...]:
    both = sorted(old.states.keys() & new.states.keys())
    return tuple(
        Moved(claim[1:-1].decode(), _label(claim, labels), _code(old.states[claim]), _code(new.states[claim]))
        for claim in both
        if old.states[claim] != new.states[claim]
    )


def _label(subject: bytes, labels: dict[bytes, bytes]) -> str:
    """A thing's name; where it has none, the last step of its IRI."""
    if subject not in labels:
        return _code(subject)
    [quad] = ox.parse(subject + b" " + _LABEL + b" " + labels[subject], format=ox.RdfFormat.N_QUADS)
    return str(getattr(quad.object, "value", quad.object))


def _first(rest: bytes) -> bytes:
    """The first term of what follows a predicate, an IRI with its brackets."""
    return rest.partition(b" ")[0]


def _code(iri: bytes) -> str:
    """The last step of an IRI as it is written in N-Quads, whatever follows it."""
    return iri.partition(b">")[0].rpartition(b"/")[2].decode()
