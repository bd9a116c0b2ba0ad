"""A thing as its page shows it: nothing said twice, dates as people write them, names where the graph has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from vaughn.iris import NS, Iris, compact
from vaughn.model import Description, Ref, Statement, Term
from vaughn.web.rendering import code

_HIDDEN = frozenset({"rdfs:label", "vaughn:partOfThing"})
_UNWEIGHED = frozenset({"supports", "disputes", "qualifies", "supportedBy", "disputedBy", "qualifiedBy"})
"""Properties that say "a line says so, counted or not", which is never shown alone."""

_LENGTHS = {"day": 10, "month": 7, "year": 4}


def portray(thing: Description, iris: Iris, prefixes: Mapping[str, str]) -> Description:
    """The same thing with a name, its statements and those of its parts thinned for reading; the data keep them all."""
    dates = {part.ref.iri: date_of(part) for part in thing.parts if part.kind == "date"}
    shown = frozenset(part.ref.iri for part in thing.parts) - frozenset(dates)
    parts = tuple(
        _part(part, dates, _without(_thinned(part, iris, prefixes, dates), {thing.ref.iri})) for part in thing.parts
    )
    inverse = [each for each in thing.inverse if each.predicate.iri.removeprefix(NS) not in _UNWEIGHED]
    whole = replace(_thinned(thing, iris, prefixes, dates), parts=parts)
    return replace(_without(whole, shown), inverse=tuple(_others(inverse, shown)))


def _part(part: Description, dates: Mapping[str, str], thinned: Description) -> Description:
    """The same part, under a heading that tells its kind already, without it; a date that has no name is unknown."""
    iri, label = thinned.ref.iri, thinned.ref.label
    own = label.removeprefix(f"{part.kind} ")
    if label == _readable(iri) and not own.isdigit():
        return replace(thinned, ref=Ref(iri, dates.get(iri, own)))
    return thinned


def dated(thing: Description) -> dict[str, str]:
    """The dates that a thing names itself, each with what it is the date of, in the words of the vocabulary."""
    return {it.iri: each.predicate.label for each in thing.statements for it in each.objects if isinstance(it, Ref)}


def _without(thing: Description, shown: Set[str]) -> Description:
    """The same thing without what only names things that the page shows at another place."""
    return replace(thing, statements=tuple(_others(thing.statements, shown)))


def _others(statements: Iterable[Statement], shown: Set[str]) -> Iterator[Statement]:
    """The statements that name anything but these, without them."""
    for each in statements:
        kept = tuple(it for it in each.objects if not (isinstance(it, Ref) and it.iri in shown))
        if kept:
            yield replace(each, objects=kept)


def named_in(thing: Description) -> Iterator[str]:
    """The IRIs of everything that a thing's page names: values of its statements and its parts', and what points to
    it."""
    statements = (*thing.statements, *thing.inverse, *(each for part in thing.parts for each in part.statements))
    return (it.iri for each in statements for it in each.objects if isinstance(it, Ref))


def date_of(part: Description) -> str:
    """A time span as precisely as is known: 2019, 2019-04, 2019-04-30, or that it is unknown."""
    said = {code(each.predicate.iri): each.objects[0] for each in part.statements}
    earliest, precision = said.get("earliest"), said.get("precision")
    if not isinstance(earliest, Term) or not isinstance(precision, Ref):
        return "unknown"
    return earliest.value[: _LENGTHS.get(code(precision.iri), 10)]


def _thinned(thing: Description, iris: Iris, prefixes: Mapping[str, str], dates: Mapping[str, str]) -> Description:
    own = {each.objects for each in thing.statements if each.predicate.iri.startswith(NS)}
    name = _name(thing, prefixes)
    kept = [each for each in thing.statements if _is_news(each, own, prefixes) and not _says(each, name)]
    return replace(
        thing,
        ref=Ref(thing.ref.iri, name or _readable(thing.ref.iri)),
        statements=tuple(replace(each, objects=tuple(_named(it, iris, dates) for it in each.objects)) for each in kept),
    )


def _is_news(each: Statement, own: set[tuple[Term | Ref, ...]], prefixes: Mapping[str, str]) -> bool:
    """Whether a statement says what no other does: types and other vocabularies repeat what our own words say."""
    name = compact(each.predicate.iri, prefixes)
    if name in _HIDDEN or name == "rdf:type" or each.predicate.iri.removeprefix(NS) in _UNWEIGHED:
        return False
    return each.predicate.iri.startswith(NS) or each.objects not in own


def _says(each: Statement, name: str) -> bool:
    """Whether a statement in another vocabulary says nothing but the name, which stands above it."""
    own = each.predicate.iri.startswith(NS)
    return not own and all(isinstance(it, Term) and it.value == name for it in each.objects)


def _name(thing: Description, prefixes: Mapping[str, str]) -> str:
    labels = (each for each in thing.statements if compact(each.predicate.iri, prefixes) == "rdfs:label")
    return next((str(each.objects[0]) for each in labels), "")


def _named(value: Term | Ref, iris: Iris, dates: Mapping[str, str]) -> Term | Ref:
    """A value with a name: a date as a date, a nameless part by its own name, anything else as it is."""
    if not isinstance(value, Ref) or value.label != value.iri:
        return value
    local = value.iri.startswith(iris.base)
    return Ref(value.iri, dates.get(value.iri) or (_readable(value.iri) if local else value.iri))


def _readable(iri: str) -> str:
    """The last step of an IRI, a part by its kind and own name."""
    local = code(iri)
    kind = iri.rpartition("/")[0].rpartition("/")[2]
    return f"{kind} {local.rpartition('--')[2].replace('-', ' ')}" if "--" in local else local


def kinds_of(statements: Sequence[Statement], prefixes: Mapping[str, str]) -> list[Ref]:
    """The classes of our own vocabulary that a thing belongs to."""
    types = (each for each in statements if compact(each.predicate.iri, prefixes) == "rdf:type")
    return [it for each in types for it in each.objects if isinstance(it, Ref) and it.iri.startswith(NS)]


def scheme_of(statements: Sequence[Statement], prefixes: Mapping[str, str]) -> Ref | None:
    """The code list that an entry stands in; None for anything else."""
    lists = (each for each in statements if compact(each.predicate.iri, prefixes) == "skos:inScheme")
    return next((it for each in lists for it in each.objects if isinstance(it, Ref)), None)
