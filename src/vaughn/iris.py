"""Mint and parse every IRI of a site, and map it to the path that serves it (one grammar, written once).

<base>id/<kind>/<slug>                 a thing
<base>id/<part kind>/<owner>--<name>   a part of a thing; `--` only ever separates owner and part
<base>concept/<scheme>/<code>          an entry of a code list; <base>concept/<scheme> is the list
<base>graph/<file>                     a named graph
https://w3id.org/vaughn/ns#Term        a word of the ontology
https://w3id.org/vaughn/shapes#Name    a shape
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from vaughn.errors import IriInvalid

NS = "https://w3id.org/vaughn/ns#"
SHAPES = "https://w3id.org/vaughn/shapes#"

KINDS: Mapping[str, str] = {
    "claim": "claims",
    "rationale": "rationales",
    "contestation": "contestations",
    "source": "sources",
    "report": "reports",
    "authority": "authorities",
    "memorandum": "memoranda",
    "event": "events",
    "body": "bodies",
    "person": "persons",
    "question": "questions",
    "withholding": "withholdings",
    "disclosure": "disclosures",
    "dataset": "datasets",
    "finding": "findings",
}
"""Each kind of thing and its plural, as pages and the API name it."""

PART_OWNERS: Mapping[str, tuple[str, ...]] = {
    "evidence": ("claim",),
    "passage": ("source", "report"),
    "citation": ("report",),
    "reference": ("report",),
    "identification": ("report",),
    "section": ("report",),
    "issue": ("event",),
    "history": ("event",),
    "recommendation": ("event",),
    "clause": ("memorandum",),
    "invocation": ("rationale",),
    "role": ("body",),
    "date": tuple(KINDS),
    "check": ("source", "report"),
    "snapshot": ("source", "report"),
    "figure": ("claim",),
    "observation": ("dataset",),
}
"""Each kind of part and the kinds of thing that own it; where two may, the graph tells which."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_CURIE = re.compile(r"([A-Za-z][\w-]*)?:([\w.-]*)")
_FORBIDDEN = re.compile(r'[\x00-\x20\x7f<>"{}|^`\\]')
_SEPARATOR = "--"

IriKind = Literal["thing", "part", "scheme", "concept", "graph", "term", "shape"]


@dataclass(frozen=True)
class Name:
    """A parsed IRI. scope: kind, part kind or scheme ("" otherwise); slug: the owner's slug, code, file or term;
    part: the part's own name, or ""."""

    iri: str
    what: IriKind
    scope: str
    slug: str
    part: str = ""


@dataclass(frozen=True)
class Iris:
    """The IRIs of one site. base ends in `/`."""

    base: str

    def thing(self, kind: str, slug: str) -> str:
        """The IRI of a thing. Raises IriInvalid for an unknown kind or a malformed slug."""
        if kind not in KINDS:
            raise IriInvalid(kind, f"no such kind; known are {', '.join(KINDS)}")
        return f"{self.base}id/{kind}/{_slug(slug)}"

    def part(self, part_kind: str, owner: str, name: str) -> str:
        """The IRI of a part. Raises IriInvalid for an unknown part kind or a malformed slug or name."""
        if part_kind not in PART_OWNERS:
            raise IriInvalid(part_kind, f"no such kind of part; known are {', '.join(PART_OWNERS)}")
        return f"{self.base}id/{part_kind}/{_slug(owner)}{_SEPARATOR}{_slug(name)}"

    def concept(self, scheme: str, code: str) -> str:
        """The IRI of a code list entry. Raises IriInvalid for a malformed scheme or code."""
        if not _CODE.fullmatch(code):
            raise IriInvalid(code, "a code has letters, digits and single hyphens or dots")
        return f"{self.base}concept/{_slug(scheme)}/{code}"

    def parse(self, iri: str) -> Name:
        """What an IRI names. Raises IriInvalid when it is not of this site's grammar."""
        for start, what in ((NS, "term"), (SHAPES, "shape")):
            if iri.startswith(start) and len(iri) > len(start):
                return Name(iri, what, "", iri[len(start) :])  # type: ignore[arg-type]
        if not iri.startswith(self.base):
            raise IriInvalid(iri, f"not under {self.base}")
        steps = iri[len(self.base) :].split("/")
        match steps:
            case ["id", kind, local]:
                return _thing_or_part(iri, kind, local)
            case ["concept", scheme] if SLUG.fullmatch(scheme):
                return Name(iri, "scheme", scheme, scheme)
            case ["concept", scheme, code] if SLUG.fullmatch(scheme) and _CODE.fullmatch(code):
                return Name(iri, "concept", scheme, code)
            case ["graph", *file] if file and all(file):
                return Name(iri, "graph", "", "/".join(file))
        raise IriInvalid(iri, "no such form of IRI on this site")

    def owner_candidates(self, name: Name) -> list[str]:
        """The things that may own a part, in the order of PART_OWNERS; a thing is its own only candidate."""
        if name.what == "thing":
            return [name.iri]
        return [self.thing(kind, name.slug) for kind in PART_OWNERS.get(name.scope, ())]

    def prefixes(self) -> dict[str, str]:
        """One prefix per kind and part kind, so that graph files read as words."""
        return {kind: f"{self.base}id/{kind}/" for kind in sorted({*KINDS, *PART_OWNERS})}


