"""The drawing of a timeline."""

from __future__ import annotations

import pytest

from vaughn.model import Happening, Ref
from vaughn.web.chart import LEFT, WIDTH, draw


def happening(date: str, type: str = "hearing") -> Happening:
    return Happening(Ref(f"e:{date}", date), date, (Ref(f"t:{type}", type),), (), ())


def test_a_mark_is_as_long_as_its_date_is_uncertain() -> None:
    chart = draw([happening("2019"), happening("2019-06"), happening("2019-06-15"), happening("2020-01-01")])
    assert chart is not None
    year, month, day, _ = (mark.end - mark.x for mark in chart.marks)
    assert year > month > day == 0


def test_earlier_stands_to_the_left_and_all_within_the_drawing() -> None:
    chart = draw([happening("1973"), happening("1999-12-31"), happening("2026-11")])
    assert chart is not None
    assert [mark.x for mark in chart.marks] == sorted(mark.x for mark in chart.marks)
    assert all(LEFT <= mark.x <= mark.end <= WIDTH for mark in chart.marks)
    assert [year for year, _ in chart.ticks] == list(range(1975, 2027, 5))


def test_each_type_has_a_lane_the_fullest_first() -> None:
    chart = draw([happening("2001", "visit"), happening("2002", "letter"), happening("2003", "letter")])
    assert chart is not None
    assert [name for name, _ in chart.lanes] == ["letter", "visit"]
    assert [mark.y for mark in chart.marks] == [chart.lanes[1][1], chart.lanes[0][1], chart.lanes[0][1]]


def test_what_had_happened_is_drawn_no_later_than_it_was_told() -> None:
    dates = [happening("2025"), happening("2026"), happening("2026-08"), happening("2027")]
    told = draw(dates, "2026-08-01T10:00:00Z")
    free = draw(dates)
    assert told is not None
    assert free is not None
    assert [one.end < other.end for one, other in zip(told.marks, free.marks, strict=True)] == [
        False,
        True,
        True,
        False,
    ]
    assert told.marks[1].end == told.marks[2].end == told.marks[2].x


@pytest.mark.parametrize("dates", [[], ["2001"], ["2001", "", "unknown"]])
def test_fewer_than_two_dates_make_no_drawing(dates: list[str]) -> None:
    assert draw([happening(date) for date in dates]) is None


def test_what_has_no_date_is_counted() -> None:
    chart = draw([happening("2001"), happening("2002"), happening(""), happening("unknown")])
    assert chart is not None
    assert chart.undated == 2
