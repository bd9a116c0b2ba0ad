"""Put a release on disk so that no half of one is ever current.

Everything is written to `releases/.tmp-…`, forced to disk, renamed, and only then does `current` change, by replacing
one symbolic link. Whatever is killed on the way leaves the previous release serving and a folder that the next build
removes before it begins.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vaughn.build.steps import Steps
from vaughn.errors import ReleaseMissing, ReleaseUnwritten
from vaughn.store.release import Release, open_release

_TEMPORARY = ".tmp-"
_FRESH = ".current-"


def releases_folder(build_dir: Path) -> Path:
    """The folder that holds the releases."""
    return build_dir / "releases"


def whole_release(path: Path) -> Release | None:
    """The release at a path, or None where there is none or not all of it."""
    try:
        release = open_release(path)
    except ReleaseMissing:
        return None
    wanted = (
        "dataset.nq.gz",
        "prefixes.json",
        "context.jsonld",
        "validation.json",
        "summary.json",
        "search/wordings.json",
    )
    whole = release.store_path.is_dir() and all((path / name).is_file() for name in wanted)
    return release if whole else None


def sweep(build_dir: Path) -> int:
    """Remove what killed builds left; how many folders and links. Only under the lock: another build's folder looks
    the same. Raises ReleaseUnwritten where the disk refuses."""
    with _disk(build_dir):
        folders = list(releases_folder(build_dir).glob(f"{_TEMPORARY}*"))
        links = list(build_dir.glob(f"{_FRESH}*"))
        for path in folders:
            shutil.rmtree(path)
        for link in links:
            link.unlink()
    return len(folders) + len(links)


def publish(build_dir: Path, name: str, write: Callable[[Path], None], steps: Steps) -> Path:
    """Write a release by `write(folder)`, name it and make it current. A damaged one of that name is replaced.

    Raises ReleaseUnwritten where the disk is full, read-only or gone; `current` then points where it did.
    """
    releases = releases_folder(build_dir)
    with _disk(releases), _workshop(releases) as folder:
        with steps("write"):
            write(folder)
        with steps("sync"):
            _sync_tree(folder)
        with steps("name"):
            shutil.rmtree(releases / name, ignore_errors=True)
            folder.rename(releases / name)
            _sync(releases)
    with _disk(build_dir), steps("switch"):
        return switch(build_dir, name)


def switch(build_dir: Path, name: str) -> Path:
    """Make a release current: one atomic replacement of the link."""
    link, fresh = build_dir / "current", build_dir / f"{_FRESH}{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / name)
    fresh.replace(link)
    _sync(build_dir)
    return releases_folder(build_dir) / name


def prune(build_dir: Path, keep: int) -> list[str]:
    """Remove old releases, never the current one. Of `keep` digests the newest release stays, and as many more that
    differ from one of those in queries or words alone: to build the same data again pushes no other data out."""
    doomed = list(_beyond(_newest_first(build_dir), keep))
    for path in doomed:
        shutil.rmtree(path)
    return [path.name for path in doomed]


def _newest_first(build_dir: Path) -> list[Path]:
    """The releases on disk, the current one before all others."""
    current = (build_dir / "current").resolve()
    found = releases_folder(build_dir).iterdir()
    return sorted(found, key=lambda path: (path != current, -path.stat().st_mtime_ns))


def _beyond(releases: Iterable[Path], keep: int) -> Iterator[Path]:
    """Those that have no place, of releases given newest first."""
    digests: set[str] = set()
    again = 0
    for path in releases:
        if (digest := _digest(path)) in digests:
            again += 1
            if again > keep:
                yield path
        elif len(digests) < keep:
            digests.add(digest)
        else:
            yield path


def _digest(path: Path) -> str:
    """The dataset digest of a release; the folder's name where it is not whole."""
    try:
        return open_release(path).manifest.digest
    except ReleaseMissing:
        return path.name


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """What the disk refuses, as a sentence that names the folder."""
    try:
        yield
    except OSError as error:
        raise ReleaseUnwritten(folder, str(error)) from error


@contextmanager
def _workshop(releases: Path) -> Iterator[Path]:
    folder = releases / f"{_TEMPORARY}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sync_tree(folder: Path) -> None:
    """Force every file and folder below to disk."""
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
