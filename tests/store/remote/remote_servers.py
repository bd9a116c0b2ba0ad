"""Real SPARQL engines on the loopback, each in a folder of its own, ended with their block."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from vaughn.settings import Settings

OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
VIRTUOSO = shutil.which("virtuoso-t")
NO_OXIGRAPH = "the oxigraph server is not installed: pip install oxigraph"
NO_VIRTUOSO = "Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin"

_INI = Path(__file__).with_name("virtuoso.ini")
_PATIENCE = 240.0  # a large release takes minutes to be read into memory


@dataclass
class Server:
    """An engine that can be stopped, killed and started again at the same address."""

    command: list[str]
    folder: Path
    endpoint: str
    settings: Settings
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with (self.folder / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=output, stderr=output)
        deadline = time.monotonic() + _PATIENCE
        while not _answers(self.endpoint):
            said = (self.folder / "output.txt").read_text(errors="replace")
            assert self.process.poll() is None, f"the engine ended with {self.process.returncode}: {said}"
            assert time.monotonic() < deadline, f"the engine never answered: {said}"
            time.sleep(0.05)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None


@contextmanager
def oxigraph(folder: Path, *options: str, **settings: object) -> Iterator[Server]:
    """Oxigraph's server on a store in the folder."""
    assert OXIGRAPH
    address = f"127.0.0.1:{free_port()}"
    command = [OXIGRAPH, "serve", "--location", str(folder / "data"), "--bind", address, *options]
    yield from running(command, folder, f"http://{address}/query", settings)


@contextmanager
def virtuoso(folder: Path, cap: int | None = None, **settings: object) -> Iterator[Server]:
    """Virtuoso on a new database in the folder, with its usual user and password. cap: ResultSetMaxRows."""
    assert VIRTUOSO
    sql, http = free_port(), free_port()
    capped = "" if cap is None else f"ResultSetMaxRows = {cap}\n"
    (folder / "virtuoso.ini").write_text(_INI.read_text().format(sql=sql, http=http) + capped)
    command = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    given = {"endpoint_user": "dba", "endpoint_password": "dba", **settings}
    yield from running(command, folder, f"http://127.0.0.1:{http}/sparql", given)


@contextmanager
def scripted(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """The address of an engine that answers every request as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self.asked = parse_qs(sent or urlsplit(self.path).query).get("query", [""])[0]
            answer(self)

        do_GET = do_PUT = do_POST  # noqa: N815  the names are the library's

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """One whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/sparql-results+json", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def put(server: Server, name: str, turtle: str) -> None:
    """Write a graph into an engine, past the service."""
    store, user = ("store", None) if server.endpoint.endswith("/query") else ("sparql-graph-crud-auth", ("dba", "dba"))
    reply = httpx.put(
        server.endpoint.rpartition("/")[0] + "/" + store,
        params={"graph": name},
        content=turtle,
        headers={"Content-Type": "text/turtle"},
        auth=httpx.DigestAuth(*user) if user else None,
        trust_env=False,
    )
    assert reply.is_success, reply.text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running(command: list[str], folder: Path, endpoint: str, settings: Mapping[str, object]) -> Iterator[Server]:
    """A server from its start to its end; what it says goes to a file in its folder. settings: of whoever asks it."""
    server = Server(command, folder, endpoint, Settings(endpoint=endpoint, **settings))  # type: ignore[arg-type]
    try:
        server.start()
        yield server
    finally:
        server.end()


def _answers(endpoint: str) -> bool:
    try:
        return httpx.get(endpoint, params={"query": "ASK {}"}, timeout=5.0, trust_env=False).is_success
    except httpx.TransportError:
        return False
