"""Canonical Turtle."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaughn.errors import FileUnreadable
from vaughn.turtle import comment_lines, format_turtle, parse_turtle, write_turtle

CASES = Path(__file__).parent / "turtle"
PREFIXES = {"a": "https://a.example/", "b": "https://a.example/b/", "xsd": "http://www.w3.org/2001/XMLSchema#"}

iris = st.sampled_from(["x", "y", "b/z", "b/1-2", "b/1", "b/--", "b/e.f", "b/g.", "é"]).map(
    lambda local: ox.NamedNode(f"https://a.example/{local}")
)
blanks = st.sampled_from(["p", "q", "r"]).map(ox.BlankNode)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
literals = st.one_of(
    texts.map(ox.Literal),
    texts.map(lambda text: ox.Literal(text, language="en")),
    st.sampled_from(["true", "1", "01", "-3", "1.50", "1e0", "x"]).flatmap(
        lambda text: st.sampled_from(["boolean", "integer", "decimal", "date"]).map(
            lambda name: ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + name))
        )
    ),
)
triples = st.builds(ox.Triple, st.one_of(iris, blanks), iris, st.one_of(iris, blanks, literals))


def _canonical(found: list[ox.Triple]) -> str:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


@given(st.lists(triples, max_size=8))
def test_formatting_keeps_every_triple_and_every_letter(found: list[ox.Triple]) -> None:
    assert _canonical(list(parse_turtle(write_turtle(found, PREFIXES)).triples)) == _canonical(found)


@given(st.lists(triples, max_size=8))
def test_formatting_twice_changes_nothing(found: list[ox.Triple]) -> None:
    once = write_turtle(found, PREFIXES)
    assert format_turtle(once) == once


@given(st.lists(triples, max_size=8).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_triples_does_not_show(both: tuple[list[ox.Triple], list[ox.Triple]]) -> None:
    assert write_turtle(both[0], PREFIXES) == write_turtle(both[1], PREFIXES)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.in.ttl")), ids=lambda path: path.name)
def test_a_file_gets_its_expected_form(path: Path) -> None:
    expected = path.with_name(path.name.replace(".in.", ".out."))
    assert format_turtle(path.read_text(encoding="utf-8")) == expected.read_text(encoding="utf-8")


def test_a_comment_is_found_and_a_hash_in_an_iri_or_string_is_none() -> None:
    text = '<https://a.example/#x> <https://a.example/p> "# no", """a\n# no""" . # yes\n# yes\n'
    assert comment_lines(text) == [2, 3]


def test_a_syntax_error_names_file_and_line() -> None:
    with pytest.raises(FileUnreadable, match=r"graph/x\.ttl:2 does not parse: .*prefix b: has not been declared"):
        parse_turtle("@prefix a: <https://a.example/> .\na:x a:p b:y .\n", "graph/x.ttl")


def test_a_triple_as_a_term_is_refused() -> None:
    with pytest.raises(FileUnreadable, match="a triple stands as a term"):
        parse_turtle("<https://a.example/x> <https://a.example/p> <<( <a:s> <a:p> <a:o> )>> .", "graph/x.ttl")


def test_a_name_stands_before_its_own_longer_forms() -> None:
    written = write_turtle([_reference("b/1-2"), _reference("b/1")], PREFIXES)
    assert written.index("b:1,") < written.index("b:1-2")


def _reference(name: str) -> ox.Triple:
    return ox.Triple(*(ox.NamedNode(f"https://a.example/{local}") for local in ("x", "y", name)))
