"""`vaughn new KIND SLUG`: a draft of a claim, a source, a ruling … to edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from vaughn.build.drafts import OPTIONS, Wish, new_draft, write_draft
from vaughn.build.sources import read_drafts, read_sources
from vaughn.cli.main import Place
from vaughn.errors import DraftRefused
from vaughn.iris import KINDS, PART_OWNERS
from vaughn.resources import INBOX, Site

_HELP = {
    "text": "The sentence: of a claim, a question, a recommendation, or what was sought.",
    "by": "Slug of the body that asserts, publishes, issues or decides.",
    "voice": "Whose words a claim is in: own, reported or curator.",
    "type": "Type of a claim or rationale, kind of a source, or a narrower class such as court-ruling.",
    "title": "Title of a source; name of any other thing.",
    "url": "Web address of a source.",
    "on": "When it happened, was issued or published: 2025-08-21, 2025-08, 2025 or unknown.",
    "source": "Slug of the source that documents it or holds the quote.",
    "quote": "Words of the source, letter by letter; with a claim, they become its first evidence.",
    "judgement": "How evidence bears on the claim: supports, disputes, qualifies, cited-only or does-not-support.",
}


def _options(function: Callable[..., None]) -> Callable[..., None]:
    """The short options of drafts, in the order of OPTIONS."""
    for name in reversed(list(OPTIONS)):
        function = click.option(f"--{name}", default="", help=_HELP[name])(function)
    return function


@click.command("new")
@click.argument("kind", type=click.Choice([*KINDS, *PART_OWNERS]), metavar="KIND")
@click.argument("slug")
@click.argument("words", nargs=-1, metavar="[NAME] [PROPERTY=VALUE]...")
@_options
@click.option("--language", default="en", show_default=True, help="Language of the texts.")
@click.option("--into", default="", help="Another file below graph/ than graph/inbox/KIND-SLUG.ttl; it must be new.")
@click.pass_obj
def command(
    place: Place, /, kind: str, slug: str, words: tuple[str, ...], into: str, language: str, **given: str
) -> None:
    """Write a draft of the thing KIND SLUG; of a part, KIND OWNER NAME (vaughn new passage long-v-opm-2012 names).

    Whatever the shapes require and you do not give stands in the draft as a comment, and `vaughn check FILE` names it.
    Drafts in graph/inbox/ are never built: move a finished one to its place. No draft is ever called reviewed.
    What a draft names must be there, in the graph or in another draft: a name that nothing answers to is refused.
    """
    part, values = _read(kind, slug, words)
    wish = Wish(kind, slug, part, {name: value for name, value in given.items() if value}, values, language)
    site = place.site
    path = _target(site, wish, into)
    drafts, broken = read_drafts(site)
    text = write_draft(new_draft(read_sources(site), drafts, wish).answered())
    _write(path, text, wish)
    for file in broken:
        click.echo(f"{file} does not parse; whether it describes {wish} already was not looked at", err=True)
    click.echo(site.relative(path))
    click.echo(f"next: fill in what its comments ask for; {place.command(f'check {site.relative(path)}')}", err=True)


def _read(kind: str, slug: str, words: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """The name of a part, "" for a thing, and the properties. Raises DraftRefused for words that are neither."""
    names = [word for word in words if "=" not in word]
    if len(names) != (kind in PART_OWNERS):
        form = f"{kind} OWNER NAME" if kind in PART_OWNERS else f"{kind} SLUG"
        raise DraftRefused(f"{kind}:{slug}", f"write vaughn new {form}, and properties as NAME=VALUE")
    pairs = [word.partition("=") for word in words if "=" in word]
    return "".join(names), [(name, value) for name, _, value in pairs]


def _target(site: Site, wish: Wish, into: str) -> Path:
    """Where the draft goes. Raises DraftRefused for a file that exists or is no place for facts."""
    path = (site.root / (into or f"graph/{INBOX}/{wish.kind}-{wish.name}.ttl")).resolve()
    if path.exists():
        raise DraftRefused(str(wish), f"{site.relative(path)} exists; edit it, or say another with --into")
    if not path.is_relative_to(site.graph) or path.suffix != ".ttl" or path.name.endswith(".meta.ttl"):
        raise DraftRefused(str(wish), f"{into} is no place for facts; it must be a .ttl file below graph/")
    return path


def _write(path: Path, text: str, wish: Wish) -> None:
    """Write the file, never over another. Raises DraftRefused where the system does not let us."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise DraftRefused(str(wish), f"{path}: {error.strerror}") from None
