"""`vaughn new` writes what was given, asks for what the shapes require, and never takes a name or a review."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from small import THING, edit, small_site
from vaughn.build.check import check_files
from vaughn.build.drafts import Wish, new_draft, write_draft
from vaughn.build.drafts.new import LINKS
from vaughn.build.inputs import read_inputs
from vaughn.build.sources import read_sources
from vaughn.cli.main import main
from vaughn.iris import KINDS, PART_OWNERS
from vaughn.resources import Site, open_site, shipped_root
from vaughn.turtle import format_turtle, parse_turtle

REMINDER = re.compile(r"^ +# (?:to do|better with): \S+(?: or \S+)*\. (.*)$", re.MULTILINE)
GIVEN = {"observation": {"type": "backlog"}}
UNASKED = ("name-resolves", "part-has-owner")
"""What check says of names: it is no demand of a shape."""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site with the shipped words and shapes instead of its own few."""
    copied = small_site(tmp_path)
    shutil.rmtree(copied.ontology)
    return open_site(copied.root)


def _vaughn(site: Site, *words: str) -> Result:
    return CliRunner().invoke(main, ["--site", str(site.root), *words], env={"VAUGHN_BUILD_DIR": None})


def _new(site: Site, *words: str) -> str:
    """The text of a draft that must be written."""
    result = _vaughn(site, "new", *words)
    assert result.exit_code == 0, result.output
    return (site.root / result.stdout.strip()).read_text(encoding="utf-8")


def test_the_comments_of_a_draft_of_any_kind_are_what_check_then_reports(site: Site) -> None:
    sources = read_sources(site)
    asked: list[str] = []
    text = ""
    for kind in (*KINDS, *(part for part in PART_OWNERS if part != "date")):
        wish = Wish(kind, f"my-{kind}", "one" if kind in PART_OWNERS else "", GIVEN.get(kind, {}), [])
        draft = write_draft(new_draft(sources, [], wish))
        asked += REMINDER.findall(draft)
        text += draft
    path = site.graph / "inbox" / "all.ttl"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    found = [finding for finding in check_files(site, site.root / "build", [path]) if finding.rule not in UNASKED]
    assert sorted(finding.message.partition(" (at ")[0] for finding in found) == sorted(asked)
    assert all(finding.file == "graph/inbox/all.ttl" and finding.line for finding in found)
    assert len(asked) > 60


def test_a_claim_with_a_quote_comes_with_its_line_and_its_passage(site: Site) -> None:
    words = ["--text", "The lamp is lit at dusk.", "--by", "harbour-board", "--voice", "own", "--type", "empirical"]
    quote = ["--source", "gazette", "--quote", "lit at dusk"]
    judged = ["judgement=supports", "scope=on-point", "directness=direct", "readIn=a copy"]
    text = _new(site, "claim", "lamp-is-lit", *words, *quote, *judged)
    assert text == format_turtle(text)
    assert "claim:lamp-is-lit a vaughn:Claim" in text
    assert "vaughn:hasSupportingEvidence evidence:lamp-is-lit--1" in text
    assert "vaughn:evidencePassage passage:gazette--lamp-is-lit" in text
    assert 'oa:exact "lit at dusk" ;\n    vaughn:inSource source:gazette ;\n    vaughn:readIn "a copy"@en' in text
    assert "vaughn:reviewState review-state:not-reviewed" in text
    assert _vaughn(site, "check", "graph/inbox/claim-lamp-is-lit.ttl").exit_code == 0


def test_a_quote_that_the_graph_has_is_not_minted_again(site: Site) -> None:
    text = _new(site, "claim", "hours", "--source", "gazette", "--quote", "lamp hours appear on the quay every Monday")
    assert "vaughn:evidencePassage passage:gazette--hours" in text
    assert "a vaughn:Passage" not in text


