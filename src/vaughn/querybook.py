"""The book of named queries: .rq files with a YAML header in `#+` lines, typed parameters, one way of binding.

A parameter is bound by replacing the UNDEF of its `VALUES ?p { UNDEF }` blocks with serialised terms (SPARQL 1.1
Query §10.2), so the file is a valid query as it stands and no text of a caller is ever spliced into it.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from vaughn.errors import HeaderInvalid, IriInvalid, ParameterInvalid, QueryUnknown
from vaughn.iris import KINDS, PART_OWNERS, SLUG, expand
from vaughn.querylint import Form, bare, block_of, lint

ParameterType = Literal["iri", "concept", "string", "date", "integer"]
Severity = Literal["error", "warning", "info"]
Hint = Literal["joins-in-order", "unions-alike"]
"""What an engine may lean on in a query's wording. joins-in-order: its triples stand in an order in which they are well
joined. unions-alike: no variable that one branch of a UNION leaves unbound is matched outside of it."""

RESERVED = frozenset({"release", "format", "limit", "cursor", "partial", "timeout", "labels"})
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")
_VARIABLE = re.compile(r"[a-z][A-Za-z0-9]*")
_MOST_VALUES = 1000
_LAST_ORDER = re.compile(r"^ORDER BY\b[^{}]*\Z", re.MULTILINE)
_OF_BUILDS = frozenset({"checks", "derive", "lint"})


@dataclass(frozen=True)
class Parameter:
    """One parameter. kind: for an iri the kind of thing, for a concept its scheme; a bare slug or code will then do.

    values: the only ones it may have; () for any of its type.
    """

    name: str
    type: ParameterType
    says: str
    required: bool
    default: str | None
    example: str
    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedQuery:
    """One question. returns: every projected variable, in order, with its meaning and unit."""

    name: str
    path: Path
    text: str
    form: Form
    summary: str
    description: str
    parameters: Mapping[str, Parameter]
    returns: Mapping[str, str]
    tags: tuple[str, ...]
    since: str
    why: str = ""
    severity: Severity = "error"
    hints: tuple[Hint, ...] = ()

    @property
    def builds(self) -> bool:
        """Whether it is asked when a release is built, and not of one."""
        return self.name.split("/")[0] in _OF_BUILDS

    def bind(self, values: Mapping[str, str | Sequence[str]], prefixes: Mapping[str, str]) -> str:
        """The query with its parameters bound; one not given and without a default stays UNDEF.

        Raises ParameterInvalid for an unknown parameter, a missing required one, a value of the wrong type, or more
        than 1,000 values for one parameter.
        """
        unknown = sorted(set(values) - set(self.parameters))
        if unknown:
            known = ", ".join(self.parameters) or "none"
            raise ParameterInvalid(self.name, unknown[0], f"no such parameter; this query has: {known}")
        text = self.text
        for parameter in self.parameters.values():
            terms = self._terms(parameter, values.get(parameter.name), prefixes)
            if terms:
                block = f"VALUES ?{parameter.name} {{ {' '.join(terms)} }}"
                text = re.sub(block_of(parameter.name), lambda _, b=block: b, text)  # type: ignore[misc]
        return text

    def _terms(self, parameter: Parameter, given: str | Sequence[str] | None, prefixes: Mapping[str, str]) -> list[str]:
        chosen = given if given not in (None, "", ()) else parameter.default
        if not chosen:
            if parameter.required:
                raise ParameterInvalid(self.name, parameter.name, f"required; for example {parameter.example}")
            return []
        listed = [chosen] if isinstance(chosen, str) else list(chosen)
        if len(listed) > _MOST_VALUES:
            raise ParameterInvalid(self.name, parameter.name, f"at most {_MOST_VALUES:,} values, not {len(listed):,}")
        if parameter.values and not {*listed} <= {*parameter.values}:
            raise ParameterInvalid(self.name, parameter.name, f"one of {', '.join(parameter.values)}")
        try:
            return [_SERIALISE[parameter.type](value, parameter, prefixes) for value in listed]
        except (IriInvalid, ValueError) as error:
            raise ParameterInvalid(self.name, parameter.name, f"{error}; for example {parameter.example}") from None


@dataclass(frozen=True)
class QueryBook:
    """All named queries, by name (`claims/support`), and the prefixes their parameters may use."""

    queries: Mapping[str, NamedQuery]
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> NamedQuery:
        """Raises QueryUnknown, naming the nearest."""
        try:
            return self.queries[name]
        except KeyError:
            raise QueryUnknown(name, difflib.get_close_matches(name, self.queries, n=2)) from None

    def questions(self) -> list[NamedQuery]:
        """The queries people ask, by name; the machine's own folders are left out."""
        inner = _OF_BUILDS | {"documents", "lists", "search"}
        return [query for name, query in sorted(self.queries.items()) if name.split("/")[0] not in inner]

    def bind(self, name: str, **values: str | Sequence[str]) -> str:
        """The text of a named query, bound. Raises QueryUnknown, ParameterInvalid."""
        return self[name].bind(values, self.prefixes)


