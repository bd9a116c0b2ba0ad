"""Whether a text asks elsewhere: SERVICE, where the engine's parser finds it, and nothing that only looks like it.

That parser has no tokens, and a keyword needs no blank around it: `{}SERVICEex:here{}` is SERVICE, `?s ?p service:it{}`
is not, since there an object is read first. So the parser itself is asked: a name, an IRI, a string that holds the word
can be read with any letters in its place, and SERVICE cannot.
"""

from __future__ import annotations

import contextlib
import random
import re
from string import ascii_lowercase

import pyoxigraph as ox

_WORD = re.compile("SERVICE", re.IGNORECASE)
_LETTERS = "".join(random.SystemRandom().choices(ascii_lowercase, k=len("SERVICE")))
"""What is read in its place; nobody can know it, so that no text can declare it."""

_NAME = r"[^\x00-\x20<>(){}?$:]"
_SHAPE = re.compile(
    rf"SERVICE[ \t\r\n]*+(?:SILENT[ \t\r\n]*+)?(?:[?$<#]|{_NAME}{{0,64}}+:|{_NAME}{{65}})", re.IGNORECASE
)
"""What every SERVICE looks like, and some other texts do; no more is looked at behind a comment or a long name."""

_BASE = "http://localhost/"
_EMPTY = ox.Store()


def may_ask_elsewhere(text: str) -> bool:
    """Whether anything in a text looks like SERVICE; cheap, and never False where it is in it."""
    return bool(_SHAPE.search(text))


def asks_elsewhere(text: str) -> bool:
    """Whether SERVICE is in a text. The engine reads it, which may take long, or end the process, where nobody has
    looked at the text's size and depth before; nothing is planned or run.

    Raises SyntaxError for a text that looks so and is no SPARQL: what else it would be is not known.
    """
    if not may_ask_elsewhere(text) or _is_read(_WORD.sub(_replaced, text)):
        return False
    _read(text)
    return True


def _replaced(found: re.Match[str]) -> str:
    """Other letters, capitals where capitals were: names that differ in them stay different."""
    return "".join(other.upper() if one.isupper() else other for one, other in zip(found[0], _LETTERS, strict=True))


def _is_read(text: str) -> bool:
    try:
        _read(text)
    except SyntaxError:
        return False
    return True


def _read(text: str) -> None:
    """Have the engine's parser read a text. Of two options that exclude each other the engine complains (ValueError)
    when it has read the text, and before it does anything with it. Raises SyntaxError."""
    with contextlib.suppress(ValueError):
        _EMPTY.query(text, base_iri=_BASE, use_default_graph_as_union=True, default_graph=[])
