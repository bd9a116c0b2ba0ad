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
and a place in its message is a place in the original. What it reads only in the original is refused: the order would be
the engine's own, and nobody would see it. The engine ranks each row once.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pyoxigraph as ox

from vaughn.errors import QueryRefused
from vaughn.store.columns import named
from vaughn.store.ranks import rank
from vaughn.store.tokens import BLANK, Doubtful, Tokens

_RANK = ox.NamedNode(f"urn:uuid:{uuid4()}")
"""The function's name: nobody can know it, so that no text can call it."""

_CLAUSE = re.compile(rf"ORDER{BLANK}BY", re.IGNORECASE)
_TEXTS = frozenset({"STR", "LANG"})
_OF_ONE = frozenset({"UCASE", "LCASE"})
_NO_KEYS = frozenset({"LIMIT", "OFFSET", "VALUES"})
_BEHIND = ("LIMIT", "OFFSET", "VALUES", "}")
_UNSURE = "what it is ordered by cannot be told for certain; put blanks around `<` and between words"


def query(store: ox.Store, text: str, **options: Any) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """The engine's answer to a text, with its rows in a total order where it asks for one, and the columns of
    `SELECT *` in that of the text. options: of Store.query.

    Raises what Store.query raises, and QueryRefused for an order that cannot be read for certain.
    """
    try:
        reworded = ranked(named(text, options.get("base_iri")), str(_RANK))
    except Doubtful:
        return _judged(store, text, options)
    if reworded == text:
        return store.query(text, **options)
    try:
        return store.query(reworded, custom_functions={_RANK: rank}, **options)
    except SyntaxError:
        return _judged(store, text, options)


def _judged(
    store: ox.Store, text: str, options: dict[str, Any]
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """The engine's fault with a text that cannot be reworded; what it takes nevertheless would come in its own order,
    and is refused, unless there is no order in it."""
    answer = store.query(text, **options)
    if _CLAUSE.search(text):
        raise QueryRefused("order", _UNSURE)
    return answer


def ranked(text: str, function: str) -> str:
    """The text with each ORDER BY key as what a function (its IRI in brackets) makes of it, in the same direction.

    Raises Doubtful where that is not safe to do.
    """
    return _Conditions(text, function).marked() if _CLAUSE.search(text) else text


class _Conditions:
    """The order conditions of one text (SPARQL 1.1 Query §19.8, rules 23 and 24), those of subqueries too."""

    def __init__(self, text: str, function: str) -> None:
        """Raises Doubtful."""
        self._text, self._function = text, function
        self._tokens = Tokens(text)
        self._marks: list[tuple[int, str]] = []

    def marked(self) -> str:
        """Raises Doubtful."""
        for number, token in enumerate(self._tokens.found):
            if token.lastgroup == "order":
                self._mark_keys(number + 1)
        pieces: list[str] = []
        last = 0
        for place, mark in sorted(self._marks, key=lambda each: each[0]):  # stable: what ends goes before what begins
            pieces += [self._text[last:place], mark]
            last = place
        return "".join([*pieces, self._text[last:]])

    def _mark_keys(self, number: int) -> None:
        first = number
        while (last := self._last_of_key(number)) is not None:
            if not self._is_text(number, last):
                self._mark(number, last)
            number = last + 1
        if number == first or not self._ends_keys(number):
            raise Doubtful

    def _ends_keys(self, number: int) -> bool:
        return self._tokens.found[number].lastgroup == "end" or self._tokens.word(number).startswith(_BEHIND)

    def _is_text(self, first: int, last: int) -> bool:
        """Whether a key calls what gives texts without a language only: those the engine has in an order already."""
        if self._tokens.word(first) in ("ASC", "DESC"):
            first, last = first + 2, last - 1
        if self._last_of_call(first) != last:
            return False
        word = self._tokens.word(first)
        return word in _TEXTS or (word in _OF_ONE and self._is_text(first + 2, last - 1))

    def _mark(self, first: int, last: int) -> None:
        """ASC and DESC keep their brackets, and so does an expression: f(a, b) is a call where (a, b) is nothing."""
        directed = self._tokens.word(first) in ("ASC", "DESC")
        before, after = (f"({self._function}(", "))") if directed else (f"{self._function}(", ")")
        self._marks.append((self._tokens.begin(first + directed), before))
        self._marks.append((self._tokens.found[last].end(), after))

    def _last_of_key(self, number: int) -> int | None:
        """The last token of the key that begins here: a variable, an expression in brackets or a call; else None."""
        token = self._tokens.found[number]
        if token.lastgroup == "variable":
            return number
        if self._tokens.word(number) == "(":
            return self._tokens.ends[number]
        return self._last_of_call(number) if token.lastgroup in ("iri", "name") else None

    def _last_of_call(self, number: int) -> int | None:
        word, behind = self._tokens.word(number), self._tokens.word(number + 1)
        if word == "NOT" and behind == "EXISTS":
            return self._last_of_call(number + 1)
        opening = "{" if word in ("EXISTS", "NOTEXISTS") else "("
        return self._tokens.ends[number + 1] if behind == opening and word not in _NO_KEYS else None
