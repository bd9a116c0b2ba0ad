"""What changed between two releases, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from vaughn.iris import KINDS
from vaughn.store.changes import SORTS, Altered, Changed, Changes, Edition, Removed, Touched, Value


def as_text(changes: Changes) -> Iterator[str]:
    """From which release to which, then every list that is not empty, by kind."""
    yield f"from {_named(changes.before)}"
    yield f"to   {_named(changes.after)}"
    if not any(count for name, count in changes.counts.items() if name != "means"):
        yield "\nno thing and no evidence state differs"
    yield from _details(changes)
    for sort in SORTS:
        yield from _things(changes, sort)
    yield from _renamed(changes)
    yield from _states(changes)
    yield from _means(changes)


def _named(edition: Edition) -> str:
    return f"{edition.name}  {edition.created}  {edition.digest}{'  draft' if edition.draft else ''}"


def _details(changes: Changes) -> Iterator[str]:
    """Whether it is told what of each thing changed, and how much of it, where that is not all."""
    if not changes.detailed and (changes.changed or changes.withdrawn):
        yield "\nwhat of each thing changed is not on record"
    elif changes.values and changes.told < changes.values:
        yield f"\nvalues lost and gained: {changes.values:,}; told are {changes.told:,}"


def _things(changes: Changes, sort: str) -> Iterator[str]:
    if changes.counts[sort]:
        yield f"\n{sort}: {changes.counts[sort]:,}"
    yield from _cut(changes.counts[sort], len(changes.listed(sort)))
    for kind, things in groupby(changes.listed(sort), key=lambda each: each.kind):
        found = list(things)
        yield f"  {KINDS[kind] if len(found) > 1 else kind}"
        for each in found:
            yield f"    {each.iri.rpartition('/')[2]}  {each.label}"
            yield from _of_thing(each)


def _of_thing(thing: Touched) -> Iterator[str]:
    """What of it changed, or why it is gone, where that is known."""
    if isinstance(thing, Changed):
        yield from (line for each in thing.properties for line in _altered(each))
        yield from [f"      and {thing.more:,} more lost and gained"] * bool(thing.more)
    elif isinstance(thing, Removed):
        yield from [f"      {thing.reason}"] * bool(thing.reason)
        yield from [f"      in its place: {thing.successor}  {thing.successor_label}"] * bool(thing.successor)


def _altered(each: Altered) -> Iterator[str]:
    yield f"      {each.label}{' of ' + each.part.rpartition('/')[2] if each.part else ''}"
    for mark, values in (("-", each.lost), ("+", each.gained)):
        yield from (f"        {mark} {_value(value)}" for value in values)


def _value(value: Value) -> str:
    """On one line, whatever the text has."""
    return " ".join(value.text.split()) + (f"… and {value.more:,} characters more" if value.more else "")


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
