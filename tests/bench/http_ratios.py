"""How fast the service answers beside other servers: `PYTHONPATH=tests python -m bench.http_ratios`.

Options: `--triples N` (200,000), `--seconds S` of each measurement (2), `--rounds N` (5), `--only NAME,…` of servers.

The same release, the shipped facts and generated ones, is given to this service, Oxigraph's server (on disk and in
memory), rdflib-endpoint and Virtuoso, all on the loopback; one client asks each in turn, several rounds, and the median
of the rounds counts. First every server answers every question once: one whose rows are not as many as this service's
is not measured there, and the table says so. `repeated` asks one address over and over; `never repeated` asks many,
each with a text that no server has seen. The shipped release must have been built.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import httpx
import pyoxigraph as ox

from bench import clients, contenders, domain
from bench.clients import Load
from bench.contenders import Contender
from vaughn.resources import default_build_dir, open_site
from vaughn.store.release import Release, current_release, open_release
from vaughn.store.template import load

JSON, CSV = "application/sparql-results+json", "text/csv"
POINTS = 2000
SLOW = 1.0
"""Answers a second; who gives no more is measured in the first round only."""
_SUPPORTS = "SELECT DISTINCT ?c { ?c <https://w3id.org/vaughn/ns#hasSupportingEvidence> ?l } ORDER BY ?c"


@dataclass(frozen=True)
class Question:
    """What is asked. rows: its answer has so many, None where that depends on the thing. seconds: of one measurement,
    as a factor."""

    name: str
    texts: list[str]
    accept: str
    rows: int | None = None
    connections: int = clients.CONNECTIONS
    factor: int = 1


@dataclass(frozen=True)
class Answered:
    rows: int
    size: int


def questions(release: Release) -> list[Question]:
    """The four of them, on the release."""
    made, chance = domain.Domain(release.manifest.base), random.Random(domain.SEED)  # noqa: S311  not for secrets
    claims = release.manifest.counts["claim"] - _shipped_claims(release)
    chosen = [made.claim(chance.randrange(claims)) for _ in range(POINTS)]
    points = [f"SELECT ?p ?o {{ <{claim}> ?p ?o }}" for claim in chosen]
    text = "SELECT ?claim ?text {{ ?claim <https://w3id.org/vaughn/ns#claimText> ?text }} LIMIT {}"
    return [
        Question("point look-up", points, JSON),
        Question("support look-up", list(_supports(release)), JSON),
        Question("1,000 rows JSON", [text.format(1000)], JSON, 1000),
        Question("100,000 rows CSV", ["SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000"], CSV, 100_000, 1, 3),
    ]


def _shipped_claims(release: Release) -> int:
    return sum(1 for _ in _rows(release, "SELECT ?c { ?c a <https://w3id.org/vaughn/ns#Claim> }", "generated-", False))


def _supports(release: Release) -> Iterator[str]:
    """The named query claims/support, bound to each claim of the shipped facts that has support."""
    query = release.book["claims/support"]
    for claim in _rows(release, _SUPPORTS, "generated-", False):
        text = query.bind({"claim": claim}, release.prefixes)
        yield " ".join(line for line in text.splitlines() if not line.startswith("#+"))


def _rows(release: Release, text: str, part: str, wanted: bool) -> Iterator[str]:
    """The IRIs in the first column that have, or have not, a part."""
    found = load(release.path).query(text)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        if isinstance(row[0], ox.NamedNode) and (part in row[0].value) is wanted:
            yield row[0].value


def ask(contender: Contender, text: str, accept: str) -> Answered:
    """One answer. Raises httpx.HTTPError, ValueError where it is none."""
    url = f"http://127.0.0.1:{contender.port}{contender.path(text)}"
    answer = httpx.get(url, headers={"Accept": accept}, timeout=120, trust_env=False).raise_for_status()
    if accept == CSV:
        return Answered(answer.content.count(b"\n") - 1, len(answer.content))
    return Answered(len(json.loads(answer.content)["results"]["bindings"]), len(answer.content))


def agreeing(question: Question, entered: list[Contender]) -> list[Contender]:
    """Those whose first answers have as many rows as the first contender's; the others are named with the reason."""
    agreed: list[Contender] = []
    for contender in entered:
        try:
            told = [ask(contender, text, question.accept) for text in question.texts[:20]]
        except (httpx.HTTPError, ValueError) as error:
            print(f"  {question.name}: {contender.name} does not answer ({error})")
            continue
        if not agreed:
            expected = [each.rows for each in told]
            assert question.rows in (None, expected[0]), f"{question.name}: {expected[0]} rows"
        if [each.rows for each in told] == expected:
            agreed.append(contender)
            mean = statistics.mean(each.size for each in told)
            print(f"  {question.name}: {contender.name:18} {sum(expected):7} rows, {mean:12,.0f} bytes an answer")
        else:
            print(f"  {question.name}: {contender.name} has other rows: {[each.rows for each in told]}, not {expected}")
    return agreed


