"""Queries that would take a service down, with the errors that answer them; and some that only look so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaughn.errors import QueryRefused, QueryTimeout, SlowLaneFull, StoreError, UpdateRefused, WorkerDied

_DOUBLINGS = " ".join(f"BIND(CONCAT(?a{step}, ?a{step}) AS ?a{step + 1})" for step in range(34))
_PAIRS = "{ ?a ?b ?c . ?d ?e ?f }"
_EVERYTHING = "(<https://example.org/knows>|!<https://example.org/knows>)*"
_PREFIXES = " ".join(f"PREFIX p{n}: <http://example.org/a-namespace/{n}#>" for n in range(2200))

ENDED = (QueryTimeout, WorkerDied, SlowLaneFull)


@dataclass(frozen=True)
class Monster:
    """A text and the errors it may be answered with."""

    text: str
    ends: tuple[type[StoreError], ...] = ENDED


RUNNING: Mapping[str, Monster] = {
    "cartesian count": Monster("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    "cartesian distinct": Monster(f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?a ?c ?d ?f {_PAIRS} }}"),
    "cartesian sort": Monster(f"SELECT * {_PAIRS} ORDER BY ?c ?f ?a ?d"),
    "cartesian group": Monster(f"SELECT ?a ?f (COUNT(*) AS ?n) {_PAIRS} GROUP BY ?a ?f"),
    "everything reaches everything": Monster(
        f"SELECT (COUNT(*) AS ?n) {{ ?s {_EVERYTHING} ?o . ?x {_EVERYTHING} ?y }}"
    ),
    "string bomb": Monster(f"SELECT (STRLEN(?a34) AS ?n) {{ BIND('0123456789' AS ?a0) {_DOUBLINGS} }}"),
    "text of everything": Monster("SELECT (GROUP_CONCAT(?c) AS ?t) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    "planner": Monster("SELECT * { " + " ".join(f"?s <https://example.org/{n}> ?v{n} ." for n in range(190)) + " }"),
}
"""Only their deadline, or their memory, ends these."""

_REFUSED = (QueryRefused,)
REFUSED: Mapping[str, Monster] = {
    "3,000 braces": Monster("SELECT * " + "{" * 3000 + "}" * 3000, _REFUSED),
    "10,000 parentheses": Monster("SELECT * { FILTER" + "(" * 10_000 + "1" + ")" * 10_000 + " }", _REFUSED),
    "10,000 unions": Monster("SELECT * { " + "{ ?s ?p ?o } UNION " * 10_000 + "{ ?s ?p ?o } }", _REFUSED),
    "10,000 filters": Monster("SELECT * { ?s ?p ?o " + "FILTER(?o > 1) " * 10_000 + "}", _REFUSED),
    "a path of 400 steps": Monster("SELECT * { ?s " + "/".join(["<https://example.org/p>"] * 400) + " ?o }", _REFUSED),
    "load": Monster("LOAD <http://127.0.0.1:{port}/data.ttl>", (UpdateRefused,)),
    "load silently": Monster("LOAD SILENT <http://127.0.0.1:{port}/data.ttl> INTO GRAPH <http://x/>", (UpdateRefused,)),
    "service": Monster("SELECT * {{ SERVICE <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }}", _REFUSED),
    "silent service": Monster(
        "SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }}", _REFUSED
    ),
}
"""The guard stops these. `{port}` is where nobody answers."""

HARMLESS: Mapping[str, tuple[str, int]] = {
    "20,000 values": (
        "SELECT ?x { VALUES ?x { " + " ".join(f"<http://example.org/{n}>" for n in range(20_000)) + " } }",
        20_000,
    ),
    "100 kB of prefixes": (f"{_PREFIXES} SELECT ?name {{ ?s <https://example.org/name> ?name }} LIMIT 7", 7),
    "from a file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 0),
    "from elsewhere": ("SELECT * FROM <http://127.0.0.1:{port}/data.ttl> {{ ?s ?p ?o }}", 0),
    "from elsewhere, named": (
        "SELECT * FROM NAMED <http://127.0.0.1:{port}/data.ttl> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        0,
    ),
}
"""To be answered, with so many rows: a graph of a dataset is a name, and nothing is fetched."""


def aimed(text: str, port: int) -> str:
    """A text with its port filled in, where it has one."""
    return text.format(port=port) if "{port}" in text else text
