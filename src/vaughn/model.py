"""What the answers are made of: frozen, typed, without RDF, HTTP or SPARQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

TermKind = Literal["uri", "literal", "bnode"]


@dataclass(frozen=True)
class Term:
    """One RDF term as SPARQL results give it. datatype and lang are "" where the format leaves them out."""

    kind: TermKind
    value: str
    datatype: str = ""
    lang: str = ""

    def __str__(self) -> str:
        return self.value


Triple = tuple[Term, Term, Term]


@dataclass(frozen=True)
class Table:
    """The rows of a SELECT, in its order. A row holds only the variables it binds. more: how many rows follow that are
    not here; elsewhere: the variables that one of those binds."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Term], ...]
    more: int = 0
    elsewhere: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Mapping[str, Term]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows) + self.more


@dataclass(frozen=True)
class Ref:
    """A thing or concept with the label a person reads."""

    iri: str
    label: str


@dataclass(frozen=True)
class Found:
    """A thing or concept found by name. kind: as it stands in IRIs, or "concept"."""

    ref: Ref
    kind: str


@dataclass(frozen=True)
class Source:
    """A published thing as evidence shows it. date: as precise as is known, "" when unknown."""

    iri: str
    title: str
    publisher: Ref | None
    date: str
    kind: Ref | None
    primary: bool | None
    lineage: Ref | None
    url: str
    state: Ref | None = None


@dataclass(frozen=True)
class Quote:
    """A passage: the words, and where they stand. page counts from 1. read_in: the copy in which they were seen.
    notes: what the curators remark on it."""

    iri: str
    exact: str
    page: str
    read_in: str
    prefix: str = ""
    suffix: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cited:
    """A quote with the source it stands in. source_kind, source_state: in words, "" where nothing is recorded."""

    quote: Quote
    source: Ref
    source_kind: str
    source_state: str


@dataclass(frozen=True)
class Evidence:
    """One evidence line. counts: whether it counts toward the state; count_reason: why, or why not.
    checked_by is None where no person has reviewed the line."""

    iri: str
    judgement: Ref
    directness: Ref | None
    scope: Ref
    scope_reason: str
    counts: bool
    count_reason: Ref | None
    checked_by: Ref | None
    checked_on: str
    quotes: tuple[Quote, ...]
    source: Source
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimHead:
    """A claim without its evidence. machine_only: it has supporting lines, all of them from machine-written sources.
    own_words_only: every source its support rests on is the asserter's own words. second_hand_only: every one is
    another's account that goes back to what the asserter published. asserter_only: every one is the one or the other.
    newest_evidence_on: when the newest source of its evidence was published, as precisely as is known, "" where
    unknown."""

    iri: str
    text: str
    asserter: Ref
    voice: Ref
    claim_type: Ref | None
    review_state: Ref
    evidence_state: Ref
    evidence_basis: Ref | None
    certainty: Ref | None
    certainty_reason: str
    known_independent: int
    unknown_lineage: int
    machine_only: bool = False
    own_words_only: bool = False
    second_hand_only: bool = False
    asserter_only: bool = False
    newest_evidence_on: str = ""


@dataclass(frozen=True)
class Attribution:
    """An agency that a reason is attributed to. how: the attestations by or about it, by how it stands to them:
    "asserts it", "is reported to assert it", "is spoken of"; empty where none names it."""

    agency: Ref
    how: Mapping[str, tuple[ClaimHead, ...]]


@dataclass(frozen=True)
class Invoked:
    """An authority invoked for a reason. by: the body that invokes it, None where none is named. basis: who says so,
    None where that is not recorded."""

    authority: Ref
    by: Ref | None
    basis: Ref | None


@dataclass(frozen=True)
class RationaleHead:
    """A reason with what a list shows of it. claims: those about it, by kind: attestation, premise, sufficiency."""

    type: Ref | None
    attributions: tuple[Attribution, ...]
    invoked: tuple[Invoked, ...]
    claims: Mapping[str, tuple[ClaimHead, ...]]


@dataclass(frozen=True)
class Bearing:
    """Something that bears on a claim, and how: what it is about, an authority invoked, an event of its sources."""

    relation: str
    thing: Ref


@dataclass(frozen=True)
class Support:
    """Everything the graph holds for and against one claim. query: the named query the evidence rows came from. tied:
    of what bears on it, the claims: those it conflicts with, rebuts, supersedes, narrows or restates, and the other way
    about."""

    claim: ClaimHead
    supporting: tuple[Evidence, ...]
    disputing: tuple[Evidence, ...]
    qualifying: tuple[Evidence, ...]
    touching: tuple[Evidence, ...]
    inferred_from: tuple[Ref, ...]
    bearing: tuple[Bearing, ...]
    query: str
    notes: tuple[str, ...] = ()
    tied: tuple[Bearing, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One property of a thing with all its values; things among them carry their label."""

    predicate: Ref
    objects: tuple[Term | Ref, ...]


@dataclass(frozen=True)
class Description:
    """A thing as one generic page shows it. inverse: what points to it. parts: its own parts, described likewise."""

    ref: Ref
    kind: str
    statements: tuple[Statement, ...]
    inverse: tuple[Statement, ...] = ()
    parts: tuple[Description, ...] = ()


@dataclass(frozen=True)
class Overview:
    """What the home page shows. counts: things by kind."""

    counts: Mapping[str, int]
    claims: tuple[ClaimHead, ...]


@dataclass(frozen=True)
class Happening:
    """An oversight event on the timeline. date: as precise as is known, "" where there is none. types: its classes.
    outcomes: in words."""

    event: Ref
    date: str
    types: tuple[Ref, ...]
    actors: tuple[Ref, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Tombstone:
    """An IRI that was given up. renamed: the IRI under which the same thing goes on, or "". replacement: that of what
    stands in its place, or ""."""

    iri: str
    reason: str
    renamed: str
    replacement: str
