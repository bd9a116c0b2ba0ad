"""From words a person types to RDF terms, as the shapes say what a property's values are."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.drafts.demands import Demands, Property
from vaughn.errors import DraftRefused, IriInvalid
from vaughn.iris import KINDS, PART_OWNERS, Iris, compact, expand

_SHORT_LIST = 12
_NEAREST = 3


@dataclass(frozen=True)
class Names:
    """What a draft may name. known: the IRIs that some file describes. language: that of texts."""

    iris: Iris
    demands: Demands
    prefixes: Mapping[str, str]
    known: Collection[str]
    language: str

    def term(self, asked: str, one: Property, value: str) -> ox.NamedNode | ox.Literal:
        """A value of a property. asked: what messages call the draft.

        Raises DraftRefused for a code that no list has, a word that is neither true nor false, a name that cannot be.
        """
        try:
            return self._term(one, value)
        except (IriInvalid, ValueError) as error:
            raise DraftRefused(asked, f"{one.name}={value!r}: {error}") from None

    def strange(self, iri: str) -> bool:
        """Whether a name is of this site or of a list that it uses, and nothing describes it."""
        ours = iri.startswith(self.iris.base) or iri[: iri.rfind("/") + 1] in self.prefixes.values()
        return ours and iri not in self.known

    def nearest(self, iri: str) -> list[str]:
        """Known names of the same kind that are written much like this one, as CURIEs; the likeliest first."""
        kind, _, name = iri.rpartition("/")
        alike = {known.rpartition("/")[2]: known for known in self.known if known.startswith(f"{kind}/")}
        return [compact(alike[near], self.prefixes) for near in difflib.get_close_matches(name, alike, n=_NEAREST)]

    def kinds(self, one: Property) -> tuple[str, ...]:
        """The kinds of things and parts that a property's values are of."""
        every = (*KINDS, *PART_OWNERS)
        return one.kinds or tuple(kind for iri in one.classes for kind in self.demands.kinds_of(iri, every))

    def concept(self, scheme: str, code: str) -> str:
        """The IRI of a code list entry. Raises ValueError, naming what the list has."""
        start = self.prefixes.get(scheme, f"{self.iris.base}concept/{scheme}/")
        if start + code in self.known:
            return start + code
        codes = sorted(iri.removeprefix(start) for iri in self.known if iri.startswith(start))
        raise ValueError(f"the list {scheme} has {_listed(code, codes)}")

    def _term(self, one: Property, value: str) -> ox.NamedNode | ox.Literal:
        if one.schemes:
            return ox.NamedNode(self._code(one.schemes, value))
        if one.datatype == terms.LANG_STRING:
            return ox.Literal(value, language=self.language)
        if one.datatype:
            return _typed(value, one.datatype)
        if one.named or one.classes or one.kinds:
            return ox.NamedNode(self._thing(self.kinds(one), value))
        return ox.Literal(value)

    def _code(self, schemes: tuple[str, ...], value: str) -> str:
        if ":" in value:
            return expand(value, self.prefixes)
        for scheme in schemes[:-1]:
            if self.prefixes.get(scheme, "") + value in self.known:
                return self.prefixes[scheme] + value
        return self.concept(schemes[-1], value)

    def _thing(self, kinds: tuple[str, ...], value: str) -> str:
        """An IRI from a CURIE, or from a slug: of the first kind that the graph has under that slug."""
        if ":" in value:
            return expand(value, self.prefixes)
        if not kinds:
            raise ValueError("things of every kind may stand here; write the name with its prefix, such as body:x")
        minted = list(self._minted(kinds, value))
        if not minted:
            raise ValueError(f"a part is named <owner>--<name>, or with its prefix: {kinds[0]}:…")
        return next((iri for iri in minted if iri in self.known), minted[0])

    def _minted(self, kinds: tuple[str, ...], value: str) -> Iterator[str]:
        owner, _, name = value.partition("--")
        for kind in kinds:
            if name and kind in PART_OWNERS:
                yield self.iris.part(kind, owner, name)
            elif not name and kind in KINDS:
                yield self.iris.thing(kind, value)


def _typed(value: str, datatype: str) -> ox.Literal:
    """A literal of a datatype. Raises ValueError for a truth value that is none."""
    if datatype == terms.XSD_BOOLEAN and value not in ("true", "false"):
        raise ValueError("write true or false")
    return ox.Literal(value, datatype=ox.NamedNode(datatype))


def _listed(code: str, codes: Sequence[str]) -> str:
    """What a list has instead of a code: the nearest first where it is long."""
    near = difflib.get_close_matches(code, codes, n=_NEAREST) if len(codes) > _SHORT_LIST else []
    return f"no {code}; perhaps {' or '.join(near)}" if near else f"no {code}; it has {', '.join(codes) or 'none'}"
