"""JSON-LD in the site's own words: a thing as one tree, its parts nested where they are first referred to; any other
graph as a flat list of nodes, a line each.

What is written expands to exactly the triples given, whatever the context says: a value takes a context's short form
only where that form expands back to it, and the explicit form otherwise (JSON-LD 1.1 §4.2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vaughn.iris import NS, compact, expand
from vaughn.model import Term, Triple

CONTEXT_PATH = "/ns/context.jsonld"
CLOSING = b"\n]}\n"
"""What ends a flat list of nodes."""

_PART_OF = NS + "partOfThing"
_PLAIN_KEYS = frozenset({"@id", "@type", "@container", "@prefix", "@protected"})
_INTEGER = re.compile(r"0|-?[1-9]\d{0,14}")
_json = json.JSONEncoder(ensure_ascii=False).encode  # a compiled part writes what is not indented


@dataclass(frozen=True)
class _Word:
    """A term of the context. coercion: "@id", a datatype or "". container: "@set", "@language" or ""."""

    name: str
    coercion: str
    container: str


class Vocabulary:
    """A context read for writing: which key stands for a property, and how its values may be shortened.

    id and type are the keys that stand for @id and @type. address: where a reader of the document finds the context.
    """

    def __init__(self, context: Mapping[str, Any], prefixes: Mapping[str, str], address: str = CONTEXT_PATH) -> None:
        self.address = address
        entries = context["@context"]
        self.entries: Mapping[str, Any] = entries
        self.prefixes = {name: iri for name, iri in prefixes.items() if entries.get(name) == iri}
        self.known = prefixes
        aliases = {entry: name for name, entry in sorted(entries.items(), reverse=True) if isinstance(entry, str)}
        self.id, self.type = aliases.get("@id", "@id"), aliases.get("@type", "@type")
        self._words: dict[str, list[_Word]] = {}
        self._compacted: dict[str, str] = {}
        self._known: dict[str, str] = {}
        for name, entry in entries.items():
            self._learn(name, entry)

    @classmethod
    def read(cls, text: str) -> Vocabulary:
        """The one that `text` was made of."""
        return cls(**json.loads(text))

    @property
    def text(self) -> str:
        """The whole of it, for another process."""
        return _json({"context": {"@context": self.entries}, "prefixes": self.known, "address": self.address})

    def word(self, predicate: str, values: Sequence[Term]) -> _Word:
        """The key for a property with these values: a term that carries them all, else a name without coercion."""
        fitting = (word for word in self._words.get(predicate, ()) if all(_carries(word, term) for term in values))
        return next(fitting, _Word(self.compacted(predicate), "", ""))

    def compacted(self, iri: str) -> str:
        """An IRI as it may stand for a property or a type: looked up once, as a graph has few of them."""
        if iri not in self._compacted:
            self._compacted[iri] = compact(iri, self.prefixes)
        return self._compacted[iri]

    def known_as(self, iri: str) -> str:
        """An IRI by the prefixes of the release, those among them that the context lacks."""
        if iri not in self._known:
            self._known[iri] = compact(iri, self.known)
        return self._known[iri]

    def _learn(self, name: str, entry: Any) -> None:
        spelled = {"@id": entry} if isinstance(entry, str) else entry
        if name.startswith("@") or not isinstance(spelled, dict) or set(spelled) - _PLAIN_KEYS:
            return
        iri = self._full(spelled.get("@id", name))
        container = spelled.get("@container", "")
        if iri.startswith("@") or not isinstance(container, str) or container not in ("", "@set", "@language"):
            return
        coercion = self._full(spelled.get("@type", ""))
        self._words.setdefault(iri, []).append(_Word(name, "@id" if coercion == "@vocab" else coercion, container))

    def _full(self, value: str) -> str:
        prefix, colon, _ = value.partition(":")
        return expand(value, self.prefixes) if colon and prefix in self.prefixes else value


def _carries(word: _Word, term: Term) -> bool:
    return word.container != "@language" or bool(term.lang)


def tree(root: str, triples: Iterable[Triple], vocabulary: Vocabulary) -> dict[str, Any]:
    """The document of one thing. A part that nothing refers to hangs on the root by @reverse, and so does what refers
    to the root from elsewhere; any other node stands under @included."""
    writer = _Writer(triples, vocabulary)
    body = {"@context": vocabulary.address, **writer.node(root)}
    parts = [writer.node(part) for part in writer.parts_of(root)]
    reverse = {vocabulary.word(_PART_OF, ()).name: parts} if parts else {}
    for key, subject in writer.referring(root):
        reverse.setdefault(vocabulary.word(key, ()).name, []).append(writer.node(subject))
    loose = [writer.node(subject) for subject in sorted(writer.subjects) if subject not in writer.written]
    return body | ({"@reverse": reverse} if reverse else {}) | ({"@included": loose} if loose else {})


def graph(triples: Iterable[Triple], vocabulary: Vocabulary, first: Sequence[str] = ()) -> bytes:
    """The document of any graph: a flat list of nodes. first: those that stand before the others, in their order."""
    return b"".join((*pieces(triples, vocabulary, first), CLOSING))


def pieces(triples: Iterable[Triple], vocabulary: Vocabulary, first: Sequence[str] = ()) -> Iterator[bytes]:
    """What `graph` writes, node by node; after any of them CLOSING ends the document of those so far."""
    writer, before = _Writer(triples, vocabulary), _opening(vocabulary)
    writer.written.update(writer.subjects)
    ordered = dict.fromkeys([*(subject for subject in first if subject in writer.subjects), *sorted(writer.subjects)])
    for subject in ordered:
        yield f"{before}\n {_json(writer.node(subject))}".encode()
        before = ","
    if not ordered:
        yield before.encode()


def _opening(vocabulary: Vocabulary) -> str:
    return f'{{"@context": {_json(vocabulary.address)}, "@graph": ['


def encode(document: Mapping[str, Any]) -> bytes:
    """The document's bytes, equal for equal documents."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


