"""How well the nearest wording finds the claim meant: `python tests/bench/search_sentences.py RELEASE [SETS]`.

SETS is `held-out` (as when none is given) or `calibration`: every file whose name begins so.

Prints, for each set, a confusion matrix of kinds of sentence against bands, how often the first and the first five
claims hold the one meant, and the flags of the first match; then the time of one sentence. Lines
between bands, and the lists of words, were made with the calibration sets; the others were written before and never
tuned on.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from time import process_time

from vaughn.search import Band, Match, Wordings, read_wordings

SENTENCES = Path(__file__).resolve().parents[1] / "search" / "sentences"
PLAIN = ("verbatim", "light", "heavy", "keywords", "negated", "out-of-scope")
TURNED = ("negated", "extent", "figures", "order", "light", "out-of-scope")
KINDS = tuple(dict.fromkeys((*PLAIN, *TURNED)))
FLAGS = ("opposite", "order", "extent", "figures")


@dataclass(frozen=True)
class Sentence:
    """One row of a set. claims: slugs of the claims that should come first; none for a sentence out of scope."""

    kind: str
    claims: tuple[str, ...]
    text: str


@dataclass
class Result:
    """What came of the sentences of one kind. flagged: first matches with one flag or more; unflagged: without."""

    sentences: int = 0
    bands: Counter[Band] = field(default_factory=Counter)
    first: int = 0
    five: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    flagged: int = 0
    unflagged: int = 0


def read_sentences(name: str) -> list[Sentence]:
    """The rows of one set."""
    with (SENTENCES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Sentence(row["kind"], tuple(row["claim"].split()), row["sentence"]) for row in rows]


def judge(wordings: Wordings, sentences: list[Sentence]) -> dict[str, Result]:
    """Each kind of sentence with what came of it."""
    results: dict[str, Result] = defaultdict(Result)
    for sentence in sentences:
        _count(results[sentence.kind], sentence, wordings.nearest(sentence.text))
    return results


def flags_of(match: Match) -> list[str]:
    """Which flags a match carries; the words that differ are listed beside any of them."""
    return [flag for flag in FLAGS if getattr(match, flag)]


def _count(result: Result, sentence: Sentence, found: tuple[Match, ...]) -> None:
    slugs = [match.claim.rsplit("/", 1)[-1] for match in found]
    result.sentences += 1
    result.bands[found[0].band if found else Band.NONE] += 1
    result.first += bool(slugs) and slugs[0] in sentence.claims
    result.five += any(slug in sentence.claims for slug in slugs[:5])
    for match in found[:1]:
        flags = flags_of(match)
        result.flags.update(flags)
        result.flagged += bool(flags)
        result.unflagged += not flags


def render(results: dict[str, Result]) -> str:
    """The matrix as a Markdown table."""
    heads = ("sentence", "n", *Band, "first", "in five", *FLAGS, "flagged", "unflagged")
    lines = [" | ".join(heads), "|".join(["---"] * len(heads))]
    for kind in (kind for kind in KINDS if kind in results):
        each = results[kind]
        bands, flags = [each.bands[band] for band in Band], [each.flags[flag] for flag in FLAGS]
        numbers = (each.sentences, *bands, each.first, each.five, *flags, each.flagged, each.unflagged)
        lines.append(" | ".join((kind, *map(str, numbers))))
    return "\n".join(f"|{line}|" if line.startswith("-") else f"| {line} |" for line in lines)


def times(wordings: Wordings, sentences: list[Sentence]) -> str:
    """How much of the processor's time one sentence takes: the middle and the slowest twentieth."""
    taken = []
    for sentence in sentences:
        start = process_time()
        wordings.nearest(sentence.text)
        taken.append(1_000 * (process_time() - start))
    cut = quantiles(taken, n=20)
    return (
        f"processor time of one sentence: p50 {cut[9]:.1f} ms, p95 {cut[18]:.1f} ms, against {len(wordings):,} wordings"
    )


def main() -> None:
    """Print the matrix of each set against one release."""
    release, sets = Path(sys.argv[1]), (sys.argv[2:] or ["held-out"])[0]
    wordings = read_wordings(release / "search")
    for name in sorted(path.stem for path in SENTENCES.glob(f"{sets}*.tsv")):
        sentences = read_sentences(name)
        print(f"{name}\n\n{render(judge(wordings, sentences))}\n\n{times(wordings, sentences)}\n")


if __name__ == "__main__":
    main()
