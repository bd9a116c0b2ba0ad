"""Everything that can go wrong, in one tree.

VaughnError
├── SettingsInvalid        an environment variable is unknown or out of range
├── SiteInvalid            the folder given with --site is not a site
├── IriInvalid             an IRI or CURIE is not of the site's grammar
├── QueryBookError
│   ├── HeaderInvalid      a .rq file's header or text breaks the rules
│   ├── QueryUnknown       no named query of that name
│   └── ParameterInvalid   a parameter is missing, unknown or of the wrong type
├── BuildError
│   ├── FileUnreadable     a file does not parse
│   ├── CatalogueStale     entries are missing or differ from their files
│   ├── BuildBusy          another build of this site is under way
│   ├── FilesChanged       a file changed while it was being built
│   ├── FindingsStop       validation or checks found errors
│   ├── ReleaseUnwritten   the disk would not take the release
│   ├── ReasonerUnknown    there is no reasoner of that name
│   └── AxiomUnsupported   the reasoner cannot honour an axiom of the ontology
│       └── AxiomMerging   it would make one thing of two, which no reasoner here may do
├── DraftRefused           a draft cannot be written as asked
├── AddressUnusable        the service cannot listen where it was told to
├── ReleaseMissing         there is no release to serve
│   ├── ReleaseUnknown     none of the kept releases, or several, go by the name asked for
│   └── EngineUnfit        the remote engine cannot answer for this release
│       └── EngineCuts     it cuts answers that the service would give whole
├── ThingUnknown           the graph holds no such thing
│   └── ThingRemoved       it held one, and says so
├── RequestError           a request that breaks the protocol
│   ├── ParameterFaulty    a parameter of the protocol is missing, repeated or malformed
│   ├── ReleaseGone        no release of the digest asked for is kept
│   ├── NotAcceptable      none of the media types asked for can be given
│   ├── MethodRefused      the path does not answer to this method
│   ├── BodyTooLarge       the request is longer than the service reads
│   ├── TargetTooLong      the address is longer than the service reads
│   ├── MediaTypeUnsupported  the body is of a type that the path does not read
│   ├── HeadTooLarge       the request's head is longer than the service reads
│   ├── MethodUnknown      the method is none that the service knows
│   ├── CodingUnknown      the body is in a transfer coding that the service does not read
│   ├── VersionUnknown     the request is of another major version of HTTP than 1
│   ├── RequestUnreadable  what came is no request of HTTP
│   └── RequestSlow        the head or the body did not arrive in time
└── StoreError
    ├── QueryRefused       the guard will not run this text
    ├── UpdateRefused      the text would change data
    ├── QuerySyntax        the text is not SPARQL
    ├── QueryTimeout       the deadline passed
    │   └── ListTimeout    it passed before all sentences of a list were compared
    ├── ResultTooLarge     the answer passed the cap
    ├── WorkerDied         the worker process ended (memory, processor time, a kill)
    ├── EngineFailed       the engine panicked or crashed on the query, and would again
    ├── QueryBroken        our own code failed on the query
    ├── EngineDenied       the remote engine does not accept the credentials
    ├── EngineUnreachable  the remote engine cannot be reached, or broke off
    ├── EngineFaulty       the remote engine gave what is no answer
    ├── QueryWithheld      the remote engine is known to answer this query wrongly, or might
    └── StoreBusy          every worker is taken and the queue is full
        ├── SlowLaneFull   the query is slow, and as many slow ones as may run are running
        ├── ClientBusy     this client has as many queries here as one client may
        ├── ListBusy       this client has a list of sentences here already
        ├── ListsFull      as many lists of sentences as may be are being compared
        ├── SendingFull    as many bytes as may be are held for clients
        └── ConnectionsFull  as many connections as may be are open

An exception carries its data and composes one sentence: what happened, with which value, what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One thing that validation or a check found.

    file: path relative to the site, or "" where no single file is at fault. rule: the shape's or check's name.
    focus: the IRI at fault, or "". message: what is wrong. remedy: what to do, or "".
    """

    severity: Severity
    rule: str
    message: str
    file: str = ""
    focus: str = ""
    remedy: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = f"{self.severity}: {place or 'the whole graph'}: {self.message}"
        tail = [f"    rule   {self.rule}"]
        if self.focus:
            tail.append(f"    focus  {self.focus}")
        if self.remedy:
            tail.append(f"    do     {self.remedy}")
        return "\n".join([head, *tail])


