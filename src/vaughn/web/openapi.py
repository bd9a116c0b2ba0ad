"""/api/openapi.json: what the framework knows of the routes, and what this release knows of filters and examples."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from vaughn import errors
from vaughn.answer import unknown
from vaughn.answer.listing import Listing, codes, listing
from vaughn.errors import VaughnError
from vaughn.iris import KINDS
from vaughn.querybook import Parameter
from vaughn.web import deprecation
from vaughn.web.examples import Example, examples
from vaughn.web.headers import COUNT
from vaughn.web.lists import FORMATS, OFFERS
from vaughn.web.ordered import Span, page
from vaughn.web.parameters import taking
from vaughn.web.past import PARAMETER
from vaughn.web.places import root
from vaughn.web.problem_types import INTERNAL, NOT_FOUND, TABLE, Problem
from vaughn.web.problems import MEDIA_TYPE
from vaughn.web.releases import Served, Shelf, lent, served
from vaughn.web.rendering import code
from vaughn.web.responses import cacheable
from vaughn.web.sending import Held, opened
from vaughn.web.wanted import MOST, MOST_COMBINED, USUAL

router = APIRouter()

Spec = dict[str, Any]

PATH = "/api/openapi.json"
SOON = 3.0
"""Seconds from the opening of a release to the description of what it answers, and between looks for the next."""

PAUSE = 0.25
"""Seconds between the examples of a description that nobody waits for, so that it takes no more than a small share of
the processor: in one go it takes 0.4 s of it, of which 0.1 s in one piece (measured)."""

LONGEST_EXAMPLE = 30_000
"""Characters of an answer that is shown; a report with its citations has 450,000."""

_PROBLEM: Spec = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details (RFC 9457). Further members are what the type's page names.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
}
_POLICY = (
    "JSON over GET, without a key. Within one major version no address, parameter or member is removed and none "
    "changes its meaning; new ones may come at any time. Before 1.0 the first number after the point counts as the "
    "major version. What is to go is marked `deprecated` here, answers with the headers Deprecation and Sunset, and "
    "stays for six months at least. The data change with every release and are no part of the version; an answer from "
    "a draft carries the header Vaughn-Draft."
)
_ENDING = "{plural}.{ending}"
_REF = "#/components/schemas/"
_ANY_TIME = (
    errors.ParameterFaulty, errors.MethodRefused, errors.TargetTooLong, errors.ResultTooLarge,
    errors.ReleaseMissing, errors.WorkerDied, errors.EngineFailed, errors.StoreBusy, errors.QueryTimeout,
    errors.EngineDenied, errors.EngineFaulty, errors.EngineUnreachable, errors.EngineUnfit, errors.ReleaseGone,
    errors.SendingFull, errors.ConnectionsFull, errors.EngineCuts,
)  # fmt: skip
_OF_POST = (
    errors.BodyTooLarge, errors.MediaTypeUnsupported, errors.RequestSlow, errors.ListBusy, errors.ListsFull,
    errors.ListTimeout,
)  # fmt: skip
_OF_SENTENCES = ("/api/support", "/api/search")
_OF_THINGS = (errors.ThingUnknown, errors.ThingRemoved)
_LICENSE = {"name": "MIT License", "identifier": "MIT"}
_RELEASE: Spec = {
    "name": PARAMETER,
    "in": "query",
    "description": "The digest or the name of a kept release, to be answered from that one instead of the current.",
    "schema": {"type": "string", "pattern": "^(sha256:)?[0-9A-Fa-f]{12,64}$"},
}
_TAG: Spec = {"ETag": {"description": "The digest of the answer's bytes.", "schema": {"type": "string"}}}
_OF_LISTS: Spec = {
    "Link": {"description": "Where the list goes on, as rel=next.", "schema": {"type": "string"}},
    COUNT: {"description": "How many there are in all, where count=1 asks.", "schema": {"type": "integer"}},
}
_RETRY: Spec = {
    "Retry-After": {
        "description": "Seconds after which to come back, if known.",
        "schema": {"type": "integer"},
    }
}
_OF_STATUS: Mapping[int, Spec] = {
    405: {"Allow": {"description": "The methods that the address answers.", "schema": {"type": "string"}}},
    429: _RETRY,
    503: _RETRY,
}
_RENAMED: Spec = {
    "description": "The thing has another name now.",
    "headers": {"Location": {"description": "The same address with that name.", "schema": {"type": "string"}}},
}
_SHAPES = {"date": {"type": "string", "format": "date"}, "integer": {"type": "integer"}}


@taking()
async def openapi(request: Request) -> Response:
    """The description of the API, for the release that is served."""
    asked = PARAMETER in request.query_params
    served(request).awaited.set()
    body = await (
        _written(request) if asked else asyncio.shield(_description(request.app, served(request), root(request.scope)))
    )
    return cacheable(request, body, "application/json")


async def ahead(app: FastAPI, shelf: Shelf) -> None:
    """Describe each release soon after it is opened, since that takes seconds: where the one before was asked for."""
    mounts, described = [""], None
    while True:
        await asyncio.sleep(SOON)
        held = shelf.current
        if held is not described:
            mounts, described = (list(described.descriptions) if described else mounts), held
            with suppress(VaughnError):
                for mount in mounts:
                    await _description(app, held, mount)


def _description(app: FastAPI, held: Served, mount: str) -> asyncio.Task[bytes]:
    """The description as it is made, once for each release and mount; what failed is made again."""
    made = held.descriptions
    if mount not in made or (made[mount].done() and (made[mount].cancelled() or made[mount].exception())):
        made[mount] = asyncio.create_task(_made(app, held, mount))
        made[mount].add_done_callback(lambda task: task.cancelled() or task.exception())  # whoever waits for it is told
    return made[mount]


async def _made(app: FastAPI, held: Served, mount: str) -> bytes:
    """As for a request that nobody sent, so that it ends with nobody who does."""
    placed = {"type": "http", "method": "GET", "path": mount + PATH, "root_path": mount, "query_string": b""}
    with held.borrowed(), Held(held.settings).account("") as account:
        return await _written(Request(opened(lent({**placed, "headers": [], "app": app}, held), account)))


async def _pause(held: Served) -> None:
    """Wait a little, unless somebody else waits."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PAUSE):
            await held.awaited.wait()


