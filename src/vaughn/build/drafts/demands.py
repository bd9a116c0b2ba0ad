"""What ontology and shapes ask of a new node: the classes of a kind, the properties of a class, which are required.

Everything is read from the site's own files, so a draft follows whatever the shapes come to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.sources import Sources
from vaughn.turtle import Node

_Index = dict[str, dict[str, list[str]]]  # predicate → node → values
_KINDS = re.compile(r"^/id/\(?([a-z|-]+)\)?/")
_SCHEMES = re.compile(r"/concept/\(?([a-z|-]+)\)?/")


@dataclass(frozen=True)
class Property:
    """What the shapes of a class say of one property, taken together.

    demand: "" (may stand), "wanted" (a warning without it) or "required" (an error). message: that of the shape that
    demands it. classes, kinds, schemes: what its values are; all empty where the shapes leave it open.
    """

    iri: str
    demand: str
    message: str
    datatype: str
    named: bool
    classes: tuple[str, ...]
    kinds: tuple[str, ...]
    schemes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The local name, as a person types it."""
        return local(self.iri)


@dataclass(frozen=True)
class Choice:
    """Properties of which at least one is asked for (an `sh:or` of them)."""

    properties: tuple[str, ...]
    demand: str
    message: str


class Demands:
    """The ontology and shapes of one site."""

    def __init__(self, sources: Sources) -> None:
        files = (*sources.ontology, *sources.shapes)
        self._said: _Index = defaultdict(lambda: defaultdict(list))
        for triple in (triple for source in files for triple in source.triples):
            if not isinstance(triple.subject, ox.Triple) and not isinstance(triple.object, ox.Triple):
                self._said[triple.predicate.value][_key(triple.subject)].append(_key(triple.object))

    def classes_of(self, kind: str) -> tuple[str, ...]:
        """The classes whose things are named by a kind: the one that bears its name, else those whose shape has its
        IRIs; none where the ontology has no such kind."""
        named = [node for node, names in self._said[terms.KIND_NAME].items() if kind in names]
        return tuple(sorted(named)) or tuple(sorted(self._shaped(kind)))

    def kinds_of(self, iri: str, kinds: Iterable[str]) -> tuple[str, ...]:
        """Those of `kinds` whose things may be of a class."""
        line = self.above(iri) | self.below(iri)
        return tuple(kind for kind in kinds if line & set(self.classes_of(kind)))

    def above(self, iri: str) -> set[str]:
        """A class and what it is a subclass of, at any number of removes."""
        return _closure(iri, lambda node: self._values(node, terms.SUBCLASS_OF))

    def below(self, iri: str) -> set[str]:
        """A class and its subclasses, at any number of removes."""
        return _closure(iri, lambda node: self._narrower.get(node, ()))

    def narrower(self, iri: str) -> list[str]:
        """The subclasses of a class that have no kind of their own."""
        return sorted(each for each in self.below(iri) - {iri} if not self.first(each, terms.KIND_NAME))

    def properties(self, iri: str) -> dict[str, Property]:
        """What the shapes say of the properties of a class, by their IRI."""
        found: dict[str, list[str]] = defaultdict(list)
        for shape in self._node_shapes(iri):
            for part in self._values(shape, terms.SH_PROPERTY):
                for path in self._paths(part):
                    found[path].append(part)
        asked = {path for choice in self.choices(iri) for path in choice.properties}
        paths = sorted({*found, *asked, terms.REVIEW_STATE})
        return {path: _merge(self, path, found[path], self._general(path)) for path in paths}

    def choices(self, iri: str) -> list[Choice]:
        """The alternatives between properties that the shapes of a class ask for."""
        return [choice for shape in self._node_shapes(iri) for choice in self._choice(shape)]

    def message(self, path: str) -> str:
        """What the shapes say of a property wherever it is used, or ""."""
        return next((said for shape in self._general(path) if (said := self.first(shape, terms.SH_SAYS))), "")

    def demand_of(self, shape: str) -> str:
        """How hard a shape with a minimum asks."""
        return "wanted" if terms.SH_WARNING in self._values(shape, terms.SH_WEIGHT) else "required"

    def wants(self, shape: str) -> bool:
        """Whether a property shape asks for at least one value."""
        return any(count != "0" for count in self._values(shape, terms.SH_MIN_COUNT))

    def first(self, shape: str, predicate: str) -> str:
        """One value of a shape's property, or ""."""
        return next(iter(self._values(shape, predicate)), "")

    def every(self, shapes: Sequence[str], predicate: str) -> tuple[str, ...]:
        """The values of several shapes, each once."""
        return tuple(dict.fromkeys(value for shape in shapes for value in self._values(shape, predicate)))

    @cached_property
    def _narrower(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for node, all_wider in self._said[terms.SUBCLASS_OF].items():
            for wider in all_wider:
                found[wider].append(node)
        return found

    def _values(self, node: str, predicate: str) -> Sequence[str]:
        return self._said[predicate].get(node, ())

    def _paths(self, shape: str) -> Iterator[str]:
        """The property a shape speaks of; nothing for paths of several steps."""
        yield from (path for path in self._values(shape, terms.SH_PATH_OF) if not path.startswith("_:"))

    def _shaped(self, kind: str) -> Iterator[str]:
        for node, patterns in self._said[terms.SH_PATTERN].items():
            if any(kind in _words(_KINDS, pattern) for pattern in patterns):
                yield from self._values(node, terms.SH_TARGET_CLASS)

    def _node_shapes(self, iri: str) -> list[str]:
        line = self.above(iri)
        return sorted(node for node, classes in self._said[terms.SH_TARGET_CLASS].items() if line & set(classes))

    def _general(self, path: str) -> list[str]:
        """Shapes of a property that hold wherever it is used."""
        shapes = [node for node, paths in self._said[terms.SH_TARGET_SUBJECTS_OF].items() if path in paths]
        parts = [part for shape in shapes for part in self._values(shape, terms.SH_PROPERTY)]
        return sorted(part for part in parts if path in self._paths(part))

    def _choice(self, shape: str) -> Iterator[Choice]:
        for head in self._values(shape, terms.SH_OR):
            members = list(self._list(head))
            paths = [path for member in members for path in self._paths(member) if self.wants(member)]
            if len(paths) == len(members):
                yield Choice(tuple(paths), self.demand_of(shape), self.first(shape, terms.SH_SAYS))

    def _list(self, head: str) -> Iterator[str]:
        while head != terms.RDF_NIL:
            yield self.first(head, terms.RDF_FIRST)
            head = self.first(head, terms.RDF_REST)


def local(iri: str) -> str:
    """The last step of an IRI."""
    return iri.rpartition("#")[2].rpartition("/")[2]


def _merge(demands: Demands, path: str, own: Sequence[str], general: Sequence[str]) -> Property:
    """own: the shapes of the class, which alone make demands; general: those of the property wherever it is used."""
    asking = sorted((demands.demand_of(shape), shape) for shape in own if demands.wants(shape))
    shapes = [shape for _, shape in asking] + list(own) + list(general)
    patterns = demands.every(shapes, terms.SH_PATTERN)
    return Property(
        iri=path,
        demand=asking[0][0] if asking else "",
        message=next((said for shape in shapes if (said := demands.first(shape, terms.SH_SAYS))), ""),
        datatype=next(iter(demands.every(shapes, terms.SH_DATATYPE)), ""),
        named=terms.SH_IRI in demands.every(shapes, terms.SH_NODE_KIND),
        classes=demands.every(shapes, terms.SH_CLASS),
        kinds=tuple(word for pattern in patterns for word in _words(_KINDS, pattern)),
        schemes=tuple(word for pattern in patterns for word in _words(_SCHEMES, pattern)),
    )


def _words(form: re.Pattern[str], pattern: str) -> list[str]:
    found = form.match(pattern)
    return found[1].split("|") if found else []


def _key(term: Node | ox.Literal) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value


def _closure(start: str, step: Callable[[str], Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(step(node))
    return found
