"""UNIONs as sub-selects, for engines that read one wrongly beside filters and an order.

`{A} UNION {B}` becomes `{ SELECT * { {A} UNION {B} } }`, which means the same (SPARQL 1.1 Query §18.2.4.4); only an
engine that joins unbound values as SQL does would tell them apart, where a branch leaves a variable unbound that the
rest of the query matches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vaughn.store.remote.grammar import IRI, STRING

_TOKEN = re.compile(
    rf"(?P<plain>#[^\n\r]*+|{IRI}|{STRING})|(?P<union>(?<![\w:?$@%.-])UNION\b)|[{{}}]", re.IGNORECASE | re.DOTALL
)
_Cuts = list[tuple[int, str]]


@dataclass
class _Chain:
    """Groups side by side. start: where the first begins. end: where the last ended. joined: by UNION. waits: another
    has to come."""

    start: int = 0
    end: int = 0
    joined: bool = False
    waits: bool = False

    @property
    def cuts(self) -> _Cuts:
        """What has to be put in, and where, once no other group comes."""
        return [(self.start, "{ SELECT * { "), (self.end, " } }")] if self.joined else []


def enclosed(text: str) -> str:
    """The text with every UNION, all its groups together, in a sub-select of its own."""
    levels, cuts = [_Chain()], _Cuts()
    for token in _TOKEN.finditer(text):
        if not token["plain"]:
            cuts += _take(levels, token)
    pieces, place = [], 0
    for at, what in sorted(cuts, key=lambda cut: cut[0]):
        pieces += [text[place:at], what]
        place = at
    return "".join((*pieces, text[place:]))


def _take(levels: list[_Chain], token: re.Match[str]) -> _Cuts:
    """What one token does; the insertions that it completes."""
    top = levels[-1]
    if token["union"]:
        top.joined = top.waits = True
        return []
    if token[0] == "{":
        cuts = [] if top.waits else top.cuts
        levels[-1] = _Chain(top.start, top.end, joined=True) if top.waits else _Chain(token.start())
        levels.append(_Chain())
        return cuts
    del levels[max(len(levels) - 1, 1) :]
    levels[-1].end = token.end()
    return top.cuts
