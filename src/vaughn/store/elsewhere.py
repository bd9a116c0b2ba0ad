"""Whether a text asks elsewhere: SERVICE, as the engine's parser finds it, and nothing that only looks like it.

That parser has no tokens, and a keyword needs no blank around it: `{}SERVICEex:here{}` is SERVICE, `?s ?p service:it{}`
is not, since there an object is read first. So what counts is where a name stands: in an object's place, as a graph's
name, or outside all groups it is a name. A word without a colon is no name anywhere.

Where a name stands is not known behind what may be a keyword and a name without a blank between (`FILTERex:f(…)`), or
behind `<<`; up to the next full stop or group any name there that could be SERVICE is taken for it.
"""

from __future__ import annotations

import re
from enum import IntEnum, auto
from itertools import pairwise

from vaughn.store.tokens import Doubtful, Tokens

_WORD = "SERVICE"
_BEGUN = re.compile(r"(?:A?(?:TRUE|FALSE|[-.\dE]+)\.*)?SERVICE")
"""What a declared name begins with that could be SERVICE and what is asked there, behind the end of a triple."""

_OPERANDS = frozenset({"variable", "literal", "iri"})
_TERMS = frozenset({"A", "TRUE", "FALSE"})
"""Words that are terms themselves."""
_UNTOLD = "FILTER"
"""What a name may begin with that is a keyword and another name; behind GRAPH comes a group anyway."""

_REST = r"(?>(?:[^\s<>{}()#\\]|\\.){0,99})(?:\s*+[{#]|[^\s<>{}()#])"
_NAMED = rf"(?:[?$][^\s<>{{}}()#]|<[^<>{{}}]*+>|[^\s<>{{}}()#:?$]{{0,64}}:|[^\s<>{{}}()#:?$]{{64}}){_REST}"
_SHAPE = re.compile(rf"SERVICE\s*+(?:SILENT\s*+)?(?:#|{_NAMED})", re.IGNORECASE)
"""What every SERVICE looks like, and some other texts do; what stands behind a comment, or behind 99 characters of a
name, is not looked at, so that the time is linear."""


_DOTTED = re.compile(r"[^:]*+:[^.]*+\.(?s:.)*\.SERVICE")
"""A local name as the standard has it, which ends for the engine's parser before its second full stop."""


class _Place(IntEnum):
    """What comes next in a group: a subject, a verb, an object (or more of a path), the end of a triple; or what
    belongs to a keyword; or it is not known."""

    SUBJECT = auto()
    VERB = auto()
    OBJECT = auto()
    END = auto()
    CLAUSE = auto()
    UNKNOWN = auto()


_NEXT = {_Place.CLAUSE: _Place.CLAUSE, _Place.END: _Place.UNKNOWN, _Place.UNKNOWN: _Place.UNKNOWN}
_BEHIND = {".": _Place.SUBJECT, ";": _Place.VERB, ",": _Place.OBJECT, "~": _Place.OBJECT, "<": _Place.UNKNOWN}


def may_ask_elsewhere(text: str) -> bool:
    """Whether anything in a text looks like SERVICE; cheap, and never False where it is in it."""
    return _WORD in text.upper() and bool(_SHAPE.search(text))


def asks_elsewhere(text: str) -> bool:
    """Whether the engine's parser would find SERVICE in a text. One that may be read in more than one way, or is no
    SPARQL, asks elsewhere where anything in it looks so."""
    if not may_ask_elsewhere(text):
        return False
    try:
        return _Reader(Tokens(text)).finds()
    except Doubtful:
        return True


class _Reader:
    """One pass over the tokens. places: what comes next in each bracket that is open, by its sign; none is a group
    where it is no brace."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._declared = _declared(tokens)
        self._open = [("", _Place.CLAUSE)]

    def finds(self) -> bool:
        return any(self._take(number) for number in range(len(self._tokens.found)))

    def _take(self, number: int) -> bool:
        """Whether SERVICE is found at a token."""
        group, text = self._tokens.found[number].lastgroup, self._tokens.word(number)
        if group == "name" and self._is_service(number, text):
            return True
        if group == "open":
            self._open.append(self._opened(number, text))
        elif group == "close":
            self._close(text)
        else:
            self._move(self._behind(number, group or "", text))
        return False

    def _is_service(self, number: int, text: str) -> bool:
        prefix, colon, _ = text.partition(":")
        if not colon or _DOTTED.match(text):
            return _WORD in text
        hidden = bool(_BEGUN.match(prefix)) if self._is_declared(number) else not prefix.startswith("GRAPH")
        return _WORD in prefix and hidden and self._opens_group(number) and not self._is_name(number)

    def _opens_group(self, number: int) -> bool:
        """Whether a group comes next; `{|` begins an annotation."""
        return self._tokens.word(number + 1) == "{" and self._tokens.word(number + 2) != "|"

    def _is_name(self, number: int) -> bool:
        """Whether what could be SERVICE and a name is a name for certain."""
        sign, place = self._open[-1]
        if sign != "{":
            return True
        if place is _Place.CLAUSE:
            return self._tokens.word(number - 1).endswith("GRAPH")
        return place is _Place.OBJECT and self._is_declared(number)

    def _is_declared(self, number: int) -> bool:
        return self._tokens.found[number]["name"].partition(":")[0] in self._declared

    def _opened(self, number: int, sign: str) -> tuple[str, _Place]:
        """A bracket with what comes first in it."""
        sign += "|" * (sign == "{" and self._tokens.word(number + 1) == "|")
        return sign, _Place.VERB if sign in ("{|", "[") else _Place.SUBJECT

    def _close(self, sign: str) -> None:
        opened, _ = self._open.pop()
        place = self._open[-1][1]
        if opened == "{|":
            self._move(_Place.END)
        elif sign == "}" or place is _Place.CLAUSE:
            self._move(_Place.SUBJECT)
        else:
            self._move(_after(place))

    def _move(self, place: _Place) -> None:
        self._open[-1] = (self._open[-1][0], place)

    def _behind(self, number: int, group: str, text: str) -> _Place:
        """What comes next behind a token that is no bracket."""
        place = self._open[-1][1]
        if group == "other":
            return self._behind_sign(text, place)
        if group in _OPERANDS:
            return place if text.startswith("@") else _after(place)
        if group == "name":
            return self._behind_name(number, text, place)
        return _Place.CLAUSE if group == "order" else place

    def _behind_sign(self, sign: str, place: _Place) -> _Place:
        if place is _Place.CLAUSE and sign != ".":
            return place
        if place is _Place.OBJECT and sign in "/|":
            return _Place.VERB
        if place is _Place.END and sign == "^":
            return _Place.OBJECT
        return _BEHIND.get(sign, place)

    def _behind_name(self, number: int, text: str, place: _Place) -> _Place:
        if ":" not in text:
            return _after(place) if text in _TERMS else _Place.CLAUSE
        told = self._is_declared(number) and not text.startswith(_UNTOLD)
        return _after(place) if told or place is _Place.CLAUSE else _Place.UNKNOWN


def _after(place: _Place) -> _Place:
    """What comes next behind a term."""
    return _NEXT.get(place) or _Place(place + 1)


def _declared(tokens: Tokens) -> frozenset[str]:
    """The prefixes that a text declares."""
    named = [token["name"] if token.lastgroup == "name" else "" for token in tokens.found]
    return frozenset(name[:-1] for word, name in pairwise(named) if word.upper() == "PREFIX" and name.endswith(":"))