class VaughnError(Exception):
    """The root of every error that Vaughn raises on purpose."""


class SettingsInvalid(VaughnError):
    """value: what was given, "" where nothing was, or what must not be repeated."""

    def __init__(self, name: str, value: str, reason: str) -> None:
        self.name, self.value, self.reason = name, value, reason
        super().__init__(f"{name}={value!r}: {reason}" if value else f"{name}: {reason}")


class SiteInvalid(VaughnError):
    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} is not a site that Vaughn can use: {reason}")


class IriInvalid(VaughnError):
    def __init__(self, value: str, reason: str) -> None:
        self.value, self.reason = value, reason
        super().__init__(f"{value!r}: {reason}")


class QueryBookError(VaughnError):
    """A named query, or what was given to it, is at fault."""


class HeaderInvalid(QueryBookError):
    def __init__(self, path: Path | str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


class QueryUnknown(QueryBookError):
    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        self.name, self.nearest = name, tuple(nearest)
        hint = f"; did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        super().__init__(f"there is no named query {name!r}{hint}")


class ParameterInvalid(QueryBookError):
    def __init__(self, query: str, parameter: str, reason: str) -> None:
        self.query, self.parameter, self.reason = query, parameter, reason
        super().__init__(f"query {query}, parameter {parameter!r}: {reason}")


class BuildError(VaughnError):
    """The release was not made; the one before still serves."""


class FileUnreadable(BuildError):
    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        self.path, self.reason, self.line = path, reason, line
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place} does not parse: {reason}")


class CatalogueStale(BuildError):
    def __init__(self, missing: Sequence[str], differing: Sequence[str]) -> None:
        self.missing, self.differing = tuple(missing), tuple(differing)
        lines = [f"vaughn catalogue add {file}" for file in self.missing]
        lines += [f"vaughn catalogue update {file}" for file in self.differing]
        listing = "\n  ".join(lines)
        super().__init__(
            f"{len(self.missing)} files have no catalogue entry and {len(self.differing)} differ from theirs. Run:\n"
            f"  {listing}\nor build a draft: vaughn build --draft"
        )


class BuildBusy(BuildError):
    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"another build holds {path}; wait until it ends and build again")


class ReleaseUnwritten(BuildError):
    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} could not be written: {reason}; make room or name another folder in VAUGHN_BUILD_DIR")


class FilesChanged(BuildError):
    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"files of {path} changed while they were being built; build again")


class FindingsStop(BuildError):
    def __init__(self, step: str, findings: Sequence[Finding]) -> None:
        self.step, self.findings = step, tuple(findings)
        errors = [finding for finding in self.findings if finding.severity == "error"]
        listing = "\n".join(str(finding) for finding in errors)
        super().__init__(f"{step} found {len(errors)} errors:\n{listing}")


class ReasonerUnknown(BuildError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"there is no reasoner {name!r}; choose one of {', '.join(self.known)}")


class AxiomUnsupported(BuildError):
    """axiom: the triple in N-Triples that states it. remedy: what to do about it."""

    remedy = "reword it or build with --reasoner owlrl"

    def __init__(self, axiom: str, reason: str) -> None:
        self.axiom, self.reason = axiom, reason
        super().__init__(f"the axiom {axiom} is not supported: {reason}; {self.remedy}")


class AxiomMerging(AxiomUnsupported):
    remedy = "remove it; relate two things by a property of the ontology, and count values in a shape"

    def __init__(self, axiom: str) -> None:
        super().__init__(axiom, "it would make individuals the same, and nothing may be merged unseen")


class DraftRefused(VaughnError):
    def __init__(self, asked: str, reason: str) -> None:
        self.asked, self.reason = asked, reason
        super().__init__(f"no draft of {asked} was written: {reason}")


class AddressUnusable(VaughnError):
    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host, self.port, self.reason = host, port, reason
        super().__init__(f"cannot listen on port {port} of {host}: {reason}; name another with --port or VAUGHN_PORT")


class ReleaseMissing(VaughnError):
    def __init__(self, path: Path | str, reason: str = "there is no release here yet") -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}; make one with: vaughn build")