async def _written(request: Request) -> bytes:
    held = served(request)
    spec: Spec = copy.deepcopy(await asyncio.to_thread(request.app.openapi))
    _introduce(request, spec)
    spec["paths"] = _with_things(await _with_lists(held, spec["paths"]))
    deprecation.mark(deprecation.TABLE, spec["paths"])
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            _complete(operation, path, method, held.release.manifest.base)
    for (path, method), example in (await examples(request, partial(_pause, held))).items():
        _show(spec["paths"][path][method], example)
    return json.dumps(spec, ensure_ascii=False).encode()


def _introduce(request: Request, spec: Spec) -> None:
    """What the framework does not know of the API as a whole, and without what is none of its errors."""
    mount, shapes = root(request.scope), spec["components"]["schemas"]
    shapes["Problem"] = _PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        shapes.pop(name, None)
    spec["servers"] = [{"url": mount or "/"}]
    spec["externalDocs"] = {"url": mount + deprecation.POLICY_PATH, "description": "Version and deprecation"}
    spec["info"] |= {"description": _POLICY, "license": _LICENSE}


def _complete(operation: Spec, path: str, method: str, base: str) -> None:
    """What every operation takes and answers. base: of the site's IRIs."""
    answers = operation["responses"] = _responses(operation["responses"], _errors(path, method), base)
    operation["parameters"] = [*operation.get("parameters", ()), _RELEASE]
    if method == "get":
        answers["200"]["headers"] = {**_TAG, **answers["200"].get("headers", {})}
        answers |= _also(path)


