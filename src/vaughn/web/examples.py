"""Examples for the description of the API: what it answers from the release that is served, asked of it itself."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from vaughn.errors import NotAcceptable
from vaughn.iris import KINDS
from vaughn.web.api import claim_support, thing_json
from vaughn.web.entrance import entrance
from vaughn.web.lists import OFFERS, listed
from vaughn.web.nearest import nearest_claims, nearest_claims_of_many
from vaughn.web.places import root
from vaughn.web.search import search_names

_MOST_WORDS = 12
_SHOWN = KINDS["source"]
_OTHERS = {media_type: ending for media_type, ending in OFFERS.items() if ending != "json"}


@dataclass(frozen=True)
class Example:
    """A request that the release answers, and the JSON of its answer. given: its parameters, in path and address.
    others: the same in other media types, by their names."""

    given: dict[str, Any]
    answer: Any
    body: list[str] | None = None
    others: dict[str, Any] = field(default_factory=dict)


async def examples(request: Request, pause: Callable[[], Awaitable[None]]) -> dict[tuple[str, str], Example]:
    """An example for each operation, by path and method; none of a kind that the release has nothing of. pause: what is
    done between the kinds."""
    made = {("/api", "get"): Example({}, _read(await entrance(_asking(request, "/api"))))}
    for kind, plural in KINDS.items():
        await pause()
        asking = _asking(request, f"/api/{plural}", limit="1")
        first = _read(await listed(asking, kind, plural, "json"))
        others = {media_type: await _other(asking, kind, plural, ending) for media_type, ending in _OTHERS.items()}
        made[f"/api/{plural}", "get"] = Example({"limit": 1}, first, others=others)
        for slug in _slugs(first):
            shown = _read(await thing_json(_asking(request, f"/api/{plural}/{slug}"), kind, slug))
            made[f"/api/{plural}/{{slug}}", "get"] = Example({"slug": slug}, shown)
    made["/api/{plural}.{ending}", "get"] = _with_ending(made[f"/api/{_SHOWN}", "get"])
    return made | await _of_claims(request, made[f"/api/{KINDS['claim']}", "get"].answer)


def _with_ending(listed: Example) -> Example:
    """The same list at the address that ends with a format."""
    return replace(listed, given={"plural": _SHOWN, "ending": "csv", **listed.given})


async def _of_claims(request: Request, first: Any) -> dict[tuple[str, str], Example]:
    """Those of the evidence for a claim, and of looking for one by its words."""
    made: dict[tuple[str, str], Example] = {}
    for slug, claim in zip(_slugs(first), first["claims"], strict=True):
        plain, text = _asking(request, f"/api/claims/{slug}/support"), " ".join(claim["text"].split()[:_MOST_WORDS])
        support = _read(await claim_support(plain, slug))
        made["/api/claims/{slug}/support", "get"] = Example({"slug": slug}, support)
        made["/api/search", "get"] = Example({"q": text}, _read(await search_names(plain, text)))
        near = _read(await nearest_claims(plain, text, 1))
        made["/api/support", "get"] = Example({"text": text, "limit": 1}, near)
        posted = _read(await nearest_claims_of_many(_posting(request, [text]), 1))
        made["/api/support", "post"] = Example({"limit": 1}, posted, [text])
    return made


async def _other(asking: Request, kind: str, plural: str, ending: str) -> Any:
    """A list in another format; "" where the release is older than that."""
    with suppress(NotAcceptable):
        text = bytes((await listed(asking, kind, plural, ending)).body).decode()
        return json.loads(text) if ending == "jsonld" else text
    return ""


def _slugs(first: Any) -> Iterator[str]:
    return (urlsplit(each["path"]).path.rpartition("/")[2] for each in first.get("claims", first.get("things")))


def _asking(request: Request, path: str, **given: str) -> Request:
    """A request of the same client's to the same release, with these parameters and no headers."""
    placed = {"path": root(request.scope) + path, "query_string": urlencode(given).encode()}
    return Request({**request.scope, **placed, "headers": []})


def _posting(request: Request, body: list[str]) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    scope = {**request.scope, "headers": [(b"content-type", b"application/json")], "query_string": b""}
    return Request({**scope, "method": "POST"}, receive)


def _read(response: Response) -> Any:
    return json.loads(bytes(response.body))
