"""Canonical Turtle: one way to write a set of triples, so that an edit of one fact is a change of one line.

Prefixes in use, sorted; subjects by IRI; `a` first, then predicates by IRI, one to a line; several objects one to a
line. Lists are written `( … )`, other blank nodes nested where they are referred to once. Literals keep every letter.
Comments have no place in triples and are not kept: `comment_lines` says where they stand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from vaughn.errors import FileUnreadable
from vaughn.terms import (
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    XSD_BOOLEAN,
    XSD_DECIMAL,
    XSD_INTEGER,
    XSD_STRING,
)

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_BARE = {XSD_BOOLEAN: r"true|false", XSD_INTEGER: r"[+-]?\d+", XSD_DECIMAL: r"[+-]?\d*\.\d+"}
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_IRI = r"<[^<>\s]*>"
_LONG = r"""\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"""
_SHORT = r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
_NOT_A_COMMENT = re.compile(rf"{_IRI}|{_LONG}|{_SHORT}|\\#", re.DOTALL)
_INDENT = "    "


@dataclass(frozen=True)
class Document:
    """A parsed Turtle file: its triples in the order they stand, and the prefixes it declares."""

    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str]


def parse_turtle(text: str, name: str = "") -> Document:
    """The triples of a Turtle text. name: what messages call the file. Raises FileUnreadable with the line."""
    parser = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    try:
        triples = tuple(quad.triple for quad in parser)
    except SyntaxError as error:
        raise FileUnreadable(name, error.msg.partition(": ")[2] or error.msg, error.lineno) from None
    if any(isinstance(term, ox.Triple) for triple in triples for term in (triple.subject, triple.object)):
        raise FileUnreadable(name, "a triple stands as a term (RDF 1.2); give it a node of its own")
    return Document(triples, dict(parser.prefixes))


def node_of(triple: ox.Triple) -> Node:
    """The subject of a triple, an IRI or a blank node. Raises FileUnreadable for the third kind, of RDF 1.2 drafts."""
    if isinstance(triple.subject, ox.Triple):
        raise FileUnreadable("", f"a triple stands as a subject: {triple.subject}")
    return triple.subject


def format_turtle(text: str, name: str = "") -> str:
    """A Turtle text in its canonical form. Raises FileUnreadable."""
    document = parse_turtle(text, name)
    return write_turtle(document.triples, document.prefixes)


def comment_lines(text: str) -> list[int]:
    """The lines (from 1) on which a comment starts; a # in an IRI or a string is none."""
    bare = _NOT_A_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    return [number for number, line in enumerate(bare.split("\n"), 1) if "#" in line]


def write_turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Triples as canonical Turtle; ends with a line break unless there are none."""
    writer = _Writer(_labelled(triples), prefixes)
    body = "\n".join(writer.block(subject) for subject in writer.tops())
    used = sorted(writer.used)
    head = "".join(f"@prefix {prefix}: <{prefixes[prefix]}> .\n" for prefix in used)
    return head + ("\n" if head and body else "") + body


def _labelled(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples with blank nodes named by RDFC-1.0, so that equal graphs are written alike."""
    unique = list(dict.fromkeys(triples))
    if not any(isinstance(term, ox.BlankNode) for triple in unique for term in (triple.subject, triple.object)):
        return unique
    dataset = ox.Dataset(ox.Quad(*triple) for triple in unique)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]


