"""A stranger's text, spelt so that no two readers can read it differently, and calling nothing but SPARQL's functions.

What the embedded engine has read is SPARQL (see `reader`), but an engine elsewhere may split the same characters in
another way, and so find a call in what was a string here. So every token is written anew in the one spelling that
leaves no doubt: strings on one line in double quotes, IRIs without escapes, an operator `<` between spaces, no
comments. Lines stay where they are, but for those within strings.

A name that is called has to be a cast of SPARQL 1.1 Query §17.5 or of its like: everything else (`<bif:http_get>(…)` of
Virtuoso, `<java:…>(…)` of Jena) is a function of the engine's own, which may open connections and change data. Names
that an engine takes for its own wherever they stand are refused everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from vaughn.errors import QueryRefused, QuerySyntax
from vaughn.store.remote.grammar import STRING
from vaughn.terms import XSD

CASTS = frozenset(
    {
        "boolean", "date", "dateTime", "dayTimeDuration", "decimal", "double", "duration", "float", "gDay", "gMonth",
        "gMonthDay", "gYear", "gYearMonth", "integer", "string", "time", "yearMonthDuration",
    }
)  # fmt: skip
"""The datatypes that the embedded engine casts to."""

_CALLABLE = frozenset(XSD + cast for cast in CASTS)
_RESERVED = re.compile(r"(?:bif|sql|java):", re.IGNORECASE)
_CODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    rf"(?P<blank>(?>(?:\s|#[^\n\r]*+)+))"
    rf"|(?P<iri><(?>(?:[^<>\"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*)>)"
    rf"|(?P<string>{STRING})"
    r"|(?P<variable>[?$]\w++)"
    r"|(?P<node>_:\w(?>(?:[\w-]|\.++(?=[\w-]))*))"
    r"|(?P<name>(?>(?:[^\W\d_][\w.-]{0,63})?):(?>(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.|\.++(?=[\w:%\\-]))*))"
    r"|(?P<number>(?>\d*+\.\d++(?:[eE][+-]?\d++)?|\d++\.[eE][+-]?\d++|\d++(?:[eE][+-]?\d++)?))"
    r"|(?P<tag>@[A-Za-z]++(?>(?:-++[A-Za-z0-9]++)*))"
    r"|(?P<word>\w++)"
    r"|(?P<sign>&&|\|\||[!<>]=|\^\^|<<|>>|.)",
    re.DOTALL,
)
_COMPARISON = re.compile(r"(?P<sign><=?)")
_TERMS = frozenset({"iri", "string", "variable", "node", "name", "number", "tag"})
_VALUES = frozenset({"TRUE", "FALSE", "UNDEF", "A"})
_LISTINGS = ("SELECT", "BY", "HAVING")  # the embedded engine reads ORDERBY as two words
_APART = frozenset({"<", ">", "<=", ">=", "."})  # `<` could begin an IRI, and `1.` be a number
_ESCAPE = re.compile(r"\\(.)")
_PIECE = re.compile(r"\\.|[\"\n\r]", re.DOTALL)
_SPELT = {'"': r"\"", "\n": r"\n", "\r": r"\r", r"\'": "'"}


def plain(text: str) -> str:
    """A text that the embedded engine can read, in that spelling.

    Raises QueryRefused for a call of anything but SPARQL's own functions and casts (in the embedded engine's words) and
    for a name that is an engine's own (rule "function"); QuerySyntax for a prefix that is not declared.
    """
    scan, pieces, place = _Scan(), list[str](), 0
    while place < len(text):
        found = (_COMPARISON.match(text, place) if scan.compares else None) or _TOKEN.match(text, place)
        if found is None:  # cannot be: any character is a sign
            break
        pieces.append(scan.take(found.lastgroup or "", found[0]))
        place = found.end()
    scan.end()
    return "".join(pieces)


@dataclass(slots=True)
class _Level:
    """What stands in one pair of brackets. expression: terms there are compared and called, not joined to triples.
    listing: expressions stand side by side there, after SELECT, BY or HAVING."""

    expression: bool = False
    listing: bool = False


class _Scan:
    """One pass over the tokens. What is kept of the last that is not blank: its kind, its characters, the IRI it
    stands for, whether it came after a word, and why it is refused where it is not called. declines: why the text is,
    for a prefix."""

    def __init__(self) -> None:
        self._levels = [_Level()]
        self._prefixes: dict[str, str] = {}
        self._kind = self._said = self._iri = ""
        self._declared: str | None = None
        self._worded = False
        self._refusal: QueryRefused | None = None
        self._declines: QueryRefused | None = None

    @property
    def compares(self) -> bool:
        """Whether `<` compares here: among expressions no IRI stands beside a term."""
        ended = self._kind in _TERMS or self._said == ")" or self._said.upper() in _VALUES
        return self._levels[-1].expression and ended

    def take(self, kind: str, said: str) -> str:
        """One token, spelt plainly."""
        if kind == "blank":
            return "\n" * said.count("\n") or " "
        if self._refusal and not (said == "(" and self._called):
            raise self._refusal
        self._refusal = None
        spelling = _ACTS[kind](self, said) if kind in _ACTS else said
        self._worded, self._kind, self._said = self._kind == "word", kind, said
        return spelling

    def end(self) -> None:
        """Raises QueryRefused for what was only to be looked at after the rest."""
        refusal = self._refusal or self._declines
        if refusal:
            raise refusal

    def _take_iri(self, said: str) -> str:
        iri = _CODE.sub(lambda code: chr(int(code[1] or code[2], 16)), said[1:-1])
        self._iri = iri
        if self._declared is not None:
            self._prefixes[self._declared], self._declared = iri, None
            self._declines = self._declines or _refused(iri)
        else:
            self._refusal = _refused(iri)
        return f"<{iri}>"

    def _take_name(self, said: str) -> str:
        """A prefixed name. Written out where it is a cast, so that nothing else is called where a prefix is declared
        twice, and where it has escapes, which not every engine knows."""
        prefix, _, local = said.partition(":")
        if self._kind == "word" and self._said.upper() == "PREFIX":
            self._declared = prefix
            self._declines = self._declines or _refused(said)
            return said
        if prefix not in self._prefixes:
            raise QuerySyntax(f"no PREFIX declares {prefix}:")
        self._iri = self._prefixes[prefix] + _ESCAPE.sub(r"\1", local)
        self._refusal = _refused(said) or _refused(self._iri)
        return f"<{self._iri}>" if "\\" in local or self._iri in _CALLABLE else said

    def _take_word(self, said: str) -> str:
        word = said.upper()
        if any(opening in word for opening in _LISTINGS):
            self._levels[-1].listing = True
        return said

    def _take_sign(self, said: str) -> str:
        if said in ("(", "[", "{"):
            self._open(said)
        elif said in (")", "]", "}"):
            del self._levels[max(len(self._levels) - 1, 1) :]
        return f" {said} " if said in _APART else said

    @property
    def _called(self) -> bool:
        """Whether a bracket that opens here calls what stands before it."""
        top = self._levels[-1]
        return self._kind in ("iri", "name") and (self._worded or top.expression or top.listing)

    def _open(self, said: str) -> None:
        top = self._levels[-1]
        called = said == "(" and self._called
        if called and self._iri not in _CALLABLE:
            raise QueryRefused("engine", f"The custom function <{self._iri}> is not supported")
        worded = self._kind == "word" and self._said.upper() not in _VALUES
        if said == "{" and not self._said.upper().endswith("EXISTS"):
            top.listing = False
        self._levels.append(_Level(said == "(" and (called or worded or top.expression or top.listing)))


_ACTS: dict[str, Callable[[_Scan, str], str]] = {
    "iri": _Scan._take_iri,
    "name": _Scan._take_name,
    "string": lambda _, said: _string(said),
    "word": _Scan._take_word,
    "sign": _Scan._take_sign,
}


def _string(said: str) -> str:
    ends = 3 if said[:3] in ('"""', "'''") else 1
    return '"' + _PIECE.sub(lambda piece: _SPELT.get(piece[0], piece[0]), said[ends:-ends]) + '"'


def _refused(iri: str) -> QueryRefused | None:
    """Why a name that an engine takes for its own is refused; None for any other."""
    if not _RESERVED.match(iri):
        return None
    return QueryRefused("function", f"{iri} is a name of engines' own functions, and none is called from here")
