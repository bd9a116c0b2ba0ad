"""A look at a stranger's text before any engine sees it: what kind of query it is, and whether it may run.

One pass of one regular expression splits the text into what matters (words, brackets, operators) and what does not
(strings, comments, IRIs, names, variables, numbers, VALUES blocks); the time is linear: 100 kB of prefixes or of VALUES
rows take 3 ms, of words 25 ms. The rules, by their names in QueryRefused:

length      longer than the setting, or more than TOKENS tokens
nesting     more brackets open at once than the setting; the engine's parser recurses and crashes (3,000 braces)
path        a property path of more steps than the setting; the planner hangs (400 steps on an empty store)
operators   more than OPERATORS operators and clauses; flat chains recurse too
patterns    more than PATTERNS patterns joined in one group; planning takes the third power of their number
resources   more than OPERATORS things to DESCRIBE at once
service     SERVICE, which would open connections; the engine itself finds it (store/elsewhere.py)

Measured with pyoxigraph 0.5.13 and a stack of 8 MiB. Crash at 3,000, none at 2,000: MINUS, BIND, LATERAL, AS in a
projection, resources of DESCRIBE. Crash at 10,000, none at 5,000: UNION, FILTER, EXISTS, && || + - * and !. OPTIONAL:
2 s at 2,000. Patterns in one group: a star takes 1.1 s at 100 and more than 4 s at 150, a chain 1.1 s at 300.
Brackets: functions, IF and EXISTS crash at 1,000, nothing does at 500. Sound at 10,000: VALUES rows, members of IN,
arguments, alternatives of a path, prefixes, FROM, ORDER BY, GROUP BY, templates.

The guard is a courtesy with a good message; what it misses ends with a worker (store/worker.py), never the service.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from vaughn.errors import QueryRefused, QuerySyntax, UpdateRefused
from vaughn.store.elsewhere import asks_elsewhere, may_ask_elsewhere
from vaughn.store.engine import Form
from vaughn.store.faults import place, syntax

OPERATORS = 1000
PATTERNS = 200
TOKENS = 100_000
QUICK = 6000
"""Characters of a text that is looked at in less than 3 ms, whatever it says (commas take longest; measured)."""
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})

_FORMS = {str(form): form for form in Form}
_QUOTES = ("'", '"')
_PROLOGUE = ("PREFIX", "BASE", "VERSION")
_CLAUSES = frozenset({"UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "EXISTS", "LATERAL", "GRAPH", "AS"})

# Possessive (`*+`), and of groups atomic (`(?>…)`): what was taken is never given back, so that no text makes the time
# quadratic. Possessive groups mean the same and match nothing at all in Python 3.11.2. A prefix
# longer than 64 characters is read as words: bounded, for the same reason. A short string without its end is a fault
# to any parser; it ends with its line here. Runs are taken whole, since character by character is slow.
_IRI = r'<[^<>"{}|^`\\\x00-\x20]*+>'
_STRING = (
    r'"{3}(?>(?:[^"\\]++|\\.|"(?!""))*)"{3}'
    r"|'{3}(?>(?:[^'\\]++|\\.|'(?!''))*)'{3}"
    r'|"(?!"")(?>(?:[^"\\\n\r]++|\\.)*)"?+'
    r"|'(?!'')(?>(?:[^'\\\n\r]++|\\.)*)'?+"
)
_ENDLESS = r"""(?:"{3}(?>(?:[^"\\]++|\\.|"(?!""))*)|'{3}(?>(?:[^'\\]++|\\.|'(?!''))*))\\?\Z"""
_BLANK = r"\s++|#[^\n\r]*+"
_LOCAL = r"(?>(?:[\w:%-]++|\\.|\.++(?=[\w:%\\-]))*)"
_PREFIX = r"(?>(?:[^\W\d_][\w.-]{0,63}+)?)"
_PLAIN = (
    rf"{_BLANK}|{_IRI}|{_STRING}|@[A-Za-z]++(?>(?:-[A-Za-z0-9-]++)*)|\^\^|[?$]\w++"
    r"|\d++(?>(?:\.\d++)?)(?>(?:[eE][+-]?\d++)?)"
)
_NAME = rf"_:{_LOCAL}|{_PREFIX}:{_LOCAL}"
_CELLS = rf"(?>(?:[^{{}}()<>\"'#]++|{_IRI}|{_STRING}|#[^\n\r]*+)*)"
_VALUES = (
    rf"[Vv][Aa][Ll][Uu][Ee][Ss]\b(?>(?:{_BLANK})*)(?:[?$]\w++|\([\s\w?$]*+\))\s*+"
    rf"\{{{_CELLS}(?>(?:\({_CELLS}\){_CELLS})*)\}}"
)
_SKIPPED = rf"(?>(?:{_PLAIN}|{_VALUES}|{_NAME}|[^\w{{}}()\[\].;,&|/^!+*<>'\"-]|[<>&](?![<>&]))*)"
_TOKEN = re.compile(rf"{_SKIPPED}(\w++|&&|\|\|?|<<|>>|[{{}}()\[\].;,/^!+*-]|[<>&]|{_ENDLESS}|.|\Z)", re.DOTALL)
_RESOURCE = re.compile(rf"{_IRI}|[?$]\w++|{_PREFIX}:{_LOCAL}")


class Bounds(Protocol):
    """The limits that are set from outside (settings.py)."""

    @property
    def query_length(self) -> int: ...

    @property
    def query_nesting(self) -> int: ...

    @property
    def query_path(self) -> int: ...


