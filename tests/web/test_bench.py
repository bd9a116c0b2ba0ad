"""What the benches ask is what the service answers: they are run by hand, and would measure refusals."""

from __future__ import annotations

from pathlib import Path

from bench import scale
from bench.load import Mix
from vaughn.settings import Settings
from vaughn.store.release import open_release
from web.conftest import FACTS, SITE, make_release, running

SLUG = "desks-exist"
PART = "/sitemap-1.xml"
"""Not there while the map is short."""

HERE = {
    "source=generated-7": "source=desk-report",
    "publisher=generated-7": "publisher=chair-board",
    "category=duty-station": "category=headcount",
}
"""What lists are narrowed by there, and what here."""


def here(path: str) -> str:
    for there, value in HERE.items():
        path = path.replace(there, value)
    return path


def test_what_the_benches_ask_of_a_claim_is_answered(tmp_path: Path) -> None:
    release = open_release(make_release(tmp_path, "first", FACTS.read_text(encoding="utf-8")))
    mix = Mix(release, [SLUG])
    of_load, of_scale = [mix.next() for _ in range(4)], [each(SLUG) for each in scale.LOOK_UPS.values()]
    lists = [here(path) for path in scale.LISTS.values() if path != PART]
    asked = [path.replace("{base}", SITE.base) for path in (*of_load, *of_scale, *lists)]
    with running(tmp_path, Settings(workers=1)) as client:
        assert {path: client.get(path).status_code for path in asked} == dict.fromkeys(asked, 200)
