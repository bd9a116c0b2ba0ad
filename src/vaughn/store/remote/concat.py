"""GROUP_CONCAT with its separator, for engines that cannot do without one.

Where none is written it is a space (SPARQL 1.1 Query §18.5.1.7), so a text that names it means the same everywhere.
"""

from __future__ import annotations

import re

from vaughn.store.remote.grammar import BLANK, IRI, STRING

_TOKEN = re.compile(
    rf"(?P<plain>#[^\n\r]*+|{IRI}|{STRING})"
    rf"|(?P<concat>(?<![\w:?$@%.-])GROUP_CONCAT{BLANK}\()|(?P<separator>;{BLANK}SEPARATOR\b)|[()]",
    re.IGNORECASE | re.DOTALL,
)


def separated(text: str) -> str:
    """The text with `; separator=" "` in every GROUP_CONCAT that names none."""
    lacking: list[bool] = []  # of each open bracket: whether it still lacks a separator

    def reworded(match: re.Match[str]) -> str:
        before = ""
        if match[0].endswith("(") and not match["plain"]:
            lacking.append(bool(match["concat"]))
        elif match["separator"] and lacking:
            lacking[-1] = False
        elif match[0] == ")" and lacking and lacking.pop():
            before = '; separator=" "'
        return before + match[0]

    return _TOKEN.sub(reworded, text)
