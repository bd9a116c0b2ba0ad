"""Nothing that the embedded engine would not run reaches the engine, and what is refused is refused in its words."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from releases import serving
from store.remote.remote_servers import Server
from vaughn.errors import EngineFaulty, QueryRefused, QuerySyntax, QueryTimeout, QueryWithheld, StoreError
from vaughn.store.engine import Engine, Form, Request
from vaughn.store.quirks import Quirks
from vaughn.store.release import Release
from vaughn.store.remote import RemoteEngine, Strangers, engine
from vaughn.store.remote.dialect import Layout, Spoken, speak
from vaughn.terms import XSD, XSD_BOOLEAN

pytestmark = pytest.mark.anyio

NS = "https://w3id.org/vaughn/ns#"
VAUGHN = f"PREFIX v: <{NS}>"
FETCHES = [
    "SELECT (<bif:http_get>('{0}') AS ?x) {{}}",
    "SELECT (bif:http_get('{0}') AS ?x) {{}}",
    "PREFIX xsd: <bif:> SELECT (xsd:http_get('{0}') AS ?x) {{}}",
    "SELECT (IF(false, <bif:http_get>('{0}'), 1) AS ?x) {{}}",
    "SELECT * {{ ?s ?p ?o }} ORDER BY ?s <bif:http_get>('{0}')",
    "SELECT * FROM <{0}> OPTION (get:soft 'soft') {{ ?s ?p ?o }}",
    "define get:soft 'soft' SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    "SELECT * FROM <{0}> FROM NAMED <{0}> {{ {{ ?s ?p ?o }} UNION {{ GRAPH <{0}> {{ ?s ?p ?o }} }} }}",
    "DESCRIBE <{0}>",
]
WRITES = [
    "SELECT (<sql:USER_CREATE>('evil', 'evil') AS ?x) {}",
    "SELECT (<bif:registry_set>('vaughn', 'evil') AS ?x) {}",
    "SELECT (sql:USER_CREATE('evil', 'evil') AS ?x) {}",
    "PREFIX s: <sql:> SELECT * { FILTER s:USER_CREATE('evil', 'evil') }",
    "BASE <sql:> SELECT (<USER_CREATE>('evil', 'evil') AS ?x) {}",
]
FACTS = [
    "SELECT (<bif:cfg_item_value>('virtuoso.ini', 'HTTPServer', 'ServerPort') AS ?x) {}",
    "SELECT (<bif:getenv>('HOME') AS ?x) {}",
    "SELECT ?s { ?s ?p ?o . ?o <bif:contains> 'claim' }",
    "SELECT (<urn:f>(1) AS ?x) {}",
]
ANSWERED = [
    f"{VAUGHN} PREFIX from: <{NS}> SELECT (COUNT(*) AS ?n) {{ VALUES ?t {{ v:Claim from:Nonsense }} ?s a ?t }}",
    f"{VAUGHN} SELECT (COUNT(?s)/2 AS ?n) (1/2 AS ?m) (7/2*10 AS ?o) {{ ?s a v:Claim }}",
    "SELECT ?n (COUNT(*) AS ?m) { ?s ?p ?o BIND(isNumeric(?o) AS ?n) } GROUP BY ?n ORDER BY ?m",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER isNumeric(?o) FILTER(!isNumeric(?p)) }",
    f"SELECT ('true'^^<{XSD_BOOLEAN}> AS ?a) ((1 = 2) AS ?b) (isNumeric(true) AS ?c) (TZ(NOW()) AS ?d) {{}}",
    f"BASE <{NS}> SELECT (COUNT(*) AS ?n) {{ ?s a <Claim> }}",
    "BASE <urn:> BASE <urn:x> PREFIX a: <urn:a> SELECT (<urn:b> AS ?x) (a:b AS ?y) {}",
    "SELECT ?c { VALUES ?c { <a:b> <a:c> } } VALUES ?c { <a:b> }",
    f"{VAUGHN} SELECT ?c (COUNT(*) AS ?n) {{ ?s a ?c }} GROUP BY ?c VALUES ?c {{ v:Claim }}",
    "SELECT * { VALUES ?a { UNDEF } BIND(1 AS ?b) }",
    f"{VAUGHN} SELECT * {{ ?s a v:Release . ?s a ?a FILTER EXISTS {{ ?s v:nothing ?z }} }}",
    f"{VAUGHN} SELECT (COUNT(*) AS ?n) {{ ?s a v:Claim FILTER EXISTS {{ GRAPH <urn:no-such> {{ ?s a v:Claim }} }} }}",
    f"{VAUGHN} SELECT (COUNT(*) AS ?n) {{ ?s a v:Claim FILTER NOT EXISTS {{ GRAPH <urn:no> {{ ?s a ?t }} }} }}",
]
MISREAD = [
    "SELECT (1 AS ?y) { FILTER EXISTS { <urn:absent> ?p ?o } }",
    "SELECT ?x { VALUES ?x { 1 } MINUS { VALUES ?y { 1 } } }",
    "SELECT (ENCODE_FOR_URI('é') AS ?a) {}",
    f"{VAUGHN} SELECT ?x {{ ?x a ?x }}",
    f"{VAUGHN} SELECT ?x {{ {{ VALUES ?x {{ 1 }} }} UNION {{ VALUES ?y {{ 2 }} }} VALUES (?x ?z) {{ (1 2) }} }}",
]
"""What Virtuoso would answer wrongly without a word, as it is or reworded, and what it is not asked."""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?i)) }"
FAULTY = [
    "SELECT ?x {",
    "SELECT ?x\n{\n ?x ?y }}",
    "SELECT * { ?s nobody:knows ?o }",
    "define sql:log-enable 2 SELECT * {}",
    "SELECT (xyz(1) AS ?x) {}",
    "SELECT * { SERV\\u0049CE <x:x> {} }",
    "SELECT (<urn:f>(1) AS ?x) {}",
]


def select(text: str) -> Request:
    return Request(text, Form.SELECT, "csv", base="https://w3id.org/vaughn/sparql")


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address, and who came there."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                came.append(str(address))
                connection.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/x", came
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture(scope="module")
async def strangers(loaded: Server, release: Release) -> AsyncIterator[Strangers]:
    """What strangers ask, before a loaded engine."""
    started = await Strangers.start(release, replace(loaded.settings, workers=2))
    yield started
    await started.close()


@pytest.fixture(scope="module")
async def mighty(loaded: Server, release: Release) -> AsyncIterator[tuple[RemoteEngine, Strangers]]:
    """Virtuoso by the account that may do anything: unguarded, and as strangers ask it."""
    if "virtuoso" not in str(loaded.command[0]):
        pytest.skip("only Virtuoso has functions that write")
    settings = replace(loaded.settings, endpoint=loaded.endpoint + "-auth", workers=1)
    unguarded, strangers = await RemoteEngine.start(release, settings, 1), await Strangers.start(release, settings)
    yield unguarded, strangers
    await unguarded.close()
    await strangers.close()


async def outcome(engine: Engine, text: str) -> bytes | StoreError:
    try:
        return (await engine.run(select(text))).body
    except StoreError as error:
        return error


@pytest.mark.parametrize("text", FETCHES)
async def test_no_query_makes_the_engine_open_a_connection(strangers: Strangers, text: str) -> None:
    with listener() as (address, came):
        await outcome(strangers, text.format(address))
        assert came == []


async def test_nor_one_by_an_account_that_may(mighty: tuple[RemoteEngine, Strangers]) -> None:
    unguarded, strangers = mighty
    with listener() as (address, came):
        for text in FETCHES:
            await outcome(strangers, text.format(address))
        assert came == []
        await outcome(unguarded, FETCHES[0].format(address))
        assert came, "the engine could have"


@pytest.mark.parametrize("text", FACTS)
async def test_the_engines_own_functions_are_not_called(strangers: Strangers, text: str) -> None:
    assert isinstance(await outcome(strangers, text), QueryRefused)


async def test_no_query_changes_anything_with_an_account_that_may(mighty: tuple[RemoteEngine, Strangers]) -> None:
    unguarded, strangers = mighty
    for text in WRITES:
        assert isinstance(await outcome(strangers, text), QueryRefused | QuerySyntax)
    assert "No such user evil" in str(await outcome(unguarded, "SELECT (<bif:user_has_role>('evil', 'x') AS ?x) {}"))
    registry = "SELECT (<bif:registry_get>('vaughn') AS ?x) {}"
    assert await outcome(unguarded, registry) == b"x\r\n0\r\n"
    await outcome(unguarded, WRITES[1])
    assert await outcome(unguarded, registry) == b"x\r\nevil\r\n", "the engine could have"


@pytest.fixture(scope="session")
async def faults(release: Release) -> dict[str, StoreError]:
    """What the embedded engine says to each faulty text."""
    async with serving(release) as embedded:
        found = {text: await outcome(embedded, text) for text in FAULTY}
    return {text: error for text, error in found.items() if isinstance(error, StoreError)}


@pytest.mark.parametrize("text", FAULTY)
async def test_a_fault_is_told_as_the_embedded_engine_tells_it(
    strangers: Strangers, faults: dict[str, StoreError], text: str
) -> None:
    found = await outcome(strangers, text)
    assert type(found) is type(faults[text])
    assert vars(found) == vars(faults[text])


async def test_what_the_engine_cannot_read_is_not_the_askers_fault(strangers: Strangers, loaded: Server) -> None:
    found = await outcome(strangers, "SELECT ?é { BIND(1 AS ?é) }")
    if "virtuoso" in str(loaded.command[0]):
        assert isinstance(found, EngineFaulty)
        assert found.cannot == "read"
    else:
        assert found == "é\r\n1\r\n".encode()


async def test_what_it_cannot_run_says_so(strangers: Strangers, loaded: Server) -> None:
    found = await outcome(strangers, "SELECT (1/0 AS ?x) {}")
    if "virtuoso" in str(loaded.command[0]):
        assert isinstance(found, EngineFaulty)
        assert found.cannot == "run"
    else:
        assert found == b"x\r\n\r\n"


@pytest.fixture(scope="session")
async def right(release: Release) -> dict[str, bytes | StoreError]:
    """What the embedded engine answers to each text."""
    async with serving(release) as embedded:
        return {text: await outcome(embedded, text) for text in (*ANSWERED, *MISREAD)}


@pytest.mark.parametrize("text", ANSWERED)
async def test_what_an_engine_would_misread_is_answered_as_the_embedded_one_does(
    strangers: Strangers, right: dict[str, bytes | StoreError], text: str
) -> None:
    assert isinstance(right[text], bytes)
    assert await outcome(strangers, text) == right[text]


@pytest.mark.parametrize("text", MISREAD)
async def test_what_virtuoso_misreads_is_withheld_and_answered_elsewhere(
    strangers: Strangers, loaded: Server, right: dict[str, bytes | StoreError], text: str
) -> None:
    found = await outcome(strangers, text)
    assert isinstance(found, QueryWithheld) if "virtuoso" in str(loaded.command[0]) else found == right[text]


async def test_a_deadline_is_told_as_it_was_given(strangers: Strangers) -> None:
    with pytest.raises(QueryTimeout) as late:
        await strangers.run(replace(select(ENDLESS), seconds=1.5))
    assert late.value.seconds == 1.5


async def test_a_long_text_is_worded_in_a_thread(strangers: Strangers, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def speaks(request: Request, quirks: Quirks, layout: Layout) -> Spoken:
        threads.append(threading.current_thread() is threading.main_thread())
        return speak(request, quirks, layout)

    monkeypatch.setattr(engine, "speak", speaks)
    for many in (1, 2_000):
        found = await outcome(strangers, "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "<urn:x> " * many + "} }")
        assert found == f"n\r\n{many}\r\n".encode()
    assert threads == [True, False]


async def test_casts_strings_and_names_arrive_as_they_were_meant(strangers: Strangers) -> None:
    text = f"""PREFIX x: <urn:x:>
    SELECT (<{XSD}integer>('1') + 1 AS ?n) (STR(x:a\\~b) AS ?i) (STR(<urn:\\u00e9>) AS ?u) ?s
    {{ BIND('''it's "so"
é\\u00e9''' AS ?s) }}"""
    expected = 'n,i,u,s\r\n2,urn:x:a~b,urn:é,"it\'s ""so""\néé"\r\n'
    assert await outcome(strangers, text) == expected.encode()