async def _with_lists(held: Served, paths: Spec) -> Spec:
    """The paths, each kind's list with the parameters of its own; the one for any kind gives way to them."""
    lists = {
        f"/api/{plural}": await _list(held, listing(held.ask, kind, plural), plural, paths)
        for kind, plural in KINDS.items()
    }
    others = {path: item for path, item in paths.items() if path != "/api/{plural}"}
    return others | lists | {f"/api/{_ENDING}": _with_ending(lists)}


async def _list(held: Served, made: Listing, plural: str, paths: Spec) -> Spec:
    operation: Spec = copy.deepcopy(paths[f"/api/{plural}" if f"/api/{plural}" in paths else "/api/{plural}"]["get"])
    operation["operationId"] = f"list_{plural}"
    operation["summary"] = made.query.summary if "kind" not in made.query.parameters else f"The {plural}"
    operation["description"] = (
        f"{made.query.description} As JSON, or as {_alternatives(plural)}, or by the Accept header."
    )
    filters = [await _filter(held, made, each) for each in made.filters.values()]
    operation["parameters"] = [*filters, *_standing(made)]
    content = operation["responses"]["200"]["content"]
    content |= {media_type: _written_as(media_type) for media_type in OFFERS if media_type not in content}
    operation["responses"]["200"]["headers"] = _OF_LISTS
    return {"get": operation}


def _written_as(media_type: str) -> Spec:
    """JSON-LD is one object; JSON Lines and CSV are texts."""
    return {"schema": {"type": "object" if media_type.endswith("+json") else "string"}}


def _with_ending(lists: Spec) -> Spec:
    """Every list in the format of its address's ending, with the parameters that all of them have."""
    operation: Spec = copy.deepcopy(lists[f"/api/{KINDS['source']}"]["get"])
    endings = [("plural", "The things of a kind.", [*KINDS.values()]), ("ending", "The format.", [*FORMATS])]
    operation |= {"operationId": "list_with_ending", "summary": "A list in the format of its address's ending"}
    operation["description"] = "As /api/{plural} gives it, whose filters and orders it takes too."
    placed = [_query(name, says, {"type": "string", "enum": values}) for name, says, values in endings]
    common = [each for each in operation["parameters"] if each["name"] in ("limit", "cursor", "count")]
    operation["parameters"] = [*({**each, "in": "path", "required": True} for each in placed), *common]
    content = operation["responses"]["200"]["content"]
    content["application/json"] = {"schema": {"type": "object"}}
    return {"get": operation}


def _alternatives(plural: str) -> str:
    *others, last = (f"/api/{plural}.{ending}" for ending in FORMATS if ending != "json")
    return f"{', '.join(others)} and {last}"


async def _filter(held: Served, made: Listing, filter: Parameter) -> Spec:
    """A filter. A date is given once; anything else several times, for one or the other."""
    schema: Spec = dict(_SHAPES.get(filter.type, {"type": "string"}))
    if filter.type == "concept":
        schema["enum"] = [code(iri) for iri in await codes(held.ask, filter.kind)]
    if filter.type not in _SHAPES:
        schema = {"type": "array", "items": schema, "maxItems": MOST_COMBINED}
    spec = {"name": filter.name, "in": "query", "description": _sentence(filter.says), "schema": schema}
    example = await _value(held, made, filter) if filter.type == "iri" else ""
    return spec | ({"example": [example]} if example else {})


async def _value(held: Served, made: Listing, filter: Parameter) -> str:
    """A thing that the release holds, as a filter takes it: the one its query names, else the first of its kind."""
    if not await unknown(held.ask, made.query.name, {filter.name: [filter.example]}):
        return filter.example
    plural = KINDS.get(filter.kind, "")
    return await _slug(held, filter.kind, plural) if plural else ""


def _standing(made: Listing) -> list[Spec]:
    orders = [*made.sorts, *(f"-{each}" for each in made.sorts)]
    order = {"type": "string", "enum": orders, "default": orders[0]}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    undated = " By date, what has none comes last in both." if "date" in made.sorts else ""
    return [
        _query("sort", f"The order; with `-` the last first.{undated}", order),
        _query("limit", "Things on a page.", limit),
        _query("cursor", "Where a page begins; taken from the link to it.", {"type": "string"}),
        _query("count", "1 to be told how many there are in all.", {"type": "integer", "enum": [0, 1], "default": 0}),
    ]


