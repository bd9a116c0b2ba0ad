"""Lists of the API: narrowed, ordered, a page at a time, in four formats."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from vaughn.answer import listing
from vaughn.build.content import places, values
from vaughn.search import write_order
from vaughn.settings import Settings
from vaughn.store.release import open_release
from vaughn.web import ordered
from web.conftest import FACTS, SITE, Client, make_release, running
from web.test_linked import expanded

DESKS = SITE.base + "id/claim/desks-exist"
ALL = ["desks-exist", "desks-are-many", "desks-dream", "desks-are-counted", "desks-may-be-hidden"]


def slugs(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    told = response.json()
    return [each["iri"].rpartition("/")[2] for each in told.get("claims", told.get("things"))]


def cursor(asked: str, *place: object) -> str:
    """A list with a cursor that says this."""
    written = base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
    return f"{asked}{'&' if '?' in asked else '?'}cursor={written}"


def following(response: httpx.Response) -> str:
    """The address of the next page, "" after the last."""
    linked = re.search(r'<([^>]*)>; rel="next"', response.headers.get("link", ""))
    assert (linked[1] if linked else None) == response.json()["next"]
    return linked[1] if linked else ""


def test_both_dates_hold_of_one_source(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8") + FACTS.with_name("two-dates.ttl").read_text(encoding="utf-8")
    make_release(tmp_path, "dated", facts)
    with running(tmp_path, Settings(workers=1)) as client:
        assert "desks-may-be-hidden" in slugs(client.get("/api/claims?from=2021-06-01"))
        assert "desks-may-be-hidden" in slugs(client.get("/api/claims?from=2019-01-01&to=2019-12-31"))
        assert slugs(client.get("/api/claims?from=2020-01-01&to=2020-12-31")) == []


EXTRA = ("narrowing.ttl", "two-dates.ttl")
LISTS = [
    (
        "claims",
        ["text", "sources", "date"],
        [
            "",
            "voice=reported",
            "evidenceState=disputed&evidenceState=supported",
            "from=2019-01-01",
            "source=desk-report",
        ],
    ),
    ("sources", ["label", "date"], ["", "publisher=chair-board", "to=2019-12-31", "category=headcount"]),
    ("reports", ["label", "date"], ["", "from=2018-06-01"]),
    ("bodies", ["label"], [""]),
    ("events", ["label", "date"], ["", "from=2018-06-01"]),
]
ASKED = [
    f"{plural}?sort={down}{sort}&count=1&{given}"
    for plural, sorts, filters in LISTS
    for sort in sorts
    for down in ("", "-")
    for given in filters
]


@pytest.fixture(scope="module")
def orderly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Client, Client]]:
    """Three services on the same facts; the release of the second knows the order of its lists, that of the third by
    what they are narrowed too."""
    folder = tmp_path_factory.mktemp("orderly")
    facts = "".join(FACTS.with_name(name).read_text(encoding="utf-8") for name in (FACTS.name, *EXTRA))
    made = {name: open_release(make_release(folder / name, name, facts)) for name in ("without", "with", "narrowing")}
    store, book = ox.Store.read_only(str(made["with"].store_path)), made["with"].book
    write_order(made["with"].search_path, places(store, book))
    write_order(made["narrowing"].search_path, places(store, book), values(store, book))
    with (
        running(folder / "without", Settings(workers=1)) as without,
        running(folder / "with", Settings(workers=1)) as ordered,
        running(folder / "narrowing", Settings(workers=1)) as narrowing,
    ):
        yield without, ordered, narrowing


def test_no_list_without_things_is_compared(orderly: tuple[Client, Client, Client]) -> None:
    assert [plural for plural, _, _ in LISTS if not slugs(orderly[0].get(f"/api/{plural}"))] == ["events"]


@pytest.mark.parametrize(("looked_at", "limit"), [(3_000, 2), (2, 3)])
@pytest.mark.parametrize("asked", ASKED)
def test_pages_are_the_same_where_the_release_knows_their_order(
    orderly: tuple[Client, Client, Client], monkeypatch: pytest.MonkeyPatch, asked: str, looked_at: int, limit: int
) -> None:
    monkeypatch.setattr(ordered, "LOOKED_AT", looked_at)
    found: dict[int, list[Mapping[str, object]]] = {0: [], 1: [], 2: []}
    for number, client in enumerate(orderly):
        address = f"/api/{asked}&limit={limit}"
        while address:
            response = client.get(address)
            assert response.status_code == 200, response.text
            found[number] += [{**response.json(), "release": None}]
            address = following(response)
    assert found[0] == found[1] == found[2]


def test_a_whole_list_of_a_release_that_knows_its_order_is_not_asked_of_the_engine(
    orderly: tuple[Client, Client, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "page", None)
    monkeypatch.setattr(listing, "among", None)
    monkeypatch.setattr(listing, "total", None)
    without, with_order, _ = orderly
    assert without.get("/api/sources?limit=7").status_code == 500
    for asked in (
        "sources?sort=-date",
        "sources?count=1",
        "claims?sort=date",
        "claims?sort=-text&count=1",
        "bodies?sort=label",
    ):
        assert with_order.get(f"/api/{asked}&limit=7").status_code == 200
    assert "Desks exist." in with_order.page("/claims?sort=-date")


def test_a_narrowed_list_of_a_release_that_tells_the_values_is_not_asked_of_the_engine(
    orderly: tuple[Client, Client, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "page", None)
    monkeypatch.setattr(listing, "among", None)
    monkeypatch.setattr(listing, "total", None)
    _, with_order, narrowing = orderly
    narrowed = [f"/api/{asked}&limit=7" for asked in ASKED if not asked.endswith("&") and "events" not in asked]
    assert {with_order.get(address).status_code for address in narrowed} == {500}
    assert [address for address in narrowed if narrowing.get(address).status_code != 200] == []
    assert "Desks exist." in narrowing.page("/claims?sort=-date&category=headcount&source=desk-report")


def test_claims_stand_in_the_order_of_their_newest_evidence(orderly: tuple[Client, Client, Client]) -> None:
    for client in orderly:
        dated = {
            sort: [
                (each["iri"].rpartition("/")[2], each["newestEvidenceOn"]) for each in client.get(path).json()["claims"]
            ]
            for sort, path in (("date", "/api/claims?sort=date"), ("-date", "/api/claims?sort=-date"))
        }
        undated = [("desks-are-many", None), ("desks-dream", None)]
        month = [("desks-are-counted", "2019-04"), ("desks-exist", "2019-04")]
        day = [("desks-may-be-hidden", "2021-06-01")]
        assert dated == {"date": [*month, *day, *undated], "-date": [*day, *month, *undated]}
        page = client.page("/claims?sort=-date")
        assert page.index("Newest evidence: 2021-06-01") < page.index("Newest evidence: 2019-04")
        assert page.count("Newest evidence: no date known") == len(undated)
        assert "Newest evidence" not in client.page("/claims")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("evidenceState=disputed", {"desks-are-counted"}),
        ("evidenceState=disputed&evidenceState=supported", {"desks-are-counted", "desks-exist", "desks-may-be-hidden"}),
        ("evidenceState=evidence-state:disputed", {"desks-are-counted"}),
        ("reviewState=reviewed", {"desks-exist"}),
        ("voice=reported", {"desks-are-counted", "desks-dream"}),
        ("claimType=legal", {"desks-may-be-hidden"}),
        ("rationaleType=data-quality", {"desks-dream"}),
        ("rationaleType=personnel-safety", set()),
        ("authority=desk-act", {"desks-dream", "desks-are-many"}),
        ("authority=desk-act-1", {"desks-dream"}),
        ("category=headcount", {"desks-dream"}),
        ("source=desk-report", {"desks-are-counted", "desks-exist"}),
        ("source=chair-letter&voice=own", {"desks-may-be-hidden"}),
        ("from=2019-04-30", {"desks-are-counted", "desks-exist"}),
        ("from=2019-05-01", set()),
        ("to=2019-03-31", set()),
        ("from=2019-04-01&to=2019-04-30", {"desks-are-counted", "desks-exist"}),
    ],
)
def test_claims_are_narrowed(client: Client, asked: str, found: set[str]) -> None:
    response = client.get(f"/api/claims?{asked}&count=1")
    assert set(slugs(response)) == found
    assert response.json()["count"] == len(found) == int(response.headers["vaughn-count"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("sources?sourceKind=agency-letter", ["chair-letter"]),
        ("sources?publisher=chair-board&sort=-label", ["withdrawn-note", "chair-letter"]),
        ("sources?sourceState=withdrawn", ["withdrawn-note"]),
        ("sources?sort=date&limit=1", ["desk-report"]),
        ("sources?sort=-date&limit=1", ["desk-report"]),
        ("authorities?authority=desk-act", ["desk-act", "desk-act-1"]),
        ("authorities?authority=desk-act-1", ["desk-act-1"]),
        ("rationales?category=headcount&authority=desk-act", ["poor-counts"]),
        ("bodies?sort=-label", ["page-mill", "office-of-desks", "chair-board"]),
        ("events", []),
        ("datasets", []),
    ],
)
def test_other_kinds_are_narrowed_and_ordered(client: Client, asked: str, found: list[str]) -> None:
    assert slugs(client.get(f"/api/{asked}")) == found


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service on the facts and some of the kinds that are few."""
    folder = tmp_path_factory.mktemp("varied")
    facts = FACTS.read_text(encoding="utf-8") + FACTS.with_name("narrowing.ttl").read_text(encoding="utf-8")
    make_release(folder, "varied", facts)
    with running(folder, Settings(workers=1)) as found:
        yield found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("reports", ["late-report", "undated-report", "early-report"]),
        ("reports?sort=date", ["early-report", "late-report", "undated-report"]),
        ("reports?sort=-date", ["late-report", "early-report", "undated-report"]),
        ("reports?from=2018-06-01", ["late-report", "early-report"]),
        ("reports?from=2019-01-01", ["late-report"]),
        ("reports?to=2019-12-31", ["early-report"]),
        ("findings?sort=date", ["no-desk-found", "no-chair-found"]),
        ("findings?from=2021-05-31", ["no-desk-found"]),
        ("findings?to=2021-04-30", []),
        ("contestations", ["desks-for-all", "no-desks"]),
        ("contestations?authority=desk-act", ["desks-for-all"]),
        ("contestations?authority=desk-act-1", ["desks-for-all"]),
        ("contestations?category=headcount", ["desks-for-all"]),
        ("contestations?category=duty-station", []),
        ("contestations?body=chair-board", ["desks-for-all"]),
        ("contestations?body=office-of-desks", []),
        ("sources?authority=desk-act", ["desk-report"]),
        ("sources?authority=desk-act-1", ["desk-report"]),
        ("sources?category=headcount", ["desk-report"]),
        ("sources?category=duty-station", []),
    ],
)
def test_kinds_that_are_few_are_narrowed_by_what_the_graph_says_of_them(
    varied: Client, asked: str, found: list[str]
) -> None:
    assert slugs(varied.get(f"/api/{asked}")) == found


