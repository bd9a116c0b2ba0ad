"""What every answer carries outward: addresses under the mount, the mark of a draft, what is to go."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from vaughn.settings import Settings
from vaughn.web import deprecation
from vaughn.web.deprecation import Deprecated
from vaughn.web.outward import Outward
from vaughn.web.releases import Shelf, WithRelease
from web.conftest import BROWSER, FACTS, Client, make_release, running

ROOT = "/vaughn"
ENTRANCES = ("/", "/api/claims?limit=2", "/api/support?text=desks", "/id/claim/desks-are-counted", "/dataset", "/none")
LOST = (f"{ROOT}/none", f"{ROOT}/authority/pa-", f"{ROOT}/authority/foia-")  # the words name what the small graph lacks
MOST_EARLIER = 20  # addresses in an earlier release, which is a site as large as this one
KEYS = ("path", "next", "query", "@context")
DRAFT_PATHS = (
    "/",
    "/api/claims",
    "/claim/desks-are-counted.ttl",
    "/claim/desks-are-counted.jsonld",
    "/claim/desks-are-counted.nt",
    "/claim/desks-are-counted.rdf",
    "/queries/claims/list.csv",
    "/queries/claims/list.tsv",
    "/sparql?query=ASK%7B%7D",
    "/graphs?default",
    "/dataset.nq.gz",
    "/dataset.ttl",
    "/id/claim/desks-are-counted",
    "/claim/nobody-said-so",
)
OLD_LIST = Deprecated("/api/claims", datetime.date(2026, 1, 1), datetime.date(2026, 9, 1), "Use /api/propositions.")
OLD_FILTER = Deprecated(
    "/api/{plural}", datetime.date(2025, 6, 30), datetime.date(2026, 12, 31), "Use `voiced`.", "voice"
)


class Targets(HTMLParser):
    """Everything that a page points to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


