"""The columns of `SELECT *`: in the order in which the text names their variables first.

SPARQL leaves the order open (Query §18.2.4.4); the engine's is that of the alphabet. Which variables are in scope
(§18.2.1) is the engine's to say; the asterisk becomes their names where every one of them is found in the text.
"""

from __future__ import annotations

import re
from itertools import takewhile

import pyoxigraph as ox

from vaughn.store.tokens import BLANK, Doubtful, Tokens

_STAR = re.compile(rf"SELECT{BLANK}(?:DISTINCT|REDUCED)?{BLANK}\*", re.IGNORECASE)
_SELECT = re.compile(r"SELECT(?:DISTINCT|REDUCED)?")
_PLAIN = re.compile(
    rf"(?>(?:{BLANK}PREFIX{BLANK}[A-Za-z]*+:{BLANK}<[A-Za-z0-9:/.#_~-]*+>)*){BLANK}SELECT{BLANK}(?:DISTINCT{BLANK})?"
    rf"(?P<star>\*){BLANK}(?:WHERE{BLANK})?\{{(?P<triples>(?>(?:[ \t\r\n.;,]++|\?[A-Za-z0-9_]++|<[A-Za-z0-9:/.#_~-]*+>"
    rf"|[A-Za-z]*+:[A-Za-z0-9_]++|a(?![A-Za-z0-9_:-]))*))\}}{BLANK}(?>(?:LIMIT{BLANK}[0-9]++)?){BLANK}",
    re.IGNORECASE,
)
"""Triple patterns and nothing else, where all variables are in scope: half the time of a look-up would go into what
other texts need."""
_VARIABLE = re.compile(r"\?([A-Za-z0-9_]++)")
_EMPTY = ox.Store()


def named(text: str, base: str | None) -> str:
    """The text with the asterisk of its own SELECT as names, if it has one; unchanged where it is no SPARQL or not to
    be read for certain. base: what its relative IRIs are resolved against."""
    if not _STAR.search(text):
        return text
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return _replaced(text, plain.start("star"), [*dict.fromkeys(_VARIABLE.findall(plain["triples"]))])
    try:
        tokens = Tokens(text)
        star = _star(tokens)
        return _replaced(text, star.start("other"), _columns(text, base, tokens)) if star else text
    except (Doubtful, SyntaxError, ValueError, RuntimeError, StopIteration):  # the engine will say what is wrong
        return text


def _star(tokens: Tokens) -> re.Match[str] | None:
    """The asterisk behind the query's own SELECT: the first one, in no bracket."""
    before = [*takewhile(lambda token: token.lastgroup not in ("open", "variable"), tokens.found)]
    words = [tokens.word(number) for number in range(len(before))]
    begun = next((number for number, word in enumerate(words) if _SELECT.fullmatch(word)), len(words))
    stars = (token for token in before[begun + 1 : begun + 3] if token["other"] == "*")
    return next(stars, None)


def _columns(text: str, base: str | None, tokens: Tokens) -> list[str]:
    """The variables in scope, as the text names them first. Raises what Store.query raises, and Doubtful."""
    answer = _EMPTY.query(_unplanned(text, tokens), base_iri=base)
    scope = {variable.value for variable in answer.variables} if isinstance(answer, ox.QuerySolutions) else set()
    written = dict.fromkeys(token["variable"][1:] for token in tokens.found if token.lastgroup == "variable")
    found = [name for name in written if name in scope]
    if len(found) < len(scope):
        raise Doubtful
    return found


def _unplanned(text: str, tokens: Tokens) -> str:
    """The text with nothing in its pattern that the engine would look for a plan for, which may take a second."""
    opened = next(number for number, token in enumerate(tokens.found) if token["open"] == "{")
    begin, end = tokens.begin(opened), tokens.found[tokens.ends[opened]].end()
    return f"{text[:begin]}{{ {text[begin:end]} FILTER(false) }}{text[end:]}"


def _replaced(text: str, star: int, names: list[str]) -> str:
    if not names:
        return text
    return f"{text[:star]} {' '.join('?' + name for name in names)} {text[star + 1 :]}"
