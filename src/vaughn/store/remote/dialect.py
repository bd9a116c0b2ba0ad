"""A request as a remote engine understands it: its text, and the protocol's parameters.

The dataset is always named by the protocol (SPARQL 1.1 Protocol §2.1.4), and of the graphs that a request or the FROM
of its text asks for only those of the release are: any other, be it another site's or the engine's own, is an empty
graph here. So FROM is left out of the text; beyond that it is changed in a few ways, none of which changes its meaning:
a BASE before it, and those of `Quirks`. Only whole tokens are touched: strings, comments and IRIs are read as such and
left alone. A named query may say in its header what of its wording an engine may lean on (see `querybook`); a
stranger's has no header here, since comments are not sent on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

from vaughn.store.engine import Request
from vaughn.store.quirks import Quirks
from vaughn.store.remote.concat import separated
from vaughn.store.remote.grammar import BLANK, IRI, PREFIXED, STRING
from vaughn.store.remote.truth import marked
from vaughn.store.remote.unions import enclosed

_WORD = r"(?<![\w:?$@%.-])"
_PREFIX = r"(?>(?:[^\W\d_][\w.-]*+)?):"
_NAME = rf"(?:{IRI}|{PREFIXED}|{_PREFIX})"
_TOKEN = re.compile(
    rf"(?P<plain>#[^\n\r]*+|{IRI}|{STRING})"
    rf"|{_WORD}(?P<undef>VALUES\b{BLANK}[?$]\w++{BLANK}\{{{BLANK}UNDEF{BLANK}\}})"
    rf"|{_WORD}VALUES\b{BLANK}(?P<variable>[?$]\w++){BLANK}\{{{BLANK}(?P<value>{IRI}|{PREFIXED}){BLANK}\}}"
    rf"|{_WORD}(?P<source>FROM\b{BLANK}(?P<named>NAMED\b)?{BLANK}(?P<name>{_NAME}))"
    rf"|{_WORD}(?P<graph>GRAPH\b)"
    rf"|{_WORD}(?P<base>BASE\b{BLANK}(?P<root>{IRI}))"
    rf"|{_WORD}(?P<prefix>PREFIX\b{BLANK}(?P<short>{_PREFIX}){BLANK}(?P<long>{IRI}))",
    re.IGNORECASE | re.DOTALL,
)
_HINTS = re.compile(r"^#\+ hints: \[([a-z, -]*)\]$", re.MULTILINE)
_SEVERAL = re.compile(r"\bVALUES\s+\S+\s*\{\s*[^\s}]+\s+[^\s}]")
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
    found = [match for match in _TOKEN.finditer(request.text) if match.lastgroup != "plain"]
    hints = _hints(request.text)
    base = f"BASE <{request.base}>\n" if request.base else ""
    above = f"{quirks.keeps_order}\n{base}" if "joins-in-order" in hints and _kept(request.text, quirks) else base
    text = _TOKEN.sub(lambda match: _reworded(match, quirks), request.text)
    text = separated(text) if quirks.names_separator else text
    text = enclosed(text) if quirks.encloses_unions and "unions-alike" in hints else text
    text = above + (marked(text) if quirks.marks_truth else text)
    return Spoken(text, tuple(_pairs(request, found, layout)), above.count("\n"))


def _kept(text: str, quirks: Quirks) -> bool:
    """Whether the engine is told to keep the order of the text: Virtuoso forgets filters then where a block has several
    values."""
    return bool(quirks.keeps_order) and _SEVERAL.search(text) is None


def _hints(text: str) -> frozenset[str]:
    """What the header of a named query says of its wording."""
    found = _HINTS.search(text)
    return frozenset(found[1].split(", ")) if found else frozenset()


def _reworded(match: re.Match[str], quirks: Quirks) -> str:
    if match["undef"] and quirks.drops_undef:
        return " "
    if match["value"] and quirks.wraps_iris:
        return f"{{ SELECT (IRI({match['value']}) AS {match['variable']}) {{}} }}"
    return " " if match["source"] else match[0]


def _pairs(request: Request, found: list[re.Match[str]], layout: Layout) -> Iterable[tuple[str, str]]:
    """The dataset. A side that is empty is so by name, since engines take one left out for all there is."""
    asked = _asked(request, found)
    if asked is None:
        default: _Graphs = (layout.default,)
        named = layout.named if any(match["graph"] for match in found) else ()
    else:
        default, named = (tuple(iri for iri in side if iri in layout.named) for side in asked)
    yield from (("default-graph-uri", iri) for iri in default or (layout.nothing,))
    yield from (("named-graph-uri", iri) for iri in named or (layout.nothing,))


def _asked(request: Request, found: list[re.Match[str]]) -> tuple[_Graphs, _Graphs] | None:
    """The default and named graphs that the request names, or else the FROM of its text; None where neither does."""
    if request.default_graphs is not None or request.named_graphs is not None:
        return request.default_graphs or (), request.named_graphs or ()
    default: list[str] = []
    named: list[str] = []
    root, prefixes = request.base, dict[str, str]()
    for match in found:
        if match["base"]:
            root = _resolved(match["root"], root, prefixes)
        elif match["prefix"]:
            prefixes[match["short"]] = _resolved(match["long"], root, prefixes)
        elif match["source"]:
            (named if match["named"] else default).append(_resolved(match["name"], root, prefixes))
    return (tuple(default), tuple(named)) if default or named else None


def _resolved(name: str, root: str, prefixes: dict[str, str]) -> str:
    """The IRI of a name; one that is none of a graph here need not be exact."""
    if name.startswith("<"):
        return urljoin(root, name[1:-1])
    prefix, colon, local = name.partition(":")
    return prefixes.get(prefix + colon, "") + local
