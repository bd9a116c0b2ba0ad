"""What a release changed against the one before it, found in their dumps."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Sequence
from itertools import count, pairwise
from pathlib import Path

import pytest

from small import THING, build_small, edit, small_site
from vaughn.cli.differences import as_text
from vaughn.errors import ReleaseMissing
from vaughn.resources import Site
from vaughn.store.changes import (
    FILE,
    MOST_CHARACTERS,
    MOST_OF_A_THING,
    Altered,
    Changed,
    Changes,
    Remade,
    Removed,
    Renamed,
    Touched,
    Value,
    from_json,
    read_changes,
    write_changes,
)
from vaughn.store.compare import compare
from vaughn.store.release import Release, kept_releases, open_release

NS = "https://w3id.org/vaughn/ns#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return small_site(tmp_path)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second from each look at the time to the next, so that builds have an order."""
    ticks = count(1)
    monkeypatch.setattr("vaughn.build.content.now", lambda: datetime.datetime.fromtimestamp(next(ticks), datetime.UTC))


def release(site: Site) -> Release:
    return open_release(build_small(site, draft=True))


def named(things: Sequence[Touched]) -> list[str]:
    return [each.iri.removeprefix(THING) for each in things]


def changed(site: Site, file: str, *edits: tuple[str, str]) -> Changes:
    """What some edits of a graph file change."""
    before = release(site)
    for old, new in edits:
        edit(site.graph / file, old, new)
    return compare(before, release(site))


def test_a_thing_of_one_release_alone_was_added_or_removed(site: Site) -> None:
    renamed = (
        'body:curators a vaughn:Body ;\n    rdfs:label "The',
        'body:keepers a vaughn:Body ;\n    rdfs:label "New',
    )
    changes = changed(site, "bodies.ttl", renamed)
    assert changes.added == (Touched("body", THING + "body/keepers", "New curators"),)
    assert changes.removed == (Removed("body", THING + "body/curators", "The curators"),)
    assert {sort: count for sort, count in changes.counts.items() if count} == {"added": 1, "removed": 1}


PREFIXES = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
KEEPERS = ("body:curators a vaughn:Body", "body:keepers a vaughn:Body")


def bury(site: Site, former: str, said: str) -> None:
    """Write a tombstone of a thing."""
    text = f'''<{THING}finding/note> a vaughn:Tombstone ; rdfs:label "note"@en ; vaughn:reason "So it is."@en ;
    vaughn:formerIri "{THING}{former}"^^xsd:anyURI {said} .'''
    (site.graph / "tombstones.ttl").write_text(f"{PREFIXES}\n{text}\n", encoding="utf-8")


def test_a_renamed_thing_was_neither_added_nor_removed_and_its_tombstone_is_no_thing(site: Site) -> None:
    before = release(site)
    edit(site.graph / "bodies.ttl", *KEEPERS)
    bury(site, "body/curators", f"; vaughn:renamedTo <{THING}body/keepers>")
    after = release(site)
    changes = compare(before, after)
    assert changes.renamed == (Renamed("body", THING + "body/keepers", "The curators", THING + "body/curators"),)
    assert {sort: count for sort, count in changes.counts.items() if count} == {"renamed": 1}
    assert read_changes(after)[0].renamed == changes.renamed
    assert any("body  curators → keepers  The curators" in line for line in as_text(changes))


def test_a_thing_renamed_and_reworded_is_told_as_both(site: Site) -> None:
    """Its parts go with it: one that says what it said before under the old name is no change."""
    before = release(site)
    renamed = (site.graph / "sources.ttl").read_text(encoding="utf-8").replace("annual-letter", "yearly-letter")
    assert "--" in renamed
    (site.graph / "sources.ttl").write_text(renamed.replace("Annual letter", "Yearly letter"), encoding="utf-8")
    for path in (site.graph / "claims").glob("*.ttl"):
        path.write_text(path.read_text(encoding="utf-8").replace("annual-letter", "yearly-letter"), encoding="utf-8")
    bury(site, "source/annual-letter", f"; vaughn:renamedTo <{THING}source/yearly-letter>")
    changes = compare(before, release(site))
    assert [each.before for each in changes.renamed] == [THING + "source/annual-letter"]
    [reworded] = [each for each in changes.changed if each.kind == "source"]
    assert reworded.iri == THING + "source/yearly-letter"
    assert {(value.text[:6], value.iri) for each in reworded.properties for value in each.lost} == {("Annual", "")}
    assert {(value.text[:6], value.iri) for each in reworded.properties for value in each.gained} == {("Yearly", "")}
    assert not changes.removed
    assert not changes.added


