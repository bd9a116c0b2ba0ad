"""The description of the API says what the API does: requests made from it never break it, nor its promises."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.requests import Request

from vaughn.errors import StoreBusy
from vaughn.iris import KINDS
from vaughn.settings import Settings
from vaughn.store.release import open_release
from vaughn.web import openapi
from vaughn.web.examples import Example
from vaughn.web.lists import OFFERS
from vaughn.web.openapi import LONGEST_EXAMPLE, _show
from vaughn.web.places import root
from vaughn.web.releases import Served, lent, served
from web.conftest import FACTS, Client, make_release, running

METHODS = {"get", "post"}
EXAMPLES = {GenerationMode.POSITIVE: 15, GenerationMode.NEGATIVE: 4}
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def spec(client: Client) -> Any:
    return client.get("/api/openapi.json").json()


def operations(spec: Any) -> list[tuple[str, str]]:
    return [(path, method) for path, item in spec["paths"].items() for method in METHODS & set(item)]


def kept(client: Client, case: Any) -> int:
    """The status of an answer that keeps what is promised of it."""
    asked = case.as_transport_kwargs(base_url="http://testserver")
    sent = {name: value for name, value in asked.items() if name in ("params", "headers", "json", "content")}
    response = client.request(asked["method"], asked["url"], **sent)
    case.validate_response(response, checks=PROMISES)
    return response.status_code


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_requests_made_from_the_description_keep_its_promises(client: Client, spec: Any, mode: GenerationMode) -> None:
    """Those that it allows, and those that it does not."""
    schema = schemathesis.openapi.from_dict(spec)
    for path, method in operations(spec):

        @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES[mode], deadline=None, database=None, phases=[Phase.generate], derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def hold(case: Any) -> None:
            kept(client, case)

        hold()


@pytest.mark.parametrize("media_type", OFFERS)
def test_lists_of_every_type_keep_the_promises(client: Client, spec: Any, media_type: str) -> None:
    schema = schemathesis.openapi.from_dict(spec)
    ended = schema["/api/{plural}.{ending}"]["GET"]
    for plural in KINDS.values():
        assert kept(client, schema[f"/api/{plural}"]["GET"].Case(headers={"Accept": media_type})) == 200
        assert kept(client, ended.Case(path_parameters={"plural": plural, "ending": OFFERS[media_type]})) == 200


@pytest.mark.parametrize(
    ("plural", "ending", "status"), [("nonsense", "csv", 404), ("x", "\x80", 404), ("claims", "foo", 406)]
)
def test_what_no_list_ends_with_keeps_the_promises(
    client: Client, spec: Any, plural: str, ending: str, status: int
) -> None:
    ended = schemathesis.openapi.from_dict(spec)["/api/{plural}.{ending}"]["GET"]
    assert kept(client, ended.Case(path_parameters={"plural": plural, "ending": ending})) == status


def test_every_error_is_described(spec: Any) -> None:
    for path, method in operations(spec):
        told = spec["paths"][path][method]["responses"]
        assert {"200", "400", "405", "414", "422", "500", "502", "503", "504"} <= set(told)
        assert ("404" in told) == ("{slug}" in path or "{ending}" in path)
        assert ("410" in told) is True  # the release that is asked for may be gone
        assert ("301" in told) == ("{slug}" in path)
        assert ("304" in told) == ("412" in told) == (method == "get")
        assert ("415" in told) == ("408" in told) == ("429" in told) == (method == "post")
        assert ("413" in told) == (path in ("/api/support", "/api/search"))
        assert "Allow" in told["405"]["headers"]
        assert "Retry-After" in told["503"]["headers"]
        assert all("application/problem+json" in each["content"] for status, each in told.items() if status >= "4")
        assert "release" in {each["name"] for each in spec["paths"][path][method]["parameters"]}


def test_examples_of_problems_have_the_types_that_problems_have(client: Client, spec: Any) -> None:
    told = client.get("/api/claims/no-such").json()
    shown = spec["paths"]["/api/claims/{slug}"]["get"]["responses"]
    examples = {status: shown[status]["content"]["application/problem+json"]["examples"] for status in ("404", "410")}
    assert examples["404"]["thing-unknown"]["value"]["type"] == told["type"]
    assert set(examples["410"]) == {"thing-removed", "release-gone"}


def test_a_list_tells_its_filters_and_the_codes_they_take(spec: Any) -> None:
    told = {each["name"]: each for each in spec["paths"]["/api/claims"]["get"]["parameters"]}
    assert {"evidenceState", "authority", "from", "sort", "limit", "cursor", "count"} <= set(told)
    assert "disputed" in told["evidenceState"]["schema"]["items"]["enum"]
    assert set(spec["paths"]["/api/claims"]["get"]["responses"]["200"]["content"]) == {
        "application/json", "application/jsonl", "application/x-ndjson", "text/csv", "application/ld+json",
    }  # fmt: skip
    assert all(f"/api/{plural}" in spec["paths"] for plural in KINDS.values())


def test_a_filter_by_a_thing_has_an_example_that_the_release_holds(client: Client, spec: Any) -> None:
    tried = 0
    for path, item in spec["paths"].items():
        for parameter in item.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query" and isinstance(parameter.get("example"), list):
                tried += 1
                assert client.get(f"{path}?{parameter['name']}={parameter['example'][0]}").status_code == 200, path
    assert tried > 4


def test_examples_are_what_the_release_answers(client: Client, spec: Any) -> None:
    shown = 0
    for path, method in operations(spec):
        operation = spec["paths"][path][method]
        content = operation["responses"]["200"]["content"]["application/json"]
        if "{ending}" in path:
            continue
        if "example" not in content:
            assert client.get(path.removesuffix("/{slug}")).json()["things"] == [], path
            continue
        given = {
            each["name"]: each["example"]
            for each in operation["parameters"]
            if isinstance(each.get("example"), str | int)
        }
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        address = path.replace("{slug}", str(given.pop("slug", "")))
        response = client.request(method.upper(), address, params=given, json=body)
        assert (response.status_code, response.json()) == (200, content["example"]), path
        shown += 1
    assert shown > len(KINDS)


def test_a_list_by_date_says_where_the_undated_stand(spec: Any) -> None:
    for plural in KINDS.values():
        (sort,) = (each for each in spec["paths"][f"/api/{plural}"]["get"]["parameters"] if each["name"] == "sort")
        assert ("what has none comes last in both" in sort["description"]) is ("-date" in sort["schema"]["enum"])


def test_the_example_of_a_search_finds_something(spec: Any) -> None:
    operation = spec["paths"]["/api/search"]["get"]
    shown = operation["responses"]["200"]["content"]["application/json"]["example"]
    assert {each["name"]: each.get("example") for each in operation["parameters"]}["q"] == shown["q"]
    assert shown["found"][0]["kind"] == "claim"


def test_the_path_with_an_ending_has_examples_of_every_type(client: Client, spec: Any) -> None:
    operation = spec["paths"]["/api/{plural}.{ending}"]["get"]
    given = {each["name"]: each["example"] for each in operation["parameters"] if "example" in each}
    assert given == {"plural": "sources", "ending": "csv", "limit": 1}
    content = operation["responses"]["200"]["content"]
    assert all(each["example"] for each in content.values())
    assert content["text/csv"]["example"] == client.get("/api/sources.csv?limit=1").text


def test_a_list_has_an_example_in_each_of_its_types(client: Client, spec: Any) -> None:
    for plural in KINDS.values():
        content = spec["paths"][f"/api/{plural}"]["get"]["responses"]["200"]["content"]
        for ending, media_type in (
            ("csv", "text/csv"),
            ("jsonl", "application/jsonl"),
            ("jsonld", "application/ld+json"),
        ):
            answer = client.get(f"/api/{plural}.{ending}?limit=1")
            assert content[media_type]["example"] == (answer.json() if ending == "jsonld" else answer.text)
        assert content["application/x-ndjson"] == content["application/jsonl"]


def test_a_sentence_is_described_with_the_length_it_may_have(spec: Any) -> None:
    for path, name in (("/api/support", "text"), ("/api/search", "q")):
        told = next(each for each in spec["paths"][path]["get"]["parameters"] if each["name"] == name)
        assert (told["schema"]["minLength"], told["schema"]["maxLength"]) == (1, 2000)


def test_lists_by_their_ending_have_a_path_of_their_own(spec: Any) -> None:
    told = {each["name"]: each for each in spec["paths"]["/api/{plural}.{ending}"]["get"]["parameters"]}
    assert set(told["plural"]["schema"]["enum"]) == set(KINDS.values())
    assert told["ending"]["schema"]["enum"] == ["json", "jsonl", "csv", "jsonld"]


def digests(client: Client) -> tuple[str, str]:
    """The release that answers, and the one that the examples in the description are from."""
    answer = client.get("/api/openapi.json")
    content = answer.json()["paths"]["/api"]["get"]["responses"]["200"]["content"]
    return answer.headers["vaughn-release"], content["application/json"]["example"]["release"]["digest"]


def test_a_description_is_of_the_release_that_answers(tmp_path: Path) -> None:
    facts = FACTS.read_text(encoding="utf-8")
    make_release(tmp_path, "first", facts)
    with running(tmp_path, Settings(workers=1)) as client:
        first = digests(client)
        make_release(tmp_path, "second", facts.replace("Desks are many.", "Desks are few."))
        deadline = time.monotonic() + 20
        while client.get("/api").headers["vaughn-release"] == first[0] and time.monotonic() < deadline:
            time.sleep(0.1)
        second = digests(client)
    assert first[0] == first[1] != second[0] == second[1]


def test_each_release_is_described_before_anybody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the mount where the one before was asked for; what could not be described is so when somebody asks."""
    asked: list[tuple[str, str]] = []

    async def written(request: Request) -> bytes:
        asked.append((served(request).release.path.name, root(request.scope)))
        if len(asked) == 1:
            raise StoreBusy(1)
        return b"{}"

    async def watched() -> None:
        shelf = SimpleNamespace(current=held("first"))
        app = FastAPI()
        task = asyncio.create_task(openapi.ahead(app, shelf))  # type: ignore[arg-type]  # all of it that is looked at
        await asyncio.sleep(0.1)
        placed = {"type": "http", "method": "GET", "path": "/below", "root_path": "/below", "headers": [], "app": app}
        answer = await openapi.openapi(Request(lent({**placed, "query_string": b""}, shelf.current)))
        shelf.current = held("second")
        await asyncio.sleep(0.1)
        task.cancel()
        assert answer.body == b"{}"

    def held(name: str) -> Served:
        return Served(Settings(), open_release(make_release(tmp_path, name, "")), None)  # type: ignore[arg-type]

    monkeypatch.setattr(openapi, "SOON", 0.01)
    monkeypatch.setattr(openapi, "_written", written)
    asyncio.run(watched())
    assert asked == [("first", ""), ("first", "/below"), ("second", ""), ("second", "/below")]


