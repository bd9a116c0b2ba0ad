"""Triples as N-Triples and Turtle with equal bytes for equal graphs (RDF 1.1 N-Triples §2, Turtle §2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from vaughn.iris import compact
from vaughn.model import Term, Triple

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_CURIE = re.compile(r"[A-Za-z][\w-]*:[\w-]+(\.[\w-]+)*", re.ASCII)
_STRING = "xsd:string"
_BARE: Mapping[str, re.Pattern[str]] = {
    "xsd:integer": re.compile(r"[+-]?\d+", re.ASCII),
    "xsd:decimal": re.compile(r"[+-]?\d*\.\d+", re.ASCII),
    "xsd:boolean": re.compile(r"true|false"),
}
"""Literals that Turtle writes without quotation marks or a datatype (Turtle §2.5.2, §2.5.3)."""


def ntriples(triples: Iterable[Triple]) -> str:
    """One line a triple, sorted, none twice."""
    lines = {" ".join(_absolute(term) for term in triple) + " .\n" for triple in triples}
    return "".join(sorted(lines))


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Subjects, properties and values in order, one blank line between subjects; only prefixes that are used."""
    used: set[str] = set()
    blocks = [
        _block(subject, list(group), prefixes, used)
        for subject, group in groupby(sorted(set(triples), key=_order), key=lambda triple: triple[0])
    ]
    head = "".join(f"@prefix {name}: <{prefixes[name]}> .\n" for name in sorted(used))
    return "\n".join([head, *blocks]) if head else "\n".join(blocks)


def _order(triple: Triple) -> list[tuple[str, str, str]]:
    return [(term.value, term.datatype, term.lang) for term in triple]


def _block(subject: Term, triples: list[Triple], prefixes: Mapping[str, str], used: set[str]) -> str:
    lines = []
    for predicate, group in groupby(triples, key=lambda triple: triple[1]):
        values = ", ".join(_short(value, prefixes, used) for _, _, value in group)
        name = _short(predicate, prefixes, used)
        lines.append(f"{'a' if name == 'rdf:type' else name} {values}")
    lines.sort(key=lambda line: not line.startswith("a "))
    return f"{_short(subject, prefixes, used)} " + " ;\n    ".join(lines) + " .\n"


def _short(term: Term, prefixes: Mapping[str, str], used: set[str]) -> str:
    if term.kind == "uri":
        return _name(term.value, prefixes, used)
    if term.kind == "bnode" or term.lang or not term.datatype:
        return _absolute(term)
    pattern = _BARE.get(compact(term.datatype, prefixes))
    if pattern and pattern.fullmatch(term.value):
        return term.value
    datatype = _name(term.datatype, prefixes, used) if compact(term.datatype, prefixes) != _STRING else ""
    return quoted(term.value) + (f"^^{datatype}" if datatype else "")


def _name(iri: str, prefixes: Mapping[str, str], used: set[str]) -> str:
    short = compact(iri, prefixes)
    if short == iri or not _CURIE.fullmatch(short):
        return f"<{iri}>"
    used.add(short.split(":")[0])
    return short


def _absolute(term: Term) -> str:
    if term.kind == "uri":
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:{term.value}"
    suffix = f"@{term.lang}" if term.lang else f"^^<{term.datatype}>" if term.datatype else ""
    return quoted(term.value) + suffix


def quoted(value: str) -> str:
    """A text as a string literal."""
    return '"' + value.translate(_ESCAPES) + '"'
