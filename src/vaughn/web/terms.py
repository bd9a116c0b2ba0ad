"""The ontology's words, and the shapes, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vaughn.iris import compact
from vaughn.model import Triple


@dataclass(frozen=True)
class Word:
    """A class, property or shape, or what else has a name there, as a prefix does. what: class, property, shape,
    shape-of-property or term. says: its comment, definition, message or namespace. broader: what it is a kind of."""

    name: str
    iri: str
    what: str
    label: str
    says: str
    broader: tuple[str, ...]


_WHATS = {"NodeShape": "shape", "PropertyShape": "shape-of-property", "Class": "class"}
_SAYS = ("rdfs:comment", "skos:definition", "skos:scopeNote", "sh:message", "sh:namespace")
_BROADER = ("rdfs:subClassOf", "rdfs:subPropertyOf")


def words(triples: Iterable[Triple], prefixes: Mapping[str, str], namespace: str) -> list[Word]:
    """Every name of a namespace of which the triples say something, by what it is and name."""
    found: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in triples:
        if subject.value.startswith(namespace) and len(subject.value) > len(namespace):
            about = found.setdefault(subject.value, {})
            about.setdefault(compact(predicate.value, prefixes), []).append(value.value)
    made = (_word(iri, about, prefixes, namespace) for iri, about in found.items())
    return sorted(made, key=lambda word: (word.what, word.name.lower()))


def _word(iri: str, about: Mapping[str, list[str]], prefixes: Mapping[str, str], namespace: str) -> Word:
    types = {compact(kind, prefixes).split(":")[-1] for kind in about.get("rdf:type", ())}
    name = iri.removeprefix(namespace)
    broader = [compact(each, prefixes) for key in _BROADER for each in about.get(key, ()) if ":" in each]
    return Word(
        name=name,
        iri=iri,
        what=_what(types),
        label=next(iter(about.get("rdfs:label", [name]))),
        says=" ".join(text for key in _SAYS for text in about.get(key, ())[:1]),
        broader=tuple(sorted(broader)),
    )


def _what(types: Iterable[str]) -> str:
    """What the last steps of its types make a word."""
    known = [_WHATS.get(kind) or ("property" if kind.endswith("Property") else "") for kind in sorted(types)]
    return next((what for what in known if what), "term")
