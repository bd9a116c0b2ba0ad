"""From what a person asks for to a draft: which class, which values, which parts come with it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from vaughn import terms
from vaughn.build.drafts.demands import Demands, local
from vaughn.build.drafts.draft import Draft, kebab
from vaughn.build.drafts.values import Names
from vaughn.build.prefixes import release_prefixes
from vaughn.build.sources import SourceFile, Sources
from vaughn.errors import DraftRefused
from vaughn.iris import NS, PART_OWNERS, Iris
from vaughn.turtle import node_of

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "text": ("claimText", "questionText", "recommendationText", "sought"),
    "by": ("assertedBy", "publisher", "issuedBy", "invokedBy", "actor", "court", "voicedBy", "conductedBy"),
    "voice": ("voice",),
    "type": ("claimType", "sourceKind", "rationaleType", "clauseType", "historyKind"),
    "title": ("title", "label"),
    "url": ("url",),
    "on": ("occurredOn", "issuedOn", "publishedOn", "searchedOn"),
    "source": ("inSource", "documentedBy", "hasText"),
    "quote": ("exact",),
    "judgement": ("judgement",),
}
"""What each short option may stand for: the first of these properties that the draft has."""

LINKS: Mapping[str, str] = {
    "supports": "hasSupportingEvidence",
    "disputes": "hasDisputingEvidence",
    "qualifies": "hasQualifyingEvidence",
    "cited-only": "hasCitedEvidence",
    "does-not-support": "hasRejectedEvidence",
}
"""The property by which a claim links a line of each judgement; queries/checks/judgement-agrees.rq says the same."""
_CLAIM, _EVIDENCE, _PASSAGE = "claim", "evidence", "passage"
_REQUIRED = "required"


@dataclass(frozen=True)
class Wish:
    """What a person asks for. part: the name within the owner, "" for a thing. options: of OPTIONS, by name.
    values: properties by local name or IRI, in order. language: that of texts."""

    kind: str
    slug: str
    part: str
    options: Mapping[str, str]
    values: Sequence[tuple[str, str]]
    language: str = "en"

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    @property
    def name(self) -> str:
        """The slug, or `<owner>--<name>` for a part: the last step of the IRI."""
        return f"{self.slug}--{self.part}" if self.part else self.slug


def new_draft(sources: Sources, others: Sequence[SourceFile], wish: Wish) -> Draft:
    """The draft that was wished for. others: files that take names but are never built, such as other drafts.

    Raises DraftRefused for a name that is taken, a kind that the ontology lacks, a property or value that cannot be;
    IriInvalid for a malformed slug.
    """
    draft = _empty(sources, others, wish)
    class_, options = _class(draft, wish)
    node = draft.mint(_iri(draft.names.iris, wish), class_)
    used = _evidence(draft, sources, wish) if wish.kind in (_CLAIM, _EVIDENCE) else ()
    if wish.part:
        _own(draft, wish, node)
    for option, value in options.items():
        if option not in used:
            draft.give(_meant(draft, option), value)
    for name, value in wish.values:
        draft.give(name, value)
    draft.unreviewed()
    return draft


def _empty(sources: Sources, others: Sequence[SourceFile], wish: Wish) -> Draft:
    drafted = {subject: other.file for other in others for subject in other.subjects}
    homes = drafted | {subject: source.file for subject, source in sources.files_of.items()}
    known = frozenset(homes) | sources.concepts
    names = Names(Iris(sources.site.base), Demands(sources), release_prefixes(sources), known, wish.language)
    return Draft(str(wish), names, homes)


def _iri(iris: Iris, wish: Wish) -> str:
    return iris.part(wish.kind, wish.slug, wish.part) if wish.part else iris.thing(wish.kind, wish.slug)


def _class(draft: Draft, wish: Wish) -> tuple[str, dict[str, str]]:
    """The class of what is asked for, and the options that are left to say: --type may name a narrower class."""
    _only(draft, wish.kind)
    own, options = draft.demands.classes_of(wish.kind), dict(wish.options)
    every = [*own, *(iri for class_ in own for iri in draft.demands.narrower(class_))]
    narrower = {kebab(local(iri)): iri for iri in every}
    chosen = narrower.get(kebab(options.get("type", "")))
    if chosen:
        del options["type"]
        return chosen, options
    if len(own) > 1:
        raise DraftRefused(draft.asked, f"say of which class it is: --type {', '.join(sorted(narrower))}")
    return own[0], options


def _meant(draft: Draft, option: str) -> str:
    """The property that an option stands for in this draft, a required one first. Raises DraftRefused without any."""
    known = [one for name in OPTIONS[option] if (one := draft.knows(name))]
    if not known:
        raise DraftRefused(draft.asked, f"it has no --{option}; give its properties as NAME=VALUE")
    return min(known, key=lambda found: found[1].demand != _REQUIRED)[1].iri


def _own(draft: Draft, wish: Wish, node: str) -> None:
    """Tie a part to its owner: the properties of the part that the owner must fill, and the owner's link to it."""
    owners = [draft.names.iris.thing(kind, wish.slug) for kind in PART_OWNERS[wish.kind]]
    owner = next((iri for iri in owners if iri in draft.names.known), owners[0])
    kind = draft.names.iris.parse(owner).scope
    for one in draft.demands.properties(draft.classes[node]).values():
        if one.demand == _REQUIRED and kind in draft.names.kinds(one):
            draft.link(node, one.iri, owner)
    links = _links(draft, kind, draft.classes[node])
    if len(links) == 1:
        draft.link(owner, links[0], node)
    elif wish.kind == _EVIDENCE:
        draft.link(owner, _judged(wish), node)


