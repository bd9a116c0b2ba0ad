"""/api says what there is to ask."""

from __future__ import annotations

import re

from vaughn.iris import KINDS
from web.conftest import BROWSER, Client


def test_a_program_is_told_every_kind_and_where_everything_is(client: Client) -> None:
    response = client.get("/api")
    assert (response.headers["content-type"], response.headers["vary"]) == ("application/json", "Accept")
    told = response.json()
    assert [each["kind"] for each in told["kinds"]] == list(KINDS)
    places = [*(each["path"] for each in told["kinds"]), told["openapi"], told["documentation"], told["policy"]]
    places += [told["problems"], told["limits"], told["queries"], told["sparql"]]
    assert [client.get(place.partition("#")[0]).status_code for place in places if place != "/sparql"] == [200] * (
        len(places) - 1
    )
    assert told["kinds"][0]["one"] == told["kinds"][0]["path"] + "/{slug}"
    assert 'id="h-version"' in client.page("/docs")


def test_a_person_is_told_the_same_on_a_page_whose_links_lead_somewhere(client: Client) -> None:
    text = client.page("/api")
    for plural in KINDS.values():
        assert f'href="/api/{plural}"' in text
    main = text.partition("<main")[2].partition("</main")[0]
    for target in re.findall('href="([^"#]+)', main):
        assert client.get(target.replace("&amp;", "&")).status_code in (200, 303), target
    assert 'href="/api"' in client.page("/docs")


def test_it_stays_in_the_release_and_below_the_mount(client: Client) -> None:
    digest = client.get("/api").json()["release"]["digest"][:12]
    told = client.get(f"/api?release={digest}").json()
    assert told["openapi"] == f"/api/openapi.json?release={digest}"
    assert told["policy"] == f"/docs?release={digest}#h-version"


def test_other_types_cannot_be_had(client: Client) -> None:
    assert client.get("/api", "image/png").status_code == 406
    assert client.get("/api", BROWSER).headers["content-type"].startswith("text/html")