def test_a_description_that_nobody_waits_for_takes_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for it is not kept waiting for that."""
    paused: list[bool] = []

    async def pause(held: Served) -> None:
        paused.append(held.awaited.is_set())
        await pausing(held)

    pausing = openapi._pause
    monkeypatch.setattr(openapi, "SOON", 0.01)
    monkeypatch.setattr(openapi, "PAUSE", 60.0)
    monkeypatch.setattr(openapi, "_pause", pause)
    make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    with running(tmp_path, Settings(workers=1)) as client:
        deadline = time.monotonic() + 20
        while not paused and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.2)
        assert paused == [False]
        assert client.get("/api/openapi.json").status_code == 200
        assert paused[1:] == [True] * (len(KINDS) - 1)


@pytest.mark.parametrize(("length", "shown"), [(LONGEST_EXAMPLE - 2, True), (LONGEST_EXAMPLE - 1, False)])
def test_an_answer_too_long_to_read_is_named_and_not_shown(length: int, shown: bool) -> None:
    content: dict[str, Any] = {"application/json": {}}
    operation = {"parameters": [{"name": "slug"}], "responses": {"200": {"content": content}}}
    _show(operation, Example({"slug": "long"}, "x" * length))
    assert operation["parameters"] == [{"name": "slug", "example": "long"}]
    assert ("example" in content["application/json"]) is shown


def test_headers_and_license_are_described(spec: Any) -> None:
    told = spec["paths"]["/api/sources"]["get"]["responses"]["200"]["headers"]
    assert set(told) == {"ETag", "Link", "Vaughn-Count"}
    assert spec["info"]["license"]["identifier"] == "MIT"


def test_the_documentation_states_version_and_policy(client: Client, spec: Any) -> None:
    page = client.page("/docs")
    assert f"version {spec['info']['version']}" in page
    assert "Sunset" in page
