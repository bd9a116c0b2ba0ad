"""One query, run without a process around it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from vaughn.errors import QueryBroken, QueryRefused, QuerySyntax, ResultTooLarge, UpdateRefused
from vaughn.store import ordering
from vaughn.store.engine import Form, Inspection, Request
from vaughn.store.worker import Limits, answer, inspected, read

LIMITS = Limits(seconds=1, memory_mb=64, result_mb=1, result_rows=1000)


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    made.load(b'<http://example.org/a> <http://example.org/p> "v" .', format=ox.RdfFormat.N_TRIPLES)
    return made


def select(text: str) -> Request:
    return Request(text, Form.SELECT, "csv")


def test_an_answer_is_what_the_engine_writes(store: ox.Store) -> None:
    assert answer(store, select("SELECT ?o { ?s ?p ?o }"), LIMITS) == (b"o\r\nv\r\n", False)


@pytest.mark.parametrize(("size", "fits"), [(1 << 20, True), ((1 << 20) + 1, False)])
def test_the_cap_counts_every_byte(store: ox.Store, size: int, fits: bool) -> None:
    text = "x" * (size - len(b"t\r\n\r\n"))
    outcome, _ = answer(store, select(f"SELECT ?t {{ BIND('{text}' AS ?t) }}"), LIMITS)
    assert isinstance(outcome, bytes) is fits
    assert isinstance(outcome, ResultTooLarge) is not fits


def test_a_fault_of_the_engine_is_a_refusal_with_its_words(store: ox.Store) -> None:
    outcome, _ = answer(store, select("SELECT (<http://example.org/f>(1) AS ?x) {}"), LIMITS)
    assert isinstance(outcome, QueryRefused)
    assert outcome.rule == "engine"
    assert "http://example.org/f" in outcome.reason


def test_a_fault_of_our_own_costs_one_query_and_says_where_it_lies(
    store: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(ordering, "named", lambda *_: [].pop())
        outcome, _ = answer(store, select("SELECT ?o { ?s ?p ?o }"), LIMITS)
    assert isinstance(outcome, QueryBroken)
    assert "IndexError" in outcome.reason
    assert "test_worker.py" in outcome.reason
    assert answer(store, select("SELECT ?o { ?s ?p ?o }"), LIMITS) == (b"o\r\nv\r\n", False)


def test_a_look_at_a_text_is_answered_with_its_form_or_the_guards_error() -> None:
    bounds = 1000, 8, 4
    assert inspected(Inspection("ASK { ?s ?p ?o }", *bounds)) == (b"ASK", False)
    assert isinstance(inspected(Inspection("DROP ALL", *bounds))[0], UpdateRefused)
    refusal, _ = inspected(Inspection("ASK { ?s a/a/a/a/a ?o }", *bounds))
    assert isinstance(refusal, QueryRefused)
    assert refusal.rule == "path"


def test_an_update_is_no_query_even_past_the_guard(store: ox.Store) -> None:
    outcome, _ = answer(store, select("CLEAR ALL"), LIMITS)
    assert isinstance(outcome, QuerySyntax)
    assert len(store) == 1


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o ", "SELECT * {\n?s nobody:knows ?o }", "CLEAR ALL"])
def test_what_is_only_read_has_the_faults_it_would_have(store: ox.Store, text: str) -> None:
    (found, _), (expected, _) = read(select(text)), answer(store, select(text), LIMITS)
    assert type(found) is type(expected)
    assert vars(found) == vars(expected)


def test_what_is_only_read_has_a_dataset_of_iris() -> None:
    outcome, _ = read(Request("ASK {}", Form.ASK, "json", default_graphs=("no iri",)))
    assert isinstance(outcome, QueryRefused)
    assert outcome.rule == "dataset"


def test_what_is_only_read_is_not_run() -> None:
    rows = "{" + " ".join(f"VALUES ?x{number} {{ {'1 ' * 1000} }}" for number in range(4)) + "}"
    assert read(select(f"SELECT (COUNT(*) AS ?n) {rows}")) == (b"", False)
