"""A text's words and signs as the engine's parser reads them, where `<` may begin an IRI or be less-than.

By SPARQL 1.1 Query §19.8 an IRI is a token and the longest match wins, so that `?a<?b&&STR(?c)>'x'` is none of the
grammar's. The engine's parser has no tokens: it reads `<` as less-than wherever an operand has just ended inside an
expression, where no IRI can follow, and as the beginning of an IRI everywhere else. So does this, which is why the
brackets are told apart: those of expressions from lists, paths, rows of VALUES and triple terms.

A word behind FILTER without a blank between may be a name: `FILTERx:f(…)`. What is in such brackets is not known, and a
text is in doubt (Doubtful) where that matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

# A string without its end is a fault to any parser; here it ends with its line, or with the text, so that the time
# stays linear. Any character above ASCII belongs to a name where the grammar lets it stand outside strings and IRIs.
_CHAR = r"[A-Za-z0-9_\x80-\U0010ffff]"
BLANK = r"(?>(?:[ \t\r\n]|#[^\r\n]*+)*)"
"""What may stand between any two tokens."""

_IRI = r'<(?>(?:[^<>"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>'
_LOCAL = rf"(?>(?![.-])(?:{_CHAR}|[:-]|%[0-9A-Fa-f]{{2}}|\\.|\.++(?={_CHAR}|[:%\\-]))*|)"
_PREFIXED = rf"(?>(?:[A-Za-z\x80-\U0010ffff](?:{_CHAR}|[.-]){{0,63}}+)?):{_LOCAL}"
_LITERAL = (
    r'"{3}(?>(?:[^"\\]++|\\.|"(?!""))*)(?:"{3}|\\?\Z)'
    r"|'{3}(?>(?:[^'\\]++|\\.|'(?!''))*)(?:'{3}|\\?\Z)"
    r'|"(?>(?:[^"\\\n\r]++|\\.)*)"?+'
    r"|'(?>(?:[^'\\\n\r]++|\\.)*)'?+"
    rf"|@[A-Za-z]++(?>(?:-[A-Za-z0-9]++)*)(?>(?:--[A-Za-z]++)?)|_:{_LOCAL}"
    r"|(?>[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"
)
_ORDER = rf"ORDER{BLANK}BY"
_NEVER = "(?!)"


def _token(order: str, iri: str) -> re.Pattern[str]:
    """What matches one token; each such pattern has all groups, so that any match may be asked for any kind."""
    return re.compile(
        rf"{BLANK}(?:(?P<order>{order})|(?P<variable>[?$]{_CHAR}++)|(?P<literal>{_LITERAL})|(?P<iri>{iri})"
        rf"|(?P<name>{_PREFIXED}|{_CHAR}++)|(?P<open>[({{\[])|(?P<close>[)}}\]])|(?P<other>.)|(?P<end>\Z))",
        re.DOTALL | re.IGNORECASE,
    )


_TOKEN = _token(_ORDER, _IRI)
_UNORDERED = _token(_NEVER, _IRI)
_LESS = _token(_ORDER, _NEVER)
_PREFIXED_NAME = re.compile(rf"{BLANK}{_PREFIXED}", re.DOTALL)
_HIDING = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://).*['()#]", re.DOTALL)
"""An IRI that hides strings, brackets or a comment if it is none; behind `//` no parser would read on."""
_MAY_FILTER = re.compile(r"[^:]*FILTER[^:]*:", re.IGNORECASE)
_OPENING = {")": "(", "}": "{", "]": "["}
_OPERANDS = frozenset({"variable", "literal", "iri", "name", "close"})


class Doubtful(Exception):
    """A text that may be read in more than one way, or is no SPARQL."""


class _Kind(Enum):
    """What stands in a bracket: a query, a group of patterns, an expression, a triple term, terms or paths one after
    another; or it is not known."""

    QUERY = auto()
    GROUP = auto()
    EXPRESSION = auto()
    TERM = auto()
    LIST = auto()
    UNKNOWN = auto()


@dataclass(slots=True)
class _Frame:
    """An open bracket: the number of its token, its sign, what stands in it."""

    number: int
    sign: str
    kind: _Kind


class Tokens:
    """The tokens of one text. found: matches with the kind of token as the last group, its end among them.
    ends: where the bracket closes that opens at a token."""

    def __init__(self, text: str) -> None:
        """Raises Doubtful."""
        self.found: list[re.Match[str]] = []
        self.ends: dict[int, int] = {}
        self._text = text
        self._frames = [_Frame(-1, "", _Kind.QUERY)]
        self._rows = False
        self._operand = False
        self._term_closed = -1
        place = 0
        while not self.found or self.found[-1].lastgroup != "end":
            place = self._take(place)
        if len(self._frames) > 1:
            raise Doubtful

    def word(self, number: int) -> str:
        """A token's text in capitals; the last token stands for what would follow it."""
        token = self.found[min(number, len(self.found) - 1)]
        return str(token[token.lastgroup or 0]).upper()

    def begin(self, number: int) -> int:
        """Where a token begins, after what is skipped before it."""
        token = self.found[number]
        return token.start(token.lastgroup or 0)

    def _take(self, place: int) -> int:
        """Read one token; the offset behind it."""
        token = _TOKEN.match(self._text, place)
        if token is None:
            raise Doubtful
        if token.lastgroup == "iri" and self._is_less(token["iri"]):
            token = _LESS.match(self._text, place) or token
        elif token.lastgroup == "order" and not self._is_clause(token.start("order")):
            token = _UNORDERED.match(self._text, place) or token
        self._note(token, token.lastgroup or "")
        self.found.append(token)
        return token.end()

    def _is_less(self, iri: str) -> bool:
        """Whether what looks like an IRI begins with less-than."""
        kind = self._frames[-1].kind
        if self._operand and kind is _Kind.UNKNOWN and _HIDING.match(iri):
            raise Doubtful
        return self._operand and kind is _Kind.EXPRESSION

    def _is_clause(self, place: int) -> bool:
        """Whether ORDER BY is none of `orderby:name`: such a name stands nowhere right behind a query's pattern."""
        named = _PREFIXED_NAME.match(self._text, place)
        behind = self._frames[-1].kind is _Kind.QUERY and bool(self.found) and self.found[-1][0][-1:] == "}"
        return behind or named is None

    def _note(self, token: re.Match[str], group: str) -> None:
        """What a token changes, seen before it is one of those found."""
        ended = group in _OPERANDS
        if group == "open":
            self._open(token["open"], token.start("open"))
        elif group == "close":
            self._close(token["close"])
        elif group == "name":
            ended = self._note_word(token["name"])
        elif token["other"] == ">":
            ended = self._term_closed == len(self.found) - 2
        self._operand = ended

    def _note_word(self, word: str) -> bool:
        upper = "" if ":" in word else word.upper()
        if upper.endswith("VALUES"):
            self._rows = True
        elif upper.startswith("SELECT") and self._word_before(1) == "{" and self._frames[-1].sign == "{":
            self._frames[-1].kind = _Kind.QUERY
        return upper != "DISTINCT"

    def _open(self, sign: str, place: int) -> None:
        kind = self._parenthesis(place) if sign == "(" else self._brace() if sign == "{" else _Kind.LIST
        self._frames.append(_Frame(len(self.found), sign, kind))

    def _brace(self) -> _Kind:
        rows, self._rows = self._rows, False
        return _Kind.LIST if rows else _Kind.GROUP

    def _parenthesis(self, place: int) -> _Kind:
        """What stands in a parenthesis, by what it stands in and what is before it."""
        around = self._frames[-1].kind
        if self._text[place - 2 : place] == "<<" and self._word_before(1) == self._word_before(2) == "<":
            return _Kind.TERM
        if around is _Kind.QUERY:
            return _Kind.LIST if self._rows else _Kind.EXPRESSION
        if around is _Kind.GROUP:
            return self._in_group()
        return _Kind.LIST if around is _Kind.TERM else around

    def _in_group(self) -> _Kind:
        """Among patterns: an expression behind a word of SPARQL and behind the name of a function behind FILTER."""
        before = self.found[-1]
        name = before["name"] or ""
        if before.lastgroup == "iri" or ":" in name:
            if self._word_before(2).endswith("FILTER") and self.found[-2].lastgroup == "name":
                return _Kind.EXPRESSION
            return _Kind.UNKNOWN if _MAY_FILTER.match(name) else _Kind.LIST
        word = bool(name) and name != "a" and not name.isdigit() and not self._rows
        return _Kind.EXPRESSION if word else _Kind.LIST

    def _word_before(self, count: int) -> str:
        return self.word(len(self.found) - count) if len(self.found) >= count else ""

    def _close(self, sign: str) -> None:
        frame = self._frames.pop()
        if frame.sign != _OPENING[sign]:
            raise Doubtful
        self.ends[frame.number] = len(self.found)
        if frame.kind is _Kind.TERM:
            self._term_closed = len(self.found)
