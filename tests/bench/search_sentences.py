"""How well the nearest wording finds the claim meant: `python tests/bench/search_sentences.py RELEASE [SET]`.

SET is `held-out` (as when none is given) or `calibration`.

Prints a confusion matrix of kinds of sentence against bands, how often the first and the first five claims hold the one
meant, and how often a flag of opposite wording is right. Lines between bands were drawn on `calibration.tsv`;
`held-out.tsv` was written before and never tuned on.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from vaughn.search import Band, Match, Wordings, read_wordings

SENTENCES = Path(__file__).resolve().parents[1] / "search" / "sentences"
KINDS = ("verbatim", "light", "heavy", "keywords", "negated", "out-of-scope")


@dataclass(frozen=True)
class Sentence:
    """One row of a set. claims: slugs of the claims that should come first; none for a sentence out of scope."""

    kind: str
    claims: tuple[str, ...]
    text: str


@dataclass
class Result:
    """What came of the sentences of one kind."""

    sentences: int = 0
    bands: Counter[Band] = field(default_factory=Counter)
    first: int = 0
    five: int = 0
    flagged: int = 0


def read_sentences(name: str) -> list[Sentence]:
    """The rows of `calibration` or `held-out`."""
    with (SENTENCES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Sentence(row["kind"], tuple(row["claim"].split()), row["sentence"]) for row in rows]


def judge(wordings: Wordings, sentences: list[Sentence]) -> dict[str, Result]:
    """Each kind of sentence with what came of it."""
    results: dict[str, Result] = defaultdict(Result)
    for sentence in sentences:
        _count(results[sentence.kind], sentence, wordings.nearest(sentence.text))
    return results


def _count(result: Result, sentence: Sentence, found: tuple[Match, ...]) -> None:
    slugs = [match.claim.rsplit("/", 1)[-1] for match in found]
    result.sentences += 1
    result.bands[found[0].band if found else Band.NONE] += 1
    result.first += bool(slugs) and slugs[0] in sentence.claims
    result.five += any(slug in sentence.claims for slug in slugs[:5])
    result.flagged += bool(found) and found[0].opposite


def render(results: dict[str, Result]) -> str:
    """The matrix as a Markdown table."""
    lines = [
        "| sentence | n | close | loose | none | first | in five | flagged opposite |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in KINDS:
        each = results[kind]
        bands = " | ".join(str(each.bands[band]) for band in (Band.CLOSE, Band.LOOSE, Band.NONE))
        lines.append(f"| {kind} | {each.sentences} | {bands} | {each.first} | {each.five} | {each.flagged} |")
    return "\n".join(lines)


def main() -> None:
    """Print the matrix of one set against one release."""
    release, name = Path(sys.argv[1]), (sys.argv[2:] or ["held-out"])[0]
    print(render(judge(read_wordings(release / "search"), read_sentences(name))))


if __name__ == "__main__":
    main()
