"""Named queries give the rows that a person worked out beforehand from the files.

A case is `expected/<query>--<case>.yaml`: query, site (`lighthouses`: the small one in `site/`; `shipped`: this
project's own graph), parameters, columns, exactly, rows. Things are CURIEs, everything else is text, null is unbound.
`exactly: false` asks only that the rows are there: the shipped graph grows. `states.yaml` and `lines.yaml` hold what
the build has to derive for the small site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml
from rdflib import Graph

from queries.engines import ask_oxigraph, ask_rdflib, default_graph
from vaughn.build.assemble import Assembly
from vaughn.iris import NS, compact
from vaughn.querybook import QueryBook

HERE = Path(__file__).parent
CASES = sorted((HERE / "expected").glob("*.yaml"))

Cell = str | None


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def spelt(cell: object) -> Cell:
    """A cell of a YAML file as text; YAML reads dates and numbers of its own accord."""
    return None if cell is None else str(cell)


def shown(term: object, prefixes: Mapping[str, str]) -> Cell:
    if isinstance(term, ox.NamedNode):
        return compact(term.value, prefixes)
    return term.value if isinstance(term, ox.Literal) else None


def bound(book: QueryBook, case: Mapping[str, Any]) -> str:
    """The text of the case's query with its parameters."""
    given = {name: [str(one) for one in many(value)] for name, value in case["parameters"].items()}
    return book.bind(case["query"], **given)


def rows(assembly: Assembly, book: QueryBook, case: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    """What the query answers, cut to the columns of the case."""
    answer = default_graph(assembly.store, bound(book, case))
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(shown(row[column], book.prefixes) for column in case["columns"]) for row in answer]


def many(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One file of `expected/`."""
    read: dict[str, Any] = load(request.param)
    return read


def test_each_case_is_called_after_its_query() -> None:
    names = {path.stem.rpartition("--")[0]: load(path)["query"].replace("/", "--") for path in CASES}
    assert {name: query for name, query in names.items() if name != query} == {}


def test_a_query_answers_as_worked_out_by_hand(
    case: dict[str, Any], assembly: Assembly, lighthouses: Assembly, book: QueryBook
) -> None:
    found = rows({"lighthouses": lighthouses, "shipped": assembly}[case["site"]], book, case)
    expected = [tuple(spelt(cell) for cell in row) for row in case["rows"]]
    if case["exactly"]:
        assert found == expected
    else:
        assert Counter(expected) - Counter(found) == Counter()


def test_both_engines_answer_alike_with_these_parameters(
    case: dict[str, Any], lighthouses: Assembly, small_graph: Graph, book: QueryBook
) -> None:
    text = bound(book, case)
    assert ask_rdflib(small_graph, text) == ask_oxigraph(lighthouses.store, text)


def value(assembly: Assembly, book: QueryBook, subject: str, word: str) -> Cell:
    """The last step of what one derived property says; None where it says nothing."""
    node, predicate = ox.NamedNode(book.prefixes[subject.partition(":")[0]] + subject.partition(":")[2]), NS + word
    quads = assembly.store.quads_for_pattern(node, ox.NamedNode(predicate), None, ox.DefaultGraph())
    found = [quad.object for quad in quads]
    assert len(found) < 2, f"{subject} has several {word}"
    return shown(found[0], {}).rpartition("/")[2] if found else None  # type: ignore[union-attr]  # never a blank node


@pytest.mark.parametrize("claim", sorted(load(HERE / "states.yaml")))
def test_the_evidence_puts_a_claim_in_its_state(claim: str, lighthouses: Assembly, book: QueryBook) -> None:
    words = ("evidenceState", "evidenceBasis", "knownIndependentSources", "sourcesOfUnknownLineage")
    found = [value(lighthouses, book, f"claim:{claim}", word) for word in words]
    assert found == [spelt(cell) for cell in load(HERE / "states.yaml")[claim]]


@pytest.mark.parametrize("line", sorted(load(HERE / "lines.yaml")))
def test_a_line_counts_or_says_why_not(line: str, lighthouses: Assembly, book: QueryBook) -> None:
    counts, reason = load(HERE / "lines.yaml")[line]
    assert value(lighthouses, book, f"evidence:{line}", "countsTowardState") == str(counts).lower()
    assert value(lighthouses, book, f"evidence:{line}", "countReason") == reason


def test_every_claim_of_the_table_is_worked_out_and_no_other(lighthouses: Assembly, book: QueryBook) -> None:
    files = (lighthouses.graph("states"), lighthouses.graph("independence"))
    typed = [lighthouses.store.quads_for_pattern(None, None, ox.NamedNode(NS + "Claim"), graph) for graph in files]
    claims = {compact(str(quad.subject)[1:-1], book.prefixes) for quads in typed for quad in quads}
    assert claims == {f"claim:{name}" for name in load(HERE / "states.yaml")}
