"""Truth values that a text computes, marked as such for engines that would answer them as the numbers 1 and 0.

`(E AS ?v)` becomes `(xsd:boolean(E) AS ?v)` where E's outermost step gives a truth value. The cast changes neither a
truth value nor an error (SPARQL 1.1 Query §17.5), so a text that is marked means the same everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from vaughn.store.remote.grammar import IRI, STRING
from vaughn.terms import XSD_BOOLEAN

_TOKEN = re.compile(
    rf"(?P<plain>#[^\n\r]*+|{IRI}|{STRING}|[?$](?P<variable>\w++))|(?P<mark>&&|\|\||[!<>]=?|=|[(){{}}])|(?P<word>\w[\w:.-]*+)",
    re.DOTALL,
)
_OPERATORS = frozenset({"&&", "||", "!", "=", "!=", "<", ">", "<=", ">="})
_LOGICAL = frozenset({"NOT", "EXISTS", "IN"})
_FUNCTIONS = frozenset(
    {
        "BOUND", "CONTAINS", "ISBLANK", "ISIRI", "ISLITERAL", "ISNUMERIC", "ISURI", "LANGMATCHES", "REGEX", "SAMETERM",
        "STRENDS", "STRSTARTS", "TRUE", "FALSE",
    }
)  # fmt: skip


@dataclass
class _Open:
    """An open bracket. start: where its text begins. first: nothing stands before it in the one around it. empty:
    nothing in it yet. true: it gives a truth value. inner: it is nothing but a bracket that gives one."""

    start: int
    first: bool = False
    empty: bool = True
    true: bool = False
    inner: bool = False


def marked(text: str) -> str:
    """The text with every computed truth value that is only shown cast to what it is.

    One that the text goes on to use is left alone: Virtuoso takes its own typed false for true.
    """
    tokens = list(_TOKEN.finditer(text))
    shown = _shown(tokens)
    stack, cuts = [_Open(0)], []
    for token, after in pairwise((*tokens, None)):
        if token is not None:
            cuts += _take(stack, token, after is not None and after[0][1:] in shown)
    pieces, place = [], 0
    for at, what in sorted(cuts):
        pieces += [text[place:at], what]
        place = at
    return "".join((*pieces, text[place:]))


def _shown(tokens: list[re.Match[str]]) -> set[str]:
    """Variables that no group of the text uses: it only says what they are."""
    named: set[str] = set()
    used: set[str] = set()
    depth = 0
    for before, token in pairwise(tokens):
        depth += (token[0] == "{") - (token[0] == "}")
        if token["variable"]:
            (named if depth == 0 or before[0].upper() == "AS" else used).add(token["variable"])
    return named - used


def _take(stack: list[_Open], token: re.Match[str], shown: bool) -> list[tuple[int, str]]:
    """What one token does; the insertions that it completes. shown: the variable after it may be cast."""
    said, top = token[0].upper(), stack[-1]
    if said in ("(", "{"):
        stack.append(_Open(token.end(), first=top.empty and said == "("))
        top.empty = top.inner = False
    elif said in (")", "}"):
        _close(stack)
    elif said == "AS" and (top.true or top.inner) and shown:
        return [(top.start, f"<{XSD_BOOLEAN}>("), (token.start(), ") ")]
    else:
        _weigh(top, said, token)
    return []


def _close(stack: list[_Open]) -> None:
    closed = stack[-1]
    del stack[max(len(stack) - 1, 1) :]
    stack[-1].inner = closed.first and (closed.true or closed.inner)


def _weigh(top: _Open, said: str, token: re.Match[str]) -> None:
    operator = said in _OPERATORS if token["mark"] else said in _LOGICAL
    top.true |= operator or (bool(token["word"]) and top.empty and said in _FUNCTIONS)
    top.empty = top.inner = False
