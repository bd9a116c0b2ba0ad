"""The only place where SPARQL is written by the program: rules as updates, constraints as queries.

Every word comes from an axiom, as a term that the engine itself writes in N-Triples form, which is SPARQL's too, with
its escapes; nothing comes from data.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import Template
from typing import Final

from pyoxigraph import NamedNode

from vaughn.build.closure.rules import Atom, Constraint
from vaughn.build.closure.saturate import Step

_UPDATE: Final = Template("INSERT { $heads } WHERE { $body }")
_UPDATE_NEW: Final = Template("INSERT { $heads } WHERE { $body FILTER NOT EXISTS { $first } }")
_SELECT: Final = Template("SELECT DISTINCT $variables WHERE { $body }")
_COUNT: Final = Template("SELECT (COUNT(*) AS ?count) WHERE { $body }")
_SHARED: Final = Template(
    "ASK { { SELECT ?x WHERE { VALUES ?kind { $kinds } ?x a ?kind } GROUP BY ?x HAVING (COUNT(*) > 1) } }"
)


def update(step: Step) -> str:
    """The update that runs one step over everything."""
    return _UPDATE.substitute(heads=_patterns(step.heads), body=_patterns(step.body))


def update_again(step: Step) -> str:
    """The same for a step that runs repeatedly: passes over matches whose conclusions are known to stand."""
    if not step.own:
        return update(step)
    heads, body, first = (_patterns(atoms) for atoms in (step.heads, step.body, step.heads[:1]))
    return _UPDATE_NEW.substitute(heads=heads, body=body, first=first)


def select(constraint: Constraint) -> str:
    """The query for whatever breaks a constraint; columns as `Constraint.variables`."""
    variables = " ".join(str(variable) for variable in constraint.variables)
    return _SELECT.substitute(variables=variables, body=_patterns(constraint.body))


def count(atom: Atom) -> str:
    """The query for the number of triples that match an atom."""
    return _COUNT.substitute(body=_patterns([atom]))


def shared(kinds: Iterable[NamedNode]) -> str:
    """The query whether any individual is of two of these classes: one pass, where each pair would need its own."""
    return _SHARED.substitute(kinds=" ".join(str(kind) for kind in kinds))


def _patterns(atoms: Iterable[Atom]) -> str:
    return " . ".join(f"{atom.subject} {atom.predicate} {atom.object}" for atom in atoms)
