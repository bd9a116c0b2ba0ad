"""What the guard lets through, what it refuses and under which rule, and how long it takes."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from vaughn.errors import QueryRefused, QuerySyntax, UpdateRefused
from vaughn.settings import Settings
from vaughn.store.engine import Form
from vaughn.store.guard import QUICK, UPDATES, inspect, quick

CASES = Path(__file__).parent / "cases" / "guard"
SETTINGS = Settings()
NESTED = SETTINGS.query_nesting + 1


def files(folder: str) -> list[object]:
    found = sorted((CASES / folder).rglob("*.rq"))
    return [pytest.param(path, id=path.relative_to(CASES / folder).with_suffix("").as_posix()) for path in found]


def many(piece: str, count: int) -> str:
    return " ".join(piece.replace("#", str(number)) for number in range(count))


CROWDS = {
    "2,700 prefixes": many("PREFIX p#: <http://example.org/a-namespace/#>", 2700) + " SELECT * { ?s ?p ?o }",
    "20,000 rows": "SELECT * { VALUES ?x { " + many("<http://example.org/#>", 20_000) + " } }",
    "20,000 rows of two": "SELECT * { VALUES (?x ?y) { " + many("(<http://example.org/#> -#)", 20_000) + " } }",
    "20,000 negative numbers": "SELECT * { VALUES ?x { " + many("-#", 20_000) + " } ?s ?p ?x }",
    "5,000 members of IN": "SELECT * { ?s ?p ?o FILTER(?o IN (0" + ",1" * 5000 + ")) }",
    "5,000 patterns in a template": "CONSTRUCT { "
    + many("?s <http://example.org/#> ?o .", 5000)
    + " } WHERE { ?s ?p ?o }",
    "900 unions": "SELECT * { " + "{ ?s ?p ?o } UNION " * 900 + "{ ?s ?p ?o } }",
}
REFUSED = {
    "length": "SELECT * { ?s ?p ?o } #" + "x" * SETTINGS.query_length,
    "length: tokens": "SELECT * { " + "a " * 100_001,
    "nesting: braces": "SELECT * " + "{" * NESTED + "}" * NESTED,
    "nesting: 3,000 braces": "SELECT * " + "{" * 3000 + "}" * 3000,
    "nesting: parentheses": "SELECT * { FILTER" + "(" * NESTED + "1" + ")" * NESTED + " }",
    "nesting: functions": "SELECT * { FILTER(" + "STR(" * NESTED + "1" + ")" * NESTED + ") }",
    "nesting: blank nodes": "SELECT * { ?s ?p " + "[ a " * NESTED + "1" + "]" * NESTED + " }",
    "nesting: triple terms": "SELECT * { ?s ?p " + "<<( ?s ?p " * NESTED + "1" + ")>>" * NESTED + " }",
    "nesting: reifiers": "SELECT * { ?s ?p " + "<< ?s ?p " * NESTED + "1" + ">>" * NESTED + " }",
    "operators: unions": "SELECT * { " + "{ ?s ?p ?o } UNION " * 1001 + "{ ?s ?p ?o } }",
    "operators: filters": "SELECT * { ?s ?p ?o " + "FILTER(?s) " * 1001 + "}",
    "operators: optionals": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 1001 + "}",
    "operators: binds": "SELECT * { " + many("BIND(1 AS ?v#)", 501) + " }",
    "operators: columns": "SELECT " + many("(1 AS ?v#)", 1001) + " { ?s ?p ?o }",
    "operators: ors": "SELECT * { FILTER(1" + "||1" * 1001 + ") }",
    "operators: ands": "SELECT * { FILTER(1" + "&&1" * 1001 + ") }",
    "operators: sums": "SELECT * { FILTER(1" + " + 1" * 1001 + ") }",
    "operators: differences": "SELECT * { FILTER(1" + "-1" * 1001 + ") }",
    "operators: products": "SELECT * { FILTER(1" + "*1" * 1001 + ") }",
    "operators: nots": "SELECT * { FILTER(" + "!" * 1001 + "1) }",
    "operators: alternatives": "SELECT * { ?s a" + "|a" * 1001 + " ?o }",
    "patterns: triples": "SELECT * { " + many("?s <http://example.org/#> ?v# .", 202) + " }",
    "patterns: one subject": "SELECT * { ?s " + many("<http://example.org/#> ?v# ;", 202) + " }",
    "patterns: groups": "SELECT * { " + "{ ?s ?p ?o }" * 202 + " }",
    "patterns: graphs": "SELECT * { " + "GRAPH ?g { ?s ?p ?o }" * 202 + " }",
    "patterns: blank nodes": "SELECT * { ?s ?p 1 " + ", [ a 1 ]" * 202 + " }",
    "resources": "DESCRIBE " + many("<http://example.org/#>", 1001),
}
HOSTILE = {
    "quotes": "'" * 100_001,
    "escaped quotes": "'" + "\\'" * 50_000,
    "endless long strings": '"""\\"""' + '\\"""\n\\\n--' * 10_000,
    "less-than": "<" * 100_000,
    "iris that do not end": "<a" * 50_000,
    "a name with dots": "a.-" * 33_000,
    "one long word": "service" * 15_000,
    "one long word after a comment": "#service\n" + "a" * 100_000,
    "glued services": "service:" * 12_500,
    "services behind comments": "service#\n" * 11_000,
    "services and blanks": "service" + " " * 50_000 + "service" + "\n" * 40_000,
    "services of variables": "service?service" * 6600,
    "services and less-than": "service<" * 12_500,
    "services and back-slashes": "service:\\" * 11_000,
    "services of many names": ("service" * 30 + ":") * 470,
    "values without rows": "VALUES ?x { " * 9000,
    "rows that do not end": "VALUES (?x) { (1 " * 6000,
    "back-slashes": "\\" * 100_000,
    "comments": "#\n" * 50_000,
    "words": "a " * 50_000,
}