def test_what_a_changed_thing_lost_and_gained_is_told_by_property_with_names(site: Site) -> None:
    changes = changed(
        site,
        "bodies.ttl",
        ('rdfs:label "The curators"@en', 'rdfs:label "Some curators"@en'),
        (KEEPERS[0], "body:curators a vaughn:Agency"),
    )
    [one] = changes.changed
    kinds = (Value("Body", NS + "Body"),), (Value("Agency", NS + "Agency"),)
    names = (Value("The curators", language="en"),), (Value("Some curators", language="en"),)
    assert one == Changed(
        "body",
        THING + "body/curators",
        "Some curators",
        4,
        (Altered("", RDF_TYPE, "type", *kinds), Altered("", RDFS_LABEL, "label", *names)),
    )
    assert (one.more, changes.values, changes.told) == (0, 4, 4)
    assert from_json(json.loads(json.dumps(changes.as_json()))) == changes
    assert "\n".join(as_text(changes)).endswith("\n      label\n        - The curators\n        + Some curators")


def test_what_a_part_lost_and_gained_is_told_of_its_owner(site: Site) -> None:
    changes = changed(site, "sources.ttl", ("the lamp are kept", "the lamps are kept"))
    [one] = changes.changed
    [altered] = one.properties
    assert altered.part.startswith(THING + "passage/annual-letter--")
    assert ("lamp are" in altered.lost[0].text, "lamps are" in altered.gained[0].text) == (True, True)
    assert any(line.endswith(f" of {altered.part.rpartition('/')[2]}") for line in as_text(changes))


def test_of_a_long_change_so_much_is_told_and_how_much_is_not(site: Site) -> None:
    long = "a" * (MOST_CHARACTERS + 7)
    more = ", ".join(f'"{number:03} {long}"@en' for number in range(60))
    edit_ = ('rdfs:label "The curators"@en', f'rdfs:label "The curators"@en ; rdfs:comment {more}')
    changes = changed(site, "bodies.ttl", edit_)
    [one] = changes.changed
    assert (one.values, one.more, changes.values, changes.told) == (60, 60 - MOST_OF_A_THING, 60, MOST_OF_A_THING)
    assert [(len(each.text), each.more) for each in one.properties[0].gained[:1]] == [(MOST_CHARACTERS, 11)]
    shown = "\n".join(as_text(changes))
    assert f"and {60 - MOST_OF_A_THING} more lost and gained" in shown
    assert f"values lost and gained: 60; told are {MOST_OF_A_THING}" in shown
    assert "… and 11 characters more" in shown