def test_an_unjudged_line_is_linked_so_that_check_refuses_it(site: Site) -> None:
    _new(site, "evidence", "lamp-hours-are-secret", "3", "--source", "gazette", "--quote", "every Monday")
    result = _vaughn(site, "check", "graph/inbox/evidence-lamp-hours-are-secret--3.ttl")
    assert result.exit_code == 1
    link = (
        r"error: graph/inbox/evidence-lamp-hours-are-secret--3\.ttl:\d+: The link does not say how the evidence bears"
    )
    assert re.search(link, result.stdout)


def test_the_link_of_each_judgement_is_that_of_the_check() -> None:
    text = (shipped_root() / "queries/checks/judgement-agrees.rq").read_text(encoding="utf-8")
    assert dict(re.findall(r"\(judgement:(\S+) vaughn:(\w+)\)", text)) == LINKS


def test_a_part_is_tied_to_its_owner_both_ways(site: Site) -> None:
    assert "vaughn:inSource source:gazette ." in _new(site, "passage", "gazette", "tides", "--quote", "high tide")
    _new(site, "event", "my-ruling", "--type", "court-ruling")
    issue = _new(site, "issue", "my-ruling", "one", "ruled=mixed")
    assert "event:my-ruling\n    vaughn:hasIssue issue:my-ruling--one ." in issue


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("2024-02-29", ['earliest "2024-02-29"^^xsd:date', 'latest "2024-02-29"^^xsd:date', "date-precision:day"]),
        ("2024-02", ['earliest "2024-02-01"^^xsd:date', 'latest "2024-02-29"^^xsd:date', "date-precision:month"]),
        ("2024", ['earliest "2024-01-01"^^xsd:date', 'latest "2024-12-31"^^xsd:date', "date-precision:year"]),
        ("unknown", ["date-precision:unknown"]),
    ],
)
def test_a_date_is_as_precise_as_it_was_given(site: Site, given: str, says: list[str]) -> None:
    text = _new(site, "memorandum", "tide-tables", "--type", "directive", "--on", given)
    assert "vaughn:issuedOn date:tide-tables--issued" in text
    assert "memorandum:tide-tables a vaughn:Directive" in text
    assert all(f"vaughn:{each}" in text or f"vaughn:precision {each}" in text for each in says)
    assert ("vaughn:earliest" in text) == (given != "unknown")


def test_a_date_that_another_thing_has_by_that_name_carries_the_kind(site: Site) -> None:
    _new(site, "source", "tide-tables", "publishedOn=2020")
    text = _new(site, "report", "tide-tables", "publishedOn=2021")
    assert "date:tide-tables--report-published a vaughn:TimeSpan" in text


