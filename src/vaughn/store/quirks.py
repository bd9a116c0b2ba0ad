"""What is known of each SPARQL engine beyond the standards: one row per engine, read by the code and never branched on.

What differs between installations of one engine (which way of asking works, what the default graph is, a cap on rows)
is not here: `remote.probe` finds it out. `tried`: this project's tests run against it; the other rows are from the
makers' documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vaughn.terms import XSD_BOOLEAN, XSD_INTEGER

Authentication = Literal["basic", "digest", "none"]


@dataclass(frozen=True)
class TimeLimit:
    """A request's parameter for its own deadline. per_second: its unit. least: seconds below which it is ignored."""

    parameter: str
    per_second: int
    least: float = 0.0
    suffix: str = ""

    def pairs(self, seconds: float) -> list[tuple[str, str]]:
        """The parameter for a deadline, rounded up: the engine never stops before the service does."""
        whole = -int(-max(seconds, self.least) * self.per_second // 1)
        return [(self.parameter, f"{whole}{self.suffix}")]


@dataclass(frozen=True)
class Quirks:
    """One engine.

    server: how its Server header begins. graph_store: its address, relative to the endpoint; `{name}` is the last step
    of the endpoint's path, "" means that it has none. authentication: what carries user and password,
    to the engine or to a proxy before it.
    late: response headers whose value marks an answer that the time limit cut short. broken_off: how such an answer's
    body ends. slow: an error's text that means time ran out, or would. cut: the response header that names a cap on
    rows, there only when it was applied. cap: the question of `remote.probe` that tells the cap which an installation
    sets. most: the one that no setting lifts, 0 where there is none.
    fault: an error's text that blames the query; groups line, column, reason.
    drops_undef: VALUES of UNDEF alone is left out of the text (it joins with everything, so nothing changes).
    wraps_iris: a VALUES of one IRI is written as a sub-select of IRI(…), since the engine otherwise answers a string.
    marks_truth: truth values that the text computes are cast to what they are, since the engine otherwise answers 1.
    names_separator: GROUP_CONCAT is given the separator that the standard gives it, since the engine knows no default.
    keeps_order: a line above the text that makes the engine join in the order of the text, for queries whose header has
    the hint `joins-in-order`, since it otherwise takes seconds to find an order, anew for each text; not where a VALUES
    block has several values.
    encloses_unions: UNIONs of queries whose header has the hint `unions-alike` are written as sub-selects, since the
    engine otherwise forgets filters beside them where the rows are put in order.
    hides_graphs: GRAPH with a graph outside the dataset is given one that is empty and inside it, since the engine
    otherwise takes EXISTS there for true.
    misreads: strangers' texts go through `remote.mending`, which words them so that they are read rightly or refuses.
    repairs: bytes of an answer and what they should have been.
    """

    name: str
    server: str = ""
    tried: bool = False
    graph_store: str = ""
    authentication: Authentication = "basic"
    time_limit: TimeLimit | None = None
    late: Mapping[str, str] = field(default_factory=dict)
    broken_off: bytes = b""
    slow: re.Pattern[str] | None = None
    cut: str = ""
    cap: str = ""
    most: int = 0
    fault: re.Pattern[str] = re.compile(
        r"(?:.*?\bline (?P<line>\d+)(?:,? col(?:umn)? (?P<column>\d+))?)?(?P<reason>.*)"
    )
    drops_undef: bool = False
    wraps_iris: bool = False
    marks_truth: bool = False
    names_separator: bool = False
    keeps_order: str = ""
    encloses_unions: bool = False
    hides_graphs: bool = False
    misreads: bool = False
    repairs: tuple[tuple[bytes, bytes], ...] = ()


def _boolean(before: str, after: str) -> tuple[tuple[bytes, bytes], ...]:
    """A truth value spelt otherwise, in JSON and in N-Triples. No string can hold either: its quotes are escaped."""
    forms = ('"datatype": "{0}", "value": "{1}"', '"{1}"^^<{0}>')
    return tuple((_spelt(form, before), _spelt(form, after)) for form in forms)


def _spelt(form: str, value: str) -> bytes:
    return form.format(XSD_BOOLEAN, value).encode()


_PLACEHOLDER = (
    (b'"vars": ["_star_fake"]', b'"vars": []'),
    (f'"_star_fake": {{ "type": "typed-literal", "datatype": "{XSD_INTEGER}", "value": "1" }}'.encode(), b""),
)
"""What Virtuoso gives for `SELECT *` where the text has no variable: a column of ones."""

GENERIC = Quirks("generic")

ENGINES: tuple[Quirks, ...] = (
    Quirks(
        "oxigraph",
        server="Oxigraph",
        tried=True,
        graph_store="store",
        broken_off=b"The SPARQL operation has been cancelled",
        slow=re.compile("The SPARQL operation has been cancelled"),
        fault=re.compile(r"(?:error at (?P<line>\d+):(?P<column>\d+): )?(?P<reason>.*)"),
    ),
    Quirks(
        "virtuoso",
        server="Virtuoso",
        tried=True,
        graph_store="sparql-graph-crud-auth",
        authentication="digest",
        time_limit=TimeLimit("timeout", 1000, least=1.0),
        late={"X-SQL-State": "S1TAT"},
        slow=re.compile("estimated execution time|S1T00|transaction timed out", re.IGNORECASE),
        cut="X-SPARQL-MaxRows",
        cap="virtuoso-cap",
        most=1_048_576,
        fault=re.compile(r"Virtuoso 37000 Error SP030: SPARQL compiler, line (?P<line>\d+): (?P<reason>.*)"),
        drops_undef=True,
        wraps_iris=True,
        marks_truth=True,
        names_separator=True,
        keeps_order='define sql:select-option "order"',
        encloses_unions=True,
        hides_graphs=True,
        misreads=True,
        repairs=(
            *_boolean("1", "true"),
            *_boolean("0", "false"),
            *_PLACEHOLDER,
            (b'"type": "bnode", "value": "nodeID://', b'"type": "bnode", "value": "'),
        ),
    ),
    Quirks("fuseki", server="Apache Jena Fuseki", graph_store="data", time_limit=TimeLimit("timeout", 1)),
    Quirks("graphdb", server="GraphDB", graph_store="{name}/rdf-graphs/service", time_limit=TimeLimit("timeout", 1)),
    Quirks("stardog", server="Stardog", graph_store=".", time_limit=TimeLimit("timeout", 1000)),
    Quirks("neptune", graph_store="{name}/gsp/", authentication="none"),
    Quirks("qlever", graph_store=".", time_limit=TimeLimit("timeout", 1, suffix="s")),
)


def engine_named(name: str) -> Quirks | None:
    """The row of that name."""
    return next((row for row in (*ENGINES, GENERIC) if row.name == name), None)


def engine_behind(server: str) -> Quirks:
    """The row whose engine says this in its Server header, or the generic one."""
    return next((row for row in ENGINES if row.server and server.startswith(row.server)), GENERIC)
