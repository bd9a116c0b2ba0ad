"""Addresses in an answer from a release that was asked for by `release=`: each of ours leads to that release again.

What an answer says leaves by one of three ways, and each asks here: its headers, the text of a page, and the members of
its data that are addresses. So no template and no shape has to think of it.
"""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Scope

from vaughn.web.places import local_path, root

PARAMETER = "release"

_KEY = "vaughn.asked"
_OF_PATHS = "/:@!$&'()*+,;="  # beside letters, digits and what RFC 3986 §2.3 calls unreserved
_TARGET = re.compile(r"<(/[^>]*)>")
_TAG = re.compile(r"<(?:a|link|form)\s[^>]*>")
_ADDRESS = re.compile(r'(?<=\s)(href|action)="(/[^"]*)"')
_APART = re.compile(r'\srel="(?:stylesheet|icon|latest-version|version-history)"')
"""Of a link on a page that leads out of the release: to what is no release's, or to the current one (RFC 5829)."""

_FORM = re.compile(r'<form\s[^>]*method="get"')


def asking(scope: Scope, release: str) -> Scope:
    """The scope of a request that asked for a release. release: as it is written into addresses."""
    return {**scope, _KEY: release}


def staying(scope: Scope, target: str) -> str:
    """An address of ours within the release that was asked for. One that names a release already, or is none of ours,
    stays as it is, and so does every address where no release was asked for."""
    release: str = scope.get(_KEY, "")
    if not release or not target.startswith("/") or target.startswith("//"):
        return target
    split = urlsplit(target)
    if _names_one(split.query):
        return target
    query = "&".join(filter(None, [split.query, urlencode({PARAMETER: release})]))
    return urlunsplit(split._replace(query=query))


def leaving(request: Request) -> str:
    """This request's own address in whichever release is current, in a URL's letters."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != PARAMETER]
    path = root(request.scope) + "/" + quote(local_path(request).lstrip("/"), safe=_OF_PATHS)
    return path + (f"?{urlencode(pairs)}" if pairs else "")


def stay(scope: Scope, headers: MutableHeaders) -> None:
    """Let `Location` and every `Link` of an answer stay in the release."""
    if "location" in headers:
        headers["location"] = staying(scope, headers["location"])
    given = headers.getlist("link")
    if given:
        del headers["link"]
    for each in given:
        headers.append("link", _TARGET.sub(lambda found: f"<{staying(scope, found[1])}>", each))


def page_staying(scope: Scope, text: str) -> str:
    """Let every link and form of a page stay in the release, but for those whose `rel` leads out of it.

    text: of our own templates, in which only a tag has a `<` and an attribute's value no quotation mark.
    """
    return _TAG.sub(lambda found: _tag(scope, found[0]), text) if scope.get(_KEY) else text


def _tag(scope: Scope, tag: str) -> str:
    if _APART.search(tag):
        return tag
    tag = _ADDRESS.sub(lambda found: f'{found[1]}="{escape(staying(scope, unescape(found[2])))}"', tag)
    return tag + _field(scope) if _FORM.match(tag) else tag


def _field(scope: Scope) -> str:
    """What carries the release through a form sent by GET, which leaves the address's own query out."""
    return f'<input type="hidden" name="{PARAMETER}" value="{escape(scope[_KEY])}">'


def _names_one(query: str) -> bool:
    return any(name == PARAMETER for name, _ in parse_qsl(query, keep_blank_values=True))
