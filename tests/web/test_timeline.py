"""The timeline of oversight and the page of statistics."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from vaughn.settings import Settings
from web.conftest import BROWSER, FACTS, Client, make_release, running


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a release that holds three events: of a day, of a year, and without a date or narrower class."""
    folder = tmp_path_factory.mktemp("eventful")
    make_release(folder, "eventful", FACTS.read_text("utf-8") + FACTS.with_name("events.ttl").read_text("utf-8"))
    with running(folder, Settings(workers=1)) as client:
        yield client


def told(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/event/([^"]*)">', page)


def test_every_event_stands_once_from_the_earliest_and_the_undated_last(eventful: Client) -> None:
    page = eventful.page("/timeline")
    assert told(page) == ["desk-review", "desk-hearing", "desk-letter"]
    assert "Hearing on &lt;desks&gt;" in page
    assert 'id="y-2019"' in page
    assert 'id="y-unknown"' in page


def test_the_timeline_says_first_that_nobody_has_reviewed_it(eventful: Client) -> None:
    page = eventful.page("/timeline")
    assert page.index("take it that no person has reviewed what stands here") < page.index('class="mark" x1')
    assert "no person has reviewed" not in eventful.page("/timeline?from=2030-01-01")


def test_the_drawing_has_a_mark_for_each_dated_event_and_says_how_many_have_none(eventful: Client) -> None:
    page = eventful.page("/timeline")
    assert page.count('class="mark" x1') == 2
    assert "1 event has no date" in page


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("from=2025-02-01&to=2025-01-01", "to"),
        ("from=2025-02-01&from=2025-01-01", "from"),
        ("from=2025", "from"),
    ],
)
def test_a_span_that_is_none_is_told_above_the_form_or_as_a_problem(
    eventful: Client, asked: str, parameter: str
) -> None:
    page = eventful.get(f"/timeline?{asked}", BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert page.headers["vary"] == "Accept"
    assert "<strong>Not run.</strong>" in page.text
    assert "of 3." not in page.text
    told = eventful.get(f"/timeline?{asked}", "application/json")
    assert (told.status_code, told.headers["content-type"]) == (400, "application/problem+json")
    assert told.json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("from=2020-01-01", ["desk-hearing"]),
        ("to=2019-12-31&body=&from=", ["desk-review"]),
        ("body=body:office-of-desks", ["desk-review", "desk-hearing"]),
        ("from=2030-01-01", []),
    ],
)
def test_the_timeline_is_narrowed_by_body_and_days(eventful: Client, asked: str, found: list[str]) -> None:
    page = eventful.page(f"/timeline?{asked}")
    assert told(page) == found
    assert f"{len(found)} event{'' if len(found) == 1 else 's'} of 3." in page


@pytest.mark.parametrize("given", ["body:office-of-desks", "office-of-desks"])
def test_a_body_is_chosen_by_its_name(eventful: Client, given: str) -> None:
    page = eventful.page(f"/timeline?body={given}")
    assert '<option value="body:office-of-desks" selected>Office of Desks</option>' in page
    assert page.count(" selected>") == 1


def test_a_body_that_conducted_nothing_stays_chosen(eventful: Client) -> None:
    assert "<option selected>body:chair-board</option>" in eventful.page("/timeline?body=body:chair-board")


def test_a_faulty_day_is_told_above_the_form_and_nothing_is_shown(eventful: Client) -> None:
    response = eventful.get("/timeline?from=soon", BROWSER)
    assert response.status_code == 400
    assert "<strong>Not run.</strong>" in response.text
    assert told(response.text) == []


def test_a_parameter_that_the_timeline_lacks_is_refused(eventful: Client) -> None:
    assert eventful.get("/timeline?colour=red", BROWSER).status_code == 400


def test_a_body_that_nothing_is_known_of_is_named_as_such(eventful: Client) -> None:
    assert "Nothing in this release is named" in eventful.page("/timeline?body=body:office-of-lamps")


def test_a_release_without_events_says_that_this_says_nothing(client: Client) -> None:
    assert "That says nothing of the world." in client.page("/timeline")


def test_where_no_figures_were_imported_the_page_says_so(client: Client) -> None:
    assert "No annual figures have been imported into this release" in client.page("/statistics")


def test_a_date_shows_its_bounds_where_they_are_also_its_name(eventful: Client) -> None:
    row = eventful.page("/event/desk-hearing").partition('<tr id="date-held">')[2].partition("</tr>")[0]
    assert re.findall("<td>(.*?)</td>", row) == ["occurred on", "2020-02-29", "2020-02-29", "day"]


def test_what_rests_on_a_passage_shows_its_words_and_what_its_source_is_worth(eventful: Client) -> None:
    part = eventful.page("/body/office-of-desks").partition('id="role-counts-desks"')[2].partition("</section>")[0]
    assert "<h3>counts desks</h3>" in part
    assert part.count("<blockquote>“") == 2
    assert "The source is withdrawn." in part
    assert "(machine-written)" in part
    assert "role body" not in part