def _links(draft: Draft, kind: str, class_: str) -> list[str]:
    """The properties by which things of a kind may refer to parts of a class."""
    owners = {below for iri in draft.demands.classes_of(kind) for below in draft.demands.below(iri)}
    found = {one.iri for iri in owners for one in draft.demands.properties(iri).values() if class_ in one.classes}
    return sorted(found)


def _evidence(draft: Draft, sources: Sources, wish: Wish) -> tuple[str, ...]:
    """Quote what was given as evidence of the claim, or of the line, asked for; the options that were used up."""
    given = tuple(option for option in ("source", "quote") if wish.options.get(option))
    if not given:
        return ()
    if len(given) == 1:
        raise DraftRefused(draft.asked, "--source and --quote come together: the words, and where they stand")
    line = next(iter(draft.classes))
    if wish.kind == _CLAIM:
        claim, line = line, draft.mint(draft.names.iris.part(_EVIDENCE, wish.slug, "1"), _only(draft, _EVIDENCE))
        draft.link(claim, _judged(wish), line)
    draft.link(line, terms.EVIDENCE_PASSAGE, _passage(draft, sources, wish))
    return given


def _passage(draft: Draft, sources: Sources, wish: Wish) -> str:
    """The passage with the words: the one that the graph has, or a new one named after what it is evidence of."""
    class_ = _only(draft, _PASSAGE)
    said = draft.demands.properties(class_)
    where = draft.names.term(draft.asked, said[terms.IN_SOURCE], wish.options["source"])
    words = draft.names.term(draft.asked, said[terms.EXACT], wish.options["quote"])
    found = _subjects(sources, terms.EXACT, words) & _subjects(sources, terms.IN_SOURCE, where)
    if found:
        return min(found)
    slug = draft.names.iris.parse(where.value).slug
    names = itertools.chain([wish.slug], (f"{wish.slug}-{number}" for number in itertools.count(2)))
    free = (iri for name in names if (iri := draft.names.iris.part(_PASSAGE, slug, name)) not in draft.homes)
    node = draft.mint(next(free), class_)
    draft.add(node, terms.IN_SOURCE, where)
    draft.add(node, terms.EXACT, words)
    return node


def _subjects(sources: Sources, predicate: str, value: ox.NamedNode | ox.Literal) -> set[str]:
    wanted = (triple for triple in sources.asserted if triple.object == value and triple.predicate.value == predicate)
    return {node_of(triple).value for triple in wanted}


def _judged(wish: Wish) -> str:
    """The link from claim to line that goes with the judgement; the general one, which check refuses, without any."""
    judged = wish.options.get("judgement") or dict(wish.values).get(local(terms.JUDGEMENT), "")
    return NS + LINKS[judged] if judged in LINKS else terms.HAS_EVIDENCE


def _only(draft: Draft, kind: str) -> str:
    """The one class of a kind. Raises DraftRefused where the ontology has none."""
    found = draft.demands.classes_of(kind)
    if not found:
        raise DraftRefused(draft.asked, f"no class of the ontology has vaughn:kindName {kind!r}")
    return found[0]
