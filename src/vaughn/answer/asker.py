"""Asks named queries of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaughn.iris import Iris
from vaughn.model import Ref, Table, Term
from vaughn.querybook import QueryBook
from vaughn.store.engine import Engine, Form, Request, Result
from vaughn.store.results import table, triples

Row = Mapping[str, Term]


@dataclass(frozen=True)
class Asker:
    """An engine, the queries it is asked, and the grammar of the site's IRIs."""

    engine: Engine
    book: QueryBook
    iris: Iris

    async def serialised(self, name: str, format: str, values: Mapping[str, str | Sequence[str]]) -> Result:
        """A named query's answer as bytes. format: a key of SOLUTION_TYPES or GRAPH_TYPES.

        Raises QueryUnknown, ParameterInvalid, and what Engine.run raises.
        """
        query = self.book[name]
        text = query.bind(values, self.book.prefixes)
        return await self.engine.run(Request(text=text, form=Form(query.form), format=format))

    async def table(self, name: str, **values: str | Sequence[str]) -> Table:
        """The rows of a named SELECT, in its order."""
        return table((await self.serialised(name, "json", values)).body)

    async def triples(self, name: str, **values: str | Sequence[str]) -> list[tuple[Term, Term, Term]]:
        """The triples of a named CONSTRUCT, as the engine gives them."""
        return triples((await self.serialised(name, "nt", values)).body)


def text(row: Row, column: str) -> str:
    """A column's value, "" where the row leaves it unbound."""
    term = row.get(column)
    return term.value if term else ""


def ref(row: Row, column: str) -> Ref:
    """A column and its `…Label` column as one reference; the IRI stands in for a name that is missing."""
    iri = text(row, column)
    return Ref(iri, text(row, f"{column}Label") or iri)


def maybe_ref(row: Row, column: str) -> Ref | None:
    """Like `ref`, or None where the column is unbound."""
    return ref(row, column) if column in row else None
