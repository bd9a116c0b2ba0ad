"""The whole build of the small site."""

from __future__ import annotations

import gzip
import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from releases import write_release
from small import SMALL, THING, build_small, edit, settings_for, small_site
from vaughn.build.lock import locked
from vaughn.build.publish import prune
from vaughn.build.release import build
from vaughn.errors import BuildBusy, CatalogueStale, FilesChanged, FileUnreadable, FindingsStop
from vaughn.resources import Site
from vaughn.store.release import current_release, open_release

VAUGHN = "https://w3id.org/vaughn/ns#"


def _lines(site: Site) -> list[str]:
    """The steps a build reports, in order."""
    lines: list[str] = []
    build(site, settings_for(site), report=lines.append)
    return lines


def test_a_release_holds_what_its_contract_lists(tmp_path: Path) -> None:
    release = open_release(build_small(small_site(tmp_path)))
    names = {path.name for path in release.path.iterdir()}
    contract = {"manifest.json", "dataset.nq.gz", "store", "queries", "prefixes.json", "context.jsonld"}
    assert names == {*contract, "validation.json", "summary.json", "changes.json", "search"}
    assert release.prefixes["claim"] == THING + "claim/"
    assert release.prefixes["evidence-state"] == "https://example.org/site/concept/evidence-state/"
    assert set(release.book.queries) >= {"checks/source-has-publisher", "derive/evidence-state"}
    assert release.manifest.counts == {"body": 3, "claim": 1, "source": 2}


def test_the_digest_is_that_of_the_sorted_dump_and_the_store_holds_the_same(tmp_path: Path) -> None:
    release = open_release(build_small(small_site(tmp_path)))
    quads = gzip.decompress((release.path / "dataset.nq.gz").read_bytes())
    assert release.manifest.digest == "sha256:" + hashlib.sha256(quads).hexdigest()
    dumped = ox.Store.read_only(str(release.store_path)).dump(format=ox.RdfFormat.N_QUADS)
    assert dumped is not None
    assert sorted(dumped.splitlines()) == quads.splitlines()
    assert release.manifest.quads == len(quads.splitlines())


def test_equal_inputs_give_equal_digests(tmp_path: Path) -> None:
    first, second = (open_release(build_small(small_site(tmp_path / name))) for name in ("a", "b"))
    assert first.manifest.digest == second.manifest.digest
    assert first.manifest.build_id == second.manifest.build_id
    assert (first.path / "dataset.nq.gz").read_bytes() == (second.path / "dataset.nq.gz").read_bytes()


def test_the_default_graph_has_asserted_inferred_and_derived_triples_once_and_no_shapes(tmp_path: Path) -> None:
    store = ox.Store.read_only(str(build_small(small_site(tmp_path)) / "store"))
    claim, line = (f"<{THING}{name}>" for name in ("claim/lamp-hours-are-secret", "evidence/lamp-hours-are-secret--1"))
    disputed = "https://example.org/site/concept/evidence-state/disputed"
    for pattern in (
        f"{claim} <{VAUGHN}assertedBy> <{THING}body/harbour-board>",
        f"{claim} <{VAUGHN}supportedBy> <{THING}source/annual-letter>",
        f"{claim} <{VAUGHN}evidenceState> <{disputed}>",
        f"{line} <{VAUGHN}partOfThing> {claim}",
    ):
        assert store.query(f"ASK {{ {pattern} }}"), pattern
    assert not store.query("ASK { ?shape <http://www.w3.org/ns/shacl#targetClass> ?class }")
    assert not store.query("ASK { ?entry a <http://www.w3.org/ns/dcat#Dataset> }")


