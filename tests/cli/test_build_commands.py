"""The commands that make a release and tend its files, as a person types them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from small import edit, small_site
from vaughn.cli.main import COMMANDS, EXIT_CODES, exit_code, main
from vaughn.errors import CatalogueStale, FindingsStop, SettingsInvalid, VaughnError
from vaughn.resources import Site

SINCE = """shapes:Body-since a sh:PropertyShape ;
    sh:datatype xsd:date ;
    sh:message "since is a day" ;
    sh:path vaughn:since .
"""

ILL_DATED = 'vaughn:since "2005-02-30"^^<http://www.w3.org/2001/XMLSchema#date> ;\n    rdfs:label "Ministry'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A copy of the small site; releases go beside it."""
    monkeypatch.setenv("VAUGHN_BUILD_DIR", str(tmp_path / "releases"))
    return small_site(tmp_path)


def _vaughn(site: Site, *words: str) -> Result:
    return CliRunner().invoke(main, ["--site", str(site.root), *words])


def _apart(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, so that what libraries log is seen as a person sees it."""
    command = [sys.executable, "-m", "vaughn", "--site", str(site.root), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_build_prints_a_line_per_step_and_the_folder_last(site: Site) -> None:
    result = _vaughn(site, "build")
    assert result.exit_code == 0, result.output
    steps = [line.split()[0] for line in result.stderr.splitlines()]
    assert steps[:3] == ["inputs", "read", "catalogue"]
    assert (Path(result.stdout.strip()) / "manifest.json").is_file()


def test_a_stale_catalogue_ends_with_its_own_code_and_the_command_to_run(site: Site) -> None:
    (site.graph / "bodies.meta.ttl").unlink()
    result = _vaughn(site, "build")
    assert result.exit_code == 4
    assert f"vaughn --site {site.root} catalogue add graph/bodies.ttl" in result.stderr
    assert _vaughn(site, "catalogue", "add", "graph/bodies.ttl").exit_code == 0
    assert _vaughn(site, "build").exit_code == 0


def test_catalogue_without_files_tends_to_all_that_need_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    (site.graph / "bodies.meta.ttl").unlink()
    edit(site.graph / "sources.ttl", "Quay Gazette", "Gazette of the quay")
    assert _vaughn(site, "catalogue", "add").stdout == "graph/bodies.meta.ttl\n"
    assert _vaughn(site, "catalogue", "update").stdout == "graph/sources.meta.ttl\n"
    again = _vaughn(site, "catalogue", "update", "graph/sources.ttl")
    assert (again.stdout, again.stderr) == ("", "graph/sources.meta.ttl is in order; nothing was written\n")
    assert 'dcterms:modified "1970-01-01"' in (site.graph / "sources.meta.ttl").read_text(encoding="utf-8")


def test_check_prints_findings_with_their_place_and_fails_on_errors_only(site: Site) -> None:
    fine = _vaughn(site, "check")
    assert fine.exit_code == 0, fine.output
    edit(site.graph / "bodies.ttl", "vaughn:parentBody body:ministry", "vaughn:parentBody body:minstry")
    result = _vaughn(site, "check", "graph/bodies.ttl")
    assert result.exit_code == 1
    assert "error: graph/bodies.ttl:10: no file describes https://example.org/site/id/body/minstry" in result.stdout
    assert "1 error, 0 warnings" in result.stdout
    assert result.stdout.endswith(f"were not run; `vaughn --site {site.root} check` runs them\n")


def test_check_of_everything_says_what_it_did_not_come_to(site: Site) -> None:
    assert _vaughn(site, "check").stdout.endswith("0 errors, 1 warning\n")
    edit(site.graph / "bodies.ttl", "vaughn:parentBody body:ministry", "vaughn:parentBody body:minstry")
    stopped = _vaughn(site, "check").stdout
    assert stopped.endswith("1 error, 0 warnings\nwhat comes after validation was not looked at\n")


@pytest.mark.parametrize("words", [["check"], ["check", "graph/bodies.ttl"]])
def test_a_date_that_is_none_is_a_finding_and_no_traceback(site: Site, words: list[str]) -> None:
    edit(site.graph / "bodies.ttl", 'rdfs:label "Ministry', ILL_DATED)
    edit(site.ontology / "shapes" / "shapes.ttl", "shapes:Body-label a", f"{SINCE}\nshapes:Body-label a")
    edit(site.ontology / "shapes" / "shapes.ttl", "property shapes:Body-label", "property shapes:Body-since")
    done = _apart(site, *words)
    assert "error: graph/bodies.ttl:12: since is a day (at since: 2005-02-30)" in done.stdout
    assert (done.returncode, done.stderr) == (1, "")


def test_a_date_that_is_none_and_that_no_shape_asks_for_prints_no_traceback(site: Site) -> None:
    edit(site.graph / "bodies.ttl", 'rdfs:label "Ministry', ILL_DATED)
    done = _apart(site, "check", "--reasoner", "owlrl")
    assert (done.returncode, done.stderr) == (0, "")


def test_check_of_a_file_that_does_not_parse_says_the_line(site: Site) -> None:
    edit(site.graph / "bodies.ttl", "body:curators a vaughn:Body ;", "body:curators a vaughn:Body ;;,")
    result = _vaughn(site, "check", "graph/bodies.ttl")
    assert result.exit_code == 3
    assert "graph/bodies.ttl:5 does not parse" in result.stderr


def test_fmt_check_changes_nothing_and_fmt_repairs(site: Site) -> None:
    path = site.graph / "bodies.ttl"
    before = path.read_text(encoding="utf-8")
    edit(path, "    rdfs:label", "  rdfs:label")
    result = _vaughn(site, "fmt", "--check")
    assert result.exit_code == 1
    command = f"vaughn --site {site.root} fmt graph/bodies.ttl"
    assert result.stdout == f"graph/bodies.ttl: not in canonical form; run: {command}\n"
    assert _vaughn(site, "fmt").exit_code == 0
    assert path.read_text(encoding="utf-8") == before


def test_fmt_leaves_a_file_with_comments_alone_and_names_the_line(site: Site) -> None:
    path = site.graph / "bodies.ttl"
    edit(path, "body:ministry a", "# a remark\nbody:ministry   a")
    before = path.read_text(encoding="utf-8")
    result = _vaughn(site, "fmt")
    assert result.exit_code == 1
    assert "graph/bodies.ttl:12: a comment;" in result.stdout
    assert path.read_text(encoding="utf-8") == before


def test_an_entry_is_written_for_graph_files_only(site: Site) -> None:
    result = _vaughn(site, "catalogue", "add", "graph/bodies.meta.ttl")
    assert result.exit_code == 2
    assert "no graph file of this site" in result.stderr


def test_a_misspelt_setting_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAUGHN_WORKRES", "3")
    result = _vaughn(site, "build")
    assert result.exit_code == 2
    assert "VAUGHN_WORKRES" in result.stderr


def test_a_folder_that_is_no_site_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--site", str(tmp_path), "check"])
    assert result.exit_code == 2
    assert "no graph/site.toml" in result.stderr


def test_a_file_that_is_nowhere_is_wrong_use(site: Site) -> None:
    assert _vaughn(site, "check", "graph/nowhere.ttl").exit_code == 2


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_listed_command_is_there_and_says_what_it_does(name: str) -> None:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    assert found.name == name
    assert found.help


@pytest.mark.parametrize("words", [[], ["release"], ["catalogue"]])
def test_help_says_of_every_command_what_it_does_in_a_whole_sentence(site: Site, words: list[str]) -> None:
    listed = _vaughn(site, *words, "--help").stdout.partition("Commands:")[2]
    group = main.get_command(click.Context(main), words[0]) if words else main
    assert isinstance(group, click.Group)
    for name in group.list_commands(click.Context(group)):
        assert f"\n  {name}  " in listed
    assert "..." not in listed
    assert all(said.rstrip().endswith(".") for said in re.split(r"\n  (?=\w)", listed)[1:])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["serv"], "there is no command 'serv'; did you mean serve?"),
        (["release", "shw"], "there is no command 'shw'; did you mean show?"),
        (["frobnicate"], "there is no command 'frobnicate'; there are ask, build, catalogue"),
    ],
)
def test_a_misspelt_command_is_met_with_the_nearest(site: Site, words: list[str], says: str) -> None:
    found = _vaughn(site, *words)
    assert found.exit_code == 2
    assert says in found.stderr


def test_every_error_has_an_exit_code() -> None:
    assert exit_code(FindingsStop("x", [])) == 1
    assert exit_code(SettingsInvalid("a", "b", "c")) == 2
    assert exit_code(CatalogueStale([], [])) == 4
    assert exit_code(VaughnError("anything else")) == 1
    assert EXIT_CODES[-1][0] is VaughnError


def test_help_loads_neither_builder_nor_engine() -> None:
    program = 'import sys, vaughn.cli.main; print({"rdflib", "pyshacl", "pyoxigraph"} & set(sys.modules) or None)'
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout == "None\n"


def test_of_several_files_that_do_not_parse_the_one_asked_about_is_named(site: Site) -> None:
    for name in ("a", "z"):
        (site.graph / f"{name}.ttl").write_text("claim:x a", encoding="utf-8")
    assert "graph/z.ttl:1 does not parse" in _vaughn(site, "check", "graph/z.ttl").stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["check", "graph/latin.ttl"], 3, "vaughn: graph/latin.ttl:2 does not parse: the byte 0xe9 is not UTF-8\n"),
        (["fmt", "graph/latin.ttl"], 3, "vaughn: graph/latin.ttl:2 does not parse: the byte 0xe9 is not UTF-8\n"),
        (["check", "graph/claims"], 2, "graph/claims is a folder; name files"),
        (["check"], 3, "does not parse: Is a directory\n"),
        (["build"], 2, "latin.rq: it is not UTF-8\n"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(site: Site, words: list[str], code: int, says: str) -> None:
    if words[0] == "build":
        (site.queries[0] / "checks" / "latin.rq").write_bytes(b"#+ summary: \xe9")
    elif len(words) > 1:
        (site.graph / "latin.ttl").write_bytes(b"\n# caf\xe9")
    else:
        (site.graph / "folder.ttl").mkdir()
    result = _vaughn(site, *words)
    assert result.exit_code == code
    assert says in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_an_empty_file_is_no_fault(site: Site) -> None:
    (site.graph / "empty.ttl").write_bytes(b"")
    assert _vaughn(site, "check", "graph/empty.ttl").stdout.startswith("0 errors, 0 warnings\nthe rules over")


def test_a_folder_for_releases_that_is_a_file_is_a_sentence(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("VAUGHN_BUILD_DIR", str(tmp_path / "file"))
    result = _vaughn(site, "build")
    assert result.exit_code == 3
    assert result.stderr == f"vaughn: {tmp_path / 'file'}: File exists\n"


def test_advice_names_the_site_that_is_in_use(site: Site) -> None:
    (site.graph / "bodies.meta.ttl").unlink()
    edit(site.graph / "sources.ttl", "    dcterms:title", "  dcterms:title")
    command = f"vaughn --site {site.root} "
    assert f"  {command}catalogue add graph/bodies.ttl\n" in _vaughn(site, "build").stderr
    assert f"run: {command}fmt graph/sources.ttl\n" in _vaughn(site, "fmt", "--check").stdout
    assert f"make one with: {command}build\n" in _vaughn(site, "query").stderr
