"""Pages from templates: one environment, escaping on, every link local."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vaughn.answer import by_analogy, doubted, evidence_sentence, given_up, states
from vaughn.errors import IriInvalid
from vaughn.iris import KINDS, PART_OWNERS, Iris, anchor, compact, page_path
from vaughn.search import telling
from vaughn.web.notation import quoted
from vaughn.web.places import local_path, root
from vaughn.web.releases import served
from vaughn.web.responses import cacheable
from vaughn.web.staying import leaving, page_staying
from vaughn.web.tables import lay_out

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"


def render(
    request: Request, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> Response:
    """A page that a cache may keep, unless its headers say otherwise or it tells of a fault. Templates see the
    release's manifest, the path, and whatever the caller gives."""
    text, given = page(request, template, **context), dict(headers or {})
    if status == HTTPStatus.OK and "Cache-Control" not in given:
        return cacheable(request, text.encode(), "text/html", given)
    return HTMLResponse(text, status, {"Cache-Control": "no-store", **given})


def page(request: Request, template: str, **context: Any) -> str:
    """A page's text."""
    release = served(request).release
    standing = {
        "manifest": release.manifest,
        "past": served(request).past,
        "latest": leaving(request),
        "path": local_path(request),
        "root": root(request.scope),
        "kinds": KINDS,
        "href": lambda iri: href(release.iris, iri, root(request.scope)),
        "curie": lambda iri: compact(iri, release.prefixes),
        "code": code,
    }
    return page_staying(request.scope, environment().get_template(template).render(standing | context))


@cache
def environment() -> jinja2.Environment:
    """The one template environment: escaping always, but for Turtle (by a filter) and the opening query, into which
    nothing is put; an undefined name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=jinja2.select_autoescape(disabled_extensions=("ttl", "rq"), default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = static_path
    made.filters["words"] = lambda number, one, many: f"{number:,} {one if number == 1 else many}"
    made.filters["short"] = lambda digest: digest.rpartition(":")[2][:12]
    made.filters["turtle"] = quoted
    made.filters["host"] = lambda url: (urlsplit(url).hostname or "").removeprefix("www.")
    made.filters["laid_out"] = lay_out
    made.filters["evidence"] = evidence_sentence
    made.tests["analogous"] = by_analogy
    made.tests["doubted"] = doubted
    made.tests["given_up"] = given_up
    made.filters["telling"] = telling
    made.filters["states"] = states
    made.filters["sentence"] = sentence
    return made


def sentence(text: str) -> str:
    """A text as a sentence begins; one that begins with an IRI stays as it is."""
    return text if urlsplit(text.partition(" ")[0]).netloc else text[:1].upper() + text[1:]


@cache
def static_path(name: str) -> str:
    """A static file's path with its digest, so that a browser never keeps an old one."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def href(iris: Iris, iri: str, root: str = "") -> str:
    """Where a link to an IRI leads: a local path for the site's own, the IRI itself for the web's, "" for neither.

    root: where the service is mounted.
    """
    try:
        name = iris.parse(iri)
    except IriInvalid:
        return iri if urlsplit(iri).scheme in ("http", "https") else ""
    owners = PART_OWNERS.get(name.scope, ())
    if name.what == "part" and len(owners) == 1:
        return f"{root}/{owners[0]}/{name.slug}#{anchor(name)}"
    return root + page_path(name)


def href_beside(iris: Iris, root: str, parts: Set[str], iri: str) -> str:
    """Where a link leads on a page that shows these parts: to the place of one of them, else as anywhere."""
    return f"#{anchor(iris.parse(iri))}" if iri in parts else href(iris, iri, root)


def code(iri: str) -> str:
    """The last step of an IRI: a concept's code, a thing's slug."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]