class _Writer:
    """Writes nodes, each once; `written` holds those that stand somewhere already."""

    def __init__(self, triples: Iterable[Triple], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.subjects: dict[str, dict[str, list[Term]]] = {}
        self.written: set[str] = set()
        for subject, predicate, value in triples:
            self.subjects.setdefault(_name(subject), {}).setdefault(predicate.value, []).append(value)
        for said in self.subjects.values():
            for key, values in said.items():
                if len(values) > 1:
                    said[key] = sorted(set(values), key=_order)

    def parts_of(self, root: str) -> Iterator[str]:
        """Subjects not written yet that are parts of the root; the statement that says so is left to the caller."""
        for subject in sorted(set(self.subjects) - self.written):
            owners = self.subjects[subject].get(_PART_OF, [])
            if [owner.value for owner in owners] == [root] and subject not in self.written:
                del self.subjects[subject][_PART_OF]
                yield subject

    def referring(self, root: str) -> Iterator[tuple[str, str]]:
        """Subjects not written yet that refer to the root, each with one property that does so; that statement is left
        to the caller."""
        for subject in sorted(set(self.subjects) - self.written):
            said = self.subjects[subject]
            keys = [key for key in sorted(said) if any(_is(term, root) for term in said[key]) and not self._types(key)]
            if keys and subject not in self.written:
                said[keys[0]] = [term for term in said[keys[0]] if not _is(term, root)]
                if not said[keys[0]]:
                    del said[keys[0]]
                yield keys[0], subject

    def _types(self, key: str) -> bool:
        return self._vocabulary.known_as(key) == "rdf:type"

    def node(self, subject: str) -> dict[str, Any]:
        self.written.add(subject)
        properties = self.subjects.get(subject, {})
        types = [key for key in properties if self._types(key)]
        node: dict[str, Any] = {self._vocabulary.id: subject}
        for key in types:
            node[self._vocabulary.type] = _one_or_many([self._type(term) for term in properties[key]])
        words = {key: self._vocabulary.word(key, values) for key, values in properties.items() if key not in types}
        for key, word in sorted(words.items(), key=lambda item: (item[1].name, item[0])):
            node[word.name] = self._values(word, properties[key])
        return node

    def _type(self, term: Term) -> str:
        return self._vocabulary.word(term.value, ()).name if term.kind == "uri" else _name(term)

    def _values(self, word: _Word, values: Sequence[Term]) -> Any:
        if word.container == "@language":
            return _by_language(values)
        written = [self._value(word, term) for term in values]
        return written if word.container == "@set" else _one_or_many(written)

    def _value(self, word: _Word, term: Term) -> Any:
        if term.kind == "literal":
            return self._literal(word, term)
        name = _name(term)
        if name in self.subjects and name not in self.written:
            return self.node(name)
        return name if word.coercion == "@id" else {self._vocabulary.id: name}

    def _literal(self, word: _Word, term: Term) -> Any:
        if term.lang:
            return {"@value": term.value, "@language": term.lang}
        datatype = self._vocabulary.known_as(term.datatype) if term.datatype else "xsd:string"
        if datatype == "xsd:string":
            return {"@value": term.value} if word.coercion or "@language" in self._vocabulary.entries else term.value
        if term.datatype == word.coercion:
            return term.value
        if not word.coercion and _is_native(datatype, term.value):
            return json.loads(term.value)
        return {"@value": term.value, "@type": self._vocabulary.compacted(term.datatype)}


def _is_native(datatype: str, value: str) -> bool:
    """Whether a JSON number or truth value expands back to this very literal."""
    if datatype == "xsd:boolean":
        return value in ("true", "false")
    return datatype == "xsd:integer" and bool(_INTEGER.fullmatch(value))


def _by_language(values: Sequence[Term]) -> dict[str, Any]:
    languages = dict.fromkeys(term.lang for term in values)
    return {lang: _one_or_many([term.value for term in values if term.lang == lang]) for lang in languages}


def _one_or_many(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _order(term: Term) -> tuple[str, ...]:
    return term.value, term.datatype, term.lang, term.kind


def _is(term: Term, iri: str) -> bool:
    return term.kind == "uri" and term.value == iri


def _name(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "bnode" else term.value
