"""Where the words, the facts and the questions are: in a checkout, in a wheel, or in another site's folder."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from vaughn.errors import SiteInvalid

_PACKAGE = Path(__file__).resolve().parent
INBOX = "inbox"


@dataclass(frozen=True)
class Site:
    """One dataset's folder.

    base: the IRI under which every thing of the site is minted, ending in `/`. curator: slug of the body that speaks
    in the curators' voice. queries: folders in order of precedence, a site's own before the shipped ones.
    """

    root: Path
    base: str
    title: str
    description: str
    curator: str
    license: str
    ontology: Path
    graph: Path
    queries: tuple[Path, ...]

    def graph_files(self) -> list[Path]:
        """The curated Turtle files, sorted by path; catalogue entries and the inbox are left out."""
        found = (path for path in self.graph.rglob("*.ttl") if not path.name.endswith(".meta.ttl"))
        return sorted(path for path in found if INBOX not in path.relative_to(self.graph).parts)

    def entry_of(self, path: Path) -> Path:
        """The catalogue entry of a graph file: `x.meta.ttl` beside `x.ttl`."""
        return path.with_name(path.stem + ".meta.ttl")

    def ontology_files(self) -> list[Path]:
        """Every Turtle file of the ontology, shapes and code lists included, sorted by path."""
        return sorted(self.ontology.rglob("*.ttl"))

    def graph_name(self, path: Path) -> str:
        """The named graph of a graph file: its path below `graph/` without the ending."""
        return self.base + "graph/" + path.relative_to(self.graph).with_suffix("").as_posix()

    def relative(self, path: Path) -> str:
        """A path as messages print it: below the site, or below the shipped files."""
        for top in (self.root, shipped_root()):
            if path.is_relative_to(top):
                return path.relative_to(top).as_posix()
        return path.as_posix()


def shipped_root() -> Path:
    """The folder that holds `ontology/`, `graph/` and `queries/`: the checkout's root, or the wheel's copy."""
    checkout = _PACKAGE.parents[1]
    return (
        checkout if (checkout / "ontology").is_dir() and (checkout / "pyproject.toml").is_file() else _PACKAGE / "_site"
    )


def open_site(root: Path | None = None) -> Site:
    """The site at `root`, or the shipped one.

    A site needs `graph/site.toml`. Without words of its own it uses the shipped ontology, and its own `queries/` come
    before the shipped ones; with an `ontology/` of its own it asks its own queries only, since questions are asked in
    words. Raises SiteInvalid when the folder, the file or one of its keys is missing or malformed.
    """
    shipped = shipped_root()
    top = (root or shipped).resolve()
    config = _config(top)
    own_words = (top / "ontology").is_dir()
    asked = (top / "queries",) if own_words else (top / "queries", shipped / "queries")
    return Site(
        root=top,
        graph=top / "graph",
        ontology=(top if own_words else shipped) / "ontology",
        queries=tuple(dict.fromkeys(path for path in asked if path.is_dir())),
        **config,
    )


def _config(root: Path) -> dict[str, str]:
    path = root / "graph" / "site.toml"
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SiteInvalid(root, "it has no graph/site.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteInvalid(root, f"graph/site.toml does not parse: {error}") from None
    wanted = ("base", "title", "description", "curator", "license")
    for key in wanted:
        if not isinstance(read.get(key), str) or not read[key]:
            raise SiteInvalid(root, f"graph/site.toml needs {key!r} as a string")
    if not (read["base"].startswith(("https://", "http://")) and read["base"].endswith("/")):
        raise SiteInvalid(root, f"base {read['base']!r} must be an http(s) IRI that ends in /")
    return {key: read[key] for key in wanted}


def default_build_dir(site: Site) -> Path:
    """Where releases go when nothing else is said: `build/` in the site, or `./vaughn-build` for an installed wheel."""
    installed = site.root == _PACKAGE / "_site"
    return Path.cwd() / "vaughn-build" if installed else site.root / "build"
