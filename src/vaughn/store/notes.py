"""What the notes beside SPARQL's grammar forbid (SPARQL 1.1 Query §11, §18.2.1, §19.6, §19.8), found in the tokens.

Each of these looks only for what is surely forbidden; what it does not see is left to the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from vaughn.store.grammar import END, Token

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})

_CLAUSES = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", END})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Violation(NamedTuple):
    """What is forbidden, and the token it is seen at."""

    reason: str
    token: Token


@dataclass
class _Select:
    """One SELECT: what it selects, the group it selects from, and what follows that."""

    star: Token | None
    items: list[Token]
    body: list[Token]
    rest: list[Token]


@dataclass
class _Group:
    """A group in braces. opener: the kind of token before it. names: variables that it binds. stretch: grows with every
    group inside, since a blank node's label belongs to the triples between two of them."""

    opener: str
    number: int
    names: set[str] = field(default_factory=set)
    stretch: int = 0
    selects: bool = False


def violations(tokens: Sequence[Token]) -> Iterator[Violation]:
    """What is forbidden whatever the engine says of it."""
    selects = list(_selects(tokens))
    for select in selects:
        yield from _twice(select)
        yield from _star(select)
        yield from _ungrouped(select)
    yield from _uneven(tokens)
    yield from _Groups(tokens).violations()


def overridden(tokens: Sequence[Token]) -> Iterator[Violation]:
    """Values that SELECT gives to what its pattern names: forbidden where the pattern binds it, as only the engine
    knows."""
    for select in _selects(tokens):
        bound = {token.text[1:] for token in select.body if token.kind == "VAR"}
        for name in _named(select.items):
            if name.text[1:] in bound:
                yield Violation(f"AS gives a value to {name.text}, which the pattern has already", name)


def _selects(tokens: Sequence[Token]) -> Iterator[_Select]:
    for start, token in enumerate(tokens):
        if token.kind == "SELECT":
            yield _select(tokens, start + 1)


def _select(tokens: Sequence[Token], start: int) -> _Select:
    begin = _outside(tokens, start, "{")
    close = _outside(tokens, begin + 1, "}")
    end = _outside(tokens, close + 1, "}")
    items = list(tokens[start:begin])
    star = next((token for token in items[:2] if token.kind == "*"), None)
    return _Select(star, items, list(tokens[begin + 1 : close]), list(tokens[close + 1 : end]))


def _outside(tokens: Sequence[Token], start: int, kind: str) -> int:
    """The place of the next token of a kind that stands in no bracket opened since; the end where there is none."""
    depth = 0
    for here in range(start, len(tokens)):
        if not depth and tokens[here].kind == kind:
            return here
        depth += (tokens[here].kind in _OPENING) - (tokens[here].kind in _CLOSING)
    return len(tokens)


def _depths(tokens: Iterable[Token]) -> Iterator[tuple[int, Token]]:
    depth = 0
    for token in tokens:
        depth -= token.kind in _CLOSING
        yield depth, token
        depth += token.kind in _OPENING


def _named(tokens: Sequence[Token]) -> Iterator[Token]:
    """The variables that AS names, in parentheses of their own."""
    for (depth, before), (_, token) in zip(_depths(tokens), _depths(tokens[1:]), strict=False):
        if before.kind == "AS" and depth == 1:
            yield token


def _plain(tokens: Sequence[Token]) -> Iterator[Token]:
    return (token for depth, token in _depths(tokens) if token.kind == "VAR" and not depth)


def _twice(select: _Select) -> Iterator[Violation]:
    named: set[str] = set()
    for token in sorted((*_plain(select.items), *_named(select.items)), key=lambda token: token.start):
        if token.text[1:] in named:
            yield Violation(f"{token.text} is selected twice", token)
        named.add(token.text[1:])


def _grouping(select: _Select) -> list[Token] | None:
    """What follows GROUP BY, or None without it."""
    for start, (depth, token) in enumerate(_depths(select.rest)):
        if token.kind == "GROUP" and not depth:
            kept = select.rest[start + 2 :]
            ends = (here for here, (inner, each) in enumerate(_depths(kept)) if each.kind in _CLAUSES and not inner)
            return kept[: next(ends, len(kept))]
    return None


def _star(select: _Select) -> Iterator[Violation]:
    if select.star and _grouping(select) is not None:
        yield Violation("SELECT * cannot stand with GROUP BY; name what is selected", select.star)