def test_a_record_tells_no_more_values_than_it_may(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaughn.store.altered.MOST_VALUES", 3)
    changes = changed(
        site, "bodies.ttl", ("The curators", "Some curators"), ("Ministry of Lights", "Ministry of Lamps")
    )
    assert [(each.values, each.more) for each in changes.changed] == [(2, 0), (2, 1)]
    assert (changes.values, changes.told) == (4, 3)


def test_a_removed_thing_tells_why_and_what_stands_in_its_place(site: Site) -> None:
    before = release(site)
    edit(site.graph / "bodies.ttl", *KEEPERS)
    bury(site, "body/curators", f"; vaughn:replacedBy <{THING}body/keepers>")
    changes = compare(before, release(site))
    buried = ("So it is.", THING + "body/keepers", "The curators")
    assert changes.removed == (Removed("body", THING + "body/curators", "The curators", *buried),)
    assert not changes.renamed
    shown = "\n".join(as_text(changes))
    assert f"So it is.\n      in its place: {THING}body/keepers  The curators" in shown


def test_a_record_from_before_there_were_details_is_read_and_says_so(site: Site) -> None:
    changes = changed(site, "bodies.ttl", ("The curators", "Some curators"))
    told = changes.as_json()
    del told["values"]
    for each in told["changed"]:
        del each["values"], each["properties"]
    old = from_json(told)
    assert (old.detailed, old.values, old.changed[0].values, old.changed[0].more) == (False, None, None, 0)
    assert "what of each thing changed is not on record" in "\n".join(as_text(old))
    assert "not on record" not in "\n".join(as_text(changes))


def test_a_record_from_before_there_were_renamed_ones_is_read(site: Site) -> None:
    edit(site.graph / "bodies.ttl", "The curators", "Some curators")
    release(site)
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    after = release(site)
    [told] = json.loads((after.path / FILE).read_text(encoding="utf-8"))
    del told["renamed"], told["counts"]["renamed"]
    (after.path / FILE).write_text(json.dumps([told]), encoding="utf-8")
    assert read_changes(after) == (compare(*reversed([after, *others(site, after)])),)


def others(site: Site, but: Release) -> list[Release]:
    """The releases kept beside one."""
    return [each for each in kept_releases(site.root / "build") if each.path != but.path]


def test_a_thing_changes_with_its_own_words_and_with_its_parts(site: Site) -> None:
    changes = changed(
        site, "sources.ttl", ("Quay Gazette", "Pier Gazette"), ("the lamp are kept", "the lamps are kept")
    )
    assert named(changes.changed) == ["source/annual-letter", "source/gazette"]
    assert {sort: count for sort, count in changes.counts.items() if count} == {"changed": 2}


def test_a_triple_that_moves_to_another_file_changes_nothing(site: Site) -> None:
    before = release(site)
    bodies = site.graph / "bodies.ttl"
    block = 'body:ministry a vaughn:Agency ;\n    rdfs:label "Ministry of Lights"@en .\n'
    text = bodies.read_text(encoding="utf-8")
    heads = "".join(line for line in text.splitlines(keepends=True) if line.startswith("@prefix"))
    edit(bodies, block, "")
    (site.graph / "more.ttl").write_text(f"{heads}\n{block}", encoding="utf-8")
    changes = compare(before, release(site))
    assert set(changes.counts.values()) == {0}


def test_a_moved_evidence_state_is_told_with_both_ends(site: Site) -> None:
    line = "    vaughn:hasDisputingEvidence evidence:lamp-hours-are-secret--2 ;\n"
    changes = changed(site, "claims/lamp-hours.ttl", (line, ""))
    [moved] = changes.states
    assert (moved.before, moved.after) == ("disputed", "supported")
    assert moved.claim == THING + "claim/lamp-hours-are-secret"
    assert named(changes.changed) == ["claim/lamp-hours-are-secret"]


def test_what_is_marked_withdrawn_is_told_apart(site: Site) -> None:
    state = "<https://example.org/site/concept/review-state/withdrawn>"
    (site.graph / "states.ttl").write_text(f'{state} <{RDFS_LABEL}> "withdrawn"@en .\n', encoding="utf-8")
    mark = ("a vaughn:Claim ;", f"a vaughn:Claim ;\n    vaughn:reviewState {state} ;")
    changes = changed(site, "claims/lamp-hours.ttl", mark)
    assert named(changes.withdrawn) == ["claim/lamp-hours-are-secret"]
    assert not changes.changed


def test_a_release_keeps_the_past_that_the_one_before_it_knew(site: Site) -> None:
    edit(site.graph / "bodies.ttl", "The curators", "Some curators")
    first = release(site)
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    second = release(site)
    edit(site.graph / "bodies.ttl", "Ministry of Lamps", "Ministry of Fires")
    third = release(site)
    assert read_changes(first) == ()
    kept = read_changes(third)
    digests = [each.manifest.digest for each in (third, second, first)]
    assert [(each.after.digest, each.before.digest) for each in kept] == list(pairwise(digests))
    assert [each.after.name for each in kept] == [third.path.name, second.path.name]
    assert kept[0].changed[0].label == "Ministry of Fires"


def test_a_new_release_of_the_same_data_tells_its_queries_and_then_what_the_data_changed(site: Site) -> None:
    edit(site.graph / "bodies.ttl", "The curators", "Some curators")
    first = release(site)
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    second = release(site)
    edit(site.queries[0] / "checks" / "parent-is-another.rq", "since: 0.1.0", "since: 0.1.1")
    third = release(site)
    assert third.manifest.digest == second.manifest.digest
    kept = read_changes(third)
    assert [(each.before.name, each.after.name) for each in kept] == [
        (second.path.name, third.path.name),
        (first.path.name, second.path.name),
    ]
    assert kept[0].means == (Remade("query", "checks/parent-is-another", "changed"),)
    assert {name: count for name, count in kept[0].counts.items() if count} == {"means": 1}
    assert kept[1:] == read_changes(second)


def test_queries_shapes_and_context_are_told_apart_from_things(site: Site) -> None:
    """A shape that stays is not told because another one came, whatever its blank nodes are called by then."""
    queries, shapes = site.queries[0] / "checks", site.ontology / "shapes"
    (shapes / "more.ttl").write_text(CHOICE.format(name="Zzz"), encoding="utf-8")
    before = release(site)
    (queries / "parent-is-another.rq").rename(queries / "parent-is-one.rq")
    edit(site.ontology / "context.jsonld", '": {', '": {"xsd": "http://www.w3.org/2001/XMLSchema#", ')
    (shapes / "again.ttl").write_text(CHOICE.format(name="Aaa"), encoding="utf-8")
    edit(shapes / "shapes.ttl", "sh:severity sh:Warning", "sh:severity sh:Info")
    changes = compare(before, release(site))
    assert changes.means[:2] == (
        Remade("query", "checks/parent-is-another", "removed"),
        Remade("query", "checks/parent-is-one", "added"),
    )
    assert [each.change for each in changes.means if each.kind == "shape"] == ["added", "changed"]
    assert changes.means[-1] == Remade("context", "context.jsonld", "changed")
    assert "\n".join(as_text(changes)).count("queries, shapes and context: 5") == 1
    assert "no thing and no evidence state differs" in "\n".join(as_text(changes))


CHOICE = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://w3id.org/vaughn/shapes#> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

shape:{name}Shape a sh:NodeShape ;
    rdfs:comment "For a test."@en ;
    sh:message "Never."@en ;
    sh:or ( [ sh:class vaughn:{name} ] [ sh:class vaughn:Claim ] [ sh:nodeKind sh:IRI ] ) ;
    sh:targetClass vaughn:Nothing .
"""


def test_a_draft_is_no_past_where_there_is_another(site: Site) -> None:
    first = open_release(build_small(site))
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    assert release(site).manifest.draft
    edit(site.graph / "bodies.ttl", "Ministry of Lamps", "Ministry of Fires")
    assert [each.before.digest for each in read_changes(release(site))] == [first.manifest.digest]


def test_a_long_list_is_cut_in_the_record_and_its_length_told(site: Site, tmp_path: Path) -> None:
    one = compare(release(site), release(site))
    things = tuple(Touched("body", f"{THING}body/b{number}", str(number)) for number in range(1_200))
    long = Changes(one.before, one.after, things, (), (), (), (), {**one.counts, "added": 1_200})
    folder = tmp_path / "kept"
    shutil.copytree(release(site).path, folder)
    write_changes(folder, [long] * 30)
    kept = read_changes(open_release(folder))
    assert (len(kept), len(kept[0].added), kept[0].counts["added"]) == (20, 1_000, 1_200)


def test_a_damaged_record_is_no_empty_one(site: Site) -> None:
    found = release(site)
    (found.path / FILE).write_text(json.dumps([{"before": 1}]), encoding="utf-8")
    with pytest.raises(ReleaseMissing, match="no whole record"):
        read_changes(found)
