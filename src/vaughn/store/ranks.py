"""The place of an RDF term in a total order, as a string: what is less sorts before, by code points.

See `ordering` for the order and why there is one. Numbers and instants are exact: no float stands between.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import TypeAlias

import pyoxigraph as ox

from vaughn.store.deaths import die_of_memory

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_SHORT = 64
_DEEPEST = 100  # triple terms within one another; what lies deeper does not count
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING, _BOOLEAN, _DOUBLE, _SINGLE = (_XSD + name for name in ("string", "boolean", "double", "float"))
_NUMBER, _TEXT, _OTHER, _TRIPLE = "1", "2", "3", "4"
_MONTH = 2629746  # seconds: a 4,800th of the 400 years after which the calendar repeats
_REFERENCE = {"year": "1972", "month": "12", "day": "31", "hour": "0", "minute": "0", "second": "0"}
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_BIAS = 10**18  # above any exponent that a Decimal may have
_WIDTH = 19
_NINES = str.maketrans("0123456789", "9876543210")
_TRUTHS = {"1": "true", "0": "false"}

_DIGITS = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(rf"{_DECIMAL.pattern}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_INTEGERS = (
    "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
    "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
)  # fmt: skip
_NUMBERS: Mapping[str, re.Pattern[str]] = {
    **{_XSD + name: _DIGITS for name in _INTEGERS},
    _XSD + "decimal": _DECIMAL,
    _DOUBLE: _FLOAT,
    _SINGLE: _FLOAT,
}
_INFINITIES = {"INF": "4", "+INF": "4", "-INF": "0", "NaN": "5"}

_YEAR, _CLOCK = r"(?P<year>-?[0-9]{4,20})", r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}(?:\.[0-9]+)?)"
_MONTH_OF, _DAY_OF = r"(?P<month>[0-9]{2})", r"(?P<day>[0-9]{2})"
_ZONE = r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
_INSTANTS: Mapping[str, re.Pattern[str]] = {
    _XSD + name: re.compile(form + _ZONE)
    for name, form in {
        "dateTime": f"{_YEAR}-{_MONTH_OF}-{_DAY_OF}T{_CLOCK}",
        "dateTimeStamp": f"{_YEAR}-{_MONTH_OF}-{_DAY_OF}T{_CLOCK}",
        "date": f"{_YEAR}-{_MONTH_OF}-{_DAY_OF}",
        "time": _CLOCK,
        "gYear": _YEAR,
        "gYearMonth": f"{_YEAR}-{_MONTH_OF}",
        "gMonth": f"--{_MONTH_OF}",
        "gMonthDay": f"--{_MONTH_OF}-{_DAY_OF}",
        "gDay": f"---{_DAY_OF}",
    }.items()
}
_DURATIONS = frozenset(_XSD + name for name in ("duration", "yearMonthDuration", "dayTimeDuration"))
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>[0-9]{1,20})Y)?(?:(?P<months>[0-9]{1,20})M)?(?:(?P<days>[0-9]{1,20})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,20})H)?(?:(?P<minutes>[0-9]{1,20})M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)


def rank(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """What stands for a term in ORDER BY: an IRI or a blank node itself, a simple literal for the rest.

    Ends the process when memory runs out: the engine would take an error for an unbound key, and go on.
    """
    try:
        return ox.Literal(_rank(term, 0)) if isinstance(term, ox.Literal | ox.Triple) else term
    except MemoryError:
        die_of_memory()


def _rank(term: Term, depth: int) -> str:
    if isinstance(term, ox.Literal):
        return _literal(term)
    if isinstance(term, ox.Triple):
        return _triple(term, depth) if depth < _DEEPEST else _TRIPLE
    return term.value


def _triple(term: ox.Triple, depth: int) -> str:
    """Subject, predicate, object; a name never holds U+0000, and the object, which may, comes last."""
    subject, object_ = (_kind(each) + _rank(each, depth + 1) for each in (term.subject, term.object))
    return f"{_TRIPLE}{subject}\0{term.predicate.value}\0{object_}"


def _kind(term: Term) -> str:
    return "0" if isinstance(term, ox.BlankNode) else "1" if isinstance(term, ox.NamedNode) else "2"


def _literal(term: ox.Literal) -> str:
    text, datatype = term.value, term.datatype.value
    if datatype == _STRING:
        return _TEXT + text
    if term.language is not None:
        return f"{_TEXT}{text}\0{term.language}"
    return _kept(text, datatype) if len(text) < _SHORT else _value(text, datatype)


def _value(text: str, datatype: str) -> str:
    if (form := _NUMBERS.get(datatype)) and form.fullmatch(text):
        return _NUMBER + _number(text, datatype)
    return f"{_OTHER}{_family(datatype)}\0{_measured(text, datatype)}"


_kept = lru_cache(1 << 12)(_value)
"""Numbers and dates come again and again; what is kept of them is bounded."""


def _family(datatype: str) -> str:
    """Durations are one family: `<` compares each kind with the others."""
    return _XSD + "duration" if datatype in _DURATIONS else datatype


def _measured(text: str, datatype: str) -> str:
    """0 and a length of time or a point in it, or 1 and what is written."""
    if (form := _INSTANTS.get(datatype)) and (found := form.fullmatch(text)):
        return f"0{_magnitude(_instant(found))} {'Z' if found['zone'] else ''}"
    if datatype in _DURATIONS and (found := _DURATION.fullmatch(text)):
        return f"0{_magnitude(_length(found))}"
    return f"1{_TRUTHS.get(text, text) if datatype == _BOOLEAN else text}"


def _number(text: str, datatype: str) -> str:
    if text.isdecimal() and text[0] != "0":
        return _counted(text)
    if text in _INFINITIES:
        return _INFINITIES[text]
    if datatype == _DOUBLE:
        return _floating(float(text))
    if datatype == _SINGLE:
        return _floating(_single(text))
    return _magnitude(Decimal(text))


def _single(text: str) -> float:
    """The number of single precision that a text of xsd:float names."""
    try:
        return float(struct.unpack("f", struct.pack("f", float(text)))[0])
    except OverflowError:
        return float("-inf" if text.startswith("-") else "inf")


def _floating(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return _INFINITIES["INF" if value > 0 else "-INF"]
    return _magnitude(Decimal(value))


def _counted(digits: str) -> str:
    """The same as `_magnitude`, sooner, for a whole number above nothing."""
    return f"3{len(digits) - 1 + _BIAS}{digits.rstrip('0')}"


def _magnitude(value: Decimal) -> str:
    """1 for less than nothing, 2 for nothing, 3 for more; then the exponent, then the digits, the less the smaller."""
    if not value:
        return "2"
    mantissa, exponent = f"{value.copy_abs():e}".split("e")
    written = f"{int(exponent) + _BIAS:0{_WIDTH}}{mantissa.replace('.', '').rstrip('0')}"
    return f"3{written}" if value > 0 else f"1{written.translate(_NINES)}~"


def _instant(found: re.Match[str]) -> Decimal:
    """Seconds on the time line; what a form does not name is as in the reference dateTime of XSD 1.1 §E.3.5."""
    part = {**_REFERENCE, **found.groupdict()}
    days = _days(int(part["year"]), int(part["month"]), int(part["day"]))
    minutes = days * 1440 + int(part["hour"]) * 60 + int(part["minute"]) - _offset(found["zone"])
    return _EXACT.add(Decimal(minutes * 60), Decimal(part["second"]))


def _offset(zone: str | None) -> int:
    """Minutes by which a time zone is ahead of UTC."""
    if zone is None or zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:])
    return -minutes if zone[0] == "-" else minutes


def _days(year: int, month: int, day: int) -> int:
    """Days before a date in the Gregorian calendar, carried on in both directions; March begins the year here."""
    years, months = year - (month < 3), (month - 3) % 12
    return years * 365 + years // 4 - years // 100 + years // 400 + (153 * months + 2) // 5 + day


def _length(found: re.Match[str]) -> Decimal:
    """Seconds of a duration."""
    months = int(found["years"] or 0) * 12 + int(found["months"] or 0)
    minutes = (int(found["days"] or 0) * 24 + int(found["hours"] or 0)) * 60 + int(found["minutes"] or 0)
    length = _EXACT.add(Decimal(months * _MONTH + minutes * 60), Decimal(found["seconds"] or 0))
    return length.copy_negate() if found["sign"] else length
