"""What a reasoner is given and gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import Triple


@dataclass(frozen=True, order=True)
class Inconsistency:
    """A contradiction that the facts and the ontology make together.

    rule: the name the OWL 2 Profiles give it (`cax-dw`, `prp-asyp` …). individuals: IRIs (or `_:` labels) of those
    at fault. message: one sentence.
    """

    rule: str
    individuals: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Closure:
    """What follows. triples: sorted by their N-Triples form, none of them given. inconsistencies: sorted.
    seconds: wall clock of the whole call."""

    triples: tuple[Triple, ...]
    inconsistencies: tuple[Inconsistency, ...]
    seconds: float


class Reasoner(Protocol):
    """OWL 2 RL (OWL 2 Profiles §4.3, Tables 4-9) over an ontology and what is asserted with its words."""

    name: str

    def close(self, ontology: Sequence[Triple], assertions: Sequence[Triple]) -> Closure:
        """Every domain fact (see `facts`) that follows and stands in neither argument.

        Raises AxiomUnsupported for an axiom that the reasoner would have to ignore.
        """
        ...
