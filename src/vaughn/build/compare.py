"""The record of what a new release changed, written beside it when it is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vaughn.store.changes import read_changes, write_changes
from vaughn.store.compare import compare
from vaughn.store.release import Release, open_release


def record(folder: Path, name: str, kept: Sequence[Release]) -> None:
    """Write what a new release changed, before the past that the release before it knew, into its folder.

    It is compared with the newest of `kept` that differs from it in anything that a record tells; with a draft only
    where there is nothing else.
    """
    fresh = open_release(folder)
    for before in sorted(kept, key=lambda each: (not each.manifest.draft, each.manifest.created), reverse=True):
        changes = compare(before, fresh)
        if before.manifest.digest != fresh.manifest.digest or changes.counts["means"]:
            named = replace(changes, after=replace(changes.after, name=name))
            return write_changes(folder, [named, *read_changes(before)])
    return write_changes(folder, ())
