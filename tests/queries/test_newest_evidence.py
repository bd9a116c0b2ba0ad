"""The newest date of a claim's evidence is that of the source known to have been published last."""

from __future__ import annotations

import pytest

from queries.engines import ask_oxigraph, ask_rdflib, referee, store
from vaughn.iris import NS, Iris
from vaughn.querybook import QueryBook
from vaughn.resources import open_site
from vaughn.turtle import parse_turtle

QUERY = "derive/08-newest-evidence"
IRIS = Iris(open_site().base)
DATES = {
    "2025": ("2025-01-01", "2025-12-31"),
    "2025-08": ("2025-08-01", "2025-08-31"),
    "2025-08-01": ("2025-08-01", "2025-08-01"),
    "2024-12-31": ("2024-12-31", "2024-12-31"),
    "2026": ("2026-01-01", "2026-12-31"),
    "another-2026": ("2026-01-01", "2026-12-31"),
}
CASES = [
    (["2025", "2025-08"], "2025-08"),
    (["2025-08", "2025-08-01"], "2025-08-01"),
    (["2025", "2024-12-31"], "2025"),
    (["2025-08-01", "2026", "unknown"], "2026"),
    (["2026", "another-2026"], "2026"),
    (["unknown"], None),
    ([], None),
]


def facts(dates: list[str]) -> str:
    """A claim with a line of evidence for each date, the last of them rejected."""
    lines = [f"@prefix v: <{NS}> .", "<urn:claim> a v:Claim ."]
    for number, name in enumerate(dates):
        lines += [
            f"<urn:claim> v:hasEvidence <urn:line-{number}> .",
            f"<urn:line-{number}> v:evidencePassage <urn:passage-{number}> .",
            f"<urn:line-{number}> v:judgement <{IRIS.concept('judgement', 'does-not-support')}> .",
            f"<urn:passage-{number}> v:inSource <urn:source-{number}> .",
            f"<urn:source-{number}> v:publishedOn <urn:date:{name}> . <urn:date:{name}> a v:TimeSpan .",
        ]
        for bound, day in zip(("earliest", "latest"), DATES.get(name, ()), strict=False):
            lines.append(f'<urn:date:{name}> v:{bound} "{day}"^^<http://www.w3.org/2001/XMLSchema#date> .')
    return "\n".join(lines)


@pytest.mark.parametrize(("dates", "newest"), CASES)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_claim_has_the_date_of_the_source_surely_published_last(
    dates: list[str], newest: str | None, backwards: bool, book: QueryBook
) -> None:
    data = store(parse_turtle(facts(dates[::-1] if backwards else dates)).triples)
    expected = [("<urn:claim>", f"<{NS}newestEvidenceOn>", f"<urn:date:{newest}>")] if newest else []
    assert ask_oxigraph(data, book[QUERY].text) == ask_rdflib(referee(data), book[QUERY].text) == expected
