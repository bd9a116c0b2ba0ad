"""The rules that the text of a named query must keep, told from the text alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Form = Literal["SELECT", "ASK", "CONSTRUCT"]


def lint(form: Form, text: str, parameters: Sequence[str], returns: Sequence[str]) -> list[str]:
    """What breaks the rules of the book, one sentence each: undeclared columns, unordered rows, unbound groups.

    parameters, returns: the names that the query's header declares, in order.
    """
    faults = []
    if form == "SELECT":
        projected = _projection(text)
        if projected is None:
            faults.append("SELECT * hides what the query returns; name the columns")
        elif projected != list(returns):
            faults.append(f"returns lists {list(returns)}, the query projects {projected}")
        if not re.search(r"\bORDER\s+BY\b", bare(text), re.IGNORECASE):
            faults.append("a SELECT needs ORDER BY")
    for name in parameters:
        if not re.search(block_of(name), text):
            faults.append(f"no VALUES ?{name} {{ UNDEF }} block for the parameter {name!r}")
        elif any(_uses_unblocked(group, name) for group in _groups(bare(text))):
            faults.append(f"a group uses ?{name} without its own VALUES ?{name} {{ UNDEF }} block")
    return faults


def block_of(name: str) -> str:
    """The pattern of a parameter's block, `VALUES ?name { UNDEF }`."""
    return rf"VALUES\s+\?{name}\s*\{{\s*UNDEF\s*\}}"


def bare(text: str) -> str:
    """The text without comments, IRIs and strings, so that their words are not taken for the query's own."""
    return re.sub(r'<[^<>\s]*>|"""(?:.|\n)*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*', " ", text)


def _projection(text: str) -> list[str] | None:
    head = re.search(r"\bSELECT\b(?:\s+(?:DISTINCT|REDUCED))?(.*?)\bWHERE\b", bare(text), re.IGNORECASE | re.DOTALL)
    if not head or "*" in re.sub(r"\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)", "", head[1]):
        return None
    body, names, depth = head[1], [], 0
    for token in re.findall(r"\(|\)|\bAS\s+\?\w+|\?\w+", body, re.IGNORECASE):
        depth += (token == "(") - (token == ")")  # noqa: S105  a bracket, not a secret
        if (depth == 0 and token[0] == "?") or (depth == 1 and token[:2].upper() == "AS"):
            names.append(token.split("?")[1])
    return names


def _groups(text: str) -> list[str]:
    """Each group's own text, the groups inside it left out."""
    stack: list[list[str]] = [[]]
    done = []
    for piece in re.split(r"([{}])", text):
        if piece == "{":
            stack.append([])
        elif piece == "}" and len(stack) > 1:
            own = " ".join(stack.pop())
            done.append(own)
            if re.fullmatch(r"\s*UNDEF\s*", own):
                stack[-1].append(" {UNDEF} ")
        else:
            stack[-1].append(piece)
    return done


def _uses_unblocked(group: str, name: str) -> bool:
    blocked = re.sub(rf"VALUES\s+\?{name}\s*\{{UNDEF\}}", "", group)
    uses = re.search(rf"\?{name}\b", re.sub(r"\bSELECT\b.*?\bWHERE\b", "", blocked, flags=re.DOTALL | re.IGNORECASE))
    return bool(uses) and blocked == group and not _bound_by_a_triple(group, name)


def _bound_by_a_triple(group: str, name: str) -> bool:
    """Whether one of the group's own triples has the variable: it is joined with the parameter then, block or none."""
    return bool(re.search(rf"\?{name}\s+(?:a\s|[\^(!]|[\w-]*:)|(?:\sa|[\w-]*:[\w-]+[)*+?]*)\s+\?{name}\b", group))
