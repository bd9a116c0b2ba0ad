"""The query side of the SPARQL 1.1 Protocol: a request read into an operation, and nothing done yet (§2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from vaughn.errors import BodyTooLarge, MediaTypeUnsupported, MethodRefused, ParameterFaulty, UpdateRefused
from vaughn.store.escapes import decoded
from vaughn.web.bodies import content_type, limited
from vaughn.web.sending import announced
from vaughn.web.staying import PARAMETER

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "QUERY")

_PROTOCOL = frozenset(
    {"query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"}
)
_ENVELOPE = 65_536
_MOST_FIELDS = 1000
QUICK = 65_536
"""Characters and bytes up to which a text is read at once; longer ones take up to a second, and a thread (measured)."""

_BYTE_ORDER_MARK = "\ufeff"
_MOST_BYTES_A_CHARACTER = 4
_ENCODED = 3  # characters of a form for each of its bytes, at most

Pairs = list[tuple[str, str]]
Given = dict[str, list[str]]


@dataclass(frozen=True)
class Operation:
    """A query to run. The graphs are None when the request names no dataset at all (§2.1.4).

    text: with its escaped characters themselves (SPARQL 1.1 Query §19.2). sent: as it came, for whoever sent it.
    format: what `format=` asks for, or "". seconds: what `timeout=` asks for. partial: whether `partial=1` allows the
    first rows only.
    """

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str
    seconds: float | None
    partial: bool = False
    sent: str = ""


async def read(request: Request, most_characters: int) -> Operation | None:
    """The operation, or None for a GET without any parameter of the protocol.

    Raises MethodRefused, MediaTypeUnsupported, BodyTooLarge, UpdateRefused, and ParameterFaulty for a query that is
    missing, empty or given twice, and for bytes that are not UTF-8.
    """
    if request.method not in METHODS:
        raise MethodRefused(request.method, METHODS)
    pairs = decode(request.scope["query_string"])
    if request.method in ("POST", "QUERY"):
        pairs += _no_release(await _body(request, most_characters))
    elif not _PROTOCOL.intersection(name for name, _ in pairs):
        return None
    return operation(pairs, most_characters)


async def _body(request: Request, most_characters: int) -> Pairs:
    """The parameters that a body carries; a query posted directly is its `query`, an update its `update`."""
    media_type, charset = content_type(request)
    if not media_type and not announced(request.scope):
        return []
    if media_type not in (FORM, QUERY, UPDATE) or charset not in ("", "utf-8", "utf8"):
        raise MediaTypeUnsupported(request.headers.get("content-type", ""), (FORM, QUERY))
    if media_type == UPDATE:
        return [("update", "")]
    most = most_characters * _MOST_BYTES_A_CHARACTER * (_ENCODED if media_type == FORM else 1)
    raw = await limited(request, most + _ENVELOPE)
    if media_type != FORM:
        return [("query", _utf8("query", raw))]
    return decode(raw) if len(raw) <= QUICK else await run_in_threadpool(decode, raw)


def _no_release(pairs: Pairs) -> Pairs:
    """The parameters of a body. Raises ParameterFaulty where they ask for a release: which one answers is settled
    before a body is read."""
    if any(name == PARAMETER for name, _ in pairs):
        raise ParameterFaulty(PARAMETER, "given in the body; it belongs in the address, as in /sparql?release=…")
    return pairs


def decode(encoded: bytes) -> Pairs:
    """Form-encoded pairs, decoded once."""
    _utf8("query string", encoded)
    fields = encoded.replace(b"+", b" ").split(b"&")
    if len(fields) > _MOST_FIELDS:
        raise ParameterFaulty("query string", f"more than {_MOST_FIELDS:,} parameters")
    try:
        return [_pair(field) for field in fields if field]
    except UnicodeDecodeError:
        raise ParameterFaulty("query string", "not UTF-8 once decoded") from None


def _pair(field: bytes) -> tuple[str, str]:
    name, _, value = field.partition(b"=")
    return unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()


def _utf8(what: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParameterFaulty(what, f"not UTF-8 at byte {error.start}") from None


def operation(pairs: Pairs, most_characters: int) -> Operation:
    """What the parameters ask for, however they came. Raises UpdateRefused, BodyTooLarge, ParameterFaulty."""
    given: Given = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise UpdateRefused
    text = (_single(given, "query") or "").removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        raise ParameterFaulty("query", "empty" if "query" in given else "missing")
    if len(text) > most_characters:
        raise BodyTooLarge(most_characters, "characters")
    default, named = _all(given, "default-graph-uri"), _all(given, "named-graph-uri")
    return Operation(
        text=decoded(text),
        default_graphs=default if named is None else default or (),
        named_graphs=named if default is None else named or (),
        format=_single(given, "format") or "",
        seconds=_seconds(_single(given, "timeout")),
        partial=_yes("partial", _single(given, "partial")),
        sent=text,
    )


def _all(given: Given, name: str) -> tuple[str, ...] | None:
    """Every value of a parameter, or None where it is not given."""
    return tuple(given[name]) if name in given else None


def _single(given: Given, name: str) -> str | None:
    values = given.get(name, [])
    if len(values) > 1:
        raise ParameterFaulty(name, f"given {len(values)} times, not once")
    return values[0] if values else None


def _yes(name: str, given: str | None) -> bool:
    if given not in (None, "", "0", "1"):
        raise ParameterFaulty(name, f"{given!r} is neither 0 nor 1")
    return given == "1"


def _seconds(given: str | None) -> float | None:
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise ParameterFaulty("timeout", f"{given!r} is not a number of seconds above zero")
    return seconds
