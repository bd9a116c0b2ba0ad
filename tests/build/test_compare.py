"""What a release changed against the one before it, found in their dumps."""

from __future__ import annotations

import datetime
import json
import shutil
from itertools import count, pairwise
from pathlib import Path

import pytest

from small import THING, build_small, edit, small_site
from vaughn.cli.differences import as_text
from vaughn.errors import ReleaseMissing
from vaughn.resources import Site
from vaughn.store.changes import FILE, Changes, Remade, Renamed, Touched, read_changes, write_changes
from vaughn.store.compare import compare
from vaughn.store.release import Release, kept_releases, open_release

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


def named(things: tuple[Touched, ...]) -> list[str]:
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
    assert changes.removed == (Touched("body", THING + "body/curators", "The curators"),)
    assert {sort: count for sort, count in changes.counts.items() if count} == {"added": 1, "removed": 1}


PREFIXES = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
KEEPERS = (
    'body:curators a vaughn:Body ;\n    rdfs:label "The',
    'body:keepers a vaughn:Body ;\n    rdfs:label "New',
)


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
    assert changes.renamed == (Renamed("body", THING + "body/keepers", "New curators", THING + "body/curators"),)
    assert {sort: count for sort, count in changes.counts.items() if count} == {"renamed": 1}
    assert read_changes(after)[0].renamed == changes.renamed
    assert any("body  curators → keepers  New curators" in line for line in as_text(changes))


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
