"""Says the model's answers in the API's shapes, and in the sentences that pages and API share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.types import Scope

from vaughn import model
from vaughn.answer import evidence_sentence, independence, tally
from vaughn.iris import KINDS, Iris
from vaughn.store.release import Manifest
from vaughn.web.places import root
from vaughn.web.releases import served
from vaughn.web.rendering import code, href
from vaughn.web.schema import (
    BearingOut,
    ClaimOut,
    DescriptionOut,
    EvidenceOut,
    PropertyOut,
    QuoteOut,
    RefOut,
    ReleaseOut,
    SourceOut,
    StandingOut,
    SupportOut,
    ValueOut,
)
from vaughn.web.staying import staying

Heads = Mapping[str, model.ClaimHead]

_UNREVIEWED = "not-reviewed"


class Speaker:
    """Says the model's answers in the API's shapes."""

    def __init__(self, iris: Iris, scope: Scope) -> None:
        self._iris, self._scope, self._root = iris, scope, root(scope)

    @classmethod
    def to(cls, request: Request) -> Speaker:
        """One whose paths are those that this client can follow."""
        return cls(served(request).release.iris, request.scope)

    def path(self, iri: str) -> str:
        return staying(self._scope, href(self._iris, iri, self._root))

    def ref(self, ref: model.Ref) -> RefOut:
        return RefOut(iri=ref.iri, code=code(ref.iri), label=ref.label, path=self.path(ref.iri))

    def maybe(self, ref: model.Ref | None) -> RefOut | None:
        return self.ref(ref) if ref else None

    def claim(self, claim: model.ClaimHead) -> ClaimOut:
        return ClaimOut(
            iri=claim.iri,
            path=self.path(claim.iri),
            text=claim.text,
            asserter=self.ref(claim.asserter),
            voice=self.ref(claim.voice),
            claim_type=self.maybe(claim.claim_type),
            review_state=self.ref(claim.review_state),
            evidence_state=self.ref(claim.evidence_state),
            evidence_basis=self.maybe(claim.evidence_basis),
            certainty=self.maybe(claim.certainty),
            certainty_reason=claim.certainty_reason or None,
            known_independent=claim.known_independent,
            unknown_lineage=claim.unknown_lineage,
            own_words_only=claim.own_words_only,
            second_hand_only=claim.second_hand_only,
            asserter_only=claim.asserter_only,
            newest_evidence_on=claim.newest_evidence_on or None,
            independence=independence(claim),
            evidence_sentence=evidence_sentence(claim),
        )

    def evidence(self, line: model.Evidence) -> EvidenceOut:
        return EvidenceOut(
            iri=line.iri,
            judgement=self.ref(line.judgement),
            directness=self.maybe(line.directness),
            scope=self.ref(line.scope),
            scope_reason=line.scope_reason or None,
            counts=line.counts,
            count_reason=self.maybe(line.count_reason),
            reviewed_by=self.maybe(line.checked_by),
            reviewed_on=line.checked_on or None,
            quotes=[_quote(quote) for quote in line.quotes],
            source=self.source(line.source),
            notes=list(line.notes),
        )

    def source(self, source: model.Source) -> SourceOut:
        return SourceOut(
            iri=source.iri,
            path=self.path(source.iri),
            title=source.title,
            publisher=self.maybe(source.publisher),
            date=source.date or None,
            kind=self.maybe(source.kind),
            primary=source.primary,
            lineage=self.maybe(source.lineage),
            url=source.url or None,
            state=self.maybe(source.state),
        )

    def description(self, thing: model.Description, heads: Heads) -> DescriptionOut:
        """heads: the claims that its values are or belong to, by the values' IRIs."""
        return DescriptionOut(
            iri=thing.ref.iri,
            path=self.path(thing.ref.iri),
            kind=thing.kind,
            label=thing.ref.label,
            properties=self._properties(thing.statements, heads),
            inverse=self._properties(thing.inverse, heads),
            parts=[self.description(part, heads) for part in thing.parts],
        )

    def support(self, support: model.Support, release: ReleaseOut) -> SupportOut:
        return SupportOut(
            claim=self.claim(support.claim),
            tally=tally(support),
            tied=self._bearing(support.tied),
            supporting=[self.evidence(line) for line in support.supporting],
            disputing=[self.evidence(line) for line in support.disputing],
            qualifying=[self.evidence(line) for line in support.qualifying],
            touching=[self.evidence(line) for line in support.touching],
            inferred_from=[self.ref(ref) for ref in support.inferred_from],
            bearing=self._bearing(support.bearing),
            query=self._query(support),
            notes=list(support.notes),
            notice=notice(support),
            release=release,
        )

    def _query(self, support: model.Support) -> str:
        path = query_path(support.query, claim=f"claim:{code(support.claim.iri)}")
        return staying(self._scope, self._root + path)

    def _bearing(self, bearing: Sequence[model.Bearing]) -> list[BearingOut]:
        return [BearingOut(relation=each.relation, thing=self.ref(each.thing)) for each in bearing]

    def _properties(self, statements: Sequence[model.Statement], heads: Heads) -> list[PropertyOut]:
        return [
            PropertyOut(property=self.ref(each.predicate), values=[self._value(value, heads) for value in each.objects])
            for each in statements
        ]

    def _value(self, value: model.Term | model.Ref, heads: Heads) -> ValueOut:
        if isinstance(value, model.Ref):
            claim = self.standing(heads.get(value.iri))
            return ValueOut(value=value.iri, label=value.label, path=self.path(value.iri) or None, claim=claim)
        return ValueOut(value=value.value, datatype=value.datatype or None, language=value.lang or None)

    def standing(self, head: model.ClaimHead | None) -> StandingOut | None:
        """How a claim stands; None for what is none."""
        if head is None:
            return None
        return StandingOut(
            asserter=self.ref(head.asserter),
            voice=self.ref(head.voice),
            evidence_state=self.ref(head.evidence_state),
            evidence_sentence=evidence_sentence(head),
            review_state=self.ref(head.review_state),
        )


