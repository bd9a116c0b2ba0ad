"""A request as a remote engine understands it: its text, and the protocol's parameters.

The dataset is always named by the protocol (SPARQL 1.1 Protocol §2.1.4), and of the graphs that a request or the FROM
of its text asks for only those of the release are: any other, be it another site's or the engine's own, is an empty
graph here. So FROM is left out of the text; beyond that it is changed in a few ways, none of which changes its meaning:
relative IRIs are resolved, one BASE before it takes in those of its own, since not every engine reads two, or one that
is a URN, and those of `Quirks`. Only whole tokens are touched: strings and comments are read as such and left alone. A
named query may say in its header what of its wording an engine may lean on (see `querybook`); a stranger's has no
header here, since comments are not sent on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from vaughn.store.engine import Request
from vaughn.store.quirks import Quirks
from vaughn.store.remote.concat import separated
from vaughn.store.remote.grammar import BLANK, IRI, PREFIXED, STRING
from vaughn.store.remote.truth import marked
from vaughn.store.remote.unions import enclosed

_WORD = r"(?<![\w:?$@%.-])"
_ENDED = r"\b(?!:)"  # `from:x` is a name
_PREFIX = r"(?>(?:[^\W\d_][\w.-]*+)?):"
_NAME = rf"(?:{IRI}|{PREFIXED}|{_PREFIX})"
_TOKEN = re.compile(
    rf"(?P<plain>#[^\n\r]*+|{STRING})|(?P<iri>{IRI})"
    rf"|{_WORD}(?P<undef>VALUES\b{BLANK}[?$]\w++{BLANK}\{{{BLANK}UNDEF{BLANK}\}})"
    rf"|{_WORD}VALUES\b{BLANK}(?P<variable>[?$]\w++){BLANK}\{{{BLANK}(?P<value>{IRI}|{PREFIXED}){BLANK}\}}"
    rf"|{_WORD}(?P<source>FROM{_ENDED}{BLANK}(?P<named>NAMED{_ENDED})?{BLANK}(?P<name>{_NAME}))"
    rf"|{_WORD}(?P<graph>GRAPH{_ENDED}(?:{BLANK}(?P<place>{_NAME}))?)"
    rf"|{_WORD}(?P<base>BASE\b{BLANK}(?P<root>{IRI}))"
    rf"|{_WORD}(?P<prefix>PREFIX\b{BLANK}(?P<short>{_PREFIX}){BLANK}(?P<long>{IRI}))"
    r"|(?P<brace>[{}])",
    re.IGNORECASE | re.DOTALL,
)
_HINTS = re.compile(r"^#\+ hints: \[([a-z, -]*)\]$", re.MULTILINE)
_SEVERAL = re.compile(r"\bVALUES\s+\S+\s*\{\s*[^\s}]+\s+[^\s}]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_Graphs = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Where an engine holds a release. default: the IRI of the named graph that stands for the default graph. named:
    every named graph of the release. nothing: the IRI of a graph that never holds anything."""

    default: str
    named: _Graphs
    nothing: str


@dataclass(frozen=True)
class Spoken:
    """What is sent. pairs: the protocol's parameters beside the query. above: lines put above the request's text."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    above: int


def speak(request: Request, quirks: Quirks, layout: Layout) -> Spoken:
    """The request in the engine's dialect."""
    reading = _Reading(request, quirks, layout, request.base)
    hints = _hints(request.text)
    text = _TOKEN.sub(reading.reworded, request.text)
    text = separated(text) if quirks.names_separator else text
    text = enclosed(text) if quirks.encloses_unions and "unions-alike" in hints else text
    base = f"BASE <{reading.root}>\n" if reading.root else ""
    above = f"{quirks.keeps_order}\n{base}" if "joins-in-order" in hints and _kept(request.text, quirks) else base
    text = above + (marked(text) if quirks.marks_truth else text)
    return Spoken(text, tuple(_pairs(reading)), above.count("\n"))


