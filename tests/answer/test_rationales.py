"""Reasons come with whom they are attributed to, by which claims, and with the claims about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaughn.answer import rationales_of
from vaughn.iris import Iris
from vaughn.model import ClaimHead, RationaleHead
from vaughn.store.release import Release


def slugs(claims: tuple[ClaimHead, ...]) -> list[str]:
    return [claim.iri.rpartition("/")[2] for claim in claims]


def test_an_attribution_comes_with_the_claims_that_make_it(ask: Callable[..., Any], release: Release) -> None:
    iri = Iris(release.manifest.base).thing("rationale", "privacy-of-keepers")
    head: RationaleHead = ask(rationales_of, [iri])[iri]
    (found,) = head.attributions
    assert found.agency.iri.endswith("/body/ministry")
    assert {how: slugs(claims) for how, claims in found.how.items()} == {
        "is reported to assert it": ["ministry-gives-privacy"]
    }
    assert {kind: slugs(claims) for kind, claims in head.claims.items()} == {
        "attestation": ["ministry-gives-privacy"],
        "premise": ["keepers-are-harassed"],
        "sufficiency": ["privacy-covers-names"],
    }
