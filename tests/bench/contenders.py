"""The servers that are measured side by side: each in a folder of its own, on the loopback, with the same triples."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx

from store.remote.remote_servers import OXIGRAPH, VIRTUOSO, Server, free_port, running
from vaughn.settings import PREFIX
from vaughn.store.release import Release
from vaughn.store.remote import push

RDFLIB_PYTHON = "BENCH_RDFLIB_PYTHON"
"""Names a Python that has rdflib-endpoint; without it a virtual environment is made for the run."""

_RDFLIB = ("rdflib-endpoint==0.6.3", "uvicorn")
_VIRTUOSOS_OWN = {"endpoint_user": "dba", "endpoint_password": "dba"}
_HERE = Path(__file__).parent
_INI = _HERE.parent / "store" / "remote" / "virtuoso.ini"


@dataclass(frozen=True)
class Contender:
    """A server under measurement. dataset: protocol parameters that name the default graph, where that is needed."""

    name: str
    endpoint: str
    dataset: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return urlsplit(self.endpoint).port or 80

    def path(self, text: str) -> str:
        """The target that asks a query; the query comes last, so that a comment may be added to it."""
        return f"{urlsplit(self.endpoint).path}?{urlencode({**self.dataset, 'query': text})}"


class Unavailable(Exception):
    """A server that cannot be measured here; the words say why."""


def started(stack: ExitStack, release: Release, folder: Path, only: Sequence[str] = ()) -> Iterator[Contender]:
    """Every server that can be had, one after the other, ready and loaded; why the others cannot is printed.

    release: one whose quads are all in the default graph. only: names of those wanted; none for all.
    """
    for name, start in _STARTERS.items():
        if only and name not in only:
            continue
        own = folder / name.replace(" ", "-")
        own.mkdir()
        try:
            yield stack.enter_context(start(name, release, own))
        except Unavailable as reason:
            print(f"{name} is not measured: {reason}", flush=True)


@contextmanager
def vaughn(release: Release, folder: Path, **settings: str) -> Iterator[Server]:
    """This service on a release, with its usual settings but those given; `folder` becomes its build folder."""
    (folder / "releases").mkdir()
    (folder / "releases" / "bench").symlink_to(release.path)
    (folder / "current").symlink_to("releases/bench")
    port = free_port()
    environ = {"build_dir": str(folder), **settings}
    command = ["env", *(f"{PREFIX}{name.upper()}={value}" for name, value in environ.items())]
    command += [sys.executable, "-m", "vaughn", "serve", "--port", str(port)]
    with _served(command, folder, f"http://127.0.0.1:{port}/sparql") as server:
        yield server


@contextmanager
def _vaughn(name: str, release: Release, folder: Path) -> Iterator[Contender]:
    with vaughn(release, folder) as server:
        yield Contender(name, server.endpoint)


@contextmanager
def _oxigraph_on_disk(name: str, release: Release, folder: Path) -> Iterator[Contender]:
    _need(OXIGRAPH, "pip install oxigraph")
    shutil.copytree(release.store_path, folder / "data")
    with _oxigraph(name, folder, "--location", str(folder / "data")) as contender:
        yield contender


@contextmanager
def _oxigraph_in_memory(name: str, release: Release, folder: Path) -> Iterator[Contender]:
    _need(OXIGRAPH, "pip install oxigraph")
    with _oxigraph(name, folder) as contender:
        store = contender.endpoint.replace("/query", "/store?default")
        _post(store, _triples(release, folder))
        yield contender


@contextmanager
def _oxigraph(name: str, folder: Path, *options: str) -> Iterator[Contender]:
    address = f"127.0.0.1:{free_port()}"
    command = [str(OXIGRAPH), "serve", *options, "--bind", address]
    with _served(command, folder, f"http://{address}/query") as server:
        yield Contender(name, server.endpoint)


@contextmanager
def _rdflib(name: str, release: Release, folder: Path) -> Iterator[Contender]:
    python, port = os.environ.get(RDFLIB_PYTHON) or _own_rdflib(folder), free_port()
    command = ["env", f"BENCH_TRIPLES={_triples(release, folder)}", python, "-m", "uvicorn"]
    command += ["rdflib_app:app", "--app-dir", str(_HERE), "--port", str(port), "--log-level", "error"]
    with _served(command, folder, f"http://127.0.0.1:{port}/sparql") as server:
        yield Contender(name, server.endpoint)


@contextmanager
def _virtuoso(name: str, release: Release, folder: Path) -> Iterator[Contender]:
    """Virtuoso with room for the data in memory."""
    _need(VIRTUOSO, "apt-get install virtuoso-opensource-7-bin")
    sql, http = free_port(), free_port()
    ini = _INI.read_text(encoding="utf-8").format(sql=sql, http=http)
    ini = ini.replace("= 10000\n", "= 100000\n").replace("= 6000\n", "= 60000\n")
    (folder / "virtuoso.ini").write_text(ini, encoding="utf-8")
    command = [str(VIRTUOSO), "+foreground", "+configfile", "virtuoso.ini"]
    with _served(command, folder, f"http://127.0.0.1:{http}/sparql", **_VIRTUOSOS_OWN) as server:
        asyncio.run(push(release, server.settings, lambda _: None))
        yield Contender(name, server.endpoint, {"default-graph-uri": f"{release.manifest.base}sparql#default"})


_STARTERS: dict[str, Callable[[str, Release, Path], AbstractContextManager[Contender]]] = {
    "vaughn": _vaughn,
    "oxigraph (disk)": _oxigraph_on_disk,
    "oxigraph (memory)": _oxigraph_in_memory,
    "rdflib-endpoint": _rdflib,
    "virtuoso": _virtuoso,
}


@contextmanager
def _served(command: list[str], folder: Path, endpoint: str, **settings: str) -> Iterator[Server]:
    yield from running(command, folder, endpoint, settings)


def _need(program: str | None, remedy: str) -> None:
    if not program:
        raise Unavailable(f"it is not installed: {remedy}")


def _triples(release: Release, folder: Path) -> Path:
    path = folder / "triples.nt"
    with gzip.open(release.path / "dataset.nq.gz") as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return path


def _post(address: str, triples: Path) -> None:
    told = {"Content-Type": "application/n-triples"}
    httpx.post(address, content=triples.read_bytes(), headers=told, timeout=600, trust_env=False).raise_for_status()


def _own_rdflib(folder: Path) -> str:
    environment = folder / "venv"
    python = str(environment / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_RDFLIB]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, capture_output=True)
        subprocess.run(install, check=True, capture_output=True, timeout=300)
    except (subprocess.SubprocessError, OSError):
        raise Unavailable(f"it cannot be installed; set {RDFLIB_PYTHON}") from None
    return python
