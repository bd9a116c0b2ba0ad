"""Named queries: each is a page with a form, and an endpoint for every format its answer can take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import unknown
from vaughn.errors import NotAcceptable, ParameterInvalid
from vaughn.querybook import NamedQuery
from vaughn.store import jsonld
from vaughn.store.engine import TYPES, Form
from vaughn.store.results import leading, triples
from vaughn.web import parameters, problems
from vaughn.web.documents import vocabulary
from vaughn.web.formats import HTML, offered
from vaughn.web.headers import UNKNOWN
from vaughn.web.parameters import taking
from vaughn.web.past import PARAMETER
from vaughn.web.releases import served
from vaughn.web.rendering import render
from vaughn.web.responses import cacheable, links

router = APIRouter()

Values = dict[str, list[str]]

_REVIEW = "about#review"
"""Below the base: where it is said what may be taken of answers that name no reviewer, which rows have no place for."""

_DESCRIBED = links((f"/{_REVIEW}", {"rel": "describedby", "type": HTML, "title": "Who has checked it"}))
_MOST_ROWS = 500
_MOST_NAMED = 16


@taking()
async def index(request: Request) -> Response:
    """/queries: every question by subject."""
    subjects: dict[str, list[NamedQuery]] = {}
    for query in served(request).release.book.questions():
        subjects.setdefault(query.name.split("/")[0], []).append(query)
    return render(request, "queries.html", subjects=subjects)


async def one(request: Request) -> Response:
    """/queries/<name> is the page, /queries/<name>.<format> the answer."""
    name, dot, ending = request.path_params["name"].partition(".")
    query = served(request).release.book[name]
    values = _values(request, query)
    served(request).trusted(query)
    return await _data(request, query, values, ending) if dot else await _page(request, query, values)


async def _data(request: Request, query: NamedQuery, values: Values, ending: str) -> Response:
    endings = _endings(query)
    if ending not in endings:
        raise NotAcceptable(ending, endings)
    ask = served(request).ask
    body = (await ask.serialised(query.name, "nt" if ending == "jsonld" else ending, values)).body
    if ending == "jsonld":
        body = jsonld.graph(triples(body), vocabulary(request))
    body = leading(body, ending, served(request).release.manifest.base + _REVIEW)
    headers = _warned(await unknown(ask, query.name, values)) | _DESCRIBED
    return cacheable(request, body, TYPES[ending], headers)


def _warned(names: Sequence[str]) -> dict[str, str]:
    """The header that names what nothing here answers to, each as it was given, in a URL's letters."""
    return {UNKNOWN: ", ".join(quote(name, safe=":/#") for name in names[:_MOST_NAMED])} if names else {}


async def _page(request: Request, query: NamedQuery, values: Values) -> Response:
    """The form, and the answer where every required parameter is given; a faulty one is told above the form.

    Raises ParameterInvalid to a client that would rather not have a page.
    """
    answer: dict[str, Any] = {"rows": None, "graph": None, "fault": "", "unknown": ()}
    try:
        if all(values.get(each.name) or not each.required for each in query.parameters.values()):
            answer |= await _answer(request, query, values)
    except ParameterInvalid as error:
        if not problems.as_page(request):
            raise
        answer["fault"] = str(error)
    asked = urlencode(values | _release(request), doseq=True, safe=":")
    answer |= {"query": query, "values": values, "endings": _endings(query), "asked": asked, "most": _MOST_ROWS}
    status, headers = (400, {"Vary": "Accept"}) if answer["fault"] else (200, {})
    return render(request, "query.html", status, headers, **answer)


async def _answer(request: Request, query: NamedQuery, values: Values) -> dict[str, Any]:
    ask = served(request).ask
    if Form(query.form).graph:
        answer: dict[str, Any] = {"graph": (await ask.serialised(query.name, "ttl", values)).body.decode()}
    else:
        answer = {"rows": await ask.table(query.name, **values)}
    return {**answer, "unknown": await unknown(ask, query.name, values)}


def _values(request: Request, query: NamedQuery) -> Values:
    """The parameters given; an empty field of the form is one not given. Raises ParameterFaulty for any other name."""
    given = parameters.read(request, [*query.parameters], "this query", f"/queries/{query.name}.{_endings(query)[0]}")
    return {name: kept for name, values in given.items() if (kept := [each for each in values if each])}


def _release(request: Request) -> dict[str, list[str]]:
    """The release asked for, for links to other forms of the same answer."""
    given = request.query_params.get(PARAMETER)
    return {PARAMETER: [given]} if given else {}


def _endings(query: NamedQuery) -> list[str]:
    """The formats that a query's answer can take, as its addresses end."""
    return [name for name in dict.fromkeys(offered(Form(query.form)).values()) if name != "html"]


router.add_route("/queries", index)
router.add_route("/queries/{name:path}", one)
