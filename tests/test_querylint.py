"""What a query's text must keep to: named columns, an order, a block for each parameter in each group."""

from __future__ import annotations

import pytest

from vaughn.querylint import lint

KEPT = """\
SELECT ?claim (COUNT(?line) AS ?lines) WHERE {
  VALUES ?claim { UNDEF }
  VALUES ?day { UNDEF }
  ?claim <https://example.org/says> ?line
}
GROUP BY ?claim
ORDER BY ?claim
"""


def _faults(text: str) -> list[str]:
    return lint("SELECT", text, ["claim", "day"], ["claim", "lines"])


def test_a_text_that_keeps_the_rules_has_no_fault() -> None:
    assert _faults(KEPT) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ORDER BY ?claim\n", "", "a SELECT needs ORDER BY"),
        ("?claim (COUNT(?line) AS ?lines)", "*", "SELECT * hides"),
        (" AS ?lines", " AS ?count", "the query projects ['claim', 'count']"),
        ("  VALUES ?day { UNDEF }\n", "", "no VALUES ?day { UNDEF } block"),
        (
            "?line\n}",
            "?line FILTER EXISTS { ?x a ?y FILTER(?claim = ?y) }\n}",
            "a group uses ?claim without its own VALUES",
        ),
        (
            "?line\n}",
            "?line FILTER EXISTS { ?x a ?y FILTER(BOUND(?claim)) }\n}",
            "a group uses ?claim without its own VALUES",
        ),
        ("?line\n}", "?line OPTIONAL { ?x a ?y BIND(?claim AS ?z) }\n}", "a group uses ?claim without its own VALUES"),
    ],
)
def test_a_broken_rule_is_one_sentence(old: str, new: str, says: str) -> None:
    assert old in KEPT
    (fault,) = _faults(KEPT.replace(old, new, 1))
    assert says in fault


@pytest.mark.parametrize("triple", ["?claim a ?x", "?x a ?claim", "?claim ^x:y ?z", "?x x:y/x:z? ?claim ; x:y ?z"])
def test_a_group_whose_own_triple_has_the_parameter_needs_no_block(triple: str) -> None:
    assert not _faults(KEPT.replace("?line\n}", f"?line FILTER EXISTS {{ {triple} }}\n}}"))


def test_words_in_strings_comments_and_iris_are_not_the_querys_own() -> None:
    assert not _faults(KEPT.replace("?line\n}", '?line FILTER(?line != "{ ?claim }") # { ?claim } ORDER BY\n}'))
    unordered = KEPT.replace("ORDER BY ?claim", "# ORDER BY ?claim")
    assert _faults(unordered) == ["a SELECT needs ORDER BY"]
