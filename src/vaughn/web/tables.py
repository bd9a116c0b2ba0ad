"""How rows are laid out for people: which columns stand there, and whether as a table or one name under another."""

from __future__ import annotations

from dataclasses import dataclass

from vaughn.model import Table

_FITTING = 7  # columns that stand beside one another on a wide screen
_PRINTED = 5  # columns that stand beside one another on paper
_ROOMY = 4  # columns that leave each enough room for a quote
_FEW, _SOME = 3, 10  # rows


@dataclass(frozen=True)
class Layout:
    """columns: those shown. named: of these, the ones whose names stand in their place. empty: those left out because
    no row has a value for them. upright: each row stands by itself, name and value. wide: too many columns
    for paper."""

    columns: tuple[str, ...]
    named: frozenset[str]
    empty: tuple[str, ...]
    upright: bool
    wide: bool


def lay_out(table: Table) -> Layout:
    """The layout of an answer; a table without rows keeps all its columns."""
    named = frozenset(each for each in table.columns if f"{each}Label" in table.columns)
    whole = [
        each for each in table.columns if each.removesuffix("Label") == each or each.removesuffix("Label") not in named
    ]
    bound = {name for row in table.rows for name in row} | table.elsewhere if len(table) else set(table.columns)
    columns = tuple(each for each in whole if each in bound or f"{each}Label" in bound)
    empty = tuple(each for each in whole if each not in columns)
    return Layout(columns, named, empty, _stands(len(table), len(columns)), len(columns) > _PRINTED)


def _stands(rows: int, columns: int) -> bool:
    """Whether rows are read better one by one: few of them that need much room, or some that fit no screen."""
    return 0 < rows <= (_SOME if columns > _FITTING else _FEW if columns > _ROOMY else 0)