def _query(name: str, says: str, schema: Spec) -> Spec:
    return {"name": name, "in": "query", "description": says, "schema": schema}


def _with_things(paths: Spec) -> Spec:
    """The paths, the one for a thing of any kind taken apart by kinds, so that each has examples of its own."""
    any_kind = paths.pop("/api/{plural}/{slug}")["get"]
    for kind, plural in KINDS.items():
        paths.setdefault(f"/api/{plural}/{{slug}}", {"get": _thing(any_kind, kind)})
    return paths


def _thing(any_kind: Spec, kind: str) -> Spec:
    operation: Spec = copy.deepcopy(any_kind)
    operation["operationId"] = f"one_{kind}"
    operation["summary"] = f"One {kind}, with its parts"
    operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "plural"]
    return operation


def _show(operation: Spec, example: Example) -> None:
    """Put an example beside what it is one of; its address alone, where the answer is too long to be read here."""
    for parameter in operation["parameters"]:
        if parameter["name"] in example.given:
            parameter["example"] = example.given[parameter["name"]]
    if len(json.dumps(example.answer)) <= LONGEST_EXAMPLE:
        operation["responses"]["200"]["content"]["application/json"]["example"] = example.answer
    for media_type, told in example.others.items():
        operation["responses"]["200"]["content"][media_type]["example"] = told
    if example.body is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = example.body


async def _slug(held: Served, kind: str, plural: str) -> str:
    listed = listing(held.ask, kind, plural)
    found, _ = await page(held.ask, await held.order(), listed, {}, Span(listed.sorts[0], False, None, 1))
    return code(found[0].ref.iri) if found else ""


def _errors(path: str, method: str) -> list[Problem]:
    """Every problem that an operation may answer with."""
    kinds: list[type[Exception]] = [*_ANY_TIME]
    kinds += _OF_THINGS if "{slug}" in path else []
    kinds += [errors.NotAcceptable] if path.removeprefix("/api/") in ("/api", *KINDS.values(), _ENDING) else []
    kinds += _OF_POST if method == "post" else [errors.PreconditionFailed]
    kinds += [errors.BodyTooLarge] if path in _OF_SENTENCES and method == "get" else []
    return [*(TABLE[kind] for kind in kinds), *([NOT_FOUND] if path.endswith(_ENDING) else []), INTERNAL]


def _also(path: str) -> Spec:
    """Answers to a GET that are neither success nor problem."""
    current = {"304": {"description": "What If-None-Match names is current.", "headers": _TAG}}
    return current | ({"301": _RENAMED} if "{slug}" in path else {})


def _responses(given: Mapping[str, Any], problems: Iterable[Problem], base: str) -> Spec:
    """The successful answers, and each status with the types of problem that have it."""
    by_status: dict[int, list[Problem]] = {}
    for problem in problems:
        by_status.setdefault(problem.status, []).append(problem)
    successes = {status: each for status, each in given.items() if status.startswith("2")}
    return successes | {str(status): _problem(by_status[status], base) for status in sorted(by_status)}


def _problem(problems: list[Problem], base: str) -> Spec:
    shown = {each.slug: {"summary": each.title, "value": _example(each, base)} for each in problems}
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{_REF}Problem"}, "examples": shown}}
    headers = _OF_STATUS.get(problems[0].status)
    told = {"description": "; ".join(each.title for each in problems) + ".", "content": content}
    return told | ({"headers": headers} if headers else {})


def _example(problem: Problem, base: str) -> Spec:
    return {
        "type": f"{base}problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.says,
        "instance": "/api/claims",
    }


def _sentence(says: str) -> str:
    return f"{says[:1].upper()}{says[1:]}."


router.add_route(PATH, openapi)
