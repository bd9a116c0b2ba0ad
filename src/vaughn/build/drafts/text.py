"""A draft as a Turtle file: canonical blocks, and in each of them a comment for what its class still asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.drafts.draft import Draft
from vaughn.iris import KINDS, compact
from vaughn.turtle import node_of, write_turtle

_HEAD = "# A draft. Each comment says what is left to fill: write the property in its place and remove the comment.\n"
_WORDS: Mapping[str, str] = {"required": "to do", "wanted": "better with"}
_Missing = tuple[str, tuple[str, ...], str]
"""How hard something is asked for, the properties that would do, and the shape's message."""
_PREFIXES = re.compile(r"\A(?:@prefix [^\n]*\n)+\n")
_END = "    .\n"
_CURIE = re.compile(r"(?<![\w-])([A-Za-z][\w-]*):")


def write_draft(draft: Draft) -> str:
    """The file of a draft: what was asked for first, then its parts, its dates and its links from other things.

    One that lacks nothing is in canonical form.
    """
    subjects = dict.fromkeys([*draft.classes, *(node_of(triple).value for triple in draft.triples)])
    if not any(True for subject in subjects for _ in _reminders(draft, subject)):
        return write_turtle(draft.triples, draft.names.prefixes)
    body = "\n".join(_block(draft, subject) for subject in subjects)
    used = sorted({*_CURIE.findall(body), *_to_come(draft)} & draft.names.prefixes.keys())
    head = "".join(f"@prefix {prefix}: <{draft.names.prefixes[prefix]}> .\n" for prefix in used)
    return f"{_HEAD}{head}\n{body}"


def _to_come(draft: Draft) -> Iterator[str]:
    """The prefixes that whoever fills the draft may need: where a thing of any kind may stand, those of all kinds."""
    for subject, class_ in draft.classes.items():
        for one in draft.demands.properties(class_).values():
            if one.demand and one.iri not in draft.said(subject):
                yield from one.schemes or draft.names.kinds(one) or (KINDS if one.named else ())


def _block(draft: Draft, subject: str) -> str:
    """One subject: its line, what is left to fill, and what it says already."""
    own = [triple for triple in draft.triples if triple.subject == ox.NamedNode(subject)]
    text = _PREFIXES.sub("", write_turtle(own, draft.names.prefixes))
    notes = "".join(f"    # {' '.join(note.split())}\n" for note in _reminders(draft, subject))
    if not notes:
        return text
    first, _, rest = text.partition("\n")
    typed = " ;" if subject in draft.classes else ""
    return f"{first.removesuffix(' .').removesuffix(' ;')}{typed}\n{notes}{rest or _END}"


def _reminders(draft: Draft, subject: str) -> Iterator[str]:
    """What is missing from a subject, one line each, the required first."""
    class_, prefixes = draft.classes.get(subject), draft.names.prefixes
    missing = [*_unlinked(draft, subject)]
    if class_:
        missing += [*_properties(draft, subject, class_), *_choices(draft, subject, class_)]
    for demand, iris, message in sorted(missing):
        yield f"{_WORDS[demand]}: {' or '.join(compact(iri, prefixes) for iri in iris)}. {message}"
    narrower = draft.demands.narrower(class_) if class_ and subject == next(iter(draft.classes)) else []
    if narrower:
        yield f"better with: a narrower class: {', '.join(compact(iri, prefixes) for iri in narrower)}"


def _properties(draft: Draft, subject: str, class_: str) -> Iterator[_Missing]:
    for one in draft.demands.properties(class_).values():
        if one.demand and one.iri not in draft.said(subject):
            yield one.demand, (one.iri,), one.message


def _choices(draft: Draft, subject: str, class_: str) -> Iterator[_Missing]:
    for choice in draft.demands.choices(class_):
        if not draft.said(subject) & set(choice.properties):
            yield choice.demand, choice.properties, choice.message


def _unlinked(draft: Draft, subject: str) -> Iterator[_Missing]:
    """The general link to evidence stands only until somebody has judged."""
    if terms.HAS_EVIDENCE in draft.said(subject):
        yield "required", (terms.HAS_EVIDENCE,), draft.demands.message(terms.HAS_EVIDENCE)
