"""What is at fault in a text that is no query, told of real ones: by a reason that is true, at its place.

A case is a line of cases/faults.tsv: a query with ‸ before the place of its fault (none where no place is told), and
the reason. `\\n` stands for a line's end, `\\\\` for a backslash.
"""

from __future__ import annotations

import tarfile
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from protocol.manifests import SUITES
from vaughn.errors import QuerySyntax
from vaughn.resources import open_site
from vaughn.settings import Settings
from vaughn.store import faults
from vaughn.store.grammar import Grammar, Walk, sparql
from vaughn.store.guard import inspect
from vaughn.store.notes import violations

CASES = Path(__file__).parent / "cases" / "faults.tsv"
SUITE = SUITES / "w3c-sparql10-11-12-tests.tar.gz"
BASE = "https://example.org/"
HOSTILE = {
    "operands": "ASK { FILTER(" + "true-" * 999 + "true) ) }",
    "names with dots": "ASK { ?s ?p " + "a.-" * 30_000 + " }",
    "words": "ASK { " + "?s a ?o . " * 10_000,
    "values": "SELECT * { VALUES (?a ?b) { " + "(1 2) " * 15_000 + "(1) } }",
    "iris": "SELECT * { VALUES ?a { " + " ".join(f"<x:{number}>" for number in range(9_000)) + " } } GROUP BY ?a",
    "empty strings": "ASK { ?s ?p " + "'', " * 25_000,
    "unclosed strings": "ASK { ?s ?p " + "'a" * 50_000,
    "open brackets": "ASK " + "{ " * 49_000,
    "subselects": "SELECT * { { " * 90 + "?s ?p ?o " + "} }" * 90 + " GROUP BY ?s",
}


def cases() -> list[tuple[str, str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [
        (told.encode().decode("unicode_escape").encode("latin-1").decode(), reason)
        for told, reason in map(_pair, lines)
    ]


def _pair(line: str) -> tuple[str, str]:
    told, reason = line.split("\t")
    return told, reason


def refused(text: str) -> str:
    """What the engine says of a text that it does not read."""
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text, base_iri=BASE)
    return str(caught.value)


@pytest.mark.parametrize(("marked", "reason"), cases())
def test_a_fault_has_its_place_and_a_true_reason(marked: str, reason: str) -> None:
    text, at = marked.replace("‸", ""), marked.find("‸")
    told = faults.syntax(refused(text), text)
    assert told.reason == reason
    before = marked[: max(at, 0)].split("\n")
    assert (told.line, told.column) == ((len(before), len(before[-1]) + 1) if at >= 0 else (None, None))


@pytest.mark.parametrize("sentence", faults.SENTENCES)
def test_the_engines_own_sentences_are_those_it_says(sentence: str) -> None:
    texts = [marked.replace("‸", "") for marked, _ in cases()]
    assert any(sentence in refused(text) for text in texts if "SELECT" in text)


def test_of_what_neither_knows_nothing_is_made_up() -> None:
    told = faults.syntax("error at 3:9: expected one of LATERAL, SERVICE, [_]", "SELECT * { ?s ?p ?o }")
    assert (told.reason, told.line, told.column) == (faults.UNKNOWN, None, None)


def test_every_query_of_ours_is_within_the_grammar_and_its_notes() -> None:
    for path in open_site().queries[0].rglob("*.rq"):
        walk = Walk(path.read_text(encoding="utf-8"))
        assert walk.departure is None, path
        assert list(violations(walk.tokens)) == [], path


@pytest.mark.shared
@pytest.mark.skipif(not SUITE.exists(), reason="the reference material is not there")
def test_what_the_engine_reads_of_the_suite_is_without_fault_and_the_rest_is_told() -> None:
    counted, silent = {True: 0, False: 0}, list[str]()
    with tarfile.open(SUITE) as suite:
        for member in suite.getmembers():
            if not member.name.endswith(".rq") or not ("sparql10" in member.name or "sparql11" in member.name):
                continue
            data = suite.extractfile(member)
            text = data.read().decode() if data else ""
            try:
                ox.Store().query(text, base_iri=BASE)
            except SyntaxError as error:
                silent += [member.name] * (faults.syntax(str(error), text).reason == faults.UNKNOWN)
                counted[False] += 1
            except (ValueError, RuntimeError, OSError):
                continue
            else:
                walk = Walk(text)
                fault = faults.departed(text) if walk.departure else None
                assert fault is None or fault.start is None or "normalization" in member.name, (member.name, fault)
                assert walk.departure or list(violations(walk.tokens)) == [], member.name
                counted[True] += 1
    assert min(counted.values()) > 50
    assert silent == []


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_makes_the_telling_slow(name: str) -> None:
    start = time.process_time()
    faults.syntax("", HOSTILE[name])
    assert time.process_time() - start < 3


def test_a_rule_that_one_token_cannot_decide_is_refused() -> None:
    with pytest.raises(ValueError, match="Query cannot be read by one token: A"):
        Grammar("Query ::= 'A' 'B' | 'A' 'C'")
    assert sparql() is sparql()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("\n SELEC ?x {}", 2, 2),
        ("PREFIX v <http://e/> SELECT * {}", 1, 8),
        ('ASK {\n ?s ?p """a }', 2, 8),
        ("PREFIX a: <x:>\n?x {}", 2, 1),
    ],
)
def test_what_the_guard_refuses_has_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntax) as caught:
        inspect(text, Settings())
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_fault_beside_service_is_told_first_and_ends_it() -> None:
    with pytest.raises(QuerySyntax, match="expected an object"):
        inspect("SELECT * { SERVICE <x:y> { ?s ?p ", Settings())
