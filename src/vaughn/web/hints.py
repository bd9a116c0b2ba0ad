"""What helps to mend a query that is no SPARQL: the place it stopped at, and the likeliest slip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice

from vaughn.errors import QuerySyntax
from vaughn.iris import NS
from vaughn.store.escapes import sent
from vaughn.store.faults import IN_IRI

_AROUND = 60
_MOST_LOOKED_AT = 20_000
_MOST_COMPARED = 40  # different words: each is held against all that it could be
_LONGEST_COMPARED = 60
_KEYWORDS = re.findall(
    r"\w+",
    "ABS AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY DESC "
    "DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN "
    "IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH "
    "NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT "
    "SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN "
    "STRSTARTS STRUUID SUBSTR SUM TIMEZONE TRUE TZ UCASE UNDEF UNION URI USING UUID VALUES WHERE YEAR A ",
)
_NO_WORDS = re.compile(
    r"<[A-Za-z][\w+.-]*://[^<>\n]*>|<[^<>\"{}|^`\\\s]*>|\"\"\".*?\"\"\"|'''.*?'''|\"(?>(?:\\.|[^\"\\\n])*)\"?|'(?>(?:\\.|[^'\\\n])*)'?|#[^\n]*|[?$]\w+|@[\w-]+",
    re.DOTALL,
)
_IRI_LIKE = re.compile(
    r"<([A-Za-z][\w+.-]*://[^<>\n]*)>"
    r"|\"\"\".*?\"\"\"|'''.*?'''|\"(?>(?:\\.|[^\"\\\n])*)\"?|'(?>(?:\\.|[^'\\\n])*)'?|#[^\n]*",
    re.DOTALL,
)
"""What is written as an address, well or not, but for what stands in a string or a comment."""

_BLANKS = {" ": "a space", "\t": "a tab"}
_ODD = re.compile(r"[ \"{}|^`]|\\(?![uU])")
_PREFIXED = re.compile(r"(?<![\w:-])([A-Za-z][\w-]*)?:([A-Za-z][\w-]*)?")
_DECLARED = re.compile(r"\bPREFIX\s+([A-Za-z][\w-]*)?:", re.IGNORECASE)
_WORD = re.compile(r"(?<![\w:-])[A-Za-z]\w*(?![\w:-])")


def explained(
    error: QuerySyntax, text: str, prefixes: Mapping[str, str], context: Mapping[str, object], original: str = ""
) -> QuerySyntax:
    """The error with the line it lies in, a caret under the column, and a hint where there is one.

    prefixes: those of the release. context: its JSON-LD context, for the words of the ontology. original: the text
    before its escapes were decoded, where it had any; the place is then one in it.
    """
    bare = _NO_WORDS.sub(lambda found: " " * len(found[0]), text[:_MOST_LOOKED_AT])
    words = (*_of_words(_behind(bare, error)), *_of_words(bare))
    of_iris = (*_of_iri(text, error), *_of_iris(text[:_MOST_LOOKED_AT]))
    of_names = (*of_iris, *_of_prefixes(bare, prefixes))
    hint = next(iter((*of_names, *words, *_of_terms(bare, prefixes, context))), None)
    told = sent(error, original or text)
    return QuerySyntax(error.reason, told.line, told.column, _excerpt(original or text, told), hint)


def _behind(bare: str, error: QuerySyntax) -> str:
    """The word that the fault is at: the likeliest to be misspelt."""
    if not error.line or not error.column:
        return ""
    found = _WORD.match(bare, _offset(bare, error.line, error.column))
    return found[0] if found else ""


def _offset(text: str, line: int, column: int) -> int:
    return sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1


def _excerpt(text: str, error: QuerySyntax) -> str | None:
    """The faulty line, cut to what is near, and under it a caret; columns count from 1."""
    lines = text.split("\n")
    if not error.line or not error.column or error.line > len(lines):
        return None
    line, place = lines[error.line - 1].rstrip("\r").replace("\t", " "), error.column - 1
    start = max(0, place - _AROUND)
    return f"{line[start : place + _AROUND]}\n{' ' * (place - start)}^"


def _of_iri(text: str, error: QuerySyntax) -> Iterator[str]:
    """The IRI that the fault is in: told by its place, since `<urn:a b>` alone could be less-than and a name."""
    if error.reason.startswith(IN_IRI) and error.line and error.column:
        place = _offset(text, error.line, error.column)
        yield _told(text[text.rfind("<", 0, place) + 1 : text.find(">", place)], text[place])


def _told(iri: str, odd: str) -> str:
    name = _BLANKS.get(odd, odd)
    return f"<{iri[:_AROUND]}> is no IRI, as {name} stands in it; write %{ord(odd):02X} there"


def _of_iris(text: str) -> Iterator[str]:
    """An IRI with a character that none may have (SPARQL 1.1 Query §19.8, IRIREF)."""
    for found in _IRI_LIKE.finditer(text):
        odd = _ODD.search(found[1] or "")
        if odd:
            yield _told(found[1], odd[0])


def _of_prefixes(bare: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    """A prefix that is used and not declared."""
    declared = {name or "" for name in _DECLARED.findall(bare)}
    named = (found[1] or "" for found in _PREFIXED.finditer(bare))
    for used in _compared(name for name in named if name not in declared):
        near = [used] if used in prefixes else get_close_matches(used, [*declared, *prefixes], 1)
        if used in prefixes:
            yield f"the prefix {used}: is not declared; begin the query with PREFIX {used}: <{prefixes[used]}>"
        elif near:
            yield f"the prefix {used}: is not declared; did you mean {near[0]}:?"
        else:
            yield f"the prefix {used}: is not declared, and none of that name is known here"


def _of_words(bare: str) -> Iterator[str]:
    """A word that is none of SPARQL's and like one that is."""
    words = (found[0] for found in _WORD.finditer(bare))
    for word in _compared(word for word in words if word.upper() not in _KEYWORDS):
        near = get_close_matches(word.upper(), _KEYWORDS, 1, 0.75)
        if near:
            yield f"{word} is no word of SPARQL; did you mean {near[0]}?"


def _of_terms(bare: str, prefixes: Mapping[str, str], context: Mapping[str, object]) -> Iterator[str]:
    """A word of the ontology that it does not have."""
    prefix = next((name for name, iri in prefixes.items() if iri == NS), "")
    known = [name for name, said in context.items() if f"'{prefix}:{name}'" in f"'{said}'" or isinstance(said, dict)]
    used = (found[2] or "" for found in _PREFIXED.finditer(bare) if found[1] == prefix)
    for name in _compared(name for name in used if name not in known):
        near = get_close_matches(name, known, 1)
        if near:
            yield f"the ontology has no {prefix}:{name}; did you mean {prefix}:{near[0]}?"


def _compared(words: Iterable[str]) -> Iterator[str]:
    """Each word once, the first few of them: a query may be nothing but words."""
    different = dict.fromkeys(word for word in words if len(word) <= _LONGEST_COMPARED)
    return islice(iter(different), _MOST_COMPARED)
