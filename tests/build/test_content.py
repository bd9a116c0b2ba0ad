"""What the build writes down of lists comes from the query beside the one that makes the list, and from no other."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from vaughn.build.content import values
from vaughn.querybook import QueryBook, read_book
from vaughn.resources import open_site

NS = "https://w3id.org/vaughn/ns#"
REPORT = ox.NamedNode("https://example.org/id/report/one")
LISTS = ("lists/reports", "lists/reports-values")


def book(folder: Path, *first: str) -> QueryBook:
    """The shipped lists of reports, some of whose files a site has for itself."""
    for place, names in (("site", first), ("shipped", LISTS)):
        for name in names:
            target = folder / place / f"{name}.rq"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text((open_site().queries[0] / f"{name}.rq").read_text(encoding="utf-8"), encoding="utf-8")
    return read_book([folder / "site", folder / "shipped"], {})


def dated() -> ox.Store:
    store, span = ox.Store(), ox.BlankNode()
    day = ox.Literal("2019-04-01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    rdf, rdfs = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2000/01/rdf-schema#label"
    store.add(ox.Quad(REPORT, ox.NamedNode(rdf), ox.NamedNode(f"{NS}Report")))
    store.add(ox.Quad(REPORT, ox.NamedNode(f"{NS}publishedOn"), span))
    store.add(ox.Quad(span, ox.NamedNode(rdfs), ox.Literal("2019-04-01")))
    for word in ("earliest", "latest"):
        store.add(ox.Quad(span, ox.NamedNode(NS + word), day))
    return store


def test_values_of_a_list_stand_beside_their_filters(tmp_path: Path) -> None:
    (found,) = values(dated(), book(tmp_path))
    assert (found.kind, {*found.filters}) == ("report", {"from", "to"})
    assert [*found.rows] == [(REPORT.value, {"from": "2019-04-01", "to": "2019-04-01"})]


def test_a_site_with_a_list_of_its_own_tells_its_values_itself(tmp_path: Path) -> None:
    assert [*values(dated(), book(tmp_path / "list", "lists/reports"))] == []
    assert len([*values(dated(), book(tmp_path / "both", *LISTS))]) == 1
