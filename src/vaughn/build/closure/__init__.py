"""What follows from the facts: OWL 2 RL closure, by rules compiled for the engine or by the referee.

>>> reasoner_named("compiled").name
'compiled'
"""

from __future__ import annotations

from typing import Literal, get_args

from vaughn.build.closure.compiled_reasoner import CompiledReasoner
from vaughn.build.closure.result import Closure, Inconsistency, Reasoner
from vaughn.errors import ReasonerUnknown

__all__ = ["Closure", "Inconsistency", "Reasoner", "ReasonerName", "reasoner_named"]

ReasonerName = Literal["owlrl", "compiled"]


def reasoner_named(name: ReasonerName) -> Reasoner:
    """A reasoner. Raises ReasonerUnknown."""
    if name == "owlrl":
        # Only now: rdflib and owlrl take a fifth of a second to load, and a build rarely needs them here.
        from vaughn.build.closure.owlrl_reasoner import OwlrlReasoner

        return OwlrlReasoner()
    if name == "compiled":
        return CompiledReasoner()
    raise ReasonerUnknown(name, get_args(ReasonerName))