@pytest.mark.parametrize(
    "asked", ["contestations?from=2020-01-01", "questions?from=2020-01-01", "rationales?sort=date"]
)
def test_no_list_goes_by_a_date_that_its_things_do_not_have(varied: Client, asked: str) -> None:
    assert varied.get(f"/api/{asked}").status_code == 400


@pytest.mark.parametrize("sort", ["text", "-text", "sources", "-sources", "date", "-date"])
@pytest.mark.parametrize("limit", [1, 2, 4, 5])
def test_pages_hold_everything_once_and_in_order(client: Client, sort: str, limit: int) -> None:
    whole = slugs(client.get(f"/api/claims?sort={sort}"))
    found, address, pages = (
        [],
        f"/api/claims?sort={sort}&limit={limit}&reviewState=reviewed&reviewState=not-reviewed",
        0,
    )
    while address:
        response = client.get(address)
        found += slugs(response)
        address, pages = following(response), pages + 1
    assert found == whole
    assert sorted(found) == sorted(ALL)
    assert pages == -(-len(ALL) // limit)


@pytest.mark.parametrize("sort", ["date", "-date"])
def test_things_without_a_date_come_last_on_pages_too(client: Client, sort: str) -> None:
    whole = client.get(f"/api/sources?sort={sort}").json()["things"]
    dated = [each["date"] is not None for each in whole]
    assert dated == sorted(dated, reverse=True)
    assert dated.count(False) > 1
    found, address = [], f"/api/sources?sort={sort}&limit=1"
    while address:
        response = client.get(address)
        found += slugs(response)
        address = following(response)
    assert found == [each["code"] for each in whole]


def test_a_list_without_a_count_does_not_tell_one(client: Client) -> None:
    response = client.get("/api/claims?limit=1")
    assert response.json()["count"] is None
    assert "vaughn-count" not in response.headers


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    "path", ["/api/claims.jsonld?voice=reported&limit=1", "/api/sources.jsonld", "/api/bodies.jsonld"]
)
def test_a_list_as_json_ld_says_of_its_things_what_the_dataset_says(client: Client, path: str) -> None:
    listed = client.get(path.replace(".jsonld", ""))
    found = expanded(client, path)
    assert {str(each).rpartition("/")[2] for each in found.subjects()} == {*slugs(listed)}
    everything = rdflib.Graph().parse(data=client.get("/graphs?default", "application/n-triples").text, format="nt")
    assert set(found) == {triple for triple in everything if triple[0] in set(found.subjects())}
    assert client.get(path).headers.get("link", "") == listed.headers.get("link", "").replace("?", ".jsonld?", 1)
    if "limit" not in path:
        wanted = client.get(path.replace(".jsonld", ""), "application/ld+json")
        assert (wanted.headers["content-type"], wanted.content) == ("application/ld+json", client.get(path).content)


