"""Serialised answers of the store, read back into plain terms: our own bounded output, parsed in this process."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from vaughn.model import Table, Term, TermKind, Triple
from vaughn.store import rows

_KINDS: Mapping[str, TermKind] = {"uri": "uri", "literal": "literal", "typed-literal": "literal", "bnode": "bnode"}
_HEAD_OF_JSON = re.compile(rb'\A\s*\{\s*"head"\s*:\s*\{\s*(?:"link"\s*:\s*\[\s*\]\s*,?\s*)?(?=("?))')
_HEAD_OF_XML = re.compile(rb"<head\s*/>|(?<=<head>)\s*(?=</head>)|(?=</head>)")
_STRING = ox.Literal("").datatype
_REMEMBERED = 1 << 14  # terms of one graph: most stand in it often


def leading(body: bytes, format: str, address: str) -> bytes:
    """Serialised rows, or a truth value, whose head leads to where more is said of them: `link` of SPARQL 1.1 Query
    Results JSON (§3.1.2) and of the XML Format (§2.3). The same bytes in any format whose rows have no head.

    address: an IRI without a quotation mark or ampersand.
    """
    if format == "json":
        return _HEAD_OF_JSON.sub(lambda head: _led_json(head, address.encode()), body, count=1)
    if format == "xml":
        return _HEAD_OF_XML.sub(lambda head: _led_xml(head, address.encode()), body, count=1)
    return body


def _led_json(head: re.Match[bytes], address: bytes) -> bytes:
    return b'{"head":{"link":["' + address + (b'"],' if head[1] else b'"]')


def _led_xml(head: re.Match[bytes], address: bytes) -> bytes:
    link = b'<link href="' + address + b'"/>'
    return b"<head>" + link + b"</head>" if head[0].startswith(b"<") else link


def table(body: bytes) -> Table:
    """The rows of SPARQL 1.1 Query Results JSON, columns in the order of the projection."""
    read = json.loads(body)
    rows = tuple({name: _json_term(term) for name, term in row.items()} for row in read["results"]["bindings"])
    return Table(tuple(read["head"]["vars"]), rows)


def excerpt(body: bytes, most: int) -> Table:
    """The first rows of a whole result in JSON, `most` at most, and what is to be known of the others: they are not
    read, since that takes 40 µs for each, and the whole of a long text holds the interpreter (measured)."""
    number = rows.number(body)
    if number <= most:
        return table(body)
    shown = table(rows.first(body, "json", most))
    return Table(shown.columns, shown.rows, number - most, rows.bound(body, shown.columns))


def boolean(body: bytes) -> bool:
    """The truth value of SPARQL 1.1 Query Results JSON (§3.2.1)."""
    return bool(json.loads(body)["boolean"])


def triples(body: bytes) -> list[Triple]:
    """The triples of N-Triples, in the order of the text. Raises ValueError for a triple term."""
    return list(plain(ox.parse(body, format=ox.RdfFormat.N_TRIPLES)))


def plain(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[Triple]:
    """The engine's triples as terms. Raises ValueError for a triple term."""
    term = lru_cache(_REMEMBERED)(_term)
    for each in triples:
        yield term(each.subject), term(each.predicate), term(each.object)


def _json_term(term: Mapping[str, Any]) -> Term:
    return Term(_KINDS[term["type"]], term["value"], term.get("datatype", ""), term.get("xml:lang", ""))


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Term:
    if isinstance(term, ox.NamedNode):
        return Term("uri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if isinstance(term, ox.Literal):
        return _literal(term)
    raise ValueError(f"{term} is a triple term, which JSON-LD 1.1 cannot say")


def _literal(term: ox.Literal) -> Term:
    """As SPARQL results give it: no datatype for strings and for text in a language."""
    if term.language:
        return Term("literal", term.value, lang=term.language)
    return Term("literal", term.value, "" if term.datatype == _STRING else term.datatype.value)