class ReleaseUnknown(ReleaseMissing):
    """start: how the name or digest asked for begins. found: the releases that begin so. kept: all there are."""

    def __init__(self, start: str, found: Sequence[str], kept: Sequence[str]) -> None:
        self.start, self.found, self.kept = start, tuple(found), tuple(kept)
        told = (
            f"{len(found)} releases begin with {start!r}, {', '.join(found)}; write more of the name"
            if found
            else f"no release has a name or digest that begins with {start!r}; kept are {', '.join(kept)}"
        )
        VaughnError.__init__(self, told)


class EngineUnfit(ReleaseMissing):
    """reason: what the engine holds or does that rules it out, and what to do. retry_after: seconds after which to come
    back."""

    retry_after = 30

    def __init__(self, reason: str) -> None:
        self.reason = reason
        VaughnError.__init__(self, f"the remote engine cannot answer for this release: {reason}")


class EngineCuts(EngineUnfit):
    """cap: rows after which the engine cuts an answer. rows: how many this service may give."""

    def __init__(self, cap: int, rows: int) -> None:
        self.cap, self.rows = cap, rows
        super().__init__(
            f"it cuts answers after {cap:,} rows, and graphs without a word; raise its own cap (ResultSetMaxRows of "
            f"Virtuoso) above VAUGHN_RESULT_ROWS, which is {rows:,}, or lower that below it"
        )


class ThingUnknown(VaughnError):
    def __init__(self, iri: str) -> None:
        self.iri = iri
        super().__init__(f"the graph holds nothing at {iri}")


class ThingRemoved(ThingUnknown):
    """reason: why, in the curators' words. replaced_by: the IRI of what stands in its place, or "". owner: of a part,
    the thing with which it went, of which reason and replacement speak. last_release: the digest of the last release
    that held it, as far back as changes are on record."""

    def __init__(
        self, iri: str, reason: str, replaced_by: str, owner: str | None = None, last_release: str | None = None
    ) -> None:
        self.iri, self.reason, self.replaced_by, self.owner = iri, reason, replaced_by, owner
        self.last_release = last_release
        gone = f"was removed with {owner}" if owner else "was removed"
        instead = f"; {replaced_by} stands in its place" if replaced_by else ""
        VaughnError.__init__(self, f"{iri} {gone}: {reason.rstrip('.') if instead else reason}{instead}")


class RequestError(VaughnError):
    """A request that the service cannot act on, whatever the data say."""


class ParameterFaulty(RequestError):
    def __init__(self, parameter: str, reason: str) -> None:
        self.parameter, self.reason = parameter, reason
        super().__init__(f"parameter {parameter!r}: {reason}")


class RangeMissed(RequestError):
    """size: bytes that there are."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"no byte of the range asked for is among the {size} that there are")


class PreconditionFailed(RequestError):
    """condition: the header that names it."""

    def __init__(self, condition: str) -> None:
        self.condition = condition
        super().__init__(f"{condition} does not hold: what is here now is not what it names; ask without it")


class ReleaseGone(RequestError):
    """digest: what was asked for, or a release's name. nearest: the digest of the kept release built nearest to it, on
    created (ISO)."""

    def __init__(self, digest: str, nearest: str, created: str) -> None:
        self.digest, self.nearest, self.created = digest, nearest, created
        super().__init__(
            f"no release with the digest or the name {digest} is kept here; the nearest that is was built {created}: "
            f"{nearest}"
        )


class NotAcceptable(RequestError):
    def __init__(self, asked: str, offered: Sequence[str]) -> None:
        self.asked, self.offered = asked, tuple(offered)
        super().__init__(f"{asked!r} cannot be given here; this can: {', '.join(self.offered)}")


class MethodRefused(RequestError):
    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.method, self.allowed = method, tuple(allowed)
        super().__init__(f"{method} is not answered here; use {', '.join(self.allowed)}")


class BodyTooLarge(RequestError):
    """parameter: what of the request it is that is too long, None where it is the whole."""

    def __init__(self, limit: int, unit: str, parameter: str | None = None) -> None:
        self.limit, self.unit, self.parameter = limit, unit, parameter
        super().__init__(f"{parameter or 'the request'} passes {limit:,} {unit}; send a shorter one")


class TargetTooLong(RequestError):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the address passes {limit:,} bytes; send the query in the body of a POST")


class MediaTypeUnsupported(RequestError):
    def __init__(self, given: str, supported: Sequence[str]) -> None:
        self.given, self.supported = given, tuple(supported)
        super().__init__(f"a body of type {given or 'none'} is not read here; send {' or '.join(self.supported)}")


class HeadTooLarge(RequestError):
    """limit: bytes of a request's head. headers: how many it may have."""

    def __init__(self, limit: int, headers: int) -> None:
        self.limit, self.headers = limit, headers
        super().__init__(f"the request's head passes {limit:,} bytes or {headers} headers; send fewer or shorter ones")


