"""Errors as answers."""

from __future__ import annotations

import inspect
import re
from html import escape
from pathlib import Path

import pytest

from vaughn import errors
from vaughn.answer import Asker
from vaughn.settings import Settings
from vaughn.web.problem_types import BY_SLUG, INTERNAL, TABLE
from web.conftest import BROWSER, FACTS, Client, make_release, running

PLACE = Path("/kept-here/releases/first/queries/claims/list.rq")


def leaves(kind: type[errors.VaughnError]) -> set[type[errors.VaughnError]]:
    below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
    return set(below) or {kind}


def test_whatever_a_request_can_raise_stands_in_the_table() -> None:
    building = leaves(errors.BuildError) | {errors.SettingsInvalid, errors.SiteInvalid, errors.HeaderInvalid}
    assert leaves(errors.RequestError) | leaves(errors.StoreError) <= set(TABLE)
    assert {errors.QueryUnknown, errors.ParameterInvalid, errors.ThingUnknown, errors.ReleaseMissing} <= set(TABLE)
    assert not building & set(TABLE)


GIVEN: dict[str, object] = {
    "int": 7, "float": 7.0, "str": "seven", "Sequence[str]": ("one", "two"), "int | None": 7, "str | None": "seven",
    "Path": PLACE, "Path | str": PLACE, "Sequence[Finding]": (errors.Finding("error", "a-rule", str(PLACE)),),
}  # fmt: skip
"""What an error is made with, by the type of the argument. Paths are of the machine, and so is the reason of an error
that a client never hears."""


def made(kind: type[errors.VaughnError]) -> errors.VaughnError:
    """An error of that kind that tells as much as it can."""
    if kind.__init__ is Exception.__init__:
        return kind(f"{PLACE} broke")
    arguments = list(inspect.signature(kind.__init__).parameters.values())[1:]
    ours = not any(ancestor in TABLE for ancestor in kind.__mro__) or TABLE.get(kind, INTERNAL).status >= 500
    told = errors.RequestError | errors.WorkerDied | errors.StoreBusy | errors.QueryTimeout | errors.QueryWithheld
    hidden = ours and not issubclass(kind, told)
    return kind(
        *(f"{PLACE} broke" if hidden and each.annotation == "str" else GIVEN[each.annotation] for each in arguments)
    )


def tree(kind: type[errors.VaughnError]) -> list[type[errors.VaughnError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in tree(child))]


