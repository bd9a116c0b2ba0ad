"""ORDER BY for an engine whose own order of literals has rings: each key of a text is passed through `rank`.

The engine compares two literals by value where `<` knows them and by their texts where it does not, so that
2 < 10 < "15" < 2; what it sorts is then in no order, and often ends in a panic (pyoxigraph 0.5.13). `rank` makes of
each literal a string, and the order of those strings is a total order that agrees with `<` wherever `<` says something
(SPARQL 1.1 Query §15.1, §17.3.1): what is unbound, blank nodes, IRIs, literals, triple terms; among literals numbers,
then texts with a language or without, then each other datatype by its IRI.

Numbers        by their exact value, NaN last; so those too that the engine cannot hold.
texts          by code points, then by language.
times, dates   on the time line, each datatype by itself; without a time zone as if in UTC.
durations      a month as 30.436875 days, its mean.
the rest       by what is written; so are literals whose form is not of their datatype.

Only a text that the engine has read is changed for good: where it cannot read the reworded text, the original is asked,
and a place in its message is a place in the original. The engine ranks each row once.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pyoxigraph as ox

from vaughn.store.ranks import rank

_RANK = ox.NamedNode(f"urn:uuid:{uuid4()}")
"""The function's name: nobody can know it, so that no text can call it."""

# A string without its end is a fault to any parser; here it ends with its line, or with the text, so that the time
# stays linear. Any character above ASCII belongs to a name where the grammar lets it stand outside strings and IRIs.
_CHAR = r"[A-Za-z0-9_\x80-\U0010ffff]"
_BLANK = r"(?>(?:[ \t\r\n]|#[^\r\n]*+)*)"
_IRI = r'<[^<>"{}|^`\\\x00-\x20]*+>'
_LOCAL = rf"(?>(?:{_CHAR}|[:-]|%[0-9A-Fa-f]{{2}}|\\.|\.++(?={_CHAR}|[:%\\-]))*)"
_PREFIXED = rf"(?>(?:[A-Za-z\x80-\U0010ffff](?:{_CHAR}|[.-]){{0,63}}+)?):{_LOCAL}"
_SKIPPED = (
    r'"{3}(?>(?:[^"\\]++|\\.|"(?!""))*)(?:"{3}|\\?\Z)'
    r"|'{3}(?>(?:[^'\\]++|\\.|'(?!''))*)(?:'{3}|\\?\Z)"
    r'|"(?>(?:[^"\\\n\r]++|\\.)*)"?+'
    r"|'(?>(?:[^'\\\n\r]++|\\.)*)'?+"
    rf"|[ \t\r\n]++|#[^\r\n]*+|@{_CHAR}++|_:{_LOCAL}"
)
_TOKEN = re.compile(
    rf"(?>(?:{_SKIPPED})*)(?:(?P<order>ORDER{_BLANK}BY)|(?P<variable>[?$]{_CHAR}++)|(?P<iri>{_IRI})"
    rf"|(?P<name>{_PREFIXED}|{_CHAR}++)|(?P<open>[({{\[])|(?P<close>[)}}\]])|(?P<other>.)|(?P<end>\Z))",
    re.DOTALL | re.IGNORECASE,
)
_DOUBTFUL = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://).*['()#]", re.DOTALL)
"""An IRI that the engine may read as less-than and what follows, where `<` stands in an expression."""
_ESCAPED = re.compile(r'<[^<>"{}|^`\\\x00-\x20]*+\\[Uu]')
"""An IRI with an escape for a character, of which the tokens here know nothing."""
_OPENING = {")": "(", "}": "{", "]": "["}
_TEXTS = frozenset({"STR", "LANG", "SUBSTR", "UCASE", "LCASE", "CONCAT", "STRBEFORE", "STRAFTER", "REPLACE"})
_NO_KEYS = frozenset({"LIMIT", "OFFSET", "VALUES"})


class _UnexpectedError(Exception):
    """The text is not as expected here; the engine may judge it."""