class MethodUnknown(RequestError):
    def __init__(self, method: str) -> None:
        self.method = method
        super().__init__(f"the method {method} is not known here; names of methods are case-sensitive")


class CodingUnknown(RequestError):
    """coding: as Transfer-Encoding names it."""

    def __init__(self, coding: str) -> None:
        self.coding = coding
        super().__init__(f"a body in the transfer coding {coding} is not read here; send it in chunks alone")


class VersionUnknown(RequestError):
    """version: of HTTP, as the request names it."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(f"HTTP/{version} is not spoken here; ask by HTTP/1.1")


class RequestUnreadable(RequestError):
    def __init__(self) -> None:
        super().__init__("what was received is no HTTP request, or can be read in two ways")


class RequestSlow(RequestError):
    """limit: seconds in which it must arrive. part: of the request, "head" or "body"."""

    def __init__(self, limit: float, part: str = "body") -> None:
        self.limit, self.part = limit, part
        super().__init__(f"the request's {part} did not arrive within {limit:g} s; send it faster, or a shorter one")


class StoreError(VaughnError):
    """A query was not answered."""


class QueryRefused(StoreError):
    def __init__(self, rule: str, reason: str) -> None:
        self.rule, self.reason = rule, reason
        super().__init__(f"this query is refused ({rule}): {reason}")


class UpdateRefused(StoreError):
    """keyword: what would change data; None where the text was not read."""

    def __init__(self, keyword: str | None = None) -> None:
        self.keyword = keyword
        what = keyword or "this update"
        super().__init__(
            f"{what} would change data, and this service never does; CONTRIBUTING says how to propose a correction"
        )


class QuerySyntax(StoreError):
    """excerpt: the faulty line with a caret under the column. hint: the likeliest slip."""

    def __init__(
        self,
        reason: str,
        line: int | None = None,
        column: int | None = None,
        excerpt: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.reason, self.line, self.column = reason, line, column
        self.excerpt, self.hint = excerpt, hint
        place = f" at line {line}, column {column}" if line else ""
        super().__init__(f"the query is not SPARQL{place}: {reason}" + (f" ({hint})" if hint else ""))


class QueryTimeout(StoreError):
    """seconds: the limit, counted from when the query came. waited: how many of them had passed before it began."""

    def __init__(self, seconds: float, waited: float = 0.0) -> None:
        self.seconds, self.waited = seconds, round(waited, 1)
        before = f", {self.waited:g} s of which it waited for its turn" if self.waited else ""
        super().__init__(
            f"the query was stopped after {seconds:g} s{before}; narrow it, or fetch the dump and run it at home"
        )


class ListTimeout(QueryTimeout):
    """seconds: the limit, counted from when the list came. compared: sentences that were done by then, of how many;
    where all were, what was still wanting is the evidence of the claims they are near."""

    def __init__(self, seconds: float, compared: int, of: int) -> None:
        self.seconds, self.compared, self.of = seconds, compared, of
        done = f"{compared:,} of {of:,} sentences were compared"
        if compared == of:
            done = "the sentences were all compared, but not all of the evidence was gathered"
        advice = "send fewer at a time" if of > 1 else "ask again when the service is less busy"
        StoreError.__init__(self, f"{done} when the {seconds:g} s for the list had passed; {advice}")


class ComparisonTimeout(QueryTimeout):
    """seconds: the limit."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        StoreError.__init__(
            self,
            f"the two releases were not compared within {seconds:g} s; fetch both dumps and compare them at home, or "
            "where they are kept, with: vaughn release diff",
        )


