"""Pages for people."""

from __future__ import annotations

import html
import json
import re
import shlex
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from vaughn.iris import KINDS
from web.conftest import BROWSER, Client

PAGES = [
    "/",
    "/claims",
    "/claims?evidenceState=disputed&authority=desk-act",
    "/timeline",
    "/statistics",
    "/search",
    "/search?q=desks+are+counted",
    "/graphs",
    "/dataset.html",
    "/shapes.html",
    "/claim/desks-are-counted",
    "/claim/desks-are-many",
    "/claim/desks-exist",
    "/sources",
    "/source/desk-report",
    "/source/withdrawn-note",
    "/body/office-of-desks",
    "/concept/judgement.html",
    "/concept/judgement/supports.html",
    "/ns.html",
    "/graph/small.html",
    "/queries",
    "/queries/claims/list",
    "/queries/claims/evidence",
    "/queries/claims/evidence?claim=claim:desks-are-counted",
    "/queries/claims/list?state=disputed",
    "/sparql",
    "/query",
    "/docs",
    "/about",
    "/limits",
    "/problems",
    "/problems/query-syntax",
]


class Outline(HTMLParser):
    """What a page is made of: tags with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_by_everybody(client: Client, path: str) -> None:
    outline = Outline(client.page(path))
    assert outline.all("html")[0]["lang"] == "en"
    assert [each["id"] for each in outline.all("main")] == ["main"]
    assert outline.all("a")[0] == {"class": "skip", "href": "#main"}
    assert len(outline.all("h1")) == len(outline.all("title")) == 1
    assert len(outline.all("table")) == len(outline.all("caption"))
    identities = [attributes["id"] for _, attributes in outline.tags if attributes.get("id")]
    assert len(identities) == len(set(identities))
    labelled = {attributes["for"] for attributes in outline.all("label")}
    assert labelled == {field["id"] for name in ("input", "textarea", "select") for field in outline.all(name)}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_script_and_has_no_style_of_its_own(client: Client, path: str) -> None:
    response = client.get(path, BROWSER)
    outline = Outline(response.text)
    assert {each["type"] for each in outline.all("script")} <= {"application/ld+json"}
    assert not outline.all("style")
    assert not [attributes for _, attributes in outline.tags if "style" in attributes or "onclick" in attributes]
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


def test_no_local_link_leads_nowhere(client: Client) -> None:
    outlines = [Outline(client.page(path)) for path in PAGES]
    targets = {str(link["href"]).partition("#")[0] for each in outlines for link in [*each.all("a"), *each.all("link")]}
    local = sorted(target for target in targets if target.startswith("/"))
    assert len(local) > 50
    broken = [target for target in local if client.get(target, BROWSER).status_code >= 400]
    assert broken == []


def test_every_anchor_that_is_linked_is_there(client: Client) -> None:
    for path in PAGES:
        outline = Outline(client.page(path))
        identities = {attributes.get("id") for _, attributes in outline.tags}
        wanted = {str(link["href"])[1:] for link in outline.all("a") if str(link["href"]).startswith("#")}
        assert wanted <= identities, path


def test_a_claim_page_says_at_once_what_no_person_has_reviewed(client: Client) -> None:
    text = client.page("/claim/desks-are-counted")
    assert text.index("No person has reviewed this claim or its 4 lines of evidence") < text.index("Evidence for it")
    assert text.count("No person has reviewed this line") == 4
    assert "No person has reviewed" not in client.page("/claim/desks-exist")


@pytest.mark.parametrize("path", ["/source/desk-report", "/body/office-of-desks", "/rationale/poor-counts"])
def test_a_page_says_at_once_that_no_review_of_the_thing_is_recorded(client: Client, path: str) -> None:
    text = client.page(path)
    assert text.index("No person is recorded as having reviewed what stands here.") < text.index("What the graph says")


def test_the_words_of_a_code_list_have_no_notice_of_review(client: Client) -> None:
    assert "No person is recorded" not in client.page("/concept/judgement/supports.html")


def test_a_claim_page_says_what_the_evidence_amounts_to(client: Client) -> None:
    text = client.page("/claim/desks-are-counted")
    assert re.search(r'class="state disputed">Disputed', text)
    assert (
        "Its support has at least 1 origin, not necessarily independent of the asserter, and 2 sources of unknown "
        in text
    )
    assert "<p>1 for, 0 against on point; 0 for, 1 against by analogy, not used; " in text


def test_a_side_without_evidence_says_that_absence_is_not_evidence(client: Client) -> None:
    text = client.page("/claim/desks-are-many")
    assert text.count("None in this graph. That is not evidence that there is none.") == 2


def test_machine_written_and_withdrawn_sources_are_marked_where_they_are_quoted(client: Client) -> None:
    text = client.page("/claim/desks-are-counted")
    assert "The source is machine-written" in text
    assert "The source is withdrawn" in text
    assert "This source is withdrawn" in client.page("/source/withdrawn-note")


def test_that_a_source_supports_a_claim_is_never_shown_without_its_weight(client: Client) -> None:
    text = client.page("/source/machine-page")
    assert 'href="/claim/desks-are-counted' not in text
    assert "/queries/sources/dependents?source=" in text
    assert "desks-are-counted" in client.get("/source/machine-page.ttl").text


def test_dates_are_as_precise_as_is_known(client: Client) -> None:
    assert re.search(
        r'<a href="[^"]*date-published|date/desk-report--published">2019-04</a>', client.page("/source/desk-report")
    )


def test_hostile_text_stays_text(client: Client) -> None:
    text = client.page("/claim/desks-are-counted")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "counts &lt;b&gt;its desks&lt;/b&gt; &amp; chairs" in text
    assert 'href="javascript:' not in text + client.page("/source/chair-letter")


def test_quotes_keep_every_letter(client: Client) -> None:
    text = client.page("/claim/desks-are-counted")
    assert "desks &#34;as counted&#34; &lt;script&gt;alert(1)&lt;/script&gt;\nin two lines" in text


@pytest.mark.parametrize("plural", KINDS.values())
def test_every_kind_has_its_list(client: Client, plural: str) -> None:
    assert f"<h1>{plural.capitalize()}</h1>" in client.page(f"/{plural}")


def test_every_page_names_its_release(client: Client) -> None:
    digest = client.get("/api/claims").json()["release"]["digest"]
    assert digest[:12] in client.page("/about")
    assert "Draft" not in client.page("/about")


def test_static_files_are_named_by_their_digest(client: Client) -> None:
    sheet = Outline(client.page("/")).all("link")[0]["href"]
    assert re.fullmatch(r"/static/vaughn\.css\?v=[0-9a-f]{12}", str(sheet))
    assert client.get(str(sheet)).headers["content-type"].startswith("text/css")


def test_analogy_never_looks_like_support(client: Client) -> None:
    for text in (client.page("/claim/desks-may-be-hidden"), client.page("/claims")):
        assert '<span class="state analogy">By analogy only: ' in text
    assert 'class="state supported' not in client.page("/claim/desks-may-be-hidden")
    assert 'class="tick near"' in client.page("/claim/desks-may-be-hidden")


def test_what_only_machines_say_is_told_so(client: Client) -> None:
    for text in (client.page("/claim/desks-dream"), client.page("/claims")):
        assert '<span class="state unsupported machines">Only machine-written sources say so' in text


@pytest.mark.parametrize("path", ["/claim/desks-are-counted", "/source/desk-report", "/body/office-of-desks"])
def test_a_thing_can_be_cited_by_its_name_the_digest_and_the_day_and_names_its_file(client: Client, path: str) -> None:
    page = client.page(path)
    release = client.get("/api/claims").json()["release"]
    box = page.partition('<p class="citebox">')[2].partition("</p>")[0]
    for said in (f"https://w3id.org/vaughn/id{path}", release["digest"], release["created"][:10]):
        assert said in box
    assert 'href="/graph/small">graph/small.ttl</a>' in page


def test_what_a_page_shows_as_a_part_is_not_listed_a_second_time(client: Client) -> None:
    page = client.page("/source/desk-report")
    assert 'id="passage-count"' in page
    assert 'href="/source/desk-report#passage-count"' not in page


def test_an_entry_of_a_code_list_names_its_list(client: Client) -> None:
    page = client.page("/concept/judgement/supports.html")
    assert re.search(r'<p class="kind"><b>Judgement</b>', page)
    assert '<li><a href="/concept/judgement">Judgement</a></li>' in page


def test_a_row_of_an_answer_names_things_by_their_names(client: Client) -> None:
    page = client.page("/queries/claims/list?claim=claim:desks-exist")
    assert '<a href="/body/office-of-desks" title="body:office-of-desks">Office of Desks</a>' in page
    assert '<th scope="col">asserterLabel</th>' not in page


DATA_PAGES = ["/claim/desks-are-counted", "/source/desk-report", "/concept/judgement/supports.html"]


@pytest.mark.parametrize("path", DATA_PAGES)
def test_a_page_carries_its_data_and_nothing_in_them_ends_the_element(client: Client, path: str) -> None:
    inside = client.page(path).partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not re.search("[<>&]", inside)
    assert json.loads(inside) == client.get(path.removesuffix(".html") + ".jsonld").json()


def test_the_page_of_a_graph_shows_its_catalogue_entry(client: Client) -> None:
    page = client.page("/graph/small.html")
    for said in (
        "<h1>Desks</h1>",
        "Written from the minutes",
        'datetime="2025-05-06"',
        "publicdomain/zero/1.0/",
        "000000000000",
    ):
        assert said in page
    assert "The build made it" in client.page("/graph/ontology.html")
    assert "The build made it" not in page


@pytest.mark.parametrize("path", ["/rationale/poor-counts", "/body/office-of-desks"])
def test_no_claim_is_named_without_who_says_so_and_what_the_evidence_makes_of_it(client: Client, path: str) -> None:
    page = client.page(path)
    named = re.findall(
        r'<span class="one"><a href="[^"]*">(?:Desks dream[^<]*|Desks are counted[^<]*)</a>(.*?)</span>\n?', page
    )
    assert named
    assert all('<span class="beside">' in each for each in named)


def test_the_state_beside_a_claim_is_its_own(client: Client) -> None:
    beside = client.page("/rationale/poor-counts").partition('<span class="beside">')[2].partition("</dd>")[0]
    assert '<span class="state unsupported machines">Only machine-written sources say so' in beside
    assert '<span class="review">No person has reviewed this</span>' in beside


def test_every_example_of_the_documentation_can_be_pasted(client: Client) -> None:
    lines = [
        line
        for block in re.findall("<pre[^>]*>(.*?)</pre>", client.page("/docs"), re.DOTALL)
        for line in block.splitlines()
    ]
    assert len(lines) > 4
    for line in lines:
        program, *words = shlex.split(html.unescape(line))
        given = dict(pairwise(words))
        target = next(word for word in words if word.startswith("http"))
        form = dict([given["--data-urlencode"].split("=", 1)]) if "--data-urlencode" in given else None
        headers = dict([given["-H"].split(": ", 1)]) if "-H" in given else {}
        response = client.request("POST" if form else "GET", target, data=form, headers=headers)
        assert (program, response.status_code) == ("curl", 303 if "L" in words[0] else 200), line


def test_the_home_page_promises_no_figures_where_none_were_imported(client: Client) -> None:
    assert "by exemption, component and year; none have been imported yet." in client.page("/")


@pytest.mark.parametrize(
    "path",
    [
        "/search", "/search?q=desks", "/queries", "/queries/claims/list?claim=claim:desks-exist", "/query", "/sparql",
        "/timeline", "/statistics", "/limits", "/graphs", "/problems", "/problems/busy", "/about", "/claims",
    ],
)  # fmt: skip
def test_every_page_may_be_kept_and_is_not_sent_twice(client: Client, path: str) -> None:
    response = client.get(path, BROWSER)
    assert (response.status_code, response.headers["cache-control"]) == (200, "public, max-age=60")
    assert client.get(path, BROWSER, if_none_match=response.headers["etag"]).status_code == 304


def test_a_page_that_tells_of_a_fault_is_kept_nowhere(client: Client) -> None:
    response = client.get("/timeline?from=yesterday", BROWSER)
    assert (response.status_code, response.headers["cache-control"]) == (400, "no-store")


def test_whoever_asks_for_an_icon_unseen_is_led_to_it(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert client.get(response.headers["location"]).headers["content-type"] == "image/svg+xml"


def test_a_nameless_part_is_headed_by_its_own_name_and_a_date_by_what_is_known(client: Client) -> None:
    page = client.page("/source/desk-report")
    assert '<div class="part" id="passage-count"><h3>count</h3>' in page
    row = page.partition('id="date-published"')[2].partition("</tr>")[0]
    assert "<td>published on</td>" in row
    assert ">2019-04</th>" in row


def test_what_points_to_a_thing_is_told_by_what_it_says(client: Client) -> None:
    told = client.page("/body/office-of-desks").partition('id="inverse"')[2].partition("</section>")[0]
    assert 'asserted by<span class="n">: this</span>' in told
