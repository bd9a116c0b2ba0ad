"""A page's data inside the page: the JSON-LD of its own document, so that whoever reads the one has read the other."""

from __future__ import annotations

import json
from dataclasses import dataclass

from markupsafe import Markup

MOST = 65_536
"""Bytes of a document that stand inside a page; a longer one is linked, so that the page stays one."""

MOST_OF_DATASET = 262_144
"""Bytes of the dataset's own description inside its page, which is where those who look for datasets read it."""

MOST_TRIPLES = 1_500
"""Triples of a graph of which a document that short may be hoped for; more are not written out to see."""

_UNSAFE = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


@dataclass(frozen=True)
class Embedded:
    """text: for the inside of a page's script element, "" where the document is too long. address: the document's."""

    text: Markup
    address: str


def embed(document: bytes, address: str, most: int = MOST) -> Embedded:
    """A JSON-LD document in its page, without the space between its members, if it is short enough."""
    short = json.dumps(json.loads(document), ensure_ascii=False, separators=(",", ":")).encode()
    return Embedded(safe(short) if len(short) <= most else Markup(""), address)


def safe(document: bytes) -> Markup:
    """A JSON document for the inside of a script element: no character of it can end the element, and it is the same to
    whoever reads it as JSON (RFC 8259 §7)."""
    return Markup(document.decode().translate(_UNSAFE))  # noqa: S704  what could end the element was just escaped
