"""A draft release says so in every command that answers from it; standard output stays what a program can read."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from small import build_small, edit, small_site
from vaughn.settings import PREFIX

MARK = "DRAFT: "
WORDS = [
    ["query", "claims/all"],
    ["ask", "Lamp hours are secret."],
    ["worklist"],
    ["release", "show"],
    ["build", "--draft"],
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site with a question of its own and a draft release."""
    site = small_site(tmp_path_factory.mktemp("draft"))
    _ask_of_claims(site.root)
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    build_small(site, draft=True)
    return site.root


def _ask_of_claims(root: Path) -> None:
    lines = ["#+ summary: Which claims are there?", "#+ description: All.", "#+ returns: {claim: the claim}"]
    body = "SELECT ?claim WHERE { ?claim a <https://w3id.org/vaughn/ns#Claim> } ORDER BY ?claim\n"
    path = root / "queries" / "claims" / "all.rq"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([*lines, body]), encoding="utf-8")


def _vaughn(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    command = [sys.executable, "-m", "vaughn", "--site", str(root), *words]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[0])
def test_a_draft_is_said_to_be_one(root: Path, words: list[str]) -> None:
    done = _vaughn(root, *words)
    assert MARK in done.stdout + done.stderr


@pytest.mark.parametrize("words", [["query", "claims/all"], ["worklist"]], ids=lambda words: words[0])
def test_of_a_draft_programs_read_what_they_would_read_of_any_release(root: Path, words: list[str]) -> None:
    as_json, as_csv = (_vaughn(root, *words, "--format", format_) for format_ in ("json", "csv"))
    assert MARK in as_json.stderr
    assert MARK in as_csv.stderr
    json.loads(as_json.stdout)
    assert MARK not in next(iter(csv.reader(io.StringIO(as_csv.stdout))))[0]


def test_what_is_no_draft_is_not_called_one(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    _ask_of_claims(site.root)
    build_small(site)
    done = _vaughn(site.root, "query", "claims/all")
    assert MARK not in done.stdout + done.stderr