def test_a_body_is_a_body_and_an_asserter_may_be_a_person(site: Site) -> None:
    assert "body:harbour-board" in _new(site, "source", "letter", "--by", "harbour-board")
    _new(site, "person", "harbour-master", "--into", "graph/persons.ttl")
    assert "vaughn:assertedBy person:harbour-master" in _new(site, "claim", "calm", "--by", "harbour-master")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["claim", "lamp-hours-are-secret"], "graph/claims/lamp-hours.ttl describes"),
        (["claim", "Lamp"], "a slug has small letters"),
        (["claim", "c", "--voice", "loud"], "the list voice has no loud; it has curator, own, reported"),
        (["claim", "c", "reviewState=reviewed"], "a person who reviewed it edits the file"),
        (["claim", "c", "colour=red"], "it has no property colour; it has about, altLabel,"),
        (["claim", "c", "--quote", "words"], "come together"),
        (["claim", "c", "about=tides"], "write the name with its prefix"),
        (["claim", "c", "about=tide:x"], "the prefix 'tide' is not declared"),
        (["source", "s", "--voice", "own"], "it has no --voice"),
        (["source", "s", "primary=perhaps"], "write true or false"),
        (["source", "s", "--on", "May 2020"], "write a date as 2025-08-21"),
        (["source", "s", "--on", "2023-02-29"], "publishedOn='2023-02-29'"),
        (["passage", "gazete", "tides"], "no file describes source:gazete; write it first, or did you mean source:gaz"),
        (["passage", "x", "tides"], "no file describes source:x; write it first\n"),
        (["source", "s", "--by", "harbor-board"], "did you mean body:harbour-board?"),
        (["claim", "c", "about=voice:loud"], "no file describes voice:loud"),
        (["passage", "gazette"], " new passage OWNER NAME, and"),
        (["claim", "c", "name"], " new claim SLUG, and"),
        (["observation", "d", "1"], "--type backlog, exemption-count"),
        (["claim", "c", "--into", "graph/bodies.ttl"], "graph/bodies.ttl exists"),
        (["claim", "c", "--into", "claims/c.ttl"], "must be a .ttl file below graph/"),
        (["claim", "c", "--into", "graph/c.meta.ttl"], "must be a .ttl file below graph/"),
        (["tide", "t"], "'tide' is not one of"),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_reason(site: Site, words: list[str], says: str) -> None:
    result = _vaughn(site, "new", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert not (site.graph / "inbox").exists()


def test_a_name_that_another_draft_took_is_taken_though_some_drafts_do_not_parse(site: Site) -> None:
    _new(site, "question", "why", "--into", "graph/inbox/mine.ttl")
    (site.graph / "inbox" / "broken.ttl").write_text("claim:x a", encoding="utf-8")
    result = _vaughn(site, "new", "question", "why")
    assert result.exit_code == 2
    assert f"graph/inbox/mine.ttl describes {THING}question/why already" in result.stderr
    written = _vaughn(site, "new", "question", "how").stderr
    assert "graph/inbox/broken.ttl does not parse; whether it describes question:how already" in written


def test_a_passage_asks_in_which_copy_its_words_were_read(site: Site) -> None:
    text = _new(site, "passage", "gazette", "tides", "--quote", "high tide")
    assert "    # better with: vaughn:readIn or vaughn:inSnapshot. Nobody says in which copy the quote was seen" in text


def test_a_draft_changes_no_build(site: Site) -> None:
    before = read_inputs(site, "compiled").build_id
    _new(site, "question", "why", "--text", "Why?")
    assert read_inputs(site, "compiled").build_id == before
    assert read_sources(site).files_of.keys() == read_sources(open_site(site.root)).files_of.keys()
    assert not [path for path in site.graph_files() if "inbox" in path.parts]


def test_what_is_asked_for_comes_from_the_shapes_of_the_site(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    assert "no class of the ontology has vaughn:kindName 'claim'" in _vaughn(site, "new", "claim", "c").stderr
    edit(site.ontology / "words.ttl", "owl:disjointWith", 'vaughn:kindName "claim" ;\n    owl:disjointWith')
    edit(site.ontology / "shapes" / "shapes.ttl", "a claim is asserted by one body", "who says so?")
    text = _new(site, "claim", "c")
    assert REMINDER.findall(text) == ["who says so?", "a claim has one text"]
    assert not parse_turtle(text).triples[1:]


def test_a_property_may_be_named_with_its_prefix(site: Site) -> None:
    assert "vaughn:voice voice:own" in _new(site, "claim", "c", "vaughn:voice=voice:own")


def test_a_place_that_cannot_be_written_is_a_sentence(site: Site) -> None:
    (site.graph / "inbox").write_text("no folder", encoding="utf-8")
    result = _vaughn(site, "new", "question", "why")
    assert result.exit_code == 2
    assert "no draft of question:why was written" in result.stderr


def test_the_next_command_is_said(site: Site) -> None:
    result = _vaughn(site, "new", "question", "why")
    assert result.stdout == "graph/inbox/question-why.ttl\n"
    assert f"vaughn --site {site.root} check graph/inbox/question-why.ttl" in result.stderr