class ResultTooLarge(StoreError):
    def __init__(self, limit: int, unit: str) -> None:
        self.limit, self.unit = limit, unit
        super().__init__(f"the result passes {limit:,} {unit}; page with LIMIT and OFFSET, or fetch the dump")


class WorkerDied(StoreError):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the process running the query ended: {reason}")


class EngineFailed(StoreError):
    """reason: the engine's last words, or how it crashed."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the engine failed on a query, which is a fault of the engine: {reason}")


class QueryBroken(StoreError):
    """reason: what was raised, and where."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the service failed on a query, which is a fault of its own: {reason}")


class EngineDenied(StoreError):
    """status: what the engine answered, 401 or 403."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(
            f"the engine under the service wants other credentials than it was given ({status}); whoever runs the "
            "service sets VAUGHN_ENDPOINT_USER and VAUGHN_ENDPOINT_PASSWORD to those of an account that may do this"
        )


class EngineUnreachable(StoreError):
    """remedy: what to do. retry_after: seconds after which to come back."""

    retry_after = 5

    def __init__(self, reason: str, remedy: str = "try again soon") -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"the engine under the service cannot be reached: {reason}; {remedy}")


class EngineFaulty(StoreError):
    """reason: for the log. cannot: what the engine cannot do with the query, "read" or "run"; "" for other faults."""

    def __init__(self, reason: str, cannot: str = "") -> None:
        self.reason, self.cannot = reason, cannot
        super().__init__(f"the engine under the service gave no answer: {reason}")


class QueryWithheld(StoreError):
    """query: the name of the query, "" for a stranger's. reason: why the engine is not asked it."""

    def __init__(self, query: str, reason: str) -> None:
        self.query, self.reason = query, reason
        with_what = f"with: vaughn query {query}" if query else "as a service of one's own has it"
        super().__init__(
            f"{query or 'this query'} is not asked here: {reason}; the embedded engine answers it, {with_what}"
        )


class StoreBusy(StoreError):
    """retry_after: seconds after which to come back. reason: what is full."""

    def __init__(self, retry_after: int, reason: str = "every query worker is busy") -> None:
        self.retry_after, self.reason = retry_after, reason
        super().__init__(f"{reason}; try again in {retry_after} s")


class SlowLaneFull(StoreBusy):
    """limit: slow queries that may run at once."""

    def __init__(self, retry_after: int, limit: int) -> None:
        self.limit = limit
        super().__init__(
            retry_after, f"this query is a slow one, and only {limit} of those may run at once; narrow it, or wait"
        )


class ClientBusy(StoreBusy):
    """limit: queries that one client may have running and waiting."""

    def __init__(self, retry_after: int, limit: int) -> None:
        self.limit = limit
        super().__init__(retry_after, f"you have {limit} queries here already, which is as many as one client may have")


class ListBusy(StoreBusy):
    """limit: lists of sentences that one client may have here."""

    def __init__(self, retry_after: int, limit: int) -> None:
        self.limit = limit
        super().__init__(retry_after, "a list of sentences from you is being compared already; send the next after it")


class ListsFull(StoreBusy):
    """limit: lists of sentences that may be compared at once."""

    def __init__(self, retry_after: int, limit: int) -> None:
        self.limit = limit
        super().__init__(retry_after, f"{limit} lists of sentences are being compared, which is as many as may be")


class ComparisonsFull(StoreBusy):
    """limit: pairs of releases that may be compared at once."""

    def __init__(self, retry_after: int, limit: int) -> None:
        self.limit = limit
        super().__init__(retry_after, "two other releases are being compared, and one pair is as many as may be")


class SendingFull(StoreBusy):
    """limit: bytes that may be held. whose: "in all" or "for one client"."""

    def __init__(self, retry_after: int, limit: int, whose: str) -> None:
        self.limit, self.whose = limit, whose
        super().__init__(
            retry_after, f"there is no room for this in the {limit:,} bytes that may be held {whose}; ask for less"
        )


class ConnectionsFull(StoreBusy):
    """limit: connections that may be open. whose: "in all" or "for one client"."""

    def __init__(self, retry_after: int, limit: int, whose: str) -> None:
        self.limit, self.whose = limit, whose
        super().__init__(retry_after, f"as many connections are open as may be {whose}, {limit:,}")
