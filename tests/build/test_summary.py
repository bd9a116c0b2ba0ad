"""What a release holds of which class and property, counted when it is built."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from small import build_small, small_site
from vaughn.build import summary
from vaughn.build.summary import summarised
from vaughn.errors import ReleaseMissing
from vaughn.querybook import QueryBook
from vaughn.store.summary import FILE, Counted, Summary, read_summary
from vaughn.terms import RDF_TYPE

EX = "https://example.org/"


def _store() -> ox.Store:
    """Three of one class, one of another, a node without a name for a class; a named graph, which is not counted."""
    store, kind = ox.Store(), ox.NamedNode(RDF_TYPE)
    for number, name in enumerate("AAAB"):
        store.add(ox.Quad(ox.NamedNode(f"{EX}{number}"), kind, ox.NamedNode(EX + name)))
        store.add(ox.Quad(ox.NamedNode(f"{EX}{number}"), kind, ox.NamedNode(EX + name), ox.NamedNode(EX + "graph")))
    store.add(ox.Quad(ox.NamedNode(EX + "0"), kind, ox.BlankNode()))
    store.add(ox.Quad(ox.NamedNode(EX + "0"), ox.NamedNode(EX + "p"), ox.Literal("1")))
    return store


def test_classes_and_properties_of_the_default_graph_are_counted_the_most_used_first() -> None:
    found = summarised(_store(), QueryBook({}, {}))
    assert found.classes == (Counted(EX + "A", 3), Counted(EX + "B", 1))
    assert found.properties == (Counted(RDF_TYPE, 5), Counted(EX + "p", 1))
    assert (found.of_classes, found.of_properties, found.keywords) == (2, 2, ())


def test_no_more_are_named_than_may_be_and_how_many_there_are_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "MOST", 1)
    found = summarised(_store(), QueryBook({}, {}))
    assert (found.classes, len(found.properties)) == ((Counted(EX + "A", 3),), 1)
    assert (found.of_classes, found.of_properties) == (2, 2)


def test_a_build_keeps_its_summary(tmp_path: Path) -> None:
    folder = build_small(small_site(tmp_path), draft=True)
    found = read_summary(folder)
    assert found is not None
    assert found.of_properties == len(found.properties) > 1
    (folder / FILE).unlink()
    assert read_summary(folder) is None


def test_a_damaged_summary_is_no_empty_one(tmp_path: Path) -> None:
    Summary(of_classes=1).write(tmp_path)
    assert read_summary(tmp_path) == Summary(of_classes=1)
    (tmp_path / FILE).write_text('{"classes": [1]}', encoding="utf-8")
    with pytest.raises(ReleaseMissing, match="no whole summary"):
        read_summary(tmp_path)
