"""Queries that Virtuoso is known to answer wrongly without a word: found by their shape, and not asked.

What is looked for is what can be told from the text alone. A pattern's variables are its possible ones, and of those
the certain ones, which every solution of it binds (SPARQL 1.1 Query §18.2.1); where two patterns are joined by a
variable that one of them may leave unbound, Virtuoso compares where the standard (§18.3) lets anything stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vaughn.store.remote.tree import Node

_Names = frozenset[str]
_NONE: _Names = frozenset()
_FORMS = ("SelectQuery", "ConstructQuery", "DescribeQuery", "AskQuery")


@dataclass(frozen=True)
class Scope:
    """What a pattern binds. anchored: whether it looks anything up, be it in a graph or in VALUES."""

    possible: _Names = _NONE
    certain: _Names = _NONE
    anchored: bool = False

    def joined(self, other: Scope) -> Scope:
        """This and the other."""
        anchored = self.anchored or other.anchored
        return Scope(self.possible | other.possible, self.certain | other.certain, anchored)

    def fits(self, other: Scope) -> bool:
        """Whether each binds for certain what it may share with the other."""
        return self.possible & other.possible <= self.certain & other.certain


class Doubts:
    """The doubts about one query, in words. scopes: of each WHERE, by the identity of its node."""

    def __init__(self, query: Node) -> None:
        self.found: list[str] = []
        self.scopes: dict[int, Scope] = {}
        self._of_names(query)
        self._of_triples(query)
        for form in (each for rule in _FORMS for each in query.nodes(rule)):
            self._query(form, query.node("ValuesClause"), within=False)

    def _query(self, form: Node, after: Node | None, within: bool) -> Scope:
        """A query or sub-select. after: its VALUES."""
        where = form.node("WhereClause")
        group = where.node("GroupGraphPattern") if where else None
        scope = self._group(group, _NONE, within) if group else Scope()
        self.scopes[id(form)] = scope
        self._inner(self._beside(form), scope, scope.possible)
        shown = _projected(form, scope)
        for block in after.nodes("DataBlock") if after else ():
            values = self._values(block, within)
            self._join(shown, values)
            shown = shown.joined(values)
        return shown

    def _beside(self, form: Node) -> Iterator[Node]:
        """EXISTS in what a query does with its pattern."""
        for part in form.parts:
            if isinstance(part, Node) and part.rule != "WhereClause":
                yield from part.all("Exists", closed="GroupGraphPattern")

    def _group(self, group: Node, outer: _Names, within: bool) -> Scope:
        """A group. outer: variables that its filters see from outside. within: inside EXISTS or OPTIONAL."""
        inner = group.node("SubSelect")
        if inner:
            return self._query(inner, inner.node("ValuesClause"), within)
        patterns = group.node("Patterns")
        parts = [part for part in patterns.parts if isinstance(part, Node)] if patterns else []
        scope, united = Scope(), False
        for part in parts:
            scope = self._part(part, scope, within, united)
            united |= len(part.nodes("GroupGraphPattern")) > 1
        for part in parts:
            if part.says("FILTER"):
                self._expression(part, scope, scope.possible | outer)
            elif part.says("BIND"):
                self._inner(_exists(part), scope, scope.possible | outer)
        return scope

    def _part(self, part: Node, before: Scope, within: bool, united: bool) -> Scope:
        """What a group binds after one more of its parts. united: a UNION stands before it."""
        if part.rule == "TriplesBlock":
            names = _variables(part)
            return self._and(before, Scope(names, names, anchored=True))
        groups = part.nodes("GroupGraphPattern")
        if part.says("OPTIONAL"):
            return self._optional(before, self._group(groups[0], before.possible, within=True))
        if part.says("MINUS"):
            self._minus(before, self._group(groups[0], _NONE, within=True), united)
            return before
        if groups:
            return self._and(before, self._either(part, groups, within))
        return self._value(part, before, within)

    def _value(self, part: Node, before: Scope, within: bool) -> Scope:
        block, named = part.node("DataBlock"), part.node("Var")
        if block:
            return self._and(before, self._values(block, within))
        if named:  # BIND
            self._known(part.nodes("Expression"), before.possible)
            names = _variables(named)
            return before.joined(Scope(names, names))
        return before

    def _either(self, part: Node, groups: list[Node], within: bool) -> Scope:
        """A group, several in UNION, or one of a graph."""
        scopes = [self._group(group, _NONE, within) for group in groups]
        graph = _variables(*part.nodes("VarOrIri"))
        possible = frozenset[str]().union(*(scope.possible for scope in scopes))
        certain = scopes[0].certain.intersection(*(scope.certain for scope in scopes))
        return Scope(possible | graph, certain | graph, all(scope.anchored for scope in scopes))

    def _and(self, before: Scope, after: Scope) -> Scope:
        self._join(before, after)
        return before.joined(after)

    def _optional(self, before: Scope, after: Scope) -> Scope:
        self._join(before, after)
        return Scope(before.possible | after.possible, before.certain, before.anchored)

    def _join(self, before: Scope, after: Scope) -> None:
        if not before.fits(after):
            names = (before.possible & after.possible) - (before.certain & after.certain)
            self._doubt(f"two patterns are joined by {_told(names)}, which one of them may leave unbound")

    def _minus(self, before: Scope, after: Scope, united: bool) -> None:
        if united:
            self._doubt("MINUS stands behind a UNION")
        elif not before.possible & after.possible or not before.fits(after):
            self._doubt("MINUS has no variable that is bound on both sides for certain, or has others beside it")

    def _values(self, block: Node, within: bool) -> Scope:
        """A block of VALUES. One UNDEF alone is left out of the text, and binds nothing."""
        names, rows = _variables(block), len(block.nodes("DataValue"))
        undefined = any(value.says("UNDEF") for value in block.nodes("DataValue"))
        if undefined and (rows > 1 or block.says("(")):
            self._doubt("VALUES holds UNDEF beside other values")
        if within and rows > len(names):
            self._doubt("VALUES with several rows stands inside OPTIONAL, MINUS or EXISTS")
        return Scope(names, _NONE if undefined else names, anchored=not undefined)

    def _expression(self, part: Node, scope: Scope, seen: _Names) -> None:
        self._known([part], seen)
        self._inner(_exists(part), scope, seen)

    def _known(self, expressions: Iterable[Node], seen: _Names) -> None:
        names = frozenset(
            token.text[1:]
            for each in expressions
            for token in each.tokens(closed="GroupGraphPattern")
            if token.kind == "VAR"
        )
        if not names <= seen:
            self._doubt(f"an expression uses {_told(names - seen)}, which nothing before it in its group binds")

    def _inner(self, exists: Iterable[Node], scope: Scope, seen: _Names) -> None:
        for each in exists:
            if not scope.anchored:
                self._doubt("EXISTS stands where nothing else is looked up")
            for group in each.nodes("GroupGraphPattern"):
                self._group(group, seen, within=True)

    def _of_triples(self, query: Node) -> None:
        for triples in query.all("TriplesPath"):
            self._of_subject(triples)
        for verbs in query.all("PropertyListPath"):
            for verb, objects in zip(verbs.nodes("PathVerb"), verbs.nodes("ObjectListPath"), strict=True):
                self._of_path(verb, objects)
                self._twice(_terms(verb), _direct(objects))

    def _of_subject(self, triples: Node) -> None:
        subject, verbs = triples.node("VarOrTerm"), triples.node("PropertyListPath")
        if subject is None or verbs is None:
            return
        if subject.node("Literal"):
            self._doubt("a literal is the subject of a pattern")
        for verb, objects in zip(verbs.nodes("PathVerb"), verbs.nodes("ObjectListPath"), strict=True):
            self._twice(_terms(subject), _terms(verb) | _direct(objects))

    def _of_path(self, verb: Node, objects: Node) -> None:
        turned = verb.says("^") or any(step.says("^") for step in verb.all("PathStep"))
        if turned and any(one.node("Literal") for one in objects.all("VarOrTerm")):
            self._doubt("a literal is the subject of a path")

    def _twice(self, some: _Names, others: _Names) -> None:
        if some & others:
            self._doubt(f"{_told(some & others)} stands twice in one triple pattern")

    def _of_names(self, query: Node) -> None:
        """What is known by its name."""
        if any(call.says("ENCODE_FOR_URI") for call in query.all("Function1")):
            self._doubt("ENCODE_FOR_URI leaves letters beyond ASCII as they are")
        if any(part.says("LATERAL") for part in query.all("OtherPattern")):
            self._doubt("LATERAL is beyond SPARQL 1.1")
        if any(_divides(condition) for condition in query.all("GroupCondition")):
            self._doubt("GROUP BY a quotient takes equal numbers apart")

    def _doubt(self, reason: str) -> None:
        self.found.append(reason)


def _divides(node: Node) -> bool:
    return any(more.says("/") for more in node.all("ProductMore"))


def _exists(part: Node) -> Iterator[Node]:
    return part.all("Exists", closed="GroupGraphPattern")


def _projected(form: Node, scope: Scope) -> Scope:
    """What a sub-select binds outside of it."""
    clause = form.node("SelectClause")
    if clause is None or clause.says("*"):
        return scope
    shown = frozenset[str]().union(*(_variables(item) for item in clause.nodes("SelectItem") if not item.says("AS")))
    named = frozenset[str]().union(*(_variables(*item.nodes("Var")) for item in clause.nodes("SelectItem")))
    return Scope(named, (shown & scope.certain) | (named - shown), scope.anchored)


def _variables(*nodes: Node) -> _Names:
    return frozenset(token.text[1:] for node in nodes for token in node.tokens() if token.kind == "VAR")


def _terms(node: Node) -> _Names:
    """The variables and blank nodes with a name in it."""
    tokens = (token for token in node.tokens() if token.kind in ("VAR", "BLANK_NODE") and token.text[0] != "[")
    return frozenset(token.text.replace("$", "?") for token in tokens)


def _direct(objects: Node) -> _Names:
    """Likewise, of objects that are not written as nodes with properties of their own."""
    plain = (each for one in objects.nodes("ObjectPath") for each in one.nodes("VarOrTerm"))
    return frozenset[str]().union(*map(_terms, plain))


def _told(names: _Names) -> str:
    return ", ".join(name if name[0] in "?_" else f"?{name}" for name in sorted(names))
