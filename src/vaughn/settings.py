"""What can be set from outside: the only reader of the environment.

`Settings.read()` is called once, at the top (cli, asgi), and passed down. An unknown VAUGHN_ variable is an error:
a misspelt limit that silently does nothing is worse than a refusal to start.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from vaughn.errors import SettingsInvalid

PREFIX = "VAUGHN_"
CLOCK = "SOURCE_DATE_EPOCH"


def _setting(
    default: Any,
    says: str,
    least: float | None = None,
    most: float | None = None,
    secret: bool = False,
    multiplies: bool = False,
    like: str = "",
) -> Any:
    """A field with its documentation and its range; both are read by the documentation test. A secret is not shown.

    multiplies: every service counts for itself, so that several side by side admit so many times as much. like: a
    regular expression that the whole value follows, where there is one.
    """
    told = {"says": says, "least": least, "most": most, "multiplies": multiplies, "like": like}
    return field(default=default, repr=not secret, metadata=told)


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; the variable's name is VAUGHN_ and the field's name in capitals."""

    build_dir: Path | None = _setting(None, "folder for releases; the site's own `build/` when unset")
    host: str = _setting("127.0.0.1", "address the service listens on")
    port: int = _setting(8000, "port the service listens on", 0, 65535)
    services: int = _setting(
        1,
        "services that run side by side and are told apart by nobody (`vaughn serve --services`); for `/limits`",
        1,
        1024,
    )
    workers: int = _setting(2, "query worker processes for strangers' queries", 1, 64, multiplies=True)
    page_workers: int = _setting(1, "query worker processes for pages and the API", 1, 64, multiplies=True)
    queue: int = _setting(
        64, "queries that may wait for a worker before new ones are refused", 0, 10_000, multiplies=True
    )
    client_queries: int = _setting(
        8, "queries one client may have running and waiting at once", 1, 10_000, multiplies=True
    )
    fast_seconds: float = _setting(
        0.15, "seconds of processor time after which a stranger's query counts as slow", 0.01, 3600
    )
    slow_queries: int = _setting(
        0, "slow queries that may run at once; 0 for one less than there are cores", 0, 64, multiplies=True
    )
    memory_quads: int = _setting(
        1_000_000,
        "quads below which a release is served from memory, about 310 bytes for each, instead of from disk",
        0,
        1_000_000_000,
    )
    query_seconds: float = _setting(10.0, "seconds a stranger's query may take, its wait included", 0.05, 3600)
    query_memory_mb: int = _setting(1024, "memory one query may take above the release itself, in MiB", 1024, 1_048_576)
    query_length: int = _setting(1_000_000, "characters a query may have", 1000, 100_000_000)
    query_nesting: int = _setting(64, "braces and parentheses that may be open at once", 8, 500)
    query_path: int = _setting(32, "steps one property path may have", 4, 100)
    result_mb: int = _setting(64, "MiB one result may have", 1, 4096)
    result_rows: int = _setting(1_000_000, "rows, or triples, one result may have", 1, 1_000_000_000)
    held_mb: int = _setting(
        256,
        "MiB of long answers being sent and of requests being read, all clients together",
        8,
        1_048_576,
        multiplies=True,
    )
    send_seconds: float = _setting(20.0, "seconds in which a client must take the next 256 KiB of an answer", 0.1, 3600)
    request_seconds: float = _setting(
        20.0, "seconds in which a request's head must arrive, and then its body", 0.1, 3600
    )
    idle_seconds: float = _setting(15.0, "seconds a connection may stay open without a request", 0.1, 3600)
    connections: int = _setting(
        512,
        "connections that may be open at once; fewer where the system gives too few descriptors",
        1,
        100_000,
        multiplies=True,
    )
    client_connections: int = _setting(
        64, "connections one client may have open at once; a trusted proxy may have all", 1, 100_000, multiplies=True
    )
    endpoint: str | None = _setting(None, "SPARQL endpoint of a remote engine; the embedded one when unset")
    endpoint_engine: str | None = _setting(None, "name of the remote engine; told by its answers when unset")
    endpoint_user: str | None = _setting(None, "user at the remote engine")
    endpoint_password: str | None = _setting(None, "password at the remote engine", secret=True)
    graph_store: str | None = _setting(
        None, "graph store of the remote engine, for pushing; the engine's usual one when unset"
    )
    publisher: str | None = _setting(None, "name of whoever runs the service, for the dataset's description")
    publisher_page: str | None = _setting(
        None, "address of their own page, http or https", like=r"https?://[^\s<>\"{}|^`\\]+"
    )
    contact: str | None = _setting(
        None,
        "where to ask about the dataset, for its description: an e-mail address, or that of a page, http or https",
        like=r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+|https?://[^\s<>\"{}|^`\\]+",
    )
    log_clients: int = _setting(0, "1 to have the access log name clients' addresses", 0, 1)
    releases_keep: int = _setting(
        3,
        "releases of different data kept on disk, the current one included; and as many again that differ from one of "
        "them in queries or words alone",
        2,
        1000,
    )
    releases_open: int = _setting(2, "earlier releases that may be open at once for `release=`", 0, 64, multiplies=True)
    releases_idle_seconds: float = _setting(
        60.0, "seconds without a request after which an earlier release is closed", 1, 86_400
    )

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process.

        Raises SettingsInvalid for an unknown VAUGHN_ variable, a value of the wrong type or one out of range.
        """
        env = os.environ if environ is None else environ
        known = {PREFIX + spec.name.upper(): spec for spec in fields(cls)}
        given = {name: value for name, value in env.items() if name.startswith(PREFIX)}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise SettingsInvalid(unknown[0], given[unknown[0]], f"no such setting; known are {', '.join(known)}")
        return cls(**{known[name].name: _parse(name, value, known[name]) for name, value in given.items()})


def _parse(name: str, value: str, spec: Any) -> Any:
    kind = {"int": int, "float": float, "Path | None": Path}.get(str(spec.type), str)
    try:
        parsed = kind(value)
    except ValueError:
        raise SettingsInvalid(name, value, f"not a number ({kind.__name__})") from None
    least, most = spec.metadata["least"], spec.metadata["most"]
    if least is not None and not least <= parsed <= most:
        raise SettingsInvalid(name, value, f"must lie between {least:g} and {most:g}")
    if spec.metadata["like"] and not re.fullmatch(spec.metadata["like"], value):
        raise SettingsInvalid(name, value, f"must be the {spec.metadata['says']}")
    return parsed


def now(environ: Mapping[str, str] | None = None) -> datetime.datetime:
    """The time in UTC, to the second; SOURCE_DATE_EPOCH (seconds since 1970) fixes it, so that builds can be repeated.

    Raises SettingsInvalid when that variable is not a whole number.
    """
    fixed = (os.environ if environ is None else environ).get(CLOCK)
    if fixed is None:
        return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    if not fixed.isdigit():
        raise SettingsInvalid(CLOCK, fixed, "not a whole number of seconds")
    return datetime.datetime.fromtimestamp(int(fixed), datetime.UTC)
