"""Every IRI of a site can be minted, parsed and mapped to its page; what is not of the grammar is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaughn.errors import IriInvalid
from vaughn.iris import KINDS, NS, PART_OWNERS, SHAPES, SLUG, Iris, anchor, compact, expand, page_path

SITE = Iris("https://example.org/site/")
slugs = st.from_regex(SLUG, fullmatch=True).filter(lambda text: len(text) < 80)


@given(st.sampled_from(sorted(KINDS)), slugs)
def test_a_minted_thing_parses_back(kind: str, slug: str) -> None:
    name = SITE.parse(SITE.thing(kind, slug))
    assert (name.what, name.scope, name.slug, name.part) == ("thing", kind, slug, "")


@given(st.sampled_from(sorted(PART_OWNERS)), slugs, slugs)
def test_a_minted_part_parses_back_to_owner_and_name(part_kind: str, owner: str, part: str) -> None:
    name = SITE.parse(SITE.part(part_kind, owner, part))
    assert (name.what, name.scope, name.slug, name.part) == ("part", part_kind, owner, part)
    assert anchor(name) == f"{part_kind}-{part}"


@pytest.mark.parametrize(
    ("iri", "what", "path"),
    [
        ("https://example.org/site/id/claim/a-b", "thing", "/claim/a-b"),
        ("https://example.org/site/id/evidence/a-b--1", "part", "/id/evidence/a-b--1"),
        ("https://example.org/site/concept/scope", "scheme", "/concept/scope"),
        ("https://example.org/site/concept/foia-exemption/7E", "concept", "/concept/foia-exemption/7E"),
        ("https://example.org/site/graph/rulings/long-v-opm", "graph", "/graph/rulings/long-v-opm"),
        (f"{NS}Claim", "term", "/ns#Claim"),
        (f"{SHAPES}ClaimShape", "shape", "/shapes#ClaimShape"),
    ],
)
def test_each_form_of_iri_has_its_page(iri: str, what: str, path: str) -> None:
    name = SITE.parse(iri)
    assert (name.what, page_path(name)) == (what, path)


@pytest.mark.parametrize(
    "iri",
    [
        "https://elsewhere.org/id/claim/a",
        "https://example.org/site/id/claim/A",
        "https://example.org/site/id/claim/a--b",
        "https://example.org/site/id/claim/a-",
        "https://example.org/site/id/unicorn/a",
        "https://example.org/site/id/evidence/a",
        "https://example.org/site/id/evidence/a--b--c",
        "https://example.org/site/id/claim/a/b",
        "https://example.org/site/concept/scope/",
        "https://example.org/site/",
        "",
    ],
)
def test_what_is_not_of_the_grammar_is_refused(iri: str) -> None:
    with pytest.raises(IriInvalid):
        SITE.parse(iri)


def test_a_part_that_two_kinds_may_own_has_two_candidates() -> None:
    name = SITE.parse("https://example.org/site/id/passage/a--b")
    assert SITE.owner_candidates(name) == [
        "https://example.org/site/id/source/a",
        "https://example.org/site/id/report/a",
    ]


def test_there_is_one_prefix_for_each_kind_and_part_kind() -> None:
    prefixes = SITE.prefixes()
    assert set(prefixes) == {*KINDS, *PART_OWNERS}
    assert prefixes["claim"] == "https://example.org/site/id/claim/"


def test_a_curie_expands_and_compacts_back() -> None:
    prefixes = SITE.prefixes()
    iri = expand("claim:a-b", prefixes)
    assert iri == "https://example.org/site/id/claim/a-b"
    assert compact(iri, prefixes) == "claim:a-b"


@pytest.mark.parametrize("value", ["nobody:x", "no colon", "a<b", "http://a b", 'x"y', "http://a}b", ""])
def test_what_is_neither_iri_nor_declared_curie_does_not_expand(value: str) -> None:
    with pytest.raises(IriInvalid):
        expand(value, SITE.prefixes())


def test_an_iri_that_no_prefix_fits_stays_whole() -> None:
    assert compact("https://elsewhere.org/x", SITE.prefixes()) == "https://elsewhere.org/x"
    assert compact("https://example.org/site/id/claim/a/b", SITE.prefixes()) == "https://example.org/site/id/claim/a/b"
