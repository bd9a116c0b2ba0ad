"""What is at fault in a text that the engine does not read: a reason that is true, and the place it lies at.

The engine's own words name what its parser tried last (`expected one of LATERAL, SERVICE, [_]`), so that only those of
its sentences are used that say what is wrong. Everything else is found here: by the grammar, then by what its notes
forbid. What cannot be told is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from vaughn.errors import QuerySyntax
from vaughn.store.grammar import Departure, Token, Walk
from vaughn.store.notes import overridden, violations

SENTENCES = {
    "Duplicated variable name in SELECT": "a variable is selected twice",
    "The SELECT overrides an existing variable using an expression": (
        "AS gives a value to a variable that the pattern has already"
    ),
    "SELECT * is not authorized with GROUP BY": (
        "SELECT * cannot stand with GROUP BY or an aggregate; name what is selected"
    ),
    "The SELECT contains a variable that is unbound": (
        "with GROUP BY or an aggregate, only what is grouped by and aggregates can be selected"
    ),
    "The SELECT contains an expression with a variable that is unbound": (
        "with GROUP BY or an aggregate, only what is grouped by and aggregates can be selected"
    ),
}
"""The engine's sentences that say what is wrong, in words of SPARQL."""

IN_IRI = "an IRI cannot hold"
"""How a fault begins that is a character inside an IRI, at its place."""

UNKNOWN = "every word stands where one may, yet the engine does not take the query; it does not say why"
BEYOND = "it holds what is beyond SPARQL 1.1 (`{}`), so that the place of its fault is not known"
ESCAPED = "this escape is read in strings and IRIs only, or stands for no character"

_OVERRIDES = "The SELECT overrides"
_NOT_IN_11 = frozenset({"<<", ">>", "{|", "|}", "~"})
_ESCAPE = re.compile(r"\\(?!u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[tbnrf\"'\\])|\\u[Dd][89A-Fa-f]|\\U(?!000[0-9A-Fa-f]|0010)")
_SKIPPED_ESCAPE = re.compile(r"\\\\")
_NO_IRI = re.compile(r"[<\"{}|^`\\\x00-\x20]")
_CODEPOINT = re.compile(r"\\[uU]")
_BASE = "https://base.invalid/"
_MOST_IRIS = 2_000
_MOST_SHOWN = 40
_NAMES = {" ": "a space", "\t": "a tab", "\n": "a line's end", "\r": "a line's end"}


class Fault(NamedTuple):
    """reason: what is wrong. start: its offset in the text, None where that is not known."""

    reason: str
    start: int | None

    def error(self, text: str) -> QuerySyntax:
        """The same, as the error of that text."""
        return QuerySyntax(self.reason) if self.start is None else QuerySyntax(self.reason, *place(text, self.start))


def syntax(message: str, text: str) -> QuerySyntax:
    """The error for a text that the engine refused with a message."""
    return found(message, text).error(text)


def place(text: str, start: int) -> tuple[int, int]:
    """The line and the column of an offset, both counted from 1."""
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def departed(text: str) -> Fault | None:
    """The first fault that the grammar knows of, if any: a token that fits nowhere, a name without its prefix."""
    walk = Walk(text)
    end = _departure(text, walk.departure) if walk.departure else None
    before = walk.tokens[:-1] if end else walk.tokens
    return next(_of_tokens(before), end)


def found(message: str, text: str) -> Fault:
    """The first fault of a text."""
    first = departed(text)
    if first is not None:
        return first
    tokens = Walk(text).tokens
    return next(_of_notes(message, tokens), Fault(_sentence(message), None))


def _of_notes(message: str, tokens: Sequence[Token]) -> Iterator[Fault]:
    """What the grammar allows and its notes do not."""
    yield from (Fault(violation.reason, violation.token.start) for violation in violations(tokens))
    yield from _of_iris(tokens)
    if _OVERRIDES in message:
        yield from (Fault(violation.reason, violation.token.start) for violation in overridden(tokens))


def _sentence(message: str) -> str:
    return next((ours for theirs, ours in SENTENCES.items() if theirs in message), UNKNOWN)


def _departure(text: str, departure: Departure) -> Fault:
    token = departure.token
    if token.text in _NOT_IN_11:
        return Fault(BEYOND.format(token.text), None)
    escaped = _CODEPOINT.match(text, token.start) or _CODEPOINT.match(text, token.start + len(token.text))
    if escaped:
        return Fault(ESCAPED, escaped.start())
    if token.text in ("'", '"'):
        return Fault("the string that begins here has no end on its line", token.start)
    if token.text == "<" and "IRIREF" in departure.terminals:
        return _iri(text, token.start)
    met = f"found `{_short(token.text)}`" if token.text else "the text ends here"
    return Fault(f"expected {_either(departure.labels)}; {met}", token.start)


def _iri(text: str, start: int) -> Fault:
    """An IRI that is none: what it cannot hold, or that it does not end."""
    line = re.match(r"[^\n\r]*", text[start:])
    inside, closed, _ = (line[0] if line else "")[1:].partition(">")
    wrong = _NO_IRI.search(inside)
    if not closed:
        return Fault("the IRI that begins here has no end `>` on its line", start)
    if wrong is None:
        return Fault("an IRI begins here that is none", start)
    return Fault(f"{IN_IRI} {_NAMES.get(wrong[0], f'`{wrong[0]}`')}", start + 1 + wrong.start())


def _of_tokens(tokens: Sequence[Token]) -> Iterator[Fault]:
    """What is wrong inside tokens that stand where they may: prefixes that nobody declared, escapes that are none."""
    declared: set[str] = set()
    before = ""
    for token in tokens:
        if token.kind.startswith("PNAME"):
            prefix = token.text.partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                yield Fault(f"no PREFIX declares {prefix}:", token.start)
        elif token.kind == "STRING":
            yield from _escapes(token)
        before = token.kind


def _escapes(token: Token) -> Iterator[Fault]:
    wrong = _ESCAPE.search(_SKIPPED_ESCAPE.sub("..", token.text))
    if wrong:
        reason = "this escape stands for no character; a backslash itself is written twice"
        yield Fault(reason, token.start + wrong.start())


def _of_iris(tokens: Sequence[Token]) -> Iterator[Fault]:
    """IRIs that the grammar lets through and their own standard does not (RFC 3987)."""
    iris = {token.text: token for token in reversed(tokens) if token.kind == "IRIREF"}
    for text, token in list(iris.items())[:_MOST_IRIS]:
        try:
            list(ox.parse(f"<s:s> <p:p> {text} .", format=ox.RdfFormat.TURTLE, base_iri=_BASE))
        except SyntaxError:
            yield Fault("this is no valid IRI", token.start)


def _either(labels: Sequence[str]) -> str:
    *others, last = labels
    return f"{', '.join(others)} or {last}" if others else last


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