@pytest.fixture(scope="module")
def mounted(build_dir: Path) -> Iterator[Client]:
    """A client of the service behind a path."""
    with running(build_dir, Settings(workers=1), ROOT) as found:
        yield found


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a service on a draft."""
    folder = tmp_path_factory.mktemp("draft")
    make_release(folder, "draft", FACTS.read_text(encoding="utf-8"), draft=True)
    with running(folder, Settings(workers=1)) as found:
        yield found


def targets(response: httpx.Response) -> list[str]:
    """Where an answer leads on this host: by its page, its JSON, its Link and its Location."""
    kind = response.headers.get("content-type", "")
    found = [*re.findall(r"<([^>]*)>", response.headers.get("link", "")), response.headers.get("location", "")]
    if kind.startswith("text/html"):
        found += Targets(response.text).found
    if kind.startswith(("application/json", "application/ld+json")):
        found += in_json(json.loads(response.text))
    return [each for each in found if each.startswith("/")]


def in_json(value: Any) -> list[str]:
    """The addresses in a JSON answer, under the names that the API gives them."""
    if isinstance(value, list):
        return [found for each in value for found in in_json(each)]
    if not isinstance(value, dict):
        return []
    own = [each for name, each in value.items() if name in KEYS and isinstance(each, str)]
    return own + [found for each in value.values() for found in in_json(each)]


def test_every_link_behind_a_path_stays_behind_it_and_leads_somewhere(mounted: Client) -> None:
    waiting, seen = [ROOT + each for each in ENTRANCES], set[str]()
    while waiting:
        path = waiting.pop()
        response = mounted.get(path, BROWSER if "." not in path.rpartition("/")[2] else "*/*")
        assert (response.status_code < 400) is not path.startswith(LOST), f"{response.status_code} {path}"
        for target in targets(response):
            assert target.startswith((f"{ROOT}/", f"{ROOT}?")) or target == ROOT, f"{path} leads to {target}"
            local = target.partition("#")[0]
            if "release=" in local and sum("release=" in each for each in seen) > MOST_EARLIER:
                continue
            waiting += [] if local in seen else [local]
            seen.add(local)
    assert {f"{ROOT}/claim/desks-are-counted.ttl", f"{ROOT}/ns/context.jsonld"} < seen


def test_a_list_behind_a_path_goes_on_behind_it(mounted: Client) -> None:
    first = mounted.get(f"{ROOT}/api/claims?limit=1")
    onward = first.json()["next"]
    assert first.headers["link"] == f'<{onward}>; rel="next"'
    assert mounted.get(onward).json()["claims"] != first.json()["claims"]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/claims?authority=&limit=2", "/claims?limit=2"),
        ("/sources?publisher=&from=&to=", "/sources"),
        ("/rationales?body=", "/rationales"),
    ],
)
def test_a_form_with_empty_fields_leads_on_behind_the_path(mounted: Client, asked: str, kept: str) -> None:
    response = mounted.get(ROOT + asked, BROWSER)
    assert (response.status_code, response.headers["location"]) == (303, ROOT + kept)
    assert mounted.get(ROOT + kept, BROWSER).status_code == 200


def test_a_renamed_name_leads_on_behind_the_path(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8") + Path(__file__).with_name("tombstones.ttl").read_text(encoding="utf-8")
    make_release(tmp_path, "second", facts)
    with running(tmp_path, Settings(workers=1), ROOT) as client:
        moved = client.get(f"{ROOT}/claim/desks-abound.ttl")
    assert (moved.status_code, moved.headers["location"]) == (301, f"{ROOT}/claim/desks-are-many.ttl")


@pytest.mark.parametrize("path", DRAFT_PATHS)
def test_every_answer_of_a_draft_says_so(client: Client, draft: Client, path: str) -> None:
    assert draft.get(path).headers["vaughn-draft"] == "1"
    assert "vaughn-draft" not in client.get(path).headers


def test_an_answer_from_memory_says_so_too(draft: Client) -> None:
    assert [draft.get("/claims", BROWSER).headers["vaughn-draft"] for _ in range(2)] == ["1", "1"]


async def _nothing() -> Any:
    return {"type": "http.request"}


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    own = {"Link": '</next>; rel="next"'}
    await PlainTextResponse("here", headers=own)(scope, receive, send)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("/api/claims", ("@1767225600", "Tue, 01 Sep 2026 00:00:00 GMT")),
        ("/api/sources?voice=own&limit=1", ("@1751241600", "Thu, 31 Dec 2026 00:00:00 GMT")),
        ("/api/claims?voice=", ("@1751241600", "Tue, 01 Sep 2026 00:00:00 GMT")),
        ("/api/sources", None),
        ("/api/claims/voice", None),
        ("/api?voice=own", None),
    ],
)
def test_what_is_to_go_is_said_with_its_day(build_dir: Path, target: str, said: tuple[str, str] | None) -> None:
    headers = asyncio.run(_answered(build_dir, *target.partition("?")[::2]))
    assert (headers.get("deprecation"), headers.get("sunset")) == (said or (None, None))
    policy = ['</docs#h-version>; rel="deprecation"; type="text/html"'] if said else []
    assert headers.getlist("link") == ['</next>; rel="next"', *policy]


async def _answered(build_dir: Path, path: str, query: str) -> Headers:
    """The headers of an answer of a service from which something is to go."""
    shelf = Shelf(Settings(workers=1), build_dir)
    app, started = WithRelease(Outward(plain, (OLD_LIST, OLD_FILTER)), shelf), []

    async def sent(message: Message) -> None:
        started.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    async with shelf.lifespan(app):
        await app({**scope, "server": ("testserver", 80), "scheme": "http"}, _nothing, sent)
    return Headers(raw=started[0]["headers"])


def test_what_is_to_go_is_marked_in_the_description() -> None:
    voice: dict[str, Any] = {"name": "voice", "in": "query", "description": "Only claims in this voice."}
    paths: dict[str, Any] = {
        "/api/{plural}": {"get": {"parameters": [voice, {"name": "sort"}]}},
        "/api/claims": {"get": {}},
    }
    deprecation.mark((OLD_LIST, OLD_FILTER), paths)
    assert paths["/api/claims"]["get"]["deprecated"] is True
    assert voice["deprecated"] is True
    assert voice["description"] == "Only claims in this voice. Gone on 2026-12-31. Use `voiced`."
    assert "deprecated" not in paths["/api/{plural}"]["get"]


def test_notice_is_given_for_as_long_as_the_policy_says() -> None:
    early = [each for each in (*deprecation.TABLE, OLD_LIST) if each.until - each.since >= deprecation.SHORTEST_NOTICE]
    assert early == [*deprecation.TABLE, OLD_LIST]
