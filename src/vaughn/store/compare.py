"""Two releases side by side: which things came, changed, were withdrawn or went, and which evidence states moved.

Read from the two dumps, which are sorted: they are walked together and only lines that one of them lacks are looked
at closely, so that memory grows with the things and the changes, not with the data.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from vaughn import terms
from vaughn.errors import IriInvalid
from vaughn.iris import Iris
from vaughn.store.altered import Names, Teller, label
from vaughn.store.changes import Changed, Changes, Moved, Removed, Renamed, Touched, edition
from vaughn.store.means import means
from vaughn.store.release import Release
from vaughn.store.renaming import Renaming
from vaughn.store.side import REASON, RENAMED, REPLACED, Side, Triple, code, first, literal

_REVIEW, _SOURCE = (f"<{word}>".encode() for word in (terms.REVIEW_STATE, terms.SOURCE_STATE))
_LEFT = frozenset({"withdrawn", "superseded"})


def things_of(release: Release) -> set[str]:
    """The IRIs of the things that the files of a release speak of."""
    side = Side(release)
    for _ in side.lines():
        pass
    return {thing[1:-1].decode() for thing in side.things}


def compare(before: Release, after: Release) -> Changes:
    """What `after` changed against `before`."""
    old, new, iris = Side(before), Side(after), after.iris
    alike = before.manifest.digest == after.manifest.digest
    gone, fresh = (set[Triple](), set[Triple]()) if alike else _asserted(old, new)
    stones, lost = new.stones(), old.things - new.things
    renamed = {one: to for one in lost if (to := _renamed_to(stones, one)) in new.things}
    said = Renaming(renamed, old.things, iris).told(gone)
    gone, fresh = said - fresh, fresh - said
    stayed = (old.things & new.things) | set(renamed.values())
    owners = _owners((triple[0] for triple in gone | fresh), stayed, iris)
    touched = {thing for each in owners.values() for thing in each}
    left = {each[0] for each in fresh if each[1] in (_REVIEW, _SOURCE) and code(each[2]) in _LEFT} & stayed
    teller = Teller(owners, old.labels, new.labels)
    teller.hear(gone, 0)
    teller.hear(fresh, 1)
    names = ChainMap(new.labels, old.labels)
    withdrawn, changed = (_changed(subjects, names, iris, teller) for subjects in (left, touched - left))
    lists: dict[str, Sequence[Touched | Moved | Renamed]] = {
        "added": _touched(new.things - old.things - set(renamed.values()), names, iris),
        "changed": changed,
        "withdrawn": withdrawn,
        "removed": _removed(lost - renamed.keys(), stones, names, iris),
        "states": _moved(old, new, names),
        "renamed": _renamed(renamed, names, iris),
    }
    remade = means(before, after, old.shapes, new.shapes)
    counts = {sort: len(each) for sort, each in lists.items()} | {"means": len(remade)}
    ends = {"before": edition(before), "after": edition(after)}
    values = sum(each.values or 0 for each in (*changed, *withdrawn))
    return Changes(**ends, **lists, means=remade, counts=counts, values=values)  # type: ignore[arg-type]  # by name


def _asserted(old: Side, new: Side) -> tuple[set[Triple], set[Triple]]:
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


def _owners(subjects: Iterable[bytes], things: set[bytes], iris: Iris) -> dict[bytes, list[bytes]]:
    """The things that each subject is, or is a part of."""
    found: dict[bytes, list[bytes]] = {}
    for subject in set(subjects):
        try:
            candidates = iris.owner_candidates(iris.parse(subject[1:-1].decode()))
        except IriInvalid:
            continue
        found[subject] = [thing for each in candidates if (thing := f"<{each}>".encode()) in things]
    return found


def _renamed_to(stones: Mapping[bytes, Mapping[bytes, bytes]], thing: bytes) -> bytes:
    return first(stones.get(thing, {}).get(RENAMED, b""))


def _touched(subjects: Iterable[bytes], names: Names, iris: Iris) -> tuple[Touched, ...]:
    """The things of a kind among some subjects, by kind and IRI."""
    named = []
    for subject in subjects:
        iri = subject[1:-1].decode()
        try:
            named.append(Touched(iris.parse(iri).scope, iri, label(subject, names)))
        except IriInvalid:
            continue
    return tuple(sorted(named, key=lambda each: (each.kind, each.iri)))


def _changed(subjects: Iterable[bytes], names: Names, iris: Iris, teller: Teller) -> tuple[Changed, ...]:
    """The same with what they lost and gained."""
    return tuple(
        Changed(each.kind, each.iri, each.label, teller.count(thing), teller.told(thing))
        for each in _touched(subjects, names, iris)
        if (thing := f"<{each.iri}>".encode())
    )


def _removed(
    subjects: Iterable[bytes], stones: Mapping[bytes, Mapping[bytes, bytes]], names: Names, iris: Iris
) -> tuple[Removed, ...]:
    """The same with what their tombstones say."""
    return tuple(
        Removed(each.kind, each.iri, each.label, *_buried(stones.get(f"<{each.iri}>".encode(), {}), names))
        for each in _touched(subjects, names, iris)
    )


def _buried(stone: Mapping[bytes, bytes], names: Names) -> tuple[str, str, str]:
    """Why, by what, and the name of that; each "" where a tombstone does not say."""
    reason = literal(stone[REASON]).value if REASON in stone else ""
    successor = first(stone.get(REPLACED) or stone.get(RENAMED) or b"")
    return (reason, successor[1:-1].decode(), label(successor, names)) if successor else (reason, "", "")


def _renamed(pairs: Mapping[bytes, bytes], names: Names, iris: Iris) -> tuple[Renamed, ...]:
    """Things that go on under another IRI, by kind and new IRI."""
    told = {before: _touched([after], names, iris) for before, after in pairs.items()}
    found = [
        Renamed(one.kind, one.iri, one.label, before[1:-1].decode()) for before, ones in told.items() for one in ones
    ]
    return tuple(sorted(found, key=lambda each: (each.kind, each.iri, each.before)))


def _moved(old: Side, new: Side, names: Names) -> tuple[Moved, ...]:
    both = sorted(old.states.keys() & new.states.keys())
    return tuple(
        Moved(claim[1:-1].decode(), label(claim, names), code(old.states[claim]), code(new.states[claim]))
        for claim in both
        if old.states[claim] != new.states[claim]
    )