@dataclass(slots=True)
class _Open:
    """An open bracket. expression: whether `/` divides in it. patterns: what is joined in it so far."""

    expression: bool
    template: bool = False
    patterns: int = 0


class _Scan:
    """One pass over the tokens of one text. form: the word that says what the text does, "" before it is met."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._open: list[_Open] = []
        self._quoted = 0
        self._steps = 1
        self._operators = 0
        self._token = self._last = ""
        self.form = ""

    def take(self, token: str) -> None:
        """Raises QueryRefused, UpdateRefused."""
        self._token = token
        _ACTS.get(token, _Scan._word)(self)
        self._last = token

    def _word(self) -> None:
        word = self._token.upper()
        if not self.form and word not in _PROLOGUE:
            self.form = word
            if word in UPDATES:
                raise UpdateRefused(word)
        if word in _CLAUSES:
            self._count()

    def _brace(self) -> None:
        before = self._last.upper()
        if self._open and (not before[:1].isalpha() or before == "GRAPH"):
            self._join()
        self._steps = 1
        self._push(_Open(expression=False, template=before.startswith("CONSTRUCT")))

    def _parenthesis(self) -> None:
        inherited = not self._open or self._open[-1].expression
        called = self._last[:1].isalpha() and self._last != "a"
        self._push(_Open(expression=inherited or called))

    def _bracket(self) -> None:
        self._join()
        self._push(_Open(expression=False))

    def _close(self) -> None:
        if self._open:
            self._open.pop()

    def _close_brace(self) -> None:
        self._close()
        self._steps = 1

    def _quote(self) -> None:
        """The start of a triple term or reifier; a stray `<<` between expressions counts for nothing much."""
        self._quoted += 1
        self._check_depth()

    def _unquote(self) -> None:
        self._quoted = max(0, self._quoted - 1)

    def _separate(self) -> None:
        self._steps = 1
        self._join()

    def _join(self) -> None:
        if not self._open or self._open[-1].expression:
            return
        group = self._open[-1]
        group.patterns += 1
        if group.patterns > PATTERNS and not group.template:
            raise QueryRefused("patterns", f"more than {PATTERNS} patterns are joined in one group; split the query")

    def _slash(self) -> None:
        self._count()
        if self._open and not self._open[-1].expression:
            self._steps += 1
            if self._steps > self._bounds.query_path:
                raise QueryRefused("path", f"a property path has more than {self._bounds.query_path} steps")

    def _count(self) -> None:
        self._operators += 1
        if self._operators > OPERATORS:
            reason = f"more than {OPERATORS:,} operators and clauses; lists of values belong in VALUES or IN"
            raise QueryRefused("operators", reason)

    def _push(self, opened: _Open) -> None:
        self._open.append(opened)
        self._check_depth()

    def _check_depth(self) -> None:
        most = self._bounds.query_nesting
        if len(self._open) + self._quoted > most:
            raise QueryRefused("nesting", f"more than {most} brackets are open at once")

    def _nothing(self) -> None:
        """A token without a meaning of its own."""


_ACTS: dict[str, Callable[[_Scan], None]] = {
    "": _Scan._nothing,
    "{": _Scan._brace,
    "}": _Scan._close_brace,
    "(": _Scan._parenthesis,
    "[": _Scan._bracket,
    "<<": _Scan._quote,
    ">>": _Scan._unquote,
    "/": _Scan._slash,
    **dict.fromkeys(")]", _Scan._close),
    **dict.fromkeys(".;", _Scan._separate),
    **dict.fromkeys(("&&", "||", *"|^!+*-"), _Scan._count),
    **dict.fromkeys(",<>&", _Scan._nothing),
}


def quick(text: str) -> bool:
    """Whether the guard looks at a text in less than 3 ms, and without the engine: where something in it looks like
    SERVICE the engine is asked, and that is for a process that can be killed."""
    return len(text) <= QUICK and not may_ask_elsewhere(text)


def inspect(text: str, bounds: Bounds) -> Form:
    """The form of a query that may run.

    Raises QueryRefused, naming the rule; UpdateRefused where the text would change data; QuerySyntax where it is
    empty or of no form at all.
    """
    if len(text) > bounds.query_length:
        raise QueryRefused("length", f"{len(text):,} characters; at most {bounds.query_length:,}")
    scan = _Scan(bounds)
    for count, found in enumerate(_TOKEN.finditer(text)):
        if count > TOKENS:
            raise QueryRefused("length", f"more than {TOKENS:,} words and signs; lists of values belong in VALUES")
        if found[1][:1] in _QUOTES and found[1]:
            raise QuerySyntax(f"a string that begins with {found[1][:3]} has no end", *place(text, found.start(1)))
        scan.take(found[1])
    form = _form(scan.form, text)
    _refuse_service(text)
    if form is Form.DESCRIBE and len(_RESOURCE.findall(text)) > OPERATORS:
        raise QueryRefused("resources", f"more than {OPERATORS:,} things to describe; ask for them one by one")
    return form


def _form(word: str, text: str) -> Form:
    if word in _FORMS:
        return _FORMS[word]
    for name, form in _FORMS.items():
        if word.startswith(name):  # the engine reads SELECTDISTINCT as two words
            return form
    raise syntax("", text) if text.strip() else QuerySyntax("there is no query in it")


def _refuse_service(text: str) -> None:
    try:
        if not asks_elsewhere(text):
            return
    except SyntaxError as error:
        raise syntax(str(error), text) from None
    raise QueryRefused("service", "SERVICE would fetch from elsewhere, and this service does not; ask there directly")
