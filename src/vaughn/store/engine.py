"""What every engine under the service can do: answer one read-only SPARQL query, within limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Form(StrEnum):
    """The four query forms of SPARQL 1.1 Query §16."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def graph(self) -> bool:
        """Whether the answer is an RDF graph rather than rows or a truth value."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


SOLUTION_TYPES: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
"""Formats of rows and their media types. ASK answers in json and xml only (SPARQL 1.1 CSV and TSV §1 excludes it)."""

GRAPH_TYPES: Mapping[str, str] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
"""Formats of graphs that every engine has a word for."""

JSONLD = "application/ld+json"
"""A graph in the site's own words (`jsonld`), which a request brings along."""

TYPES: Mapping[str, str] = {**SOLUTION_TYPES, **GRAPH_TYPES, "jsonld": JSONLD}
"""Every format that an answer can be asked for in, and its media type."""


@dataclass(frozen=True)
class Request:
    """One query to run. format: a key of TYPES that suits the form. words: for JSON-LD, the text of a
    `jsonld.Vocabulary`.

    default_graphs and named_graphs are the protocol's dataset (SPARQL 1.1 Protocol §2.1.4): None for both means that
    the query's own FROM, or the store's default graph, is used; where one is given the other is () by default.
    seconds: the deadline; None means the engine's own. Never longer than the engine's own. base: what relative IRIs of
    the text are resolved against; "" where it may have none.
    partial: where the result passes a cap, its first rows or triples are wanted instead of an error. most: bytes of
    the result, where fewer than the engine's own cap are wanted.
    client: whose query it is, for limits on one client: any string that tells clients apart; None is exempt.
    arrived: when it came, by time.monotonic(); its deadline counts from then; None means now.
    """

    text: str
    form: Form
    format: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    seconds: float | None = None
    base: str = ""
    partial: bool = False
    client: str | None = None
    arrived: float | None = None
    most: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Inspection:
    """A text for the guard to look at before it is run, where that takes long. query_length, query_nesting, query_path:
    the guard's limits, as of the settings. seconds, client, arrived: as of Request."""

    text: str
    query_length: int
    query_nesting: int
    query_path: int
    seconds: float | None = None
    client: str | None = None
    arrived: float | None = None


@dataclass(slots=True)
class Result:
    """A serialised answer. seconds: how long the engine took. partial: it is not the whole, as the request allowed."""

    body: bytes
    media_type: str
    seconds: float
    partial: bool = False


class Engine(Protocol):
    """A SPARQL engine. Errors are those below StoreError; library errors never pass."""

    async def run(self, request: Request) -> Result:
        """Answer one query.

        Raises QuerySyntax, QueryTimeout, ResultTooLarge, WorkerDied, EngineFailed, StoreBusy.
        """
        ...

    async def inspect(self, inspection: Inspection) -> Form:
        """Have the guard look at a text, where that does not hold up the service.

        Raises what guard.inspect does, and QueryTimeout, WorkerDied, StoreBusy.
        """
        ...

    async def close(self) -> None:
        """End every worker; queries under way are answered with WorkerDied."""
        ...
