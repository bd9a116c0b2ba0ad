"""/api/support: the known claims worded most like a sentence, each with its evidence; ranked, and never a verdict."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from vaughn.answer import supports_for
from vaughn.errors import BodyTooLarge, ListTimeout, MediaTypeUnsupported, ParameterFaulty
from vaughn.search import LONGEST, Match
from vaughn.web.bodies import content_type, limited
from vaughn.web.parameters import only
from vaughn.web.releases import Served, served
from vaughn.web.responses import as_json
from vaughn.web.schema import MatchOut, NearestOut, SentenceOut, SentencesOut, SupportedMatchOut, SupportOut
from vaughn.web.speaker import Speaker, release_out

router = APIRouter(prefix="/api", tags=["claims"])

MOST_SENTENCES = 1_000
FOUND = (
    "Ranked by likeness of wording, which is no verdict: a sentence and its negation look alike. "
    "Read each claim and its evidence before you rely on it."
)
NOTHING = "No similar wording is known here. That is not to say that there is no such claim."

_MOST_BYTES = MOST_SENTENCES * LONGEST * 6
_JSON = "application/json"
_SURROGATE = re.compile("[\ud800-\udfff]")
_BODY: Mapping[str, Any] = {
    "required": True,
    "content": {
        _JSON: {
            "schema": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_SENTENCES,
                "items": {"type": "string", "minLength": 1, "maxLength": LONGEST},
            }
        }
    },
}

TEXT_SCHEMA = {"minLength": 1, "maxLength": LONGEST}
Text = Annotated[
    str, Query(description=f"One sentence, at most {LONGEST:,} characters.", json_schema_extra=TEXT_SCHEMA)
]
Most = Annotated[int, Query(ge=1, le=20, description="How many claims at most.")]


@router.get(
    "/support",
    response_model=NearestOut,
    summary="The known claims nearest to a sentence, with evidence",
    dependencies=[Depends(only("text", "limit"))],
)
async def nearest_claims(request: Request, text: Text, limit: Most = 5) -> Response:
    """The known claims whose wording is nearest, best first, each with the evidence for and against it."""
    held, sentence = served(request), checked(text, "text")
    (matches,) = await nearest(held, [sentence], limit)
    supports = await _supports(request, matches)
    found = [SupportedMatchOut(**_said(request, match), support=supports[match.claim]) for match in matches]
    release = release_out(held.release.manifest)
    return as_json(request, NearestOut(text=sentence, matches=found, says=says(matches), release=release))


@router.post(
    "/support",
    response_model=SentencesOut,
    summary="The known claims nearest to each of many sentences",
    openapi_extra={"requestBody": _BODY},
    dependencies=[Depends(only("limit"))],
)
async def nearest_claims_of_many(request: Request, limit: Most = 3) -> Response:
    """The same for a JSON list of sentences; the evidence of each claim that was found stands once, under its IRI."""
    held = served(request)
    sentences = await _sentences(request)
    with held.lists.taken(request.client.host if request.client else None):
        found, supports = await _in_time(request, sentences, limit)
    body = SentencesOut(
        sentences=[_sentence(request, *pair) for pair in zip(sentences, found, strict=True)],
        supports=supports,
        release=release_out(held.release.manifest),
    )
    return Response(body.model_dump_json(indent=1) + "\n", headers={"Cache-Control": "no-store"}, media_type=_JSON)


async def _in_time(
    request: Request, sentences: Sequence[str], most: int
) -> tuple[list[tuple[Match, ...]], dict[str, SupportOut]]:
    """The nearest claims of each sentence, and the evidence of them all, before the time of a list is over, of which
    the lists that came before take theirs.

    Raises ListTimeout.
    """
    held, found = served(request), list[tuple[Match, ...]]()
    seconds = held.lists.seconds
    try:
        async with asyncio.timeout(seconds), held.lists.at_work:
            for sentence in sentences:
                found += await nearest(held, [sentence], most)
            return found, await _supports(request, [match for matches in found for match in matches])
    except TimeoutError:
        raise ListTimeout(seconds, len(found), len(sentences)) from None


async def nearest(held: Served, sentences: Sequence[str], most: int) -> list[tuple[Match, ...]]:
    """The nearest claims of each sentence, compared off the event loop and one at a time, so that a long list and a
    single sentence take turns. Measured: 2 to 5 ms for 120 characters, 18 to 30 ms for 2,000, against 1,600 wordings.
    """
    index, loop = await held.wordings(), asyncio.get_running_loop()
    return [await loop.run_in_executor(held.comparing, index.nearest, sentence, most) for sentence in sentences]


def checked(text: str, name: str) -> str:
    """A sentence fit to be compared. Raises ParameterFaulty where it is empty or no text, BodyTooLarge where it is
    too long. JSON can name half of a surrogate pair, which is no Unicode scalar value (RFC 8259 §8.2)."""
    if not text.strip():
        raise ParameterFaulty(name, "empty; give a sentence")
    if len(text) > LONGEST:
        raise BodyTooLarge(LONGEST, "characters", name)
    if _SURROGATE.search(text):
        raise ParameterFaulty(name, "half of a surrogate pair, which is no character; write characters whole")
    return text


def says(matches: Sequence[Match]) -> str:
    """What the ranking means, or what its absence does not."""
    return FOUND if matches else NOTHING


async def _sentences(request: Request) -> list[str]:
    media_type, charset = content_type(request)
    if media_type != _JSON or charset not in ("", "utf-8", "utf8"):
        raise MediaTypeUnsupported(request.headers.get("content-type", ""), (_JSON,))
    try:
        read = json.loads((await limited(request, _MOST_BYTES)).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ParameterFaulty("body", f"not JSON in UTF-8: byte {error.start} is none") from None
    except json.JSONDecodeError as error:
        raise ParameterFaulty("body", f"not JSON: {error}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists without end
        raise ParameterFaulty(
            "body", "not a list of sentences: it is nested too deeply, or holds too long a number"
        ) from None
    if not isinstance(read, list) or not read or not all(isinstance(each, str) for each in read):
        raise ParameterFaulty("body", "not a list of one sentence or more")
    if len(read) > MOST_SENTENCES:
        raise BodyTooLarge(MOST_SENTENCES, "sentences")
    return [checked(each, f"body[{place}]") for place, each in enumerate(read)]


async def _supports(request: Request, matches: Iterable[Match]) -> dict[str, SupportOut]:
    """The support answer of every claim matched, by its IRI."""
    held, say = served(request), Speaker.to(request)
    release = release_out(held.release.manifest)
    supports = await supports_for(held.ask, [match.claim for match in matches])
    return {claim: say.support(support, release) for claim, support in supports.items()}


def _sentence(request: Request, text: str, matches: Sequence[Match]) -> SentenceOut:
    found = [MatchOut(**_said(request, match)) for match in matches]
    return SentenceOut(text=text, matches=found, says=says(matches))


def _said(request: Request, match: Match) -> dict[str, Any]:
    return {
        "claim": match.claim,
        "path": Speaker.to(request).path(match.claim),
        "band": match.band.value,
        "score": match.score,
        "wording": {"text": match.wording.text, "kind": match.wording.kind},
        "opposite_wording": match.opposite,
        "other_order": match.order,
        "other_extent": list(match.extent),
        "other_figures": list(match.figures),
        "only_in_sentence": list(match.only_here),
        "only_in_wording": list(match.only_there),
    }
