"""What changed between two releases, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from vaughn.iris import KINDS
from vaughn.store.changes import SORTS, Changes, Edition


def as_text(changes: Changes) -> Iterator[str]:
    """From which release to which, then every list that is not empty, by kind."""
    yield f"from {_named(changes.before)}"
    yield f"to   {_named(changes.after)}"
    if not any(count for name, count in changes.counts.items() if name != "means"):
        yield "\nno thing and no evidence state differs"
    for sort in SORTS:
        yield from _things(changes, sort)
    yield from _renamed(changes)
    yield from _states(changes)
    yield from _means(changes)


def _named(edition: Edition) -> str:
    return f"{edition.name}  {edition.created}  {edition.digest}{'  draft' if edition.draft else ''}"


def _things(changes: Changes, sort: str) -> Iterator[str]:
    if changes.counts[sort]:
        yield f"\n{sort}: {changes.counts[sort]:,}"
    yield from _cut(changes.counts[sort], len(changes.listed(sort)))
    for kind, things in groupby(changes.listed(sort), key=lambda each: each.kind):
        found = list(things)
        yield f"  {KINDS[kind] if len(found) > 1 else kind}"
        yield from (f"    {each.iri.rpartition('/')[2]}  {each.label}" for each in found)


def _renamed(changes: Changes) -> Iterator[str]:
    if changes.renamed:
        yield f"\nrenamed: {changes.counts['renamed']:,}"
    yield from _cut(changes.counts["renamed"], len(changes.renamed))
    for each in changes.renamed:
        yield f"  {each.kind}  {each.before.rpartition('/')[2]} → {each.iri.rpartition('/')[2]}  {each.label}"


def _means(changes: Changes) -> Iterator[str]:
    if changes.means:
        yield f"\nqueries, shapes and context: {changes.counts['means']:,}"
    yield from _cut(changes.counts["means"], len(changes.means))
    for each in changes.means:
        yield f"  {each.kind}  {each.name}  {each.change}"


def _cut(count: int, listed: int) -> Iterator[str]:
    """That a record names some of them only."""
    if count > listed:
        yield f"  on record are the first {listed:,}"


def _states(changes: Changes) -> Iterator[str]:
    if changes.states:
        yield f"\nevidence states moved: {changes.counts['states']:,}"
    yield from _cut(changes.counts["states"], len(changes.states))
    for moved in changes.states:
        yield f"  {moved.claim.rpartition('/')[2]}  {moved.before} → {moved.after}  {moved.label}"
