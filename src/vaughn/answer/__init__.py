"""Questions in domain words, answered from named queries; no HTTP above, no SPARQL text below.

Every function takes an `Asker` and returns dataclasses of `vaughn.model`. The facts come from the same .rq files that
people can open, so a page never knows more than the query it links to.
"""

from vaughn.answer.asker import Asker
from vaughn.answer.claims import claim, claims, claims_behind, claims_of
from vaughn.answer.documents import document, incoming
from vaughn.answer.known import unknown
from vaughn.answer.names import named
from vaughn.answer.overview import overview
from vaughn.answer.pages import graphs_of, pages
from vaughn.answer.quotes import quotes_of
from vaughn.answer.rationales import rationales_of
from vaughn.answer.sentences import (
    by_analogy,
    certainty,
    doubted,
    evidence_sentence,
    given_up,
    independence,
    states,
    tally,
)
from vaughn.answer.support import support_for, supports_for
from vaughn.answer.things import describe, things
from vaughn.answer.timeline import timeline
from vaughn.answer.tombstones import tombstone

__all__ = [
    "Asker",
    "by_analogy",
    "certainty",
    "claim",
    "claims",
    "claims_behind",
    "claims_of",
    "describe",
    "document",
    "doubted",
    "evidence_sentence",
    "given_up",
    "graphs_of",
    "incoming",
    "independence",
    "named",
    "overview",
    "pages",
    "quotes_of",
    "rationales_of",
    "states",
    "support_for",
    "supports_for",
    "tally",
    "things",
    "timeline",
    "tombstone",
    "unknown",
]
