"""What the README shows is what the program prints, and what it names is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
Run = Callable[..., subprocess.CompletedProcess[str]]


def sessions() -> list[tuple[str, str]]:
    """Each `$ .venv/bin/vaughn …` line of a console block, with what the README says it prints."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    found = [piece for block in blocks for piece in re.findall(r"\$ (.+)\n((?:(?!\$ ).*\n)*)", block)]
    return [(command, output) for command, output in found if command.startswith(".venv/bin/vaughn ")]


def test_the_readme_shows_a_session() -> None:
    assert sessions()


@pytest.mark.parametrize(("command", "output"), sessions(), ids=lambda text: text[:40])
def test_a_session_prints_what_the_readme_says(vaughn: Run, command: str, output: str) -> None:
    done = vaughn(*shlex.split(command)[1:])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip() == output.rstrip()


NAMED = re.findall(r"`\.venv/bin/vaughn ([^`]+)`", README)


@pytest.mark.parametrize("command", [each for each in NAMED if not each.startswith("new ")])
def test_a_command_named_in_passing_works(vaughn: Run, command: str) -> None:
    done = vaughn(*shlex.split(command))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_draft_the_readme_writes_says_what_is_missing(vaughn: Run, tmp_path: Path) -> None:
    drafts = [each for each in NAMED if each.startswith("new ")]
    assert drafts
    (tmp_path / "graph").mkdir()
    shutil.copy(ROOT / "graph" / "site.toml", tmp_path / "graph")
    for command in drafts:
        done = vaughn("--site", str(tmp_path), *shlex.split(command))
        assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "graph" / "inbox").glob("*.ttl"))) == len(drafts)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_what_the_readme_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", README))))
def test_each_make_target_the_readme_names_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE)