def test_a_list_without_things_is_a_graph_without_statements(client: Client) -> None:
    assert client.get("/api/events.jsonld").json()["@graph"] == []


def test_a_list_as_csv_has_a_row_for_each_thing(client: Client) -> None:
    response = client.get("/api/claims.csv?sort=text")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert [row["iri"].rpartition("/")[2] for row in rows] == slugs(client.get("/api/claims?sort=text"))
    states = {row["iri"].rpartition("/")[2]: row["evidenceStateLabel"] for row in rows}
    assert (rows[0]["asserterLabel"], states["desks-are-counted"]) == ("Office of Desks", "disputed")
    assert client.get("/api/events.csv").text == "iri,code,label,path,date\r\n"


def test_a_list_as_json_lines_has_a_line_for_each_thing(client: Client) -> None:
    response = client.get("/api/sources.jsonl?limit=2")
    read = [json.loads(line) for line in response.text.splitlines()]
    assert read == client.get("/api/sources?limit=2").json()["things"]
    assert response.headers["content-type"] == "application/jsonl"
    assert 'rel="next"' in response.headers["link"]
    assert client.get(re.findall("<(.*?)>", response.headers["link"])[0]).headers["content-type"] == "application/jsonl"


def test_the_format_is_negotiated_at_the_bare_address_only(client: Client) -> None:
    wanted = {"text/csv": "text/csv; charset=utf-8", "application/x-ndjson": "application/x-ndjson"}
    for accept, given in wanted.items():
        response = client.get("/api/bodies", accept)
        assert (response.headers["content-type"], response.headers["vary"]) == (given, "Accept")
    assert "vary" not in client.get("/api/bodies.json").headers
    assert client.get("/api/bodies", "image/png").status_code == 406
    assert client.get("/api/bodies.png").status_code == 406


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("claims?state=disputed", "this list takes evidenceState, reviewState, voice"),
        ("claims?evidenceState=muddled", "is none of contradicted, disputed, inferred"),
        ("claims?evidenceState=voice:own", "is none of contradicted, disputed, inferred"),
        ("claims?source=no-such", "the graph holds nothing at"),
        ("claims?source=a b", "for example source:"),
        ("claims?from=yesterday", "write YYYY-MM-DD"),
        ("claims?from=2019-01-01&from=2020-01-01", "given 2 times"),
        ("claims?from=2020-01-01&to=2019-12-31", "2019-12-31 is before 2020-01-01"),
        ("sources?from=2020-01-02&to=20200101", "is before 2020-01-02"),
        ("claims?authority=no-such", "all are at /api/authorities"),
        ("sources?" + "&".join(f"publisher={number}" for number in range(17)), "more than 16 combinations"),
        ("claims?sort=label", "is none of text, sources, date, -text, -sources, -date"),
        ("claims?limit=0", "from 1 to 1,000"),
        ("claims?limit=1001", "from 1 to 1,000"),
        ("claims?limit=²", "from 1 to 1,000"),
        ("claims?count=yes", "is none of 0, 1"),
        ("claims?cursor=nonsense", "none of ours"),
        (cursor("claims", "claim", "text", 1, DESKS), "none of ours"),
        (cursor("claims", "text", "a", DESKS), "none of ours"),
        (cursor("claims", "claim", "text", "a"), "none of ours"),
        (cursor("claims", "claim", "text", "a", DESKS, "a"), "none of ours"),
        (cursor("claims", {}, "text", "a", DESKS), "none of ours"),
        (cursor("claims", "claim", "-text", "a", DESKS), "made for sort=-text"),
        (cursor("claims?sort=sources", "claim", "sources", "x", DESKS), "none of ours"),
        (cursor("claims?sort=sources", "claim", "sources", "3", DESKS), "none of ours"),
        (cursor("claims?sort=-date", "claim", "-date", "yesterday", DESKS), "none of ours"),
        (cursor("claims", "claim", "text", "a", "x"), "none of ours"),
        (cursor("claims", "claim", "text", "a", SITE.base + "id/source/desk-report"), "none of ours"),
        (cursor("claims", "claim", "text", "a", f"{DESKS}/"), "none of ours"),
        (cursor("sources?sort=-date", "claim", "-date", "2019", DESKS), "made for the list of claims"),
        (cursor("sources", "zebra", "label", "a", DESKS), "made for the list of other things"),
        (cursor("claims", "claim", "text", "\ud800", DESKS), "none of ours"),
        (cursor("claims", "claim", "text", "\0", DESKS), "control character"),
        ("claims?format=csv", "the format is how an address ends: /api/claims.csv; this list takes"),
        ("bodies.jsonl?format=csv", "the format is how an address ends: /api/bodies.csv; this list takes sort"),
        ("claims?srot=text", "did you mean 'sort'?"),
        ("bodies?voice=own", "this list takes sort, limit, cursor, count"),
    ],
)
def test_what_a_list_cannot_take_is_refused_with_what_it_can(client: Client, asked: str, says: str) -> None:
    response = client.get(f"/api/{asked}")
    told = response.json()
    assert (response.status_code, told["type"].rpartition("/")[2]) == (400, "parameter-faulty")
    assert says in told["detail"]
    assert f"&{told['parameter']}=" in f"&{asked.partition('?')[2]}"