def query(store: ox.Store, text: str, **options: Any) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """The engine's answer to a text, with its rows in a total order where it asks for one. options: of Store.query.

    Raises what Store.query raises.
    """
    reworded = ranked(text, str(_RANK))
    if reworded == text:
        return store.query(text, **options)
    try:
        return store.query(reworded, custom_functions={_RANK: rank}, **options)
    except SyntaxError:
        return store.query(text, **options)


def ranked(text: str, function: str) -> str:
    """The text with each ORDER BY key as what a function (its IRI in brackets) makes of it, in the same direction;
    unchanged where that is not safe to do."""
    if "order" not in text.lower() or _ESCAPED.search(text):
        return text
    try:
        return _Conditions(text, function).marked()
    except _UnexpectedError:
        return text


class _Conditions:
    """The order conditions of one text (SPARQL 1.1 Query §19.8, rules 23 and 24), those of subqueries too."""

    def __init__(self, text: str, function: str) -> None:
        """Raises _UnexpectedError."""
        self._text, self._function = text, function
        self._tokens = list(_TOKEN.finditer(text))
        self._ends = _pairs(self._tokens)
        self._marks: list[tuple[int, str]] = []

    def marked(self) -> str:
        for number, token in enumerate(self._tokens):
            if token.lastgroup == "order":
                self._mark_keys(number + 1)
        pieces: list[str] = []
        last = 0
        for place, mark in sorted(self._marks, key=lambda each: each[0]):  # stable: what ends goes before what begins
            pieces += [self._text[last:place], mark]
            last = place
        return "".join([*pieces, self._text[last:]])

    def _mark_keys(self, number: int) -> None:
        while (last := self._last_of_key(number)) is not None:
            if not self._is_text(number, last):
                self._mark(number, last)
            number = last + 1

    def _is_text(self, first: int, last: int) -> bool:
        """Whether a key calls what gives texts only: those the engine has in an order already."""
        if self._word(first) in ("ASC", "DESC"):
            first, last = first + 2, last - 1
        return self._word(first) in _TEXTS and self._last_of_call(first) == last

    def _mark(self, first: int, last: int) -> None:
        """ASC and DESC keep their brackets, and so does an expression: f(a, b) is a call where (a, b) is nothing."""
        directed = self._word(first) in ("ASC", "DESC")
        before, after = (f"({self._function}(", "))") if directed else (f"{self._function}(", ")")
        self._marks.append((_begin(self._tokens[first + directed]), before))
        self._marks.append((self._tokens[last].end(), after))

    def _last_of_key(self, number: int) -> int | None:
        """The last token of the key that begins here: a variable, an expression in brackets or a call; else None."""
        token = self._tokens[number]
        if token.lastgroup == "variable":
            return number
        if self._word(number) == "(":
            return self._ends[number]
        return self._last_of_call(number) if token.lastgroup in ("iri", "name") else None

    def _last_of_call(self, number: int) -> int | None:
        word = self._word(number)
        if word == "NOT" and self._word(number + 1) == "EXISTS":
            return self._last_of_call(number + 1)
        opening = "{" if word == "EXISTS" else "("
        opened = self._word(number + 1) == opening and word not in _NO_KEYS
        return self._ends[number + 1] if opened else None

    def _word(self, number: int) -> str:
        token = self._tokens[min(number, len(self._tokens) - 1)]  # the last is the text's end
        return str(token[token.lastgroup or 0]).upper()


def _begin(token: re.Match[str]) -> int:
    """Where a token begins, after what is skipped before it."""
    return token.start(token.lastgroup or 0)


def _pairs(tokens: list[re.Match[str]]) -> dict[int, int]:
    """Where the bracket closes that opens at a token. Raises _UnexpectedError."""
    pairs, opened = {}, list[tuple[int, str]]()
    for number, token in enumerate(tokens):
        if token.lastgroup == "open":
            opened.append((number, token["open"]))
        elif token.lastgroup == "close":
            pairs[_opening(opened, token["close"])] = number
        elif token.lastgroup == "iri" and _DOUBTFUL.match(token["iri"]):
            raise _UnexpectedError
    if opened:
        raise _UnexpectedError
    return pairs


def _opening(opened: list[tuple[int, str]], close: str) -> int:
    if not opened or opened[-1][1] != _OPENING[close]:
        raise _UnexpectedError
    return opened.pop()[0]
