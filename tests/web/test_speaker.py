"""What is said of review, above a thing."""

from __future__ import annotations

import pytest

from vaughn.iris import NS
from vaughn.model import Description, Ref, Statement
from vaughn.web.speaker import unreviewed

STATES = "https://example.org/site/concept/review-state/"


@pytest.mark.parametrize(
    ("kind", "state", "silent"),
    [("event", "reviewed", True), ("event", "not-reviewed", False), ("event", "", False), ("judgement", "", True)],
)
def test_only_a_recorded_review_silences_the_notice(kind: str, state: str, silent: bool) -> None:
    said = Statement(Ref(f"{NS}reviewState", "review state"), (Ref(STATES + state, state),))
    thing = Description(Ref("https://example.org/site/id/event/one", "One"), kind, (said,) if state else ())
    assert (unreviewed(thing) is None) is silent
