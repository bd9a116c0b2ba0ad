"""Where a text leaves the grammar of SPARQL 1.1, and what it could have gone on with.

The engine backtracks and tells where its furthest look ahead ended, often far behind the fault. Here the grammar
(sparql11.txt) is walked token by token with one token of look-ahead, so that the first token that fits nowhere is
found, with everything that would have fitted. The walk has a stack of its own and recurses into nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

END = "END"

_EBNF = Path(__file__).with_name("sparql11.txt")
_RULE = re.compile(r'^(\w+) (?:"([^"]+)" )?::= (.+)$', re.MULTILINE)
_IRI = r'<(?>(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>'
_LETTER = r"\w\u00B7\u0300-\u036F\u203F\u2040"
_PREFIX = rf"(?>(?:[^\W\d_][{_LETTER}.-]{{0,255}}+)?):"
_ESCAPED = r"\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?>(?:[{_LETTER}:%-]|{_ESCAPED}|\.++(?=[{_LETTER}:%\\-]))*)"
_LABEL = rf"(?>(?:[{_LETTER}-]|\.++(?=[{_LETTER}-]))*)"
_STRING = (
    r'"{3}(?>(?:[^"\\]|\\.|"(?!""))*)"{3}'
    r"|'{3}(?>(?:[^'\\]|\\.|'(?!''))*)'{3}"
    r'|"(?!"")(?>(?:[^"\\\n\r]|\\.)*)"|""'
    r"|'(?!'')(?>(?:[^'\\\n\r]|\\.)*)'|''"
)
_TOKEN = re.compile(
    r"(?>(?:\s++|#[^\n\r]*+)*)(?:"
    rf"(?P<IRIREF>{_IRI})|(?P<STRING>{_STRING})|(?P<VAR>[?$][{_LETTER}]++)"
    r"|(?P<LANGTAG>@[A-Za-z]++(?>(?:-[A-Za-z0-9-]++)*))"
    rf"|(?P<BLANK_NODE>_:{_LABEL}|\[\s*+\])|(?P<PNAME>{_PREFIX}{_LOCAL})"
    r"|(?P<DECIMAL>\d*+\.\d++(?>(?:[eE][+-]?\d++)?)|\d++(?>\.?)[eE][+-]?\d++)|(?P<INTEGER>\d++)"
    r"|(?P<SIGNED>[+-](?:\d*+\.\d++(?>(?:[eE][+-]?\d++)?)|\d++(?>(?:\.?[eE][+-]?\d++)?)))"
    r"|(?P<NIL>\((?>(?:\s++|#[^\n\r]*+)*)\))|(?P<WORD>\w++)"
    r"|(?P<SIGN>\^\^|&&|\|\||!=|<=|>=|<<|>>|\{\||\|\}|.)|(?P<END>\Z))",
    re.DOTALL,
)

Symbols = tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """kind: a terminal of the grammar: a keyword in capitals, a sign as it is, or a class such as VAR. start: its
    offset in the text."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class Departure:
    """The first token that the grammar has no use for. labels: what would have fitted, in words. terminals: likewise,
    as kinds of token."""

    token: Token
    labels: tuple[str, ...]
    terminals: frozenset[str]


