"""What a renamed thing and its parts said, in the words of the new name: so that what is left differs in more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from vaughn.errors import IriInvalid
from vaughn.iris import Iris, Name
from vaughn.store.side import Triple

_PART = b"--"


class Renaming:
    """renamed: new name by old one, as N-Quads write them. things: of the release that has the old ones."""

    def __init__(self, renamed: Mapping[bytes, bytes], things: Set[bytes], iris: Iris) -> None:
        self._renamed, self._things, self._iris = renamed, things, iris

    def told(self, triples: set[Triple]) -> set[Triple]:
        """The triples, those of renamed things and their parts under the new names."""
        return set(map(self._triple, triples)) if self._renamed else triples

    def _triple(self, triple: Triple) -> Triple:
        subject, predicate, value = triple
        return (named, predicate, self._name(value)) if (named := self._name(subject)) != subject else triple

    def _name(self, term: bytes) -> bytes:
        """The new name of a thing or of a part whose one owner was renamed; any other term as it is."""
        if term in self._renamed or _PART not in term or not term.startswith(b"<"):
            return self._renamed.get(term, term)
        try:
            name = self._iris.parse(term[1:-1].decode())
        except IriInvalid:
            return term
        [owner, *others] = [*self._owners(name), b""]
        return term if len(others) > 1 or owner not in self._renamed else self._part(name, self._renamed[owner])

    def _owners(self, part: Name) -> Iterable[bytes]:
        known = (f"<{each}>".encode() for each in self._iris.owner_candidates(part))
        return (each for each in known if each in self._things)

    def _part(self, part: Name, owner: bytes) -> bytes:
        slug = self._iris.parse(owner[1:-1].decode()).slug
        return f"<{self._iris.part(part.scope, slug, part.part)}>".encode()