def release_out(manifest: Manifest) -> ReleaseOut:
    return ReleaseOut(digest=manifest.digest, created=manifest.created, draft=manifest.draft)


def query_path(name: str, **values: str) -> str:
    """The page of a named query with its parameters given."""
    return f"/queries/{name}?{urlencode(values, safe=':')}"


def _quote(quote: model.Quote) -> QuoteOut:
    return QuoteOut(
        iri=quote.iri,
        exact=quote.exact,
        prefix=quote.prefix or None,
        suffix=quote.suffix or None,
        page=quote.page or None,
        read_in=quote.read_in or None,
        notes=list(quote.notes),
    )


def lines_of(support: model.Support) -> list[model.Evidence]:
    return [*support.supporting, *support.disputing, *support.qualifying, *support.touching]


def notice(support: model.Support) -> str | None:
    """What no person has reviewed, in one sentence; None where a person has reviewed everything."""
    lines = lines_of(support)
    unchecked = sum(line.checked_by is None for line in lines)
    claim = code(support.claim.review_state.iri) == _UNREVIEWED
    if not claim and not unchecked:
        return None
    if not unchecked:
        return "No person has reviewed this claim."
    share = f"{_share(unchecked, len(lines))} of evidence"
    return f"No person has reviewed this claim or {share}." if claim else f"No person has reviewed {share}."


def unreviewed(thing: model.Description) -> str | None:
    """What stands above a thing that no person is recorded to have reviewed; None where one is, and above the words of
    the code lists."""
    states = [each.objects for each in thing.statements if code(each.predicate.iri) == "reviewState"]
    reviewed = any(isinstance(it, model.Ref) and code(it.iri) == "reviewed" for objects in states for it in objects)
    return None if reviewed or thing.kind not in KINDS else "No person is recorded as having reviewed what stands here."


def _share(unchecked: int, total: int) -> str:
    if total == 1:
        return "its one line"
    return f"its {total} lines" if unchecked == total else f"{unchecked} of its {total} lines"