def test_derived_and_inferred_graphs_hold_only_what_is_asserted_nowhere(tmp_path: Path) -> None:
    store = ox.Store.read_only(str(build_small(small_site(tmp_path)) / "store"))
    names = ("bodies", "sources", "claims/lamp-hours", "ontology", "inferred", "derived")
    graphs = [ox.NamedNode(f"https://example.org/site/graph/{name}") for name in names]
    held = [quad.triple for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph)]
    default = [quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    assert len(held) == len(set(held)) == len(default)
    assert set(held) == set(default)


def test_an_unchanged_site_is_not_built_again(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    assert len(_lines(site)) > 5
    again = _lines(site)
    assert [line.split()[0] for line in again] == ["inputs", "prune"]


def test_an_edit_makes_another_release_and_undoing_it_switches_back(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    first = build_small(site)
    edit(site.graph / "site.toml", "A small site", "A tiny site")
    assert build_small(_reopened(site)) != first
    edit(site.graph / "site.toml", "A tiny site", "A small site")
    assert build_small(_reopened(site)) == first
    assert current_release(site.root / "build") == first


def test_old_releases_are_removed_but_never_the_current_one(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    settings = settings_for(site, keep=2)
    paths = [build(site, settings)]
    for word in ("Lamps", "Bells"):
        edit(site.graph / "bodies.ttl", "Ministry of Lights", f"Ministry of Lights {word}")
        paths.append(build(site, settings, draft=True))
    assert set((site.root / "build" / "releases").iterdir()) == set(paths[1:])
    assert current_release(site.root / "build") == paths[-1]


def test_equal_data_built_again_push_no_other_data_out(tmp_path: Path) -> None:
    releases = [a_release(tmp_path, name, digest) for name, digest in zip("abcdefgh", "11222223", strict=True)]
    (tmp_path / "current").symlink_to(releases[6])
    assert sorted(prune(tmp_path, 2)) == ["a", "b", "c", "d"]
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["e", "f", "g", "h"]
    assert prune(tmp_path, 2) == []


def a_release(build_dir: Path, name: str, digest: str) -> Path:
    """A folder with a manifest of that digest, younger than those made before it."""
    path = build_dir / "releases" / name
    write_release(path, f"<x:{digest}> <x:p> <x:o> .\n".encode())
    os.utime(path, ns=(ord(name), ord(name)))
    return path


def test_a_damaged_release_is_built_again(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    path = build_small(site)
    (path / "prefixes.json").unlink()
    assert build_small(site) == path
    assert open_release(path).prefixes["vaughn"] == VAUGHN


def test_a_stale_catalogue_stops_and_the_message_is_the_command(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    (site.graph / "sources.meta.ttl").unlink()
    with pytest.raises(CatalogueStale) as stop:
        build_small(site)
    assert "vaughn catalogue update graph/bodies.ttl" in str(stop.value)
    assert "vaughn catalogue add graph/sources.ttl" in str(stop.value)


def test_a_draft_is_built_with_a_stale_catalogue_and_never_passes_for_more(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")
    assert open_release(build_small(site, draft=True)).manifest.draft
    with pytest.raises(CatalogueStale):
        build_small(site)


def test_a_draft_whose_catalogue_is_in_order_is_none(tmp_path: Path) -> None:
    assert not open_release(build_small(small_site(tmp_path), draft=True)).manifest.draft


def test_a_failing_build_leaves_the_release_before_in_place(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    before = build_small(site)
    edit(site.graph / "claims" / "lamp-hours.ttl", "a vaughn:Claim ;", "a vaughn:Claim")
    with pytest.raises(FileUnreadable, match=r"graph/claims/lamp-hours\.ttl:"):
        build_small(site)
    assert current_release(site.root / "build") == before


def test_a_violated_shape_stops_with_file_line_rule_focus_and_remedy(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "claims" / "lamp-hours.ttl", "vaughn:assertedBy body:harbour-board", "vaughn:about body:ministry")
    with pytest.raises(FindingsStop) as stop:
        build_small(site, draft=True)
    assert str(stop.value).splitlines()[1:] == [
        "error: graph/claims/lamp-hours.ttl:7: a claim is asserted by one body (at assertedBy)",
        "    rule   Claim-assertedBy",
        f"    focus  {THING}claim/lamp-hours-are-secret",
    ]


def test_facts_against_the_ontology_stop_the_build(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    edit(site.graph / "bodies.ttl", "body:curators a vaughn:Body", "body:curators a vaughn:Body, vaughn:Claim")
    edit(site.ontology / "shapes" / "shapes.ttl", "sh:targetClass vaughn:Claim", "sh:targetNode vaughn:Claim")
    edit(site.ontology / "shapes" / "shapes.ttl", "shapes:Claim a sh:NodeShape", "shapes:Claim sh:deactivated true")
    with pytest.raises(FindingsStop, match="inference found 1 errors") as stop:
        build_small(site, draft=True)
    assert stop.value.findings[0].focus == THING + "body/curators"


def test_a_check_of_severity_error_stops_and_a_warning_is_reported(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    findings = json.loads((build_small(site) / "validation.json").read_text(encoding="utf-8"))
    assert [(found["severity"], found["rule"]) for found in findings] == [("warning", "checks/source-has-publisher")]
    edit(site.graph / "bodies.ttl", "vaughn:parentBody body:ministry", "vaughn:parentBody body:harbour-board")
    with pytest.raises(FindingsStop, match="a body cannot be its own parent"):
        build_small(site, draft=True)


def test_two_builds_at_once_do_not_fight(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    with locked(site.root / "build"), pytest.raises(BuildBusy, match="another build holds"):
        build_small(site)
    build_small(site)


def test_files_that_change_during_a_build_are_noticed(tmp_path: Path) -> None:
    site = small_site(tmp_path)

    def meddle(line: str) -> None:
        if line.startswith("inputs"):
            edit(site.graph / "bodies.ttl", "Ministry of Lights", "Ministry of Lamps")

    with pytest.raises(FilesChanged):
        build(site, settings_for(site), report=meddle)


def _reopened(site: Site) -> Site:
    from dataclasses import replace

    from vaughn.resources import open_site

    return replace(open_site(site.root), queries=site.queries)


def _build_and_die(site: Site, step: int) -> None:
    """Build in a process that is gone, without any tidying, once `step` lines were reported."""
    left = iter(range(step))

    def report(_: str) -> None:
        if next(left, None) is None:
            os._exit(9)

    build(site, settings_for(site), report=report)


def test_a_build_killed_at_any_step_leaves_a_whole_release_current(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    before = build_small(site)
    steps, title = 0, "Lighthouses"
    context = multiprocessing.get_context("forkserver")  # a plain fork of a process with an open store hangs
    context.set_forkserver_preload(["vaughn.build.release"])
    while True:
        edit(site.graph / "site.toml", f'title = "{title}"', f'title = "{steps} lamps"')
        title = f"{steps} lamps"
        process = context.Process(target=_build_and_die, args=(_reopened(site), steps), daemon=True)
        process.start()
        process.join(60)
        current = open_release(current_release(site.root / "build"))
        assert current.path == before or current.manifest.title == title
        assert ox.Store.read_only(str(current.store_path)).query("ASK { ?s ?p ?o }")
        if process.exitcode == 0:
            break
        assert process.exitcode == 9
        before, steps = current.path, steps + 1
    assert steps >= 12
    assert not list((site.root / "build" / "releases").glob(".tmp-*"))


@pytest.mark.parametrize("largest_file", [0, 1_000, 20_000])
def test_a_full_disk_leaves_the_release_before_and_says_so(tmp_path: Path, largest_file: int) -> None:
    site = small_site(tmp_path)
    before = build_small(site)
    edit(site.graph / "site.toml", 'title = "Lighthouses"', 'title = "Lamps"')
    program = (
        "import resource, sys; from pathlib import Path; from small import settings_for; import dataclasses;"
        "from vaughn.build.release import build; from vaughn.resources import open_site; root = Path(sys.argv[1]);"
        "site = dataclasses.replace(open_site(root), queries=(root / 'queries',));"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2);"
        "build(site, settings_for(site))"
    )
    command = [sys.executable, "-c", program, str(site.root), str(largest_file)]
    environ = os.environ | {"PYTHONPATH": str(SMALL.parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, check=False)
    assert done.returncode != 0
    assert "ReleaseUnwritten" in done.stderr
    assert current_release(site.root / "build") == before
    assert ox.Store.read_only(str(open_release(before).store_path)).query("ASK { ?s ?p ?o }")
    assert build_small(_reopened(site)) != before


def test_the_small_site_is_in_canonical_form() -> None:
    from vaughn.turtle import format_turtle

    for path in SMALL.rglob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        assert format_turtle(text, str(path)) == text