def measure(question: Question, fresh: bool, contender: Contender, seconds: int, folder: Path) -> float:
    """Good answers a second; one answer's own time where the server takes longer than the measurement."""
    start = time.time_ns() // 1000 if fresh else None
    paths = [contender.path(text) for text in question.texts]
    rate = clients.drive(
        Load(contender.port, paths, question.accept, start, question.connections), seconds * question.factor, folder
    )
    if rate.requests > 1:
        return rate.per_second
    begun = time.perf_counter()
    ask(contender, f"{question.texts[0]} # {time.time_ns()}", question.accept)
    return 1 / (time.perf_counter() - begun)


def run(asked: list[Question], entered: list[Contender], seconds: int, rounds: int, folder: Path) -> None:
    """All measurements, interleaved, and the table."""
    print("Rows and bytes, to see that all answer alike:")
    agreed = {question.name: agreeing(question, entered) for question in asked}
    rates: dict[tuple[str, bool, str], list[float]] = defaultdict(list)
    loads = [os.getloadavg()[0]]
    for number, question, fresh in product(range(rounds), asked, (False, True)):
        for contender in agreed[question.name]:
            found = rates[question.name, fresh, contender.name]
            if not found or found[0] > SLOW:
                found.append(measure(question, fresh, contender, seconds, folder))
        loads.append(os.getloadavg()[0])
        print(f"\rround {number + 1}, load average {loads[-1]:.1f}", end="", flush=True)
    print(f"\r{rounds} rounds, load average {min(loads):.1f} to {max(loads):.1f}, {clients.client_name()}\n")
    table(asked, entered, {key: statistics.median(each) for key, each in rates.items()}, rates)


def table(
    asked: list[Question],
    entered: list[Contender],
    medians: dict[tuple[str, bool, str], float],
    rates: dict[tuple[str, bool, str], list[float]],
) -> None:
    """Answers a second: the median of the rounds, and this service's divided by each other's."""
    print("| answers a second | | " + " | ".join(each.name for each in entered) + " |")
    print("|---|---|" + "---|" * len(entered))
    for question, fresh in product(asked, (False, True)):
        own = medians.get((question.name, fresh, entered[0].name))
        cells = [_cell(medians.get((question.name, fresh, each.name)), own) for each in entered]
        print(f"| {question.name} | {'never repeated' if fresh else 'repeated'} | " + " | ".join(cells) + " |")
    spread = [max(each) / min(each) for each in rates.values()]
    print(f"\nIn brackets: ours divided by theirs. Fastest round over slowest: median {statistics.median(spread):.2f}")


def _cell(theirs: float | None, ours: float | None) -> str:
    if theirs is None or ours is None:
        return "-"
    shown = f"{theirs:,.0f}" if theirs >= 100 else f"{theirs:.3g}"
    return shown if theirs == ours else f"{shown} ({ours / theirs:.2f})"


def main() -> None:
    options = argparse.ArgumentParser(description="Speed beside other servers.")
    options.add_argument("--triples", type=int, default=200_000)
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", default="")
    given = options.parse_args()
    shipped = open_release(current_release(default_build_dir(open_site())))
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        written = domain.write(folder / "release", shipped, given.triples, named=False)
        print(f"{written.triples:,} triples, of which {shipped.manifest.digest[:19]} has the shipped ones", flush=True)
        only = [name for name in given.only.split(",") if name]
        entered = list(contenders.started(stack, written.release, folder, only))
        run(questions(written.release), entered, given.seconds, given.rounds, folder)


if __name__ == "__main__":
    main()
