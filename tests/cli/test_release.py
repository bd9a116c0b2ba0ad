"""`vaughn release` says which releases are kept, which one is served, and what stands in them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from small import build_small, edit, small_site
from vaughn.cli.main import main
from vaughn.resources import Site

KNOWN = """@prefix body: <https://example.org/site/id/body/> .
@prefix finding: <https://example.org/site/id/finding/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix source: <https://example.org/site/id/source/> .
@prefix vaughn: <https://w3id.org/vaughn/ns#> .

finding:anonymous-gazette a vaughn:Acknowledgement ;
    vaughn:ofCheck "source-has-publisher" ;
    vaughn:ofFocus source:gazette ;
    vaughn:reason "Nobody knows who prints it." .

body:pilots a vaughn:Agency ;
    rdfs:label "Pilots"@en .
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return small_site(tmp_path)


@pytest.fixture
def two(site: Site, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders of two releases, a day apart; the younger is a draft with a warning and an acknowledged defect."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    older = build_small(site)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "172800")
    edit(site.graph / "bodies.ttl", '    rdfs:label "Harbour Board"@en ;\n', "")
    (site.graph / "known.ttl").write_text(KNOWN, encoding="utf-8")
    return older, build_small(site, draft=True)


def _release(site: Site, *words: str) -> Result:
    command = ["--site", str(site.root), "release", *words]
    return CliRunner().invoke(main, command, env={"VAUGHN_BUILD_DIR": str(site.root / "build"), "COLUMNS": "140"})


def _manifest(folder: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return read


def test_the_list_has_the_newest_first_and_marks_the_one_served(site: Site, two: tuple[Path, Path]) -> None:
    older, younger = two
    rows = [line.split() for line in _release(site, "list").stdout.splitlines()[2:]]
    quads = [f"{_manifest(folder)['quads']:,}" for folder in (younger, older)]
    digests = [str(_manifest(folder)["digest"]).removeprefix("sha256:")[:12] for folder in (younger, older)]
    assert rows == [
        [younger.name, "current", "1970-01-03T00:00:00+00:00", digests[0], quads[0], "7", "draft"],
        [older.name, "1970-01-02T00:00:00+00:00", digests[1], quads[1], "6"],
    ]


def test_show_tells_of_the_current_release_and_of_what_was_let_pass(site: Site, two: tuple[Path, Path]) -> None:
    shown = _release(site, "show").stdout
    assert shown.startswith(f"Lighthouses, release {two[1].name} (DRAFT: not to be cited)")
    assert str(_manifest(two[1])["digest"]) in shown
    assert "7 things" in shown
    assert "         6  graph/known.ttl" in shown
    assert "graph/bodies.ttl  changed 2025-10-09" in shown
    assert "warning: graph/bodies.ttl:8: a body has a label" in shown
    assert "1 warnings, 1 acknowledged or noted" in shown
    assert "(acknowledged: Nobody knows who prints it.)" in shown
    assert shown.index("warning: ") < shown.index("info: ")


@pytest.mark.parametrize("length", [3, 64])
def test_a_release_is_found_by_the_beginning_of_its_name_or_digest(
    site: Site, two: tuple[Path, Path], length: int
) -> None:
    digest = str(_manifest(two[0])["digest"])
    for start in (two[0].name[:length], digest[7 : 7 + length], digest):
        shown = _release(site, "show", start).stdout
        assert shown.splitlines()[0] == f"Lighthouses, release {two[0].name}"
        assert "1 warnings, 0 acknowledged or noted" in shown


def test_a_beginning_of_none_names_those_that_are_kept(site: Site, two: tuple[Path, Path]) -> None:
    result = _release(site, "show", "xyz")
    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr.startswith("vaughn: no release has a name or digest that begins with 'xyz'; kept are ")
    for folder in two:
        assert f"{folder.name} (digest {str(_manifest(folder)['digest'])[7:19]})" in result.stderr
    assert "build" not in result.stderr


def test_a_beginning_of_several_names_them_and_asks_for_more(site: Site, two: tuple[Path, Path]) -> None:
    result = _release(site, "diff", "sha256:", two[0].name)
    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr.startswith("vaughn: 2 releases begin with 'sha256:', ")
    assert result.stderr.endswith("; write more of the name\n")


@pytest.mark.parametrize("words", [["list"], ["show"], ["show", "abc"]])
def test_without_a_release_the_command_to_run_is_said(site: Site, words: list[str]) -> None:
    result = _release(site, *words)
    assert (result.exit_code, result.stdout) == (6, "")
    assert f"make one with: vaughn --site {site.root} build" in result.stderr


def test_a_half_written_release_is_not_listed(site: Site, two: tuple[Path, Path]) -> None:
    (two[0] / "manifest.json").unlink()
    (two[0].parent / ".tmp-1").mkdir()
    assert len(_release(site, "list").stdout.splitlines()) == 3


def test_two_releases_are_compared_in_words(site: Site, two: tuple[Path, Path]) -> None:
    shown = _release(site, "diff", two[0].name[:6], two[1].name[:6]).stdout.splitlines()
    assert shown[0].split()[:3] == ["from", two[0].name, "1970-01-02T00:00:00+00:00"]
    assert shown[2:] == [
        "",
        "added: 1",
        "  body",
        "    pilots  Pilots",
        "",
        "changed: 1",
        "  body",
        "    harbour-board  Harbour Board",
        "      label",
        "        - Harbour Board",
    ]


def test_two_releases_are_compared_as_data(site: Site, two: tuple[Path, Path]) -> None:
    told = json.loads(_release(site, "diff", two[1].name, two[0].name, "--format", "json").stdout)
    assert [each["kind"] for each in told["removed"]] == ["body"]
    assert {name: count for name, count in told["counts"].items() if count} == {"changed": 1, "removed": 1}
    assert set(told["counts"]) == {"added", "changed", "withdrawn", "removed", "renamed", "states", "means"}
    assert told["after"]["digest"] == _manifest(two[0])["digest"]


def test_equal_releases_are_said_to_be_equal(site: Site, two: tuple[Path, Path]) -> None:
    assert _release(site, "diff", two[0].name, two[0].name).stdout.endswith("no thing and no evidence state differs\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("manifest.json", ["release", "show"]),
        ("validation.json", ["release", "show"]),
        ("prefixes.json", ["query"]),
        ("prefixes.json", ["worklist"]),
        ("search/wordings.json", ["ask", "lamps"]),
    ],
)
def test_a_damaged_release_is_said_to_be_no_whole_one(site: Site, name: str, words: list[str]) -> None:
    (build_small(site) / name).write_text("[", encoding="utf-8")
    command = ["--site", str(site.root), *words]
    result = CliRunner().invoke(main, command, env={"VAUGHN_BUILD_DIR": str(site.root / "build")})
    assert (result.exit_code, result.stdout) == (6, "")
    assert "no whole release (" in result.stderr
    assert "vaughn --site" in result.stderr


def test_a_change_on_record_is_told_although_its_first_release_is_gone(site: Site, two: tuple[Path, Path]) -> None:
    older, younger = two
    digest = str(_manifest(older)["digest"])
    compared = _release(site, "diff", older.name, younger.name).stdout
    shutil.rmtree(older)
    for before in (older.name, digest, digest[7:19]):
        assert _release(site, "diff", before, younger.name).stdout == compared
    assert _release(site, "diff", younger.name, older.name).exit_code == 6


def test_a_record_that_was_cut_says_so(site: Site, two: tuple[Path, Path]) -> None:
    older, younger = two
    [told] = json.loads((younger / "changes.json").read_text(encoding="utf-8"))
    told["counts"] |= {"changed": 1_001}
    (younger / "changes.json").write_text(json.dumps([told]), encoding="utf-8")
    shutil.rmtree(older)
    shown = _release(site, "diff", older.name, younger.name).stdout.splitlines()
    assert shown[shown.index("changed: 1,001") + 1] == "  on record are the first 1"
    assert shown[shown.index("added: 1") + 1] == "  body"


def test_of_equal_data_the_newest_release_goes_by_the_digest(site: Site, two: tuple[Path, Path]) -> None:
    again = two[0].with_name("0" * 16)
    shutil.copytree(two[0], again)
    manifest = _manifest(again) | {"build_id": "0" * 64, "created": "1970-01-05T00:00:00+00:00"}
    (again / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    digest = str(manifest["digest"])
    assert f"release {again.name}" in _release(site, "show", digest[:20]).stdout
    assert f"release {two[0].name}" in _release(site, "show", two[0].name).stdout