class Grammar:
    """A grammar read from EBNF, with its table of moves. Raises ValueError where one token cannot decide."""

    def __init__(self, ebnf: str) -> None:
        self.rules: dict[str, tuple[Symbols, ...]] = {}
        self._labels: dict[str, str] = {}
        for name, label, body in _RULE.findall(ebnf):
            self._labels |= {name: label} if label else {}
            _Reader(name, body.split(), self.rules).read()
        self._nullable = self._find_nullable()
        self._first = self._find_first()
        self.moves = {name: self._moves(name) for name in self.rules}

    def nullable(self, symbol: str) -> bool:
        """Whether a symbol can stand for nothing."""
        return symbol in self._nullable

    def first(self, symbol: str) -> set[str]:
        """The terminals that a symbol can begin with."""
        return self._first.get(symbol, {symbol})

    def labels(self, symbol: str) -> Iterator[str]:
        """What a symbol can begin with, in words."""
        if symbol in self._labels or symbol not in self.rules:
            yield self._labels.get(symbol) or _named(symbol)
            return
        for alternative in self.rules[symbol]:
            for each in self._leading(alternative):
                yield from self.labels(each)

    def _leading(self, symbols: Symbols) -> Iterator[str]:
        for each in symbols:
            yield each
            if not self.nullable(each):
                return

    def _find_nullable(self) -> set[str]:
        found: set[str] = set()
        while (
            more := {
                name for name, alternatives in self.rules.items() if any({*each} <= found for each in alternatives)
            }
            - found
        ):
            found |= more
        return found

    def _find_first(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {name: set() for name in self.rules}
        grown = True
        while grown:
            before = sum(map(len, found.values()))
            for name, alternatives in self.rules.items():
                for each in (symbol for one in alternatives for symbol in self._leading(one)):
                    found[name] |= found.get(each, {each})
            grown = sum(map(len, found.values())) > before
        return found

    def _moves(self, name: str) -> dict[str, Symbols]:
        moves: dict[str, Symbols] = {}
        for alternative in self.rules[name]:
            for terminal in {terminal for each in self._leading(alternative) for terminal in self.first(each)}:
                if terminal in moves:
                    raise ValueError(f"{name} cannot be read by one token: {terminal}")
                moves[terminal] = alternative[::-1]
        return moves


class _Reader:
    """Reads the right side of one rule; groups and repetitions become rules of their own."""

    def __init__(self, name: str, words: Sequence[str], rules: dict[str, tuple[Symbols, ...]]) -> None:
        self._name, self._rules = name, rules
        self._words = list(words[::-1])
        self._numbers = count(1)

    def read(self) -> None:
        self._rules[self._name] = self._alternatives()

    def _alternatives(self) -> tuple[Symbols, ...]:
        found: list[list[str]] = [[]]
        while self._words and not self._words[-1].startswith(")"):
            word = self._words.pop()
            if word == "|":
                found.append([])
            else:
                found[-1].append(self._symbol(word))
        return tuple(map(tuple, found))

    def _symbol(self, word: str) -> str:
        if word == "(":
            inner = self._rule(self._alternatives())
            return self._repeated(inner, self._words.pop()[1:])
        if word.startswith("'"):
            end = word.rindex("'")
            return self._repeated(word[1:end], word[end + 1 :])
        return self._repeated(word.rstrip("?*"), word[len(word.rstrip("?*")) :])

    def _repeated(self, symbol: str, mark: str) -> str:
        if not mark:
            return symbol
        name = self._rule(())
        self._rules[name] = ((symbol, name), ()) if mark == "*" else ((symbol,), ())
        return name

    def _rule(self, alternatives: tuple[Symbols, ...]) -> str:
        name = f"{self._name}.{next(self._numbers)}"
        self._rules[name] = alternatives
        return name


class Walk:
    """A walk through one text. tokens: those that were read. departure: where it ended early, if it did."""

    def __init__(self, text: str) -> None:
        self._text, self._grammar = text, sparql()
        self._stack = ["Query"]
        self.tokens: list[Token] = []
        self.departure: Departure | None = None
        place = 0
        while self._stack and self.departure is None:
            place = self._take(token_at(text, place))

    def _take(self, token: Token) -> int:
        """Go on by one token; the offset behind it. What looks like an IRI is `<` where only that would fit."""
        before = self._stack[:] if token.kind == "IRIREF" else []
        passed = self._advance(token.kind)
        if passed and before and "<" in self._terminals(passed):
            self._stack, token = before, Token("<", "<", token.start)
            passed = self._advance("<")
        if passed:
            self.departure = Departure(token, tuple(dict.fromkeys(self._labels(passed))), self._terminals(passed))
        self.tokens.append(token)
        return token.start + len(token.text)

    def _advance(self, kind: str) -> list[str]:
        """Consume a token; where it does not fit, the symbols that would have."""
        passed: list[str] = []
        while True:
            symbol = self._stack.pop()
            if symbol == kind:
                return []
            move = self._grammar.moves.get(symbol, {}).get(kind)
            if move is not None:
                self._stack += move
                continue
            passed.append(symbol)
            if not self._grammar.nullable(symbol):
                return passed

    def _labels(self, passed: Iterable[str]) -> Iterator[str]:
        return (label for symbol in passed for label in self._grammar.labels(symbol))

    def _terminals(self, passed: Iterable[str]) -> frozenset[str]:
        return frozenset(terminal for symbol in passed for terminal in self._grammar.first(symbol))


@cache
def sparql() -> Grammar:
    """The grammar of SPARQL 1.1 queries, read when it is first needed."""
    return Grammar(_EBNF.read_text(encoding="utf-8"))


def token_at(text: str, place: int) -> Token:
    """The next token at or behind an offset; END where there is none."""
    found = _TOKEN.match(text, place)
    if found is None or not found.lastgroup:
        raise ValueError("every text has a next token")
    name, read = found.lastgroup, found[found.lastgroup]
    kind = _KINDS[name](read) if name in _KINDS else name
    return Token(kind, read, found.start(name))


def _word(read: str) -> str:
    return read if read in ("a", "true", "false") else read.upper()


def _prefixed(read: str) -> str:
    return "PNAME_NS" if read.endswith(":") and read.count(":") == 1 else "PNAME_LN"


def _sign(read: str) -> str:
    return read


_KINDS = {"WORD": _word, "PNAME": _prefixed, "SIGN": _sign}
_NAMES: Mapping[str, str] = {
    END: "the end of the query",
    "IRIREF": "an IRI in < >",
    "PNAME_NS": "a prefix with its colon",
    "INTEGER": "a whole number",
    "LANGTAG": "a language tag",
    "STRING": "a string",
    "NIL": "`()`",
}


def _named(terminal: str) -> str:
    return _NAMES.get(terminal) or (terminal if terminal.isalpha() and terminal.isupper() else f"`{terminal}`")
