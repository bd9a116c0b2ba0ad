"""A request as a remote engine understands it: its text, and the protocol's parameters.

The text is changed in five ways, none of which changes its meaning: a BASE before it; no FROM where the request brings
a dataset, which overrides it (SPARQL 1.1 Protocol §2.1.4; Virtuoso takes both together); and the three of `Quirks`.
Only whole tokens are touched: strings, comments and IRIs are read as such and left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vaughn.store.engine import Request
from vaughn.store.quirks import Quirks
from vaughn.store.remote.grammar import BLANK, IRI, PREFIXED, STRING
from vaughn.store.remote.truth import marked

_WORD = r"(?<![\w:?$@%.-])"
_TOKEN = re.compile(
    rf"(?P<plain>#[^\n\r]*+|{IRI}|{STRING})"
    rf"|{_WORD}(?P<undef>VALUES\b{BLANK}[?$]\w++{BLANK}\{{{BLANK}UNDEF{BLANK}\}})"
    rf"|{_WORD}VALUES\b{BLANK}(?P<variable>[?$]\w++){BLANK}\{{{BLANK}(?P<value>{IRI}|{PREFIXED}){BLANK}\}}"
    rf"|{_WORD}(?P<source>FROM\b{BLANK}(?P<named>NAMED\b)?{BLANK}(?:{IRI}|{PREFIXED}))"
    rf"|{_WORD}(?P<graph>GRAPH\b)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Layout:
    """Where an engine holds a release. default: the IRI of the named graph that stands for the default graph, "" where
    the engine's own default graph holds it and no other. named: every named graph of the release. nothing: the IRI of
    a graph that never holds anything."""

    default: str
    named: tuple[str, ...]
    nothing: str


@dataclass(frozen=True)
class Spoken:
    """What is sent. pairs: the protocol's parameters beside the query. above: lines put above the request's text."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    above: int


def speak(request: Request, quirks: Quirks, layout: Layout) -> Spoken:
    """The request in the engine's dialect."""
    given = request.default_graphs is not None or request.named_graphs is not None
    found = [match for match in _TOKEN.finditer(request.text) if match.lastgroup != "plain"]
    base = f"BASE <{request.base}>\n" if request.base else ""
    text = _TOKEN.sub(lambda match: _reworded(match, quirks, given), request.text)
    text = base + (marked(text) if quirks.marks_truth else text)
    pairs = _protocol(request, layout) if given else _own(found, layout)
    return Spoken(text, tuple(pairs), 1 if base else 0)


def _reworded(match: re.Match[str], quirks: Quirks, given: bool) -> str:
    if match["undef"] and quirks.drops_undef:
        return " "
    if match["value"] and quirks.wraps_iris:
        return f"{{ SELECT (IRI({match['value']}) AS {match['variable']}) {{}} }}"
    return " " if match["source"] and given else match[0]


def _protocol(request: Request, layout: Layout) -> list[tuple[str, str]]:
    """The request's dataset. A side that is empty is so by name, since engines take one left out for all there is."""
    default, named = request.default_graphs or (), request.named_graphs or ()
    if layout.default:
        default, named = default or (layout.nothing,), named or (layout.nothing,)
    return _pairs(default, named)


def _own(found: list[re.Match[str]], layout: Layout) -> list[tuple[str, str]]:
    """The dataset for a text that is asked as it stands: nothing where the engine's own default graph is the right one.

    A text with its own FROM only has to be kept from the graphs it does not name.
    """
    if not layout.default:
        return []
    if any(match["source"] for match in found):
        return _pairs((), () if any(match["named"] for match in found) else (layout.nothing,))
    asks_graphs = any(match["graph"] for match in found)
    return _pairs((layout.default,), layout.named if asks_graphs else (layout.nothing,))


def _pairs(default: tuple[str, ...], named: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("default-graph-uri", iri) for iri in default] + [("named-graph-uri", iri) for iri in named]
