"""The table of collected facts names claims that stand, and no collected fact is forgotten."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = (ROOT / "graph" / "README.md").read_text(encoding="utf-8")
COLLECTED = ROOT.parent / "shared" / "facts" / "facts.json"
FACT = re.compile(r"^\| (T\d-\d{3}) \| (.+) \|$", re.MULTILINE)


def test_every_claim_the_table_names_stands_in_the_graph() -> None:
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "graph").rglob("*.ttl"))
    standing = set(re.findall(r"^claim:([a-z0-9-]+) a ", "\n".join(files), re.MULTILINE))
    named = {slug for _, claims in FACT.findall(TABLE) for slug in re.findall(r"`([a-z0-9-]+)`", claims)}
    assert named
    assert named <= standing


@pytest.mark.shared
@pytest.mark.skipif(not COLLECTED.exists(), reason="the collected facts are not beside this checkout")
def test_every_collected_fact_stands_in_the_table_once() -> None:
    collected = [fact["id"] for fact in json.loads(COLLECTED.read_text(encoding="utf-8"))]
    assert sorted(fact for fact, _ in FACT.findall(TABLE)) == sorted(collected)
