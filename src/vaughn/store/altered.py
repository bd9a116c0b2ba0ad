"""What of a thing changed: which of its properties, and its parts', lost and gained which values, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from vaughn import terms
from vaughn.store.changes import MOST_CHARACTERS, MOST_OF_A_THING, MOST_VALUES, Altered, Value
from vaughn.store.side import Triple, code, literal

Names = Mapping[bytes, bytes]
"""Objects of the names of things, properties and concepts, as N-Quads write them."""

Said = tuple[bytes, bytes, int, bytes]
"""Subject, predicate, 0 for lost or 1 for gained, object."""

_PLAIN = frozenset({terms.XSD_STRING, terms.LANG_STRING})


class Teller:
    """Tells what things lost and gained, until MOST_VALUES values are told.

    owners: the things that each subject is, or is a part of. before, after: names in the two releases.
    """

    def __init__(self, owners: Mapping[bytes, Iterable[bytes]], before: Names, after: Names) -> None:
        self._owners, self._names = owners, (before, after)
        self._said: dict[bytes, list[Said]] = {}
        self._room = MOST_VALUES

    def hear(self, triples: Iterable[Triple], side: int) -> None:
        """What was lost, 0, or gained, 1."""
        for subject, predicate, value in triples:
            for thing in self._owners.get(subject, ()):
                self._said.setdefault(thing, []).append((subject, predicate, side, value))

    def count(self, thing: bytes) -> int:
        """How many values a thing and its parts lost and gained."""
        return len(self._said.get(thing, ()))

    def told(self, thing: bytes) -> tuple[Altered, ...]:
        """What a thing lost and gained, its own before its parts', as far as there is room; it is then taken up."""
        said = sorted(self._said.get(thing, ()), key=lambda each: (each[0] != thing, each))
        shown = said[: min(MOST_OF_A_THING, self._room)]
        self._room -= len(shown)
        return tuple(self._altered(thing, list(group)) for _, group in groupby(shown, key=itemgetter(0, 1)))

    def _altered(self, thing: bytes, said: Sequence[Said]) -> Altered:
        """Of one property."""
        subject, predicate = said[0][:2]
        lost, gained = (tuple(self._values(said, side)) for side in (0, 1))
        part = "" if subject == thing else _iri(subject)
        return Altered(part, _iri(predicate), label(predicate, self._names[1], self._names[0]), lost, gained)

    def _values(self, said: Iterable[Said], side: int) -> Iterator[Value]:
        names = self._names[side], self._names[1 - side]
        return (_value(value, *names) for _, _, at, value in said if at == side)


def label(iri: bytes, *names: Names) -> str:
    """The name of what an IRI stands for, by the first that know one; the IRI's last step where none does."""
    found = next((known[iri] for known in names if iri in known), None)
    return code(iri) if found is None else literal(found).value


def _value(term: bytes, *names: Names) -> Value:
    if term.startswith(b"<"):
        return Value(label(term, *names), _iri(term))
    if not term.startswith(b'"'):
        return Value("something without a name")
    read = literal(term + b" .")
    text, kind = read.value, "" if read.datatype.value in _PLAIN else read.datatype.value
    return Value(text[:MOST_CHARACTERS], "", read.language or "", kind, max(0, len(text) - MOST_CHARACTERS))


def _iri(term: bytes) -> str:
    return term[1:-1].decode()
