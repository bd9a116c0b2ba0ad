"""Characters of a query that are written as escapes, anywhere in it (SPARQL 1.1 Query §19.2): `?\\u00E9` is `?é`.

The standard decodes them before the grammar is looked at; the engine knows them in strings and IRIs only. There a
character means the same in itself, so that all are decoded alike, with the exception of those that end a string or
cannot stand in one: quotation marks, the backslash, control characters. These stay escapes, and are read in strings.
"""

from __future__ import annotations

import re

from vaughn.errors import QuerySyntax

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)")
"""Or a backslash and what it stands before, which is then no part of an escape."""
_STAYS = re.compile(r"[\x00-\x1f\x7f-\x9f'\"\\\ud800-\udfff]")
_LAST = 0x10FFFF


def decoded(text: str) -> str:
    """The text with its escaped characters themselves."""
    return _ESCAPE.sub(_character, text) if "\\u" in text or "\\U" in text else text


def sent(error: QuerySyntax, text: str) -> QuerySyntax:
    """The error of a decoded text with the place it has in the text that was sent; lines are the same in both."""
    lines = text.split("\n")
    if not error.line or not error.column or error.line > len(lines):
        return error
    return QuerySyntax(
        error.reason, error.line, _column(lines[error.line - 1], error.column), error.excerpt, error.hint
    )


def _column(line: str, column: int) -> int:
    for found in _ESCAPE.finditer(line):
        if found.start() + 1 >= column:
            break
        column += len(found[0]) - len(_character(found))
    return column


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2] or "0", 16)
    return chr(code) if code <= _LAST and not _STAYS.match(chr(code)) else found[0]