def read_book(folders: Iterable[Path], prefixes: Mapping[str, str]) -> QueryBook:
    """Every .rq file below the folders; the first folder that has a name wins.

    Raises HeaderInvalid for a header that breaks the rules or a text that the lint faults.
    """
    queries: dict[str, NamedQuery] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.rq")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            queries.setdefault(name, read_query(name, path))
    return QueryBook(queries, dict(prefixes))


def read_query(name: str, path: Path) -> NamedQuery:
    """One .rq file. Raises HeaderInvalid."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise HeaderInvalid(path, "it is not UTF-8") from None
    header = _header(path, text)
    if not _NAME.fullmatch(name):
        raise HeaderInvalid(path, f"the name {name!r} is not made of small letters, digits, hyphens and slashes")
    query = NamedQuery(
        name=name,
        path=path,
        text=text,
        form=_form(path, text),
        summary=_text(path, header, "summary"),
        description=_text(path, header, "description"),
        parameters=_parameters(path, header.get("parameters") or {}),
        returns={str(key): str(value) for key, value in (header.get("returns") or {}).items()},
        tags=tuple(header.get("tags") or ()),
        since=str(header.get("since") or ""),
        why=str(header.get("why") or ""),
        severity=_severity(path, header.get("severity", "error")),
        hints=_hints(path, header.get("hints") or ()),
    )
    faults = lint(query.form, text, list(query.parameters), list(query.returns))
    if faults:
        raise HeaderInvalid(path, faults[0])
    return query


def first(text: str, rows: int) -> str:
    """A bound SELECT cut to its first rows; the text must have no LIMIT of its own."""
    return f"{text.rstrip()}\nLIMIT {int(rows)}\n"


def counted(text: str) -> str:
    """A bound SELECT as one that counts its rows, as `?count`; they are not put in order for that."""
    start = re.search(r"^SELECT\b", text, re.MULTILINE)
    place = start.start() if start else 0
    return f"{text[:place]}SELECT (COUNT(*) AS ?count) WHERE {{ {{\n{unordered(text[place:])}}} }}\n"


def unordered(text: str) -> str:
    """A SELECT whose rows come in any order."""
    return _LAST_ORDER.sub("", text)


def _header(path: Path, text: str) -> dict[str, Any]:
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        read = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        raise HeaderInvalid(path, f"the header is not YAML: {error}") from None
    if not isinstance(read, dict):
        raise HeaderInvalid(path, "there is no header; it stands in lines that start with #+")
    allowed = {"summary", "description", "parameters", "returns", "tags", "since", "why", "severity", "hints"}
    strange = sorted(set(read) - allowed)
    if strange:
        raise HeaderInvalid(path, f"the header key {strange[0]!r} is unknown; known are {', '.join(sorted(allowed))}")
    return cast("dict[str, Any]", read)


def _text(path: Path, header: Mapping[str, Any], key: str) -> str:
    value = header.get(key)
    if not isinstance(value, str) or not value.strip():
        raise HeaderInvalid(path, f"the header needs {key!r}")
    return value.strip()


def _severity(path: Path, value: object) -> Severity:
    if value not in get_args(Severity):
        raise HeaderInvalid(path, f"severity {value!r} is none of {', '.join(get_args(Severity))}")
    return cast("Severity", value)


def _hints(path: Path, given: Sequence[str]) -> tuple[Hint, ...]:
    strange = next((hint for hint in given if hint not in get_args(Hint)), None)
    if strange is not None:
        raise HeaderInvalid(path, f"the hint {strange!r} is none of {', '.join(get_args(Hint))}")
    return tuple(cast("Sequence[Hint]", given))


def _parameters(path: Path, given: Mapping[str, Any]) -> dict[str, Parameter]:
    return {name: _parameter(path, name, spec) for name, spec in given.items()}


def _parameter(path: Path, name: str, spec: Any) -> Parameter:
    if name in RESERVED or not _VARIABLE.fullmatch(name):
        raise HeaderInvalid(path, f"{name!r} cannot be a parameter's name")
    if not isinstance(spec, dict) or spec.get("type") not in get_args(ParameterType):
        raise HeaderInvalid(path, f"parameter {name!r} needs a type: {', '.join(get_args(ParameterType))}")
    kind = str(spec.get("kind", ""))
    if spec["type"] == "iri" and kind and kind not in {*KINDS, *PART_OWNERS}:
        raise HeaderInvalid(path, f"parameter {name!r}: no kind of thing is called {kind!r}")
    for key in ("says", "example"):
        if not spec.get(key):
            raise HeaderInvalid(path, f"parameter {name!r} needs {key!r}")
    default = spec.get("default")
    return Parameter(
        name=name,
        type=spec["type"],
        says=str(spec["says"]),
        required=bool(spec.get("required", False)),
        default=None if default is None else str(default),
        example=str(spec["example"]),
        kind=kind,
        values=tuple(str(value) for value in spec.get("values") or ()),
    )


def _form(path: Path, text: str) -> Form:
    found = re.search(r"\b(SELECT|ASK|CONSTRUCT)\b", bare(text), re.IGNORECASE)
    if not found:
        raise HeaderInvalid(path, "neither SELECT, ASK nor CONSTRUCT")
    return cast("Form", found[1].upper())


def _iri(value: str, parameter: Parameter, prefixes: Mapping[str, str]) -> str:
    if parameter.kind and SLUG.fullmatch(value) and parameter.kind in prefixes:
        return f"<{prefixes[parameter.kind]}{value}>"
    return f"<{expand(value, prefixes)}>"


def _concept(value: str, parameter: Parameter, prefixes: Mapping[str, str]) -> str:
    if parameter.kind in prefixes and re.fullmatch(r"[A-Za-z0-9.-]+", value):
        return f"<{prefixes[parameter.kind]}{value}>"
    return f"<{expand(value, prefixes)}>"


def _string(value: str, _: Parameter, __: Mapping[str, str]) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if any(ord(character) < 32 and character != "\t" for character in value.replace("\n", "").replace("\r", "")):
        raise ValueError("a control character")
    return f'"{escaped}"'


def _date(value: str, _: Parameter, __: Mapping[str, str]) -> str:
    try:
        parsed = datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a date; write YYYY-MM-DD") from None
    return f'"{parsed.isoformat()}"^^<http://www.w3.org/2001/XMLSchema#date>'


def _integer(value: str, _: Parameter, __: Mapping[str, str]) -> str:
    if not re.fullmatch(r"[+-]?\d{1,18}", value):
        raise ValueError(f"{value!r} is not a whole number")
    return str(int(value))


_SERIALISE: Mapping[ParameterType, Callable[[str, Parameter, Mapping[str, str]], str]] = {
    "iri": _iri,
    "concept": _concept,
    "string": _string,
    "date": _date,
    "integer": _integer,
}