@pytest.mark.parametrize("kind", tree(errors.VaughnError))
def test_no_problem_of_any_kind_tells_where_files_lie(
    kind: type[errors.VaughnError], client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise made(kind)

    monkeypatch.setattr(Asker, "table", broken)
    for accept in ("application/problem+json", BROWSER):
        response = client.get("/api/search?q=desks", accept)
        assert response.status_code >= 400
        assert PLACE.parts[1] not in response.text
    assert (str(PLACE) in caplog.text) == (str(PLACE) in str(made(kind)))


@pytest.mark.parametrize(("cannot", "word"), [("read", "cannot read"), ("run", "with an error"), ("", None)])
def test_a_query_that_the_engine_is_not_up_to_is_told_so(
    cannot: str, word: str | None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise errors.EngineFaulty(f"{PLACE} broke", cannot)

    monkeypatch.setattr(Asker, "table", broken)
    told = client.get("/api/search?q=DESKS").json()  # asked by no other test, so that no answer is kept
    assert word in told["reason"] if word else "reason" not in told


def test_an_engine_that_cuts_is_not_said_to_be_back_soon(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut(*_: object, **__: object) -> None:
        raise errors.EngineCuts(50_000, 1_000_000)

    monkeypatch.setattr(Asker, "table", cut)
    told = client.get("/api/search?q=desks")
    assert (told.status_code, told.headers.get("Retry-After")) == (503, None)
    assert told.json()["type"].endswith("/problems/engine-cuts")
    assert "has to change one of two settings" in told.json()["detail"]
    assert "50" not in told.json()["detail"]


def test_a_release_with_a_broken_query_does_not_tell_where_it_lies(tmp_path: Path) -> None:
    folder = make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8"))
    (folder / "queries" / "claims" / "list.rq").write_text("SELECT ?nothing { }", encoding="utf-8")
    with running(tmp_path, Settings(workers=1)) as client:
        for path in ("/claims", "/api/claims", "/queries/claims/support.csv", "/health/ready", "/sparql?query=ASK{}"):
            response = client.get(path)
            assert str(tmp_path) not in response.text
            assert ".rq" not in response.text
        assert client.get("/api/claims").json()["type"].endswith("/problems/internal")


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        ("/api/claims/a%20b", "id/claim/a%20b"),
        ("/api/claims/%00", "id/claim/%00"),
        ("/claim/%00", "id/claim/%00"),
        ("/id/claim/%00", "id/claim/%00"),
        ("/graph/%00", "graph/%00"),
        ("/concept/x/%7F", "concept/x/%7F"),
        ("/ns/%00", "ns/%00"),
        ("/problems/%00", None),
        ("/nonsense/%25%3Cb%3E%3Fc%23%E2%82%AC", None),
    ],
)
def test_an_address_that_nothing_could_have_is_not_found_and_told_as_an_address(
    client: Client, path: str, iri: str | None
) -> None:
    response = client.get(path)
    told = response.json()
    assert (response.status_code, told["instance"]) == (404, path)
    assert told.get("iri", "") == "" if iri is None else told["iri"].endswith(iri)
    assert "query" not in told
    assert not re.search(r"[\x00-\x1f]", told["detail"])


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_type_of_problem_has_a_page(client: Client, slug: str) -> None:
    assert escape(BY_SLUG[slug].title, quote=True).replace("&#x27;", "&#39;") in client.page(f"/problems/{slug}")


def test_what_is_read_is_told_of_every_address_that_reads_a_body(client: Client) -> None:
    page = client.page("/problems/media-type-unsupported")
    for path in ("/sparql", "/api/support"):
        told = client.request("POST", path, content=b"?", headers={"Content-Type": "text/plain"}).json()
        assert told["type"].endswith("/media-type-unsupported")
        assert told["supported"][-1] in page


def test_no_type_of_problem_is_a_success() -> None:
    assert {problem.status for problem in BY_SLUG.values()} <= set(range(400, 600))


def test_machines_get_problem_details(client: Client) -> None:
    response = client.get("/api/claims/nobody-said-this")
    told = response.json()
    assert told["type"].endswith("/problems/thing-unknown")
    assert told["instance"] == "/api/claims/nobody-said-this"
    assert told["detail"].endswith("id/claim/nobody-said-this")
    assert told["iri"].endswith("id/claim/nobody-said-this")
    assert response.headers["cache-control"] == "no-store"


def test_people_get_a_page_that_says_what_an_absence_means(client: Client) -> None:
    response = client.get("/claim/nobody-said-this", BROWSER)
    assert response.status_code == 404
    assert "an absence from the graph is not evidence" in response.text


def test_hostile_paths_stay_text_in_the_page(client: Client) -> None:
    response = client.get("/claim/%3Cscript%3E", BROWSER)
    assert response.status_code == 404
    assert "<script" not in response.text


def test_a_method_that_is_not_answered_names_those_that_are(client: Client) -> None:
    response = client.request("POST", "/api/claims")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["type"].endswith("/problems/method-refused")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/support", "GET, HEAD, OPTIONS, POST"),
        ("/graph/small.ttl", "GET, HEAD, OPTIONS"),
        ("/static/icon.svg", "GET, HEAD, OPTIONS"),
    ],
)
def test_every_route_of_an_address_counts_for_what_it_allows(client: Client, path: str, allowed: str) -> None:
    response = client.request("QUERY", path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert client.request("OPTIONS", path).headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/claims.csv", "/nonsense", "/nonsense/desks", "/api/nonsense", "/api/nonsense/desks"]
)
def test_no_method_is_refused_where_there_is_nothing(client: Client, path: str) -> None:
    told = [(answer := client.request(method, path)).status_code for method in ("GET", "POST", "OPTIONS")]
    assert (told, "allow" in answer.headers) == ([404, 404, 404], False)
