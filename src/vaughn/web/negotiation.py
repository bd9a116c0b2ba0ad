"""Which of the media types a service can give a client likes best (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105  the grammar's word, not a secret
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True)
class MediaRange:
    """One range of an Accept header. weight lies between 0 (never) and 1."""

    main: str
    sub: str
    weight: float

    @property
    def specificity(self) -> int:
        """0 for */*, 1 for type/*, 2 for a whole type."""
        return (self.main != "*") + (self.sub != "*")

    def covers(self, media_type: str) -> bool:
        main, _, sub = media_type.partition("/")
        return self.main in ("*", main) and self.sub in ("*", sub)


MOST = 100
"""Elements of a request's Accept headers that are read."""

_MOST_REMEMBERED = 128
_WHOLE = 2  # the specificity of a whole type
_SENT_AS: Mapping[str, str] = {"application/xhtml+xml": "text/html"}
"""Names under which a type is asked for that is sent under another."""

_ANYTHING = MediaRange("*", "*", 1.0)


def choose(accept: Iterable[str], offered: Sequence[str]) -> str | None:
    """The offered type that suits best, or None when the client refuses them all.

    accept: every Accept header line. Each offered type takes the weight of the most specific range that covers it;
    the heaviest wins, then the one named more specifically, then the one offered first. No header, or none that can
    be read, means anything. A type that is only another name for one that is sent suits where a range names it whole,
    and nowhere that the type that is sent is refused by its own name.
    """
    return _chosen(tuple(accept), tuple(offered))


@lru_cache(_MOST_REMEMBERED)
def _chosen(accept: tuple[str, ...], offered: tuple[str, ...]) -> str | None:
    ranges = read(accept)
    ranked = [(*_suiting(ranges, media_type), -place) for place, media_type in enumerate(offered)]
    best = max(ranked, default=None)
    if best is None or best[0] == 0:
        return None
    return offered[-best[2]]


def read(accept: Iterable[str]) -> list[MediaRange]:
    """The ranges of all header lines, MOST at most; an element that is no media range is left out."""
    elements = (element for line in accept for element in _split(line, ","))
    ranges = [found for found in map(_media_range, islice(elements, MOST)) if found]
    return ranges or [_ANYTHING]


def _suiting(ranges: Sequence[MediaRange], media_type: str) -> tuple[float, int]:
    """The weight of an offered type, and how specifically it was named."""
    found, sent = _preference(ranges, media_type), _SENT_AS.get(media_type, "")
    if sent and (found[1] < _WHOLE or _preference(ranges, sent) == (0.0, _WHOLE)):
        return 0.0, 0
    return found


def _preference(ranges: Sequence[MediaRange], media_type: str) -> tuple[float, int]:
    covering = [found for found in ranges if found.covers(media_type)]
    if not covering:
        return 0.0, 0
    closest = max(found.specificity for found in covering)
    return max(found.weight for found in covering if found.specificity == closest), closest


def _media_range(element: str) -> MediaRange | None:
    head, *parameters = (piece.strip() for piece in [*_split(element, ";"), ""])
    matched = _RANGE.fullmatch("*/*" if head == "*" else head)
    if not matched or (matched[1] == "*" and matched[2] != "*"):
        return None
    return MediaRange(matched[1].lower(), matched[2].lower(), _weight(parameters))


def _weight(parameters: Iterable[str]) -> float:
    """The q parameter; one that cannot be read says nothing, so the range keeps its full weight."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q" and _WEIGHT.fullmatch(value.strip()):
            return float(value)
    return 1.0


def _split(text: str, separator: str) -> Iterator[str]:
    """The text at its separators, those inside a quoted string left alone; one that is not closed goes on to the end.
    The time is linear in the text, whatever stands in it."""
    pieces = re.finditer(rf'(?>(?:"(?>(?:\\.|[^"\\])*)"?+|[^"{separator}]++)+)', text)
    return (piece[0] for piece in pieces if not piece[0].isspace())