def page_path(name: Name) -> str:
    """The path that serves a name's page: `/claim/slug`, `/source/slug#passage-x`, `/ns#Term`, `/concept/s/c`."""
    match name.what:
        case "thing":
            return f"/{name.scope}/{name.slug}"
        case "term":
            return f"/ns#{name.slug}"
        case "shape":
            return f"/shapes#{name.slug}"
        case "scheme":
            return f"/concept/{name.scope}"
        case "concept":
            return f"/concept/{name.scope}/{name.slug}"
        case "graph":
            return f"/graph/{name.slug}"
        case "part":
            return f"/id/{name.scope}/{name.slug}{_SEPARATOR}{name.part}"


def anchor(name: Name) -> str:
    """The anchor of a part on its owner's page."""
    return f"{name.scope}-{name.part}"


def expand(value: str, prefixes: Mapping[str, str]) -> str:
    """A CURIE or an IRI as an IRI. Raises IriInvalid for an unknown prefix or a character no IRI may have."""
    if _FORBIDDEN.search(value):
        raise IriInvalid(value, "an IRI has no spaces, quotes, braces, brackets, bars, carets or backslashes")
    matched = _CURIE.fullmatch(value)
    if matched and (matched[1] or "") in prefixes:
        return prefixes[matched[1] or ""] + matched[2]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:/?/?.", value):
        if matched and not value.startswith(("urn:", "mailto:")):
            raise IriInvalid(value, f"the prefix {matched[1]!r} is not declared")
        return value
    raise IriInvalid(value, "neither an IRI nor a prefixed name")


def spelt(name: str) -> str:
    """A name with the characters that no IRI may have escaped, octet by octet (RFC 3987 §3.1)."""
    return _FORBIDDEN.sub(lambda found: quote(found[0], safe=""), name)


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI as a CURIE where a prefix fits and the rest needs no escape, else the IRI itself."""
    best = max(
        (item for item in prefixes.items() if iri.startswith(item[1])), key=lambda item: len(item[1]), default=None
    )
    if best is None or not re.fullmatch(r"[\w-]+(\.[\w-]+)*", iri[len(best[1]) :]):
        return iri
    return f"{best[0]}:{iri[len(best[1]) :]}"


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise IriInvalid(value, "a slug has small letters, digits and single hyphens")
    return value


def _thing_or_part(iri: str, kind: str, local: str) -> Name:
    owner, separator, name = local.partition(_SEPARATOR)
    if not SLUG.fullmatch(owner) or (separator and not SLUG.fullmatch(name)):
        raise IriInvalid(iri, "a slug has small letters, digits and single hyphens; -- separates owner and part")
    if separator and kind in PART_OWNERS:
        return Name(iri, "part", kind, owner, name)
    if not separator and kind in KINDS:
        return Name(iri, "thing", kind, owner)
    raise IriInvalid(iri, f"no kind of {'part' if separator else 'thing'} is called {kind!r}")
