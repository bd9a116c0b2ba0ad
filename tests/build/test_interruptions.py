"""A build that is killed, or whose disk fills, at any touch of the disk leaves a whole release current.

The touches are counted by the interpreter's audit events, so whatever a step comes to write is covered by itself.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from small import build_small, edit, settings_for, small_site
from vaughn.build.release import build
from vaughn.errors import VaughnError
from vaughn.resources import Site, open_site
from vaughn.store.release import current_release, open_release

TAKES_ROOM = {"open", "os.mkdir", "os.symlink"}
TOUCHES = TAKES_ROOM | {"os.rename", "os.remove", "shutil.rmtree"}
WRITES = os.O_WRONLY | os.O_RDWR
KILLED, REFUSED = 9, 3
FEWEST = 20


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