def _kept(text: str, quirks: Quirks) -> bool:
    """Whether the engine is told to keep the order of the text: Virtuoso forgets filters then where a block has several
    values."""
    return bool(quirks.keeps_order) and _SEVERAL.search(text) is None


def _hints(text: str) -> frozenset[str]:
    """What the header of a named query says of its wording."""
    found = _HINTS.search(text)
    return frozenset(found[1].split(", ")) if found else frozenset()


@dataclass
class _Reading:
    """One pass over the tokens. root: the BASE so far. default, named: graphs of the FROM so far. grouped: whether
    GRAPH stands anywhere. hidden: whether it names a graph that is not there. depth: braces that are open."""

    request: Request
    quirks: Quirks
    layout: Layout
    root: str
    prefixes: dict[str, str] = field(default_factory=dict)
    default: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    grouped: bool = False
    hidden: bool = False
    depth: int = 0

    def reworded(self, match: re.Match[str]) -> str:
        """One token, as it is sent."""
        if match["iri"]:
            return f"<{self._resolved(match['iri'])}>"
        if match["brace"]:
            self.depth += 1 if match["brace"] == "{" else -1
        elif match["source"]:
            (self.named if match["named"] else self.default).append(self._resolved(match["name"]))
            return " "
        elif match["base"] or match["prefix"]:
            return self._declared(match)
        return self._graph(match) if match["graph"] else self._values(match)

    def dataset(self) -> tuple[_Graphs, _Graphs]:
        """The default and named graphs that the request names, or else the FROM of its text, or else its own."""
        request, layout = self.request, self.layout
        asked = tuple(self.default), tuple(self.named)
        if request.default_graphs is not None or request.named_graphs is not None:
            asked = request.default_graphs or (), request.named_graphs or ()
        elif not any(asked):
            return (layout.default,), layout.named if self.grouped else ()
        default, named = (tuple(iri for iri in side if iri in layout.named) for side in asked)
        return default, named

    def _graph(self, match: re.Match[str]) -> str:
        """GRAPH, with its graph where it has a name."""
        self.grouped = True
        if not match["place"] or not self.quirks.hides_graphs or self._resolved(match["place"]) in self.dataset()[1]:
            return match[0]
        self.hidden = True
        return f"GRAPH <{self.layout.nothing}>"

    def _declared(self, match: re.Match[str]) -> str:
        if match["base"]:
            self.root = self._resolved(match["root"])
            return " "
        long = self.prefixes[match["short"]] = self._resolved(match["long"])
        return match[0] if match["long"] == f"<{long}>" else f"PREFIX {match['short']} <{long}>"

    def _values(self, match: re.Match[str]) -> str:
        """VALUES of one row. After the last group nothing else may stand."""
        if match["undef"] and self.quirks.drops_undef:
            return " "
        if match["value"] and self.quirks.wraps_iris and self.depth > 0:
            return f"{{ SELECT (IRI({match['value']}) AS {match['variable']}) {{}} }}"
        return match[0]

    def _resolved(self, name: str) -> str:
        """The IRI of a name."""
        if name.startswith("<"):
            return absolute(name[1:-1], self.root)
        prefix, colon, local = name.partition(":")
        return self.prefixes.get(prefix + colon, "") + local


def absolute(iri: str, root: str) -> str:
    """An IRI, resolved as the embedded engine does it; one that cannot be is left as it is, for the engine to fault."""
    if _SCHEME.match(iri) or not root:
        return iri
    try:
        triple = next(ox.parse(f"<{iri}> a [] .", format=ox.RdfFormat.TURTLE, base_iri=root))
    except (SyntaxError, ValueError):
        return iri
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else iri


def _pairs(reading: _Reading) -> Iterable[tuple[str, str]]:
    """The dataset. A side that is empty is so by name, since engines take one left out for all there is."""
    default, named = reading.dataset()
    nothing = (reading.layout.nothing,)
    yield from (("default-graph-uri", iri) for iri in default or nothing)
    yield from (("named-graph-uri", iri) for iri in (named + nothing if reading.hidden else named or nothing))