@pytest.mark.parametrize("path", files("allowed"))
def test_a_query_within_the_rules_passes_with_its_form(path: Path) -> None:
    assert inspect(path.read_text(encoding="utf-8"), SETTINGS) is Form(path.parent.name.upper())


@pytest.mark.parametrize("path", files("refused"))
def test_a_query_that_breaks_a_rule_is_refused_under_its_name(path: Path) -> None:
    with pytest.raises(QueryRefused) as caught:
        inspect(path.read_text(encoding="utf-8"), SETTINGS)
    assert caught.value.rule == path.parent.name


@pytest.mark.parametrize("path", files("updates"))
def test_an_update_is_refused_by_its_keyword(path: Path) -> None:
    with pytest.raises(UpdateRefused) as caught:
        inspect(path.read_text(encoding="utf-8"), SETTINGS)
    assert caught.value.keyword == path.stem


def test_every_update_keyword_has_its_case() -> None:
    assert {path.stem for path in (CASES / "updates").iterdir()} == UPDATES


@pytest.mark.parametrize("path", files("faulty"))
def test_a_text_that_is_no_query_is_a_syntax_error(path: Path) -> None:
    with pytest.raises(QuerySyntax):
        inspect(path.read_text(encoding="utf-8"), SETTINGS)


@pytest.mark.parametrize("name", REFUSED)
def test_a_monster_of_text_is_refused_under_its_rule(name: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        inspect(REFUSED[name], SETTINGS)
    assert caught.value.rule == name.split(":")[0]


@pytest.mark.parametrize("name", CROWDS)
def test_a_long_flat_query_passes_at_once(name: str) -> None:
    start = time.process_time()
    inspect(CROWDS[name], SETTINGS)
    assert time.process_time() - start < 0.05


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_makes_the_guard_slow(name: str) -> None:
    start = time.process_time()
    with pytest.raises((QueryRefused, QuerySyntax)):
        inspect(HOSTILE[name], SETTINGS)
    assert time.process_time() - start < 0.5


def least(text: str) -> float:
    """Seconds of processor time that a look at a text takes, the least of five, whatever becomes of it."""
    taken = []
    for _ in range(5):
        start = time.process_time()
        with contextlib.suppress(QueryRefused, QuerySyntax):
            inspect(text, SETTINGS)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("piece", [",", ">>", "a ", "1,", "service ", "a.b-", "< ", "{} ", "service. "])
def test_a_text_that_counts_as_quick_is_whatever_it_says(piece: str) -> None:
    text = ("ASK { " + piece * QUICK)[:QUICK]
    assert quick(text)
    assert least(text) < 0.01


def test_what_may_be_service_is_for_a_process_that_can_be_killed() -> None:
    assert not quick("ASK { SERVICE<urn:x>{} }")
    assert not quick("ASK { ?s ?p service:o }")
    assert quick("ASK { <urn:secret-service> ?p 'in service' }")


@pytest.mark.parametrize("text", ['"{}"', "'{}'", '"""{}"""', "'''{}'''"])
def test_long_literals_are_passed_over_in_runs(text: str) -> None:
    assert least("ASK { ?s ?p " + text.format("a" * 900_000) + " }") < 0.03


def test_limits_are_those_of_the_settings() -> None:
    path, nested = "ASK { ?s a/a/a/a/a ?o }", "ASK { { { { { { { { { } } } } } } } } }"
    inspect(path, SETTINGS)
    inspect(nested, SETTINGS)
    with pytest.raises(QueryRefused, match="path"):
        inspect(path, Settings(query_path=4))
    with pytest.raises(QueryRefused, match="nesting"):
        inspect(nested, Settings(query_nesting=8))
    with pytest.raises(QueryRefused, match="length"):
        inspect(path, Settings(query_length=20))
