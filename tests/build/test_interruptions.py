"""A build that is killed, or whose disk fills, at any touch of the disk leaves a whole release current.

The touches are counted by the interpreter's audit events, so whatever Python code comes to write is covered by itself.
What the libraries write without Python (the store's files, the index) raises no such events: kills between two of its
writes are not tried here. That the disk fills between them is, on a disk that is small.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from small import SMALL, build_small, edit, settings_for, small_site
from vaughn.build.release import build
from vaughn.errors import CatalogueStale, VaughnError
from vaughn.resources import Site, open_site
from vaughn.store.release import current_release, open_release

TAKES_ROOM = {"open", "os.mkdir", "os.symlink"}
TOUCHES = TAKES_ROOM | {"os.rename", "os.remove", "shutil.rmtree"}
WRITES = os.O_WRONLY | os.O_RDWR
KILLED, REFUSED = 9, 3
FEWEST = 20
SMALL_DISK = ("unshare", "--mount", "--map-root-user", "sh", "-c")
FILL = 'mount -t tmpfs -o size="$1k" tmpfs "$2/build" && cp -a "$2/kept/." "$2/build/" && exec "$3" -c "$4" "$2"'
BUILD = """
import dataclasses, sys
from pathlib import Path
import pyoxigraph
from small import settings_for
from vaughn.build.release import build
from vaughn.errors import ReleaseUnwritten
from vaughn.resources import open_site
from vaughn.store.release import current_release, open_release
root = Path(sys.argv[1])
try:
    build(dataclasses.replace(open_site(root), queries=(root / "queries",)), settings_for(open_site(root)))
    refused = ""
except ReleaseUnwritten as error:
    refused = str(error)
current = open_release(current_release(root / "build"))
assert pyoxigraph.Store.read_only(str(current.store_path)).query("ASK { ?s ?p ?o }")
assert not list((root / "build").rglob(".*-*"))
print(current.manifest.title, refused)
"""
"""Ends well where a whole release is current, whether the new one or the one before."""
STEP, MOST = 48, 4_800


def _touches(folder: Path, event: str, words: tuple[Any, ...]) -> bool:
    """Whether an audit event is a change of something below the folder."""
    if event not in TOUCHES or (event == "open" and not int(words[2]) & WRITES):
        return False
    return str(words[1] if event == "os.symlink" else words[0]).startswith(str(folder))


def _at_touch(folder: Path, number: int, act: Callable[[str], None]) -> None:
    """Act on every touch of the folder from this one on, counted from 0."""
    left = iter(range(number))

    def hook(event: str, words: tuple[Any, ...]) -> None:
        if _touches(folder, event, words) and next(left, None) is None:
            act(event)

    sys.addaudithook(hook)


def _die(_: str) -> None:
    os._exit(KILLED)


def _be_full(event: str) -> None:
    if event in TAKES_ROOM:
        raise OSError(errno.ENOSPC, "No space left on device")


def _build_until(site: Site, number: int, act: Callable[[str], None]) -> None:
    _at_touch(site.root / "build", number, act)
    try:
        build(site, settings_for(site))
    except (VaughnError, OSError):
        os._exit(REFUSED)


def _titled(site: Site, title: str) -> Site:
    """The site under another title, so that there is something to build."""
    edit(site.graph / "site.toml", f'title = "{site.title}"', f'title = "{title}"')
    return replace(open_site(site.root), queries=site.queries)


def _interrupted(site: Site, act: Callable[[str], None]) -> Iterator[tuple[Site, int]]:
    """The site after each build, one touch further than the last, and how it ended; ends with one that ends well.

    Whatever an audit hook is, it stays: each build has a process of its own.
    """
    context = multiprocessing.get_context("forkserver")  # a plain fork of a process with an open store hangs
    context.set_forkserver_preload(["vaughn.build.release"])
    code: int | None = None
    number = 0
    while code != 0 or number < FEWEST:
        site = _titled(site, f"{number} lamps")
        process = context.Process(target=_build_until, args=(site, number, act), daemon=True)
        process.start()
        process.join(60)
        code, number = process.exitcode, number + 1
        assert code is not None
        yield site, code


@pytest.mark.parametrize(("act", "expected"), [(_die, KILLED), (_be_full, REFUSED)])
def test_a_build_stopped_at_any_touch_of_the_disk_leaves_a_whole_release_current(
    tmp_path: Path, act: Callable[[str], None], expected: int
) -> None:
    site = small_site(tmp_path)
    before = build_small(site)
    codes = []
    for built, code in _interrupted(site, act):
        current = open_release(current_release(site.root / "build"))
        assert current.path == before or current.manifest.title == built.title
        assert ox.Store.read_only(str(current.store_path)).query("ASK { ?s ?p ?o }")
        before = current.path
        codes.append(code)
    assert set(codes) <= {expected, 0}
    assert codes.count(expected) >= FEWEST
    assert not list((site.root / "build" / "releases").glob(".tmp-*"))
    assert not list((site.root / "build").glob(".current-*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A folder on which a disk of a test's own size can be put; skips where the system does not let it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    tried = [*SMALL_DISK, f"mount -t tmpfs -o size=100k tmpfs {folder}"]
    if not shutil.which("unshare") or subprocess.run(tried, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be put on a folder here, so one that fills under the store is not tried")
    return folder


def test_a_disk_that_fills_while_the_store_is_written_leaves_a_whole_release_current(small_disk: Path) -> None:
    """Rooms of 48 KB more each, until the release fits."""
    site = small_site(small_disk)
    build_small(site)
    (site.root / "build").rename(site.root / "kept")
    (site.root / "build").mkdir()
    _titled(site, "Lamps")
    used = sum(-(-path.stat().st_size // 4096) * 4 + 4 for path in (site.root / "kept").rglob("*"))
    told: list[str] = []
    while not told or told[-1].startswith("Lighthouses "):
        assert len(told) * STEP < MOST
        told.append(_built_within(site, used + len(told) * STEP))
    assert told.pop() == "Lamps \n"
    assert all("No space left on device" in each for each in told)
    assert any(re.search(r"/store/[^ ]+\.sst", each) for each in told)


def _built_within(site: Site, size: int) -> str:
    """The title of the current release, and why there is no other, after a build on a disk of so many KB."""
    words = ["sh", str(size), str(site.root), sys.executable, BUILD]
    environ = os.environ | {"PYTHONPATH": str(SMALL.parents[1])}
    done = subprocess.run([*SMALL_DISK, FILL, *words], capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_a_killed_build_left_is_gone_before_the_next_one_can_fail(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    before = build_small(site)
    left, link = before.parent / ".tmp-1", before.parents[1] / ".current-1"
    (left / "store").mkdir(parents=True)
    link.symlink_to(before)
    (site.graph / "bodies.meta.ttl").unlink()
    with pytest.raises(CatalogueStale):
        build_small(site)
    assert not left.exists()
    assert not link.is_symlink()
    assert current_release(site.root / "build") == before