@pytest.mark.parametrize(
    ("sort", "key"), [("-date", "2019-04-30"), ("date", "2019/2020-01"), ("date", "9999"), ("sources", "00001")]
)
def test_a_place_in_a_list_is_taken_whether_or_not_something_stands_there(client: Client, sort: str, key: str) -> None:
    assert client.get(f"/api/{cursor(f'claims?sort={sort}', 'claim', sort, key, DESKS)}").status_code == 200


@pytest.mark.parametrize("order", ["text", "-text", "sources"])
def test_linked_data_of_a_list_stand_in_the_order_asked_for(client: Client, order: str) -> None:
    told = client.get(f"/api/claims?sort={order}&limit=5").json()["claims"]
    graph = client.get(f"/api/claims.jsonld?sort={order}&limit=5").json()["@graph"]
    assert [node["id"] for node in graph] == [each["iri"] for each in told]


def test_one_day_is_a_span(client: Client) -> None:
    assert client.get("/api/claims?from=2019-04-30&to=2019-04-30").status_code == 200


@pytest.mark.parametrize("path", ["/api/desks", "/api/desks.csv", "/api/authority", "/api/desks/some-desk"])
def test_a_kind_that_is_none_has_no_list(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (404, "not-found")
    assert response.json()["detail"] == f"nothing is served at {path}"