@dataclass
class _Writer:
    """Writes the blocks of one document and notes the prefixes they use."""

    triples: Sequence[ox.Triple]
    prefixes: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    written: dict[str, str] = field(default_factory=lambda: {RDF_NIL: "()"})

    def __post_init__(self) -> None:
        self.of: dict[Node, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.referrers: dict[Term, list[Node]] = defaultdict(list)
        for triple in self.triples:
            subject = node_of(triple)
            self.of[subject][triple.predicate.value].append(triple.object)
            if isinstance(triple.object, ox.BlankNode):
                self.referrers[triple.object].append(subject)
        self.nested = {node for node in self.referrers if self._nests(node)}
        self.longest = sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))

    def _nests(self, node: Term) -> bool:
        """Whether a blank node has one referrer and is not below itself: a cycle has no top and needs names."""
        seen: set[Term] = set()
        at: Term = node
        while isinstance(at, ox.BlankNode) and len(self.referrers.get(at, ())) == 1:
            if at in seen:
                return False
            seen.add(at)
            at = self.referrers[at][0]
        return len(self.referrers[node]) == 1

    def tops(self) -> list[Node]:
        """The subjects that have a block of their own: IRIs first, then blank nodes that are not nested."""
        own = [subject for subject in self.of if subject not in self.nested]
        return sorted(own, key=lambda node: (isinstance(node, ox.BlankNode), node.value))

    def block(self, subject: Node) -> str:
        anonymous = isinstance(subject, ox.BlankNode) and not self.referrers.get(subject)
        head = "[]" if anonymous else self._term(subject, 0)
        return f"{head}{self._properties(subject, 1)} .\n"

    def _properties(self, subject: Node, depth: int) -> str:
        """` a Type ;` on the subject's line, then one predicate to a line."""
        of = dict(self.of[subject])
        lines = []
        types = of.pop(RDF_TYPE, [])
        if types:
            lines.append(" a " + ", ".join(self._objects(types, depth)))
        pad = "\n" + _INDENT * depth
        lines += [pad + self._property(predicate, of[predicate], depth) for predicate in sorted(of)]
        return " ;".join(lines)

    def _property(self, predicate: str, objects: Sequence[Term], depth: int) -> str:
        written = self._objects(objects, depth)
        if len(written) == 1:
            return f"{self._iri(predicate)} {written[0]}"
        pad = "\n" + _INDENT * (depth + 1)
        return self._iri(predicate) + pad + f",{pad}".join(self._objects(objects, depth + 1))

    def _objects(self, objects: Sequence[Term], depth: int) -> list[str]:
        return [self._term(term, depth) for term in sorted(objects, key=self._order)]

    def _order(self, term: Term) -> tuple[int, str, str]:
        if isinstance(term, ox.Literal):
            return (1, term.value, f"{term.language or ''}^{term.datatype.value}")
        if isinstance(term, ox.BlankNode):
            return (2, self._term(term, 0), term.value)
        return (0, term.value if isinstance(term, ox.NamedNode) else str(term), "")

    def _term(self, term: Term, depth: int) -> str:
        match term:
            case ox.NamedNode():
                return self._iri(term.value)
            case ox.Literal():
                return self._literal(term)
            case ox.BlankNode():
                return self._blank(term, depth)
            case ox.Triple():
                raise FileUnreadable("", "a triple stands as a term (RDF 1.2); give it a node of its own")

    def _iri(self, iri: str) -> str:
        if iri not in self.written:
            self.written[iri] = self._curie(iri)
        return self.written[iri]

    def _curie(self, iri: str) -> str:
        for prefix, namespace in self.longest:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        if datatype in _BARE and re.fullmatch(_BARE[datatype], literal.value):
            return literal.value
        quoted = _quote(literal.value)
        if literal.language:
            return f"{quoted}@{literal.language}"
        return quoted if datatype == XSD_STRING else f"{quoted}^^{self._iri(datatype)}"

    def _blank(self, node: ox.BlankNode, depth: int) -> str:
        if node not in self.nested:
            return f"_:{node.value}"
        members = self._members(node)
        if members is not None:
            return self._list([self._term(member, depth + 1) for member in members], depth)
        inner = self._properties(node, depth + 1).lstrip()
        if not inner:
            return "[]"
        pad = "\n" + _INDENT
        return f"[{pad * 1}{_INDENT * depth}{inner}\n{_INDENT * depth}]"

    def _list(self, members: Sequence[str], depth: int) -> str:
        flat = f"( {' '.join(members)} )"
        if len(flat) <= 100 and "\n" not in flat:
            return flat
        pad = "\n" + _INDENT * (depth + 1)
        return f"({pad}{pad.join(members)}\n{_INDENT * depth})"

    def _members(self, node: ox.BlankNode) -> list[Term] | None:
        """The members of the list that starts here, or None where this is not the head of a plain list."""
        members: list[Term] = []
        at: Term = node
        while isinstance(at, ox.BlankNode):
            of = self.of.get(at, {})
            single = all(len(found) == 1 for found in of.values())
            if at not in self.nested or sorted(of) != [RDF_FIRST, RDF_REST] or not single:
                return None
            members.append(of[RDF_FIRST][0])
            at = of[RDF_REST][0]
        return members if isinstance(at, ox.NamedNode) and at.value == RDF_NIL else None


def _quote(value: str) -> str:
    """A string in quotes; in three of them where it has line breaks, so that it reads as it is."""
    escaped = "".join(_ESCAPES.get(letter) or _control(letter) for letter in value)
    if "\n" not in escaped:
        return '"' + escaped.replace('"', '\\"') + '"'
    long = escaped.replace('"""', '\\"\\"\\"')
    return '"""' + (long[:-1] + '\\"' if long.endswith('"') else long) + '"""'


def _control(letter: str) -> str:
    return f"\\u{ord(letter):04X}" if ord(letter) < 32 and letter != "\n" else letter
