"""How long the closure takes and how much memory: `python tests/bench/closure.py [triples …]`, 10k to 1M by default.

Each size runs in a process of its own, so that its peak memory is its own. The facts look like a site's: claims with
evidence lines, passages in sources, authorities in trees, memoranda in chains, rulings; the ontology is closure.ttl
beside this file. owlrl, the referee, runs at 10k only, and must infer the same.
"""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from vaughn.build.closure import ReasonerName, reasoner_named
from vaughn.iris import NS, Iris

ONTOLOGY = Path(__file__).with_suffix(".ttl")
SIZES = ("10000", "100000", "1000000")
REFEREE_MOST = 10_000

_IRIS = Iris("https://w3id.org/vaughn/")
_TREE, _CHAIN = 5, 12


def graph(size: int) -> list[Triple]:
    """Facts, cut to `size` triples; the same ones every time."""
    facts: list[Triple] = []
    number = 0
    while len(facts) < size:
        facts.extend(_claim(number))
        for every, make in ((2, _source), (3, _authority), (10, _memorandum), (10, _ruling)):
            if number % every == 0:
                facts.extend(make(number // every))
        number += 1
    return facts[:size]


def _claim(number: int) -> Iterator[Triple]:
    claim = _thing("claim", number)
    yield from _described(claim, "Claim", "claimText")
    yield _link(claim, "assertedBy", _thing("body", number % 50))
    yield _link(claim, "about", _thing("authority", number // 3))
    yield _link(claim, "voice", _concept("voice", "own"))
    yield _link(claim, "claimType", _concept("claim-type", "legal"))
    yield _link(claim, "reviewState", _concept("review-state", "not-reviewed"))
    if number % 7 == 0:
        yield _link(claim, "conflictsWith", _thing("claim", number + 1))
    for line in range(1 + number % 3):
        yield from _line(number, line)


def _line(number: int, line: int) -> Iterator[Triple]:
    relation, judgement = (
        ("hasSupportingEvidence", "supports"),
        ("hasDisputingEvidence", "disputes"),
        ("hasQualifyingEvidence", "qualifies"),
    )[line]
    evidence, passage = _part("evidence", number, line), _part("passage", number, line)
    yield _link(_thing("claim", number), relation, evidence)
    yield _link(evidence, "type", _term("EvidenceLine"))
    yield _link(evidence, "judgement", _concept("judgement", judgement))
    yield _link(evidence, "scope", _concept("scope", "on-point"))
    yield _link(evidence, "evidencePassage", passage)
    yield from _described(passage, "Passage", "exact")
    yield _link(passage, "inSource", _thing("source", number // 2))


def _source(number: int) -> Iterator[Triple]:
    yield from _described(_thing("source", number), "Source", "title")
    if number % 2:
        yield _link(_thing("source", number), "derivedFrom", _thing("source", number // 2))


def _authority(number: int) -> Iterator[Triple]:
    authority = _thing("authority", number)
    yield from _described(authority, "StatutoryProvision" if number % 40 else "Statute", "citationString")
    if number % 40:
        yield _link(authority, "partOf", _thing("authority", number - number % 40 + (number % 40 - 1) // _TREE))


def _memorandum(number: int) -> Iterator[Triple]:
    yield from _described(_thing("memorandum", number), "Directive", "title")
    if number % _CHAIN:
        yield _link(_thing("memorandum", number), "supersedes", _thing("memorandum", number - 1))


def _ruling(number: int) -> Iterator[Triple]:
    yield from _described(_thing("event", number), "CourtRuling", "title")
    yield _link(_thing("event", number), "examines", _thing("authority", number))


def _described(subject: NamedNode, kind: str, text: str) -> Iterator[Triple]:
    yield _link(subject, "type", _term(kind))
    yield Triple(subject, _term(text), Literal(f"Words that are said of {subject.value}, about as long as a sentence."))


def _link(subject: NamedNode, relation: str, other: NamedNode) -> Triple:
    return Triple(subject, _TYPE if relation == "type" else _term(relation), other)


def _thing(kind: str, number: int) -> NamedNode:
    return NamedNode(_IRIS.thing(kind, f"number-{number}"))


def _part(kind: str, number: int, part: int) -> NamedNode:
    return NamedNode(_IRIS.part(kind, f"number-{number}", str(part + 1)))


def _concept(scheme: str, code: str) -> NamedNode:
    return NamedNode(_IRIS.concept(scheme, code))


def _term(name: str) -> NamedNode:
    return NamedNode(NS + name)


_TYPE = next(q.predicate for q in pyoxigraph.parse("[] a [] .", format=RdfFormat.TURTLE))


def measure(reasoner: ReasonerName, size: int) -> dict[str, float | int | str]:
    """One closure in this process. peak MiB: of the process; before MiB: its peak with the facts made."""
    ontology = [quad.triple for quad in pyoxigraph.parse(path=ONTOLOGY)]
    facts = graph(size)
    before = _peak()
    started = time.process_time()
    closure = reasoner_named(reasoner).close(ontology, facts)
    spent, peak = time.process_time() - started, _peak()
    return {
        "reasoner": reasoner,
        "triples": size,
        "inferred": len(closure.triples),
        "inconsistencies": len(closure.inconsistencies),
        "digest": hashlib.sha256("\n".join(map(str, closure.triples)).encode()).hexdigest()[:16],
        "seconds": round(closure.seconds, 2),
        "processor seconds": round(spent, 2),
        "before MiB": before,
        "peak MiB": peak,
    }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024)


def main(sizes: list[str]) -> None:
    runs = [("compiled", size) for size in sizes] + [("owlrl", size) for size in sizes if int(size) <= REFEREE_MOST]
    digests: dict[str, set[str]] = {}
    for reasoner, size in runs:
        done = subprocess.run(
            [sys.executable, __file__, "--one", reasoner, size], check=True, capture_output=True, text=True
        )
        print(done.stdout, end="", flush=True)
        digests.setdefault(size, set()).add(json.loads(done.stdout)["digest"])
    if any(len(found) > 1 for found in digests.values()):
        sys.exit("the reasoners disagree: their digests differ")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure("owlrl" if sys.argv[2] == "owlrl" else "compiled", int(sys.argv[3]))))
    else:
        main(sys.argv[1:] or list(SIZES))
