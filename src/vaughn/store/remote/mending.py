"""Strangers' texts for an engine that misreads SPARQL: worded so that it reads them rightly, or not asked.

A few things are worded otherwise, and mean the same everywhere. `a / b` of two integers is a decimal (SPARQL 1.1 Query
§17.3), but an integer at Virtuoso: `IF(DATATYPE(a / b) = xsd:integer, a * 1.0 / b, a / b)` is right whatever the two
are. `SELECT *` shows what the pattern binds (§18.2.1), but at Virtuoso what an expression names as well: so the
variables are named. No truth value is numeric (§17.4.2.4), but at Virtuoso each one is: so its datatype is looked at
too. `"true"^^xsd:boolean` in an expression becomes `true`, which Virtuoso shows as what it is, and NOW() the moment at
which the text is worded (§17.4.5.1), which has a time zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vaughn.errors import QueryWithheld
from vaughn.store.grammar import Token
from vaughn.store.remote.doubts import Doubts
from vaughn.store.remote.tree import Node, tree
from vaughn.terms import XSD_BOOLEAN, XSD_DATE_TIME, XSD_INTEGER

_DEEPEST = 3  # quotients inside one another: each is written three times
_TRUTHS = {f'"{word}"^^<{XSD_BOOLEAN}>': word for word in ("true", "false")}


@dataclass(frozen=True)
class _Cut:
    """A part of the text that is worded otherwise. parts: what is put between the texts of `spans`."""

    start: int
    end: int
    spans: tuple[tuple[int, int], ...] = ()
    words: tuple[str, ...] = ("",)


def mended(text: str, now: datetime | None = None) -> str:
    """A text that `plain` has spelt, in words that Virtuoso reads as SPARQL. now: what NOW() gives, else the moment.

    Raises QueryWithheld for what it is known to answer wrongly, and for what is beyond SPARQL 1.1.
    """
    query = tree(text)
    if query is None:
        raise QueryWithheld("", "it is beyond SPARQL 1.1, and the engine under the service may misread it")
    doubts = Doubts(query)
    cuts = [*_stars(query, doubts), *_quotients(query), *_calls(query, now or datetime.now(UTC)), *_truths(query)]
    if doubts.found:
        raise QueryWithheld("", f"the engine under the service is known to misread it: {doubts.found[0]}")
    return _worded(text, (0, len(text)), sorted(cuts, key=lambda cut: (cut.start, -cut.end)))


def _stars(query: Node, doubts: Doubts) -> list[_Cut]:
    """Every `*` of a SELECT, as the variables that it stands for."""
    cuts = []
    for form in (*query.nodes("SelectQuery"), *query.all("SubSelect")):
        clause, names = form.node("SelectClause"), sorted(doubts.scopes[id(form)].possible)
        star = clause and next((part for part in clause.parts if isinstance(part, Token) and part.kind == "*"), None)
        if star and names:
            cuts.append(_Cut(star.start, star.start + 1, (), (" ".join(f"?{name}" for name in names),)))
        elif star and any(token.kind == "VAR" for token in form.tokens()):
            doubts.found.append("SELECT * shows variables that only expressions name")
    return cuts


def _quotients(query: Node) -> list[_Cut]:
    """The first quotient of every product: those behind it are decimals already."""
    cuts = []
    for product in (*query.all("Product"), *query.all("SumMore")):
        parts = [part for part in product.parts if isinstance(part, Node) or part.kind == "SIGNED"]
        for place, part in enumerate(parts):
            if isinstance(part, Node) and part.rule == "ProductMore" and part.says("/"):
                cuts.append(_quotient(parts[:place], part))
                break
    return cuts


def _quotient(dividend: Sequence[Node | Token], divisor: Node) -> _Cut:
    """A sign that follows a sum stays before the quotient."""
    first, last = dividend[0], dividend[-1]
    start = first.start + 1 if isinstance(first, Token) else first.span()[0]
    above = (start, last.start + len(last.text) if isinstance(last, Token) else last.span()[1])
    below = divisor.nodes("Unary")[0].span()
    words = ("IF(DATATYPE(", " / ", f") = <{XSD_INTEGER}>, ", " * 1.0 / ", ", ", " / ", ")")
    return _Cut(start, below[1], (above, below) * 3, words)


def _calls(query: Node, now: datetime) -> Iterator[_Cut]:
    """isNumeric and NOW(), in brackets: where a call may stand without any, nothing else may."""
    moment = f'("{now.isoformat(timespec="milliseconds").removesuffix("+00:00")}Z"^^<{XSD_DATE_TIME}>)'
    for call in query.all("BuiltInCall"):
        function, one = call.node("Function1"), call.node("One")
        if call.says("NOW"):
            yield _Cut(*call.span(), (), (moment,))
        elif function and one and function.says("ISNUMERIC"):
            yield _Cut(*call.span(), (one.span(),) * 2, ("(isNumeric", " && DATATYPE", f" != <{XSD_BOOLEAN}>)"))


def _truths(query: Node) -> Iterator[_Cut]:
    """Truth values of expressions that are written with their datatype."""
    for primary in query.all("Primary"):
        literal = primary.node("Literal")
        word = _TRUTHS.get("".join(token.text for token in literal.tokens())) if literal else None
        if word:
            yield _Cut(*primary.span(), (), (word,))


def _worded(text: str, span: tuple[int, int], cuts: Sequence[_Cut], depth: int = 0) -> str:
    """A part of the text with its cuts made, which stand in order, the outer before the inner."""
    if depth > _DEEPEST:
        raise QueryWithheld("", f"more than {_DEEPEST} quotients or calls of isNumeric stand inside one another")
    pieces, place = [], span[0]
    for cut in cuts:
        if cut.start < place or cut.end > span[1]:
            continue
        inner = [each for each in cuts if each is not cut and cut.start <= each.start and each.end <= cut.end]
        told = [_worded(text, one, inner, depth + 1) for one in dict.fromkeys(cut.spans)]
        pieces += [text[place : cut.start], _filled(cut, dict(zip(dict.fromkeys(cut.spans), told, strict=True)))]
        place = cut.end
    return "".join((*pieces, text[place : span[1]]))


def _filled(cut: _Cut, told: dict[tuple[int, int], str]) -> str:
    between = [told[span] for span in cut.spans]
    return "".join(word for pair in zip(cut.words, [*between, ""], strict=True) for word in pair)
