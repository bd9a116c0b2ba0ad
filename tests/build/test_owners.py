"""A part belongs to the thing that uses it, also where a source, an event and a memorandum share a slug."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from small import THING, build_small, small_site
from vaughn.store.release import open_release

SHARED_SLUG = """\
@prefix body: <https://example.org/site/id/body/> .
@prefix date: <https://example.org/site/id/date/> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .

<https://example.org/site/id/event/gazette> vaughn:occurredOn date:gazette--occurred .

date:gazette--occurred vaughn:earliest "1900-01-01" .
"""


def test_a_date_belongs_to_the_event_that_uses_it_and_not_to_the_source_of_that_name(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    (site.graph / "event.ttl").write_text(SHARED_SLUG, encoding="utf-8")
    release = open_release(build_small(site, draft=True))
    store = ox.Store.read_only(str(release.store_path))
    part = ox.NamedNode(THING + "date/gazette--occurred")
    owners = [
        quad.object
        for quad in store.quads_for_pattern(part, None, None, ox.DefaultGraph())
        if quad.predicate.value.endswith("#partOfThing")
    ]
    assert owners == [ox.NamedNode(THING + "event/gazette")]
