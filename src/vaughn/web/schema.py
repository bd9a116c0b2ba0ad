"""The JSON that the API speaks: its names are promises, so they stand here and nowhere else."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, serialize_by_alias=True)


class RefOut(_Shape):
    """A thing or an entry of a code list. code: the last step of its IRI. path: its page here, or its own address."""

    iri: str
    code: str
    label: str
    path: str


class QuoteOut(_Shape):
    """A passage, letter by letter. page counts from 1. readIn: the copy in which the words were seen."""

    iri: str
    exact: str
    prefix: str | None
    suffix: str | None
    page: str | None
    read_in: str | None
    notes: list[str]


class SourceOut(_Shape):
    """Where the words stand. date is as precise as is known: 2019, 2019-04 or 2019-04-30."""

    iri: str
    path: str
    title: str
    publisher: RefOut | None
    date: str | None
    kind: RefOut | None
    primary: bool | None
    lineage: RefOut | None
    url: str | None
    state: RefOut | None


class EvidenceOut(_Shape):
    """One line of evidence. counts: whether it counts toward the claim's state, and countReason why or why not.
    reviewedBy is null where no person has reviewed the judgement."""

    iri: str
    judgement: RefOut
    directness: RefOut | None
    scope: RefOut
    scope_reason: str | None
    counts: bool
    count_reason: RefOut | None
    reviewed_by: RefOut | None
    reviewed_on: str | None
    quotes: list[QuoteOut]
    source: SourceOut
    notes: list[str]


class ClaimOut(_Shape):
    """One proposition, asserted by one agent. evidenceSentence: what the evidence recorded here amounts to, its doubts
    first. The numbers of sources are those of its support that counts. newestEvidenceOn: when the newest source of its
    evidence was published, as precisely as is known (a year, a month or a day), null where unknown."""

    iri: str
    path: str
    text: str = Field(examples=["The agency withheld duty stations on the ground of its employees' privacy."])
    asserter: RefOut
    voice: RefOut
    claim_type: RefOut | None
    review_state: RefOut
    evidence_state: RefOut
    evidence_basis: RefOut | None
    evidence_sentence: str = Field(
        examples=[
            "By analogy only: evidence about comparable matters would support it; no evidence on point counts here."
        ]
    )
    certainty: RefOut | None = Field(
        description="How sure the curators are. It says nothing where evidenceState is unsupported."
    )
    certainty_reason: str | None
    known_independent: int = Field(
        description="Supporting sources known to be independent of one another, a lower bound. The asserter's own are "
        "counted as well: none of them need be independent of the asserter."
    )
    unknown_lineage: int = Field(description="Supporting sources whose origin nobody has named; not counted above.")
    own_words_only: bool = Field(
        description="Every supporting source is the asserter's own words: published by it, its parent or its part, or "
        "a verbatim copy of what they published. Never where the claim's `voice` says that it was reported."
    )
    second_hand_only: bool = Field(
        description="Every supporting source is somebody else's account that goes back to what the asserter, its "
        "parent or its part published: not the asserter's own words, and not independent of it."
    )
    asserter_only: bool = Field(
        description="Every supporting source is the asserter's own words or another's account that goes back to what "
        "it published. Where neither `ownWordsOnly` nor `secondHandOnly` holds, there are some of each."
    )
    newest_evidence_on: str | None = Field(examples=["2025-08"])
    independence: str = Field(
        examples=[
            "Its support has at least 2 origins, independent of one another but not necessarily independent of the "
            "asserter, and 3 sources of unknown lineage."
        ]
    )


class BearingOut(_Shape):
    """Something that bears on a claim, and how."""

    relation: str
    thing: RefOut


class ReleaseOut(_Shape):
    """The release that answered. draft: its catalogue is not in order, so nothing in it may be cited."""

    digest: str
    created: str
    draft: bool


class _ListOut(_Shape):
    """A page of a list. count: how many there are in all, where `count=1` asked; next: where the list goes on."""

    count: int | None = None
    next: str | None = None
    release: ReleaseOut


class ClaimsOut(_ListOut):
    """A page of the claims that fit. count: how many there are in all, where `count=1` asked; next: where the list
    goes on, or null."""

    claims: list[ClaimOut]


class ClaimPageOut(_Shape):
    """One claim without its evidence. notice: what no person has reviewed, or null."""

    notice: str | None
    claim: ClaimOut
    release: ReleaseOut


class SupportOut(_Shape):
    """The evidence for and against one claim. An empty list says that this graph holds none, not that there is none.

    notice: what no person has reviewed, or null. touching: lines that take no stance. tally: how many lines stand on
    each side, those apart that do not bear on the state. tied: of what bears on the claim, the claims that it conflicts
    with, rebuts, supersedes, narrows or restates, and those that do so to it; read them before you rely on it. notes:
    what the curators remark on the claim. query: the named query whose rows these are.
    """

    notice: str | None
    claim: ClaimOut
    tally: str = Field(
        examples=[
            "4 for, 0 against on point; 2 for, 2 against by analogy, not used; 1 for, not counted (source withdrawn)"
        ]
    )
    tied: list[BearingOut]
    supporting: list[EvidenceOut]
    disputing: list[EvidenceOut]
    qualifying: list[EvidenceOut]
    touching: list[EvidenceOut]
    inferred_from: list[RefOut]
    bearing: list[BearingOut]
    query: str
    notes: list[str]
    release: ReleaseOut


class WordingOut(_Shape):
    """One way a claim is worded. kind: `text`, `alternative`, or the judgement of the line that a quote stands in."""

    text: str
    kind: str


class MatchOut(_Shape):
    """A known claim worded like a sentence. band: `close` or `loose`. score: 0 to 1. oppositeWording: one of the two
    may deny what the other says. otherOrder: the same words in another order, so who does what to whom may differ.
    otherExtent: words such as all, some, at least, must, before that only one of the two has. otherFigures: numbers and
    months of the sentence that the wording lacks. onlyInSentence and onlyInWording: the words that only one of the two
    has; read them before you rely on a match."""

    claim: str
    path: str
    band: Literal["close", "loose"]
    score: float
    wording: WordingOut
    opposite_wording: bool
    other_order: bool
    other_extent: list[str]
    other_figures: list[str]
    only_in_sentence: list[str]
    only_in_wording: list[str]


class SupportedMatchOut(MatchOut):
    """A match with the evidence for and against its claim."""

    support: SupportOut


class NearestOut(_Shape):
    """The known claims worded most like one sentence, best first. An empty list says that no similar wording is known
    here, not that there is no such claim."""

    text: str
    matches: list[SupportedMatchOut]
    says: str
    release: ReleaseOut


class SentenceOut(_Shape):
    """The known claims worded most like one of many sentences."""

    text: str
    matches: list[MatchOut]
    says: str


class SentencesOut(_Shape):
    """An answer for each sentence, in their order. supports: the evidence of every claim matched, by its IRI."""

    sentences: list[SentenceOut]
    supports: dict[str, SupportOut]
    release: ReleaseOut


class StandingOut(_Shape):
    """How a claim stands that another thing names: who asserts it, what the evidence makes of it, who reviewed it."""

    asserter: RefOut
    voice: RefOut
    evidence_state: RefOut
    evidence_sentence: str
    review_state: RefOut


class FoundOut(_Shape):
    """A thing or concept found by name. claim: how it stands where it is a claim."""

    kind: str
    thing: RefOut
    claim: StandingOut | None = None


class SearchOut(_Shape):
    """Things and concepts that go by some words."""

    q: str
    found: list[FoundOut]
    release: ReleaseOut


class ValueOut(_Shape):
    """A value of a property: a literal with its datatype or language, or a thing with its label. claim: how it stands,
    where it is a claim or a part of one."""

    value: str
    label: str | None = None
    path: str | None = None
    datatype: str | None = None
    language: str | None = None
    claim: StandingOut | None = None


class PropertyOut(_Shape):
    """A property with its values."""

    property: RefOut
    values: list[ValueOut]


class DescriptionOut(_Shape):
    """A thing of any kind. inverse: what points to it. parts: its own parts, described likewise."""

    iri: str
    path: str
    kind: str
    label: str
    properties: list[PropertyOut]
    inverse: list[PropertyOut]
    parts: list[DescriptionOut]


class ThingOut(_Shape):
    """One thing and the release it was read in. notice: that no person is recorded to have reviewed it, or null."""

    notice: str | None
    thing: DescriptionOut
    release: ReleaseOut


class ListedOut(RefOut):
    """A thing of a list. date: when it was published, issued or took place, as precisely as is known."""

    date: str | None


class ThingsOut(_ListOut):
    """A page of the things of a kind that fit. count: how many there are in all, where `count=1` asked; next: where
    the list goes on, or null."""

    things: list[ListedOut]


class KindOut(_Shape):
    """A kind of thing. path: of the list of all. one: the address of one of them, `{slug}` for its name."""

    kind: str
    path: str
    one: str


class EntranceOut(_Shape):
    """What there is to ask, each by its address here. version: of the API, to which the policy applies."""

    version: str
    kinds: list[KindOut]
    openapi: str
    documentation: str
    policy: str
    problems: str
    search: str
    support: str
    queries: str
    sparql: str
    dataset: str
    changes: str
    limits: str
    release: ReleaseOut
