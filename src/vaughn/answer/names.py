"""Things and concepts by their names."""

from __future__ import annotations

import re

from vaughn.answer.asker import Asker, text
from vaughn.model import Found, Ref

_SHORT = 4


async def named(ask: Asker, sought: str) -> tuple[Found, ...]:
    """Things and concepts with a name that has every word of the text, shortest names first.

    A word of four letters or more may be the beginning of one; a shorter one must be the whole.
    """
    words = beginnings(sought)
    if not words:
        return ()
    rows = await ask.table("search/names", word=words)
    return tuple(Found(Ref(text(row, "thing"), text(row, "label")), text(row, "kind")) for row in rows)


def beginnings(sought: str) -> list[str]:
    """The words of a text as search/names takes them."""
    words = dict.fromkeys(re.findall(r"\w+", sought.lower()))
    return [word if len(word) >= _SHORT else f"{word} " for word in words]
