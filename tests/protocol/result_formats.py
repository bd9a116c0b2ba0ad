"""The W3C tests of result formats (CSV, TSV, JSON), through the endpoint.

Rows are compared as terms by the name of their column, since `SELECT *` promises no order of columns, and numbers by
value, since the engine keeps 1.50 as 1.5.
"""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from urllib.parse import urlencode

import pyoxigraph as ox
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from protocol.manifests import SUITES
from protocol.wire import Wire

ARCHIVE = SUITES / "w3c-sparql10-11-12-tests.tar.gz"
_ROOT = "sparql/sparql11/"
_FOLDERS = ("csv-tsv-res", "json-res")
_MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
_TYPES = {
    "csv": ("text/csv", None),
    "tsv": ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
    "srj": ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
}


KNOWN: Mapping[str, str] = {"tsv03": "the engine keeps types derived from xsd:integer as xsd:integer"}
"""Tests that fail for a reason that lies below us, and the reason."""


@dataclass(frozen=True)
class FormatCase:
    """One test: its query, the graph of its data, and the file that must come back, by its ending."""

    name: str
    query: str
    graph: str
    ending: str
    expected: bytes


@cache
def _files() -> Mapping[str, bytes]:
    """The files of the folders; none where the archive is absent."""
    if not ARCHIVE.is_file():
        return {}
    with tarfile.open(ARCHIVE) as archive:
        wanted = [member for member in archive.getmembers() if member.isfile() and _is_wanted(member.name)]
        return {member.name.removeprefix(_ROOT): archive.extractfile(member).read() for member in wanted}  # type: ignore[union-attr]


def _is_wanted(name: str) -> bool:
    return name.startswith(tuple(f"{_ROOT}{folder}/" for folder in _FOLDERS))


@cache
def cases() -> tuple[FormatCase, ...]:
    """Every test of the three formats."""
    return tuple(case for folder in _FOLDERS for case in _cases(folder) if _files())


def quads() -> list[ox.Quad]:
    """The data of the tests, each file in a graph of its own name."""
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(_graph(name)))
        for name, text in _files().items()
        if name.endswith(".ttl") and not name.endswith("manifest.ttl")
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=_graph(name), rename_blank_nodes=True)
    ]


def fault(case: FormatCase, wire: Wire) -> str:
    """Why the endpoint fails a test; "" where it passes."""
    media_type, _ = _TYPES[case.ending]
    target = "/sparql?" + urlencode({"query": case.query, "default-graph-uri": case.graph})
    answer = wire.send("GET", target, [("Accept", media_type)])
    if (answer.status, answer.media_type) != (200, media_type):
        return f"answered with {answer.status} {answer.media_type}"
    got, wanted = _read(answer.body, case.ending), _read(case.expected, case.ending)
    return "" if got == wanted else f"got {got}, not {wanted}"


def _cases(folder: str) -> list[FormatCase]:
    manifest = _files().get(f"{folder}/manifest.ttl", b"")
    graph = Graph().parse(data=manifest, format="turtle", publicID=_graph(f"{folder}/"))
    return [_case(graph, test) for entries in graph.objects(None, _MF.entries) for test in Collection(graph, entries)]


def _case(graph: Graph, test: Node) -> FormatCase:
    action = graph.value(test, _MF.action)
    query, data, result = graph.value(action, _QT.query), graph.value(action, _QT.data), graph.value(test, _MF.result)
    return FormatCase(
        name=str(test).rpartition("#")[2],
        query=_files()[_name(query)].decode(),
        graph=str(data),
        ending=str(result).rpartition(".")[2],
        expected=_files()[_name(result)],
    )


def _graph(name: str) -> str:
    return f"http://suite.example/{name}"


def _name(node: Node | None) -> str:
    return str(node).removeprefix(_graph(""))


def _read(body: bytes, ending: str) -> object:
    """A result as comparable rows with its columns, or a truth value."""
    format = _TYPES[ending][1]
    if format is None:
        rows = csv.DictReader(io.StringIO(body.decode(), newline=""))
        columns = sorted(rows.fieldnames or ())
        return columns, sorted(_numbered([_plain(row[name]) for name in columns]) for row in rows)
    read = ox.parse_query_results(body, format=format)
    if isinstance(read, ox.QueryBoolean):
        return bool(read)
    assert isinstance(read, ox.QuerySolutions)
    names = sorted(variable.value for variable in read.variables)
    return names, sorted(_numbered([_term(row[name]) for name in names]) for row in read)


def _numbered(cells: list[str]) -> list[str]:
    """Blank nodes by the order in which a row names them: their labels mean nothing."""
    labels: dict[str, str] = {}
    return [labels.setdefault(cell, f"_:{len(labels)}") if cell.startswith("_:") else cell for cell in cells]


def _term(term: object) -> str:
    if isinstance(term, ox.Literal):
        return f"{_plain(term.value)}@{term.language or ''}^{term.datatype.value.rpartition('#')[2]}"
    return "" if term is None else str(term)


def _plain(text: str) -> str:
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text
