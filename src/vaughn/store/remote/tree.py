"""A query's tree, by the grammar of SPARQL 1.1 (Query §19.8): what stands inside what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from vaughn.store.grammar import END, Token, sparql, token_at


@dataclass(slots=True)
class Node:
    """What one rule of the grammar stands for. parts: its tokens and nodes, in the order of the text."""

    rule: str
    parts: list[Node | Token] = field(default_factory=list)

    def nodes(self, rule: str) -> list[Node]:
        """Its own parts of that rule."""
        return [part for part in self.parts if isinstance(part, Node) and part.rule == rule]

    def node(self, rule: str) -> Node | None:
        """The first of them, if any."""
        return next(iter(self.nodes(rule)), None)

    def says(self, kind: str) -> bool:
        """Whether one of its own tokens is of that kind."""
        return any(isinstance(part, Token) and part.kind == kind for part in self.parts)

    def all(self, rule: str, closed: str = "") -> Iterator[Node]:
        """Every node of that rule in it, itself included, however deep but not inside nodes of the rule `closed`."""
        return (node for node in self._deep(closed) if node.rule == rule)

    def tokens(self, closed: str = "") -> Iterator[Token]:
        """Every token in it, in the order of the text, but for those inside nodes of the rule `closed`."""
        open_: list[Node | Token] = [self]
        while open_:
            part = open_.pop()
            if isinstance(part, Token):
                yield part
            elif part.rule != closed or part is self:
                open_ += part.parts[::-1]

    def span(self) -> tuple[int, int]:
        """Where it begins and ends in the text; a node that stands for nothing has none."""
        found = list(self.tokens())
        return found[0].start, found[-1].start + len(found[-1].text)

    def _deep(self, closed: str) -> Iterator[Node]:
        open_ = [self]
        while open_:
            node = open_.pop()
            yield node
            if node.rule != closed or node is self:
                open_ += [part for part in node.parts[::-1] if isinstance(part, Node)]


def tree(text: str) -> Node | None:
    """The tree of a text that `plain` has spelt; None for what is beyond the grammar."""
    grammar, root, place = sparql(), Node(""), 0
    stack: list[tuple[str, Node]] = [("Query", root)]
    while stack:
        token = token_at(text, place)
        place = token.start + len(token.text)
        symbol, parent = stack.pop()
        while symbol != token.kind:
            move = grammar.moves.get(symbol, {}).get(token.kind)
            if move is None and not grammar.nullable(symbol):
                return None
            inside = parent if move is None or "." in symbol else _grown(parent, symbol)
            stack += [(each, inside) for each in move or ()]
            if not stack:
                return None
            symbol, parent = stack.pop()
        if token.kind != END:
            parent.parts.append(token)
    found = root.parts[0]
    return found if isinstance(found, Node) else None


def _grown(parent: Node, rule: str) -> Node:
    node = Node(rule)
    parent.parts.append(node)
    return node
