"""What an engine takes beyond SPARQL 1.1 Query, by the names that a service description has for it (SPARQL 1.1 Service
Description §3.2.8, §3.2.11). Each list was found by asking the engine, and tests ask it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vaughn.terms import XSD

_GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
_SEP = "https://github.com/w3c/sparql-dev/blob/main/SEP/"


@dataclass(frozen=True)
class Extensions:
    """languages: what more of a language is read, by IRI, in words. functions: the IRIs of those that may be called by
    name, but for the casts that SPARQL 1.1 has itself (§17.5)."""

    languages: Mapping[str, str] = field(default_factory=dict)
    functions: tuple[str, ...] = ()


_LANGUAGES: Mapping[str, str] = {
    "https://www.w3.org/TR/sparql12-query/": "Triple terms, reifiers, literals with a base direction, and VERSION, as "
    "the drafts of SPARQL 1.2 have them",
    f"{_SEP}SEP-0002/sep-0002.md": "Sums and differences of dates, times and durations, and ADJUST",
    f"{_SEP}SEP-0006/sep-0006.md": "LATERAL",
}
_CASTS = tuple(
    XSD + name
    for name in (
        "date", "dayTimeDuration", "duration", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "time",
        "yearMonthDuration",
    )
)  # fmt: skip
_GEOMETRY = tuple(
    _GEOSPARQL + name
    for name in (
        "area", "asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference", "dimension", "distance",
        "ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside", "ehMeet", "ehOverlap",
        "envelope", "getSRID", "intersection", "isEmpty", "isSimple", "length", "perimeter", "rcc8dc", "rcc8ec",
        "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp", "rcc8tppi", "relate", "sfContains", "sfCrosses",
        "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin", "spatialDimension",
        "symDifference", "union",
    )
)  # fmt: skip

EMBEDDED = Extensions(_LANGUAGES, _CASTS + _GEOMETRY)
"""Of the embedded engine."""

_REMOTE: Mapping[str, Extensions] = {
    "oxigraph": Extensions(_LANGUAGES, _CASTS),
    "virtuoso": Extensions(functions=(f"{XSD}date", f"{XSD}time")),
}


def of_remote(engine: str) -> Extensions:
    """Of a remote engine by its name in the table, as far as strangers may use it; of one that was not tried, none."""
    return _REMOTE.get(engine, Extensions())