def _ungrouped(select: _Select) -> Iterator[Violation]:
    """Variables that are selected outside of aggregates, where rows are grouped by others."""
    grouping = _grouping(select)
    if grouping is None and not any(token.kind in AGGREGATES for token in select.items):
        return
    given = (*_plain(grouping or ()), *_named(grouping or ()), *_alone(grouping or ()), *_named(select.items))
    by = {token.text[1:] for token in given}
    for token in _bare(select.items):
        if token.text[1:] not in by:
            yield Violation(f"{token.text} stands in SELECT, but the rows are not grouped by it", token)


def _bare(tokens: Sequence[Token]) -> Iterator[Token]:
    """Variables outside of aggregates; none where a group in braces stands among them, which binds its own."""
    if any(token.kind == "{" for token in tokens):
        return
    inside: int | None = None
    before = ""
    for depth, token in _depths(tokens):
        if inside is None and token.kind == "(" and before in AGGREGATES:
            inside = depth
        elif token.kind == ")" and depth == inside:
            inside = None
        elif inside is None and token.kind == "VAR" and before != "AS":
            yield token
        before = token.kind


def _alone(tokens: Sequence[Token]) -> Iterator[Token]:
    """Variables in parentheses by themselves."""
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if (before.kind, token.kind, after.kind) == ("(", "VAR", ")"):
            yield token


def _uneven(tokens: Sequence[Token]) -> Iterator[Violation]:
    """Rows of VALUES with more or fewer values than there are variables."""
    for start, token in enumerate(tokens[:-1]):
        if token.kind == "VALUES" and tokens[start + 1].kind in ("(", "NIL"):
            begin = _outside(tokens, start + 1, "{")
            width = sum(each.kind == "VAR" for each in tokens[start + 1 : begin])
            yield from _rows(tokens[begin + 1 : _outside(tokens, begin + 1, "}")], width)


def _rows(tokens: Sequence[Token], width: int) -> Iterator[Violation]:
    for start, token in enumerate(tokens):
        if token.kind in ("(", "NIL"):
            row = tokens[start + 1 : _outside(tokens, start + 1, ")")] if token.kind == "(" else ()
            size = _values(row)
            if size != width:
                yield Violation(f"VALUES names {width} variables, and this row holds {size}", token)


def _values(row: Sequence[Token]) -> int:
    """How many values a row has: a language tag, or a datatype behind its sign, belongs to the literal before."""
    parts = sum(token.kind in ("LANGTAG", "^^") for token in row)
    return len(row) - parts - sum(token.kind == "^^" for token in row)


class _Groups:
    """One pass over the groups of a query, for what depends on which group a name stands in."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._open = [_Group("", 0)]
        self._numbers = 0
        self._labels: dict[str, tuple[int, int]] = {}
        self._parentheses = 0

    def violations(self) -> Iterator[Violation]:
        before = self._tokens[0]
        for here, token in enumerate(self._tokens):
            if token.kind == "BIND":
                yield from self._bind(here)
            elif token.kind == "BLANK_NODE" and token.text.startswith("_:"):
                yield from self._label(token)
            elif token.kind in AGGREGATES and not self._open[-1].selects and len(self._open) > 1:
                yield Violation(f"the aggregate {token.kind} can stand in SELECT, HAVING and ORDER BY only", token)
            else:
                self._note(token, before)
            before = token

    def _note(self, token: Token, before: Token) -> None:
        self._parentheses += (token.kind == "(") - (token.kind == ")")
        if token.kind == "SELECT":
            self._open[-1].selects = True
        elif token.kind == "{":
            self._numbers += 1
            self._open.append(_Group(before.kind, self._numbers))
        elif token.kind == "}":
            self._close()
        elif token.kind == "VAR" and not self._parentheses:
            self._open[-1].names.add(token.text[1:])

    def _close(self) -> None:
        group, around = self._open.pop(), self._open[-1]
        if group.opener not in ("EXISTS", "MINUS") and not group.selects:
            around.names |= group.names
        around.stretch += group.opener != "EXISTS"

    def _bind(self, here: int) -> Iterator[Violation]:
        end = _outside(self._tokens, here + 2, ")")
        name = self._tokens[end - 1]
        if name.text[1:] in self._open[-1].names:
            yield Violation(f"BIND gives a value to {name.text}, which its group has already", name)
        self._open[-1].names.add(name.text[1:])

    def _label(self, token: Token) -> Iterator[Violation]:
        group = self._open[-1]
        if group.opener == "CONSTRUCT":
            return
        where = group.number, group.stretch
        if self._labels.setdefault(token.text, where) != where:
            yield Violation(f"the label {token.text} belongs to another basic graph pattern already", token)
