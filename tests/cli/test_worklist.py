"""`vaughn worklist` counts what is left to do, and lists it: of a site written by `vaughn new` alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from small import SMALL
from vaughn.cli.main import main
from vaughn.querybook import read_book
from vaughn.resources import shipped_root

HARBOUR = [
    "body board --type agency label=Board",
    "person keeper label=Keeper publicOffice=Keeper officeIn=board",
    "body press --type publisher label=Press",
    "source letter --title Letter --by board --type agency-letter --url https://example.org/l primary=true"
    " lineage=original",
    "source rules --title Rules --by board --type agency-guide identifier=R-1 primary=true lineage=original",
    "source gazette --title Gazette --by press --type news --url https://example.org/g primary=false lineage=derived"
    " derivedFrom=rules archivedAt=https://example.org/archive/g",
    "claim hours-are-secret --text Secret. --by board --voice own --type policy --source letter --quote kept"
    " judgement=supports scope=on-point directness=direct",
    "claim hours-are-posted --text Posted. --by press --voice own --type empirical --source gazette --quote Monday"
    " judgement=supports scope=on-point directness=direct checkedBy=keeper checkedOn=2025-01-02",
    "claim lamp-is-dark --text Dark. --by press --voice reported --type empirical",
    "report survey --title Survey --by press --type advocacy --url https://example.org/s primary=false lineage=original"
    " archivedAt=https://example.org/archive/s",
    "section survey main label=Main",
    "passage survey one --quote told",
    "identification survey guessed candidate=letter identificationBasis=inferred confidence=0.5 reason=Likely.",
    "identification survey stated candidate=gazette identificationBasis=stated confidence=1.0 reason=Named.",
    "identification survey described candidateDescription=Ledger. identificationBasis=inferred confidence=0.3"
    " reason=Named.",
    "reference survey guessed hasIdentification=survey--guessed hasIdentification=survey--described",
    "reference survey stated hasIdentification=survey--stated",
    "citation survey guessed marker=[1] denotes=survey--guessed inSection=survey--main citationContext=survey--one",
    "citation survey stated marker=[2] denotes=survey--stated inSection=survey--main citationContext=survey--one",
]
COUNTS = {
    "claims-unsupported": 1,
    "lines-unreviewed": 1,
    "quotes-unmatched": 3,
    "references-unidentified": 1,
    "sources-unread": 1,
    "sources-without-archive": 1,
}
ROWS = {
    "claims-unsupported": [{"claim": "claim/lamp-is-dark", "asserterLabel": "Press", "lines": "0"}],
    "lines-unreviewed": [{"line": "evidence/hours-are-secret--1", "judgement": "supports", "inRationale": "false"}],
    "quotes-unmatched": [
        {"passage": "passage/survey--one", "outcome": "unchecked"},
        {"passage": "passage/gazette--hours-are-posted", "quote": "Monday", "sourceTitle": "Gazette"},
        {"passage": "passage/letter--hours-are-secret", "quote": "kept"},
    ],
    "references-unidentified": [
        {"reference": "reference/survey--guessed", "markers": "[1]", "candidates": "2", "best": "0.5"}
    ],
    "sources-unread": [{"source": "source/rules", "readThrough": "1", "referrers": "1", "url": ""}],
    "sources-without-archive": [{"source": "source/letter", "publisher": "Board", "passages": "1"}],
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site in the shipped words; its releases lie beside it."""
    root = tmp_path_factory.mktemp("harbour")
    (root / "graph").mkdir()
    (root / "graph" / "site.toml").write_bytes((SMALL / "graph" / "site.toml").read_bytes())
    for number, line in enumerate(HARBOUR):
        written = _vaughn(root, "new", *line.split(), "--into", f"graph/{number:02}.ttl")
        assert written.exit_code == 0, written.output
    built = _vaughn(root, "build", "--draft", "--quiet")
    assert built.exit_code == 0, built.output
    return root


def _vaughn(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--site", str(root), *words], env={"VAUGHN_BUILD_DIR": None, "COLUMNS": "160"})


def test_the_summary_counts_the_rows_of_each_list(harbour: Path) -> None:
    rows = json.loads(_vaughn(harbour, "worklist", "--format", "json").stdout)
    assert {row["list"]: row["rows"] for row in rows} == COUNTS
    from_csv = list(csv.DictReader(io.StringIO(_vaughn(harbour, "worklist", "--format", "csv").stdout)))
    assert [{**row, "rows": int(row["rows"])} for row in from_csv] == rows
    table = _vaughn(harbour, "worklist").stdout.splitlines()
    assert table[0].startswith("DRAFT")
    assert table[3].split(maxsplit=2) == ["claims-unsupported", "1", rows[0]["question"]]


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_a_list_has_what_is_left_and_nothing_that_is_done(harbour: Path, name: str) -> None:
    result = _vaughn(harbour, "worklist", name, "--format", "csv")
    found = [
        {column: value.partition("/id/")[2] or value for column, value in row.items()}
        for row in csv.DictReader(io.StringIO(result.stdout))
    ]
    assert [row | expected for row, expected in zip(found, ROWS[name], strict=True)] == found


def test_a_list_prints_as_a_table_and_is_a_named_query_too(harbour: Path) -> None:
    listed = _vaughn(harbour, "worklist", "sources-unread", "--format", "json").stdout
    asked = _vaughn(harbour, "query", "worklist/sources-unread", "--format", "json").stdout
    assert json.loads(listed) == json.loads(asked)
    shown = _vaughn(harbour, "worklist", "sources-unread")
    assert "source/rules" in shown.stdout
    assert shown.stderr == "1 left: Which sources has nobody read?\n"
    assert "worklist/sources-unread" in _vaughn(harbour, "query").stdout


def test_a_list_that_is_not_there_is_refused_with_the_nearest(harbour: Path) -> None:
    result = _vaughn(harbour, "worklist", "source-unread")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean worklist/sources-unread" in result.stderr


def test_without_a_release_the_command_to_run_is_said(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "site.toml").write_bytes((SMALL / "graph" / "site.toml").read_bytes())
    result = _vaughn(tmp_path, "worklist")
    assert result.exit_code == 6
    assert f"vaughn --site {tmp_path} build" in result.stderr


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_an_empty_graph_leaves_nothing_to_do(name: str) -> None:
    book = read_book([shipped_root() / "queries" / "worklist"], {})
    rows = ox.Store().query(book[name].text)
    assert isinstance(rows, ox.QuerySolutions)
    assert not list(rows)
