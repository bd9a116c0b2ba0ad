"""The formats of answers: media type → short name, per query form and for documents, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaughn.errors import NotAcceptable
from vaughn.store.engine import GRAPH_TYPES, JSONLD, SOLUTION_TYPES, Form
from vaughn.web.negotiation import choose

HTML = "text/html"

_TRUTH: Mapping[str, str] = {
    SOLUTION_TYPES["json"]: "json",
    SOLUTION_TYPES["xml"]: "xml",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    HTML: "html",
}
_ROWS: Mapping[str, str] = {media_type: name for name, media_type in SOLUTION_TYPES.items()} | dict(_TRUTH)
_GRAPH: Mapping[str, str] = {media_type: name for name, media_type in GRAPH_TYPES.items()} | {
    JSONLD: "jsonld",
    "application/xml": "rdf",
    "text/plain": "nt",
    HTML: "html",
}

DOCUMENTS: Mapping[str, str] = {
    "ttl": GRAPH_TYPES["ttl"],
    "jsonld": JSONLD,
    "nt": GRAPH_TYPES["nt"],
    "rdf": GRAPH_TYPES["rdf"],
    "json": "application/json",
}
"""The documents of a thing: ending → media type."""


def offered(form: Form) -> Mapping[str, str]:
    """Media type → format for a query form; rows in four formats, a truth value in two (SPARQL 1.1 CSV and TSV §1)."""
    if form.graph:
        return _GRAPH
    return _TRUTH if form is Form.ASK else _ROWS


def negotiate(accept: Sequence[str], asked: str, offers: Mapping[str, str]) -> tuple[str, str]:
    """The media type to send and its format. asked: a `format=` parameter, which goes before the Accept header.

    Raises NotAcceptable, listing what can be had.
    """
    if asked:
        for media_type, name in offers.items():
            if asked in (name, media_type):
                return media_type, name
    else:
        chosen = choose(accept, tuple(offers))
        if chosen:
            return chosen, offers[chosen]
    raise NotAcceptable(asked or ", ".join(accept), tuple(offers))
