"""`vaughn ask "sentence"`: the known claims worded most like a sentence, and what their evidence amounts to."""

from __future__ import annotations

import asyncio

import click

from vaughn.answer import Asker, certainty, evidence_sentence, independence, supports_for, tally
from vaughn.cli.current import damaged, mark, open_current
from vaughn.cli.main import Place
from vaughn.model import Support
from vaughn.search import Match, read_wordings
from vaughn.store.pool import WorkerPool
from vaughn.store.release import Release

_BANDS = {"close": "close wording", "loose": "loosely similar wording"}


@click.command("ask")
@click.argument("sentence")
@click.option("--most", type=click.IntRange(1, 50), default=3, show_default=True, help="How many claims at most.")
@click.pass_obj
def command(place: Place, sentence: str, most: int) -> None:
    """Find the known claims worded most like SENTENCE, each with its evidence.

    Similar wording is no verdict: a sentence and its negation look alike, so read the claim before you rely on it.
    """
    if not sentence.strip():
        raise click.UsageError("the sentence is empty")
    release = open_current(place)
    matches = _nearest(release, sentence, most)
    mark(release)
    if not matches:
        click.echo("No similar wording is known. That does not mean that there is no such claim.")
        return
    supports = asyncio.run(_supports(place, release, matches))
    click.echo("\n\n".join(render(match, support) for match, support in zip(matches, supports, strict=True)))


def _nearest(release: Release, sentence: str, most: int) -> tuple[Match, ...]:
    """Raises ReleaseMissing where the release's wordings cannot be read."""
    try:
        return read_wordings(release.search_path).nearest(sentence, most)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(release, error) from None


async def _supports(place: Place, release: Release, matches: tuple[Match, ...]) -> list[Support]:
    pool = await WorkerPool.start(release, place.settings, workers=1)
    try:
        ask = Asker(pool, release.book, release.iris)
        return list((await supports_for(ask, [match.claim for match in matches])).values())
    finally:
        await pool.close()


def render(match: Match, support: Support) -> str:
    """One claim near the sentence, as a few lines."""
    head = support.claim
    lines = [
        head.text,
        f"  asserted by {head.asserter.label} ({head.voice.label}); {head.review_state.label}",
        f"  {evidence_sentence(head)}",
        f"  {tally(support)}",
        f"  {independence(head)}",
        *([f"  {certainty(head)}"] if certainty(head) else []),
        *(f"  {each.relation}: {each.thing.label} ({each.thing.iri})" for each in support.tied),
        f"  {_BANDS[match.band]} ({match.score:.2f}) to its {_kind(match)}: “{match.wording.text}”",
        *_flags(match),
        f"  {head.iri}",
    ]
    return "\n".join(lines)


def _kind(match: Match) -> str:
    return match.wording.kind if match.wording.kind in ("text", "alternative") else f"quote ({match.wording.kind})"


def _flags(match: Match) -> list[str]:
    flags = ["  opposite wording?"] if match.opposite else []
    if match.order:
        flags.append("  other order of words? who does what to whom may differ")
    if match.extent:
        flags.append(f"  other extent? only one of the two has: {_listed(match.extent)}")
    if match.figures:
        flags.append(f"  other figures? not in this wording: {', '.join(match.figures)}")
    if match.only_here or match.only_there:
        flags.append(f"  only in yours: {_listed(match.only_here)}; only in this wording: {_listed(match.only_there)}")
    return flags


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "nothing"
