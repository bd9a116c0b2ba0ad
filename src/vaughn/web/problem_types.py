"""Every type of problem: from which exception it comes, its status, and what it means (RFC 9457 §3.1, §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaughn import errors


@dataclass(frozen=True)
class Problem:
    """A type of problem. slug: its page below /problems/. says: what it means and what to do, for that page."""

    status: int
    slug: str
    title: str
    says: str


_PARAMETER = Problem(
    400,
    "parameter-faulty",
    "A parameter is at fault",
    "A parameter is missing, given more than once, not known at this address, or has a value that it cannot take. The "
    "member parameter names it, the member reason says what is wrong, and the member query names the query whose "
    "parameter it is; the page of a named query lists its parameters with an example of each.",
)

NOT_FOUND = Problem(404, "not-found", "There is no such page", "The address leads nowhere on this site.")
INTERNAL = Problem(500, "internal", "Something broke here", "The fault is ours; it has been noted in the log.")

TABLE: Mapping[type[Exception], Problem] = {
    errors.ParameterFaulty: _PARAMETER,
    errors.ParameterInvalid: _PARAMETER,
    errors.IriInvalid: Problem(
        400,
        "iri-invalid",
        "Not an IRI of this site",
        "The IRI or prefixed name does not follow the site's grammar.",
    ),
    errors.QuerySyntax: Problem(
        400,
        "query-syntax",
        "The query is not SPARQL",
        "The text does not follow the grammar of SPARQL 1.1. The members line and column, counted from 1, say where "
        "the fault lies, where that is known, the member excerpt shows it with a caret, and the member hint names the "
        "likeliest slip.",
    ),
    errors.QueryRefused: Problem(
        400,
        "query-refused",
        "The query is refused",
        "The service reads a query's text before running it and refuses what could harm it: text that is too long or "
        "too deeply nested, and calls to other services; and an ORDER BY that it cannot be sure to read as the engine "
        "does. The member rule names the rule; the limits are at /limits.",
    ),
    errors.UpdateRefused: Problem(
        403,
        "update-refused",
        "This service never changes data",
        "Updates are not accepted from anybody. The data change by review: propose a correction to the files they "
        "are built from.",
    ),
    errors.ThingUnknown: Problem(
        404,
        "thing-unknown",
        "There is nothing here",
        "The graph of this release holds nothing of that name. That is no statement about the world: an absence from "
        "the graph is not evidence.",
    ),
    errors.ThingRemoved: Problem(
        410,
        "thing-removed",
        "What was here was removed",
        "An earlier release held something of that name. The member reason says why it went, and replacedBy names what "
        "stands in its place, where anything does. lastRelease is the digest of the "
        "last release that held it, by which it may be cited, as far back as changes are on record.",
    ),
    errors.ReleaseGone: Problem(
        410,
        "release-gone",
        "That release is not kept here",
        "The parameter release asks for a dataset by its digest, or for a release by its name, and none that is kept "
        "here has it. The member nearest is the digest of the one built nearest to it, with equal data where there is "
        "one. Which are kept is marked at /changes.",
    ),
    errors.RangeMissed: Problem(
        416,
        "range-missed",
        "The answer has no such part",
        "The Range header asks for bytes beyond the end. The member size says how many there are, counted from 0.",
    ),
    errors.QueryUnknown: Problem(
        404,
        "query-unknown",
        "There is no such query",
        "No named query has this name. All of them are listed at /queries.",
    ),
    errors.MethodRefused: Problem(
        405,
        "method-refused",
        "That method is not answered here",
        "The path exists and answers to other methods; the Allow header lists them.",
    ),
    errors.NotAcceptable: Problem(
        406,
        "not-acceptable",
        "None of the types asked for can be had",
        "The Accept header, or the format parameter, asks for a type that cannot carry this answer. The member "
        "offered lists those that can.",
    ),
    errors.RequestSlow: Problem(
        408,
        "request-slow",
        "The request did not arrive in time",
        "A request's head, and then its body, must arrive within the number of seconds that the member limit names; "
        "where as many connections are open as may be, a slow one may have to make room sooner.",
    ),
    errors.PreconditionFailed: Problem(
        412,
        "precondition-failed",
        "What is here is not what was asked for",
        "The request wants the answer only if it still has the tag that If-Match names, or has not changed since the "
        "time that If-Unmodified-Since names, and that is not so. The member condition names the header.",
    ),
    errors.BodyTooLarge: Problem(
        413,
        "request-too-large",
        "The request is too long",
        "The request is longer than the service reads. The limits are at /limits.",
    ),
    errors.TargetTooLong: Problem(
        414,
        "address-too-long",
        "The address is too long",
        "The path and query of a request are read up to a number of bytes, which the member limit names. A long query "
        "goes into the body of a POST.",
    ),
    errors.MediaTypeUnsupported: Problem(
        415,
        "media-type-unsupported",
        "The body's type is not read here",
        "A query arrives as a form or as text of type application/sparql-query, a list of sentences as "
        "application/json; all of them in UTF-8. The member supported lists what is read at the address.",
    ),
    errors.HeadTooLarge: Problem(
        431,
        "head-too-large",
        "The request's head is too large",
        "A request's first line and headers are read up to the number of bytes that the member limit names, and up to "
        "the number of headers that the member headers names.",
    ),
    errors.RequestUnreadable: Problem(
        400,
        "request-unreadable",
        "That is no HTTP request",
        "What was received does not follow the grammar of HTTP/1.1 (RFC 9112), or can be read in two ways, so that it "
        "was not read at all and the connection ended.",
    ),
    errors.MethodUnknown: Problem(
        501,
        "method-unknown",
        "That method is not known here",
        "No address of this site answers to a method of that name. Names of methods are case-sensitive: GET, not get.",
    ),
    errors.CodingUnknown: Problem(
        501,
        "coding-unknown",
        "That transfer coding is not read here",
        "A body comes with its length, or in chunks; in no other coding (RFC 9112 §6.1).",
    ),
    errors.VersionUnknown: Problem(
        505,
        "version-unknown",
        "That version of HTTP is not spoken here",
        "Requests are read as HTTP/1.1 has them, and as HTTP/1.0 (RFC 9110 §15.6.6). A proxy in front of the service "
        "may speak others.",
    ),
    errors.ResultTooLarge: Problem(
        422,
        "result-too-large",
        "The result is too large",
        "The answer passes the cap on one result, so none of it was sent: a part would look like the whole. Page "
        "through it with ORDER BY, LIMIT and OFFSET, or fetch the dump.",
    ),
    errors.WorkerDied: Problem(
        503,
        "worker-died",
        "The process running the query ended",
        "The query used more memory or processor time than one query may, or the process was stopped; the detail says "
        "which. Nobody else's query is touched. A narrower query may do.",
    ),
    errors.EngineFailed: Problem(
        500,
        "engine-failed",
        "The engine failed on this query",
        "The engine under the service ended on this query. The fault is the engine's, not the query's, and it has been "
        "noted in the log. To ask again will not help; the same question in other words may. Nobody else's query is "
        "touched.",
    ),
    errors.QueryBroken: INTERNAL,
    errors.SlowLaneFull: Problem(
        503,
        "slow-lane-full",
        "As many slow queries as may run are running",
        "A query that takes long moves to a lane of its own, and that lane is full. Narrow the query, or ask again "
        "after the time in the Retry-After header.",
    ),
    errors.ClientBusy: Problem(
        429,
        "client-busy",
        "You have as many queries here as one client may",
        "Wait for one of your queries to end, then send the next.",
    ),
    errors.ListBusy: Problem(
        429,
        "list-busy",
        "A list of sentences from you is here already",
        "The sentences of one list are compared one after another, and one client has one list here at a time. Send "
        "the next when the first is answered; the limits are at /limits.",
    ),
    errors.ComparisonsFull: Problem(
        503,
        "comparisons-full",
        "Two other releases are being compared",
        "Any two kept releases are held against each other, one pair at a time, the member limit. Ask again after the "
        "time in the Retry-After header.",
    ),
    errors.ListsFull: Problem(
        503,
        "lists-full",
        "As many lists of sentences as may be are being compared",
        "Ask again after the time in the Retry-After header. Single sentences are compared meanwhile, in turn with the "
        "lists.",
    ),
    errors.SendingFull: Problem(
        503,
        "sending-full",
        "Too much is on its way already",
        "Long answers and long requests are held in memory until they are sent or read, and there is room for so many "
        "bytes, in all and for one client; the member whose says which is full. Ask again after the time in the "
        "Retry-After header, or page through the answer with LIMIT and OFFSET.",
    ),
    errors.ConnectionsFull: Problem(
        503,
        "connections-full",
        "As many connections as may be are open",
        "Close a connection that you do not need, or use one for several requests.",
    ),
    errors.StoreBusy: Problem(
        503,
        "busy",
        "Every query worker is busy",
        "Ask again after the time in the Retry-After header.",
    ),
    errors.QueryTimeout: Problem(
        504,
        "query-timeout",
        "The query was stopped at its deadline",
        "A query is answered within so many seconds of its arrival; the limits are at /limits. The member waited says "
        "how many of them passed before it began, while others were served. Narrow it, or fetch the dump and run it at "
        "home.",
    ),
    errors.ListTimeout: Problem(
        504,
        "list-timeout",
        "The list of sentences was not answered in time",
        "A list of sentences is answered within so many seconds of its arrival, or not at all; others' sentences are "
        "compared in turn with them. The member seconds is the limit, and the member compared says how many of the "
        "list, whose length is the member of, were compared by then; where all were, the evidence of the claims they "
        "are near was not gathered yet. Send fewer sentences at a time, or come back when the service is less busy.",
    ),
    errors.ComparisonTimeout: Problem(
        504,
        "comparison-timeout",
        "Two releases were not compared in time",
        "What changed between two releases is found within so many seconds, the member seconds, or not at all: the "
        "larger they are, the longer it takes. What each release changed against the one before it is on record at "
        "/changes, and never has to be found. Fetch both dumps and compare them at home.",
    ),
    errors.EngineDenied: Problem(
        502,
        "engine-denied",
        "The engine under the service refused it",
        "The service could not ask its engine. Whoever runs it has been told in the log.",
    ),
    errors.EngineFaulty: Problem(
        502,
        "engine-faulty",
        "The engine under the service gave no answer",
        "The engine was reached, and what came back is no answer. Where it could not read or run the query, the member "
        "reason says so, and other words may do; otherwise a narrower query may.",
    ),
    errors.QueryWithheld: Problem(
        501,
        "query-withheld",
        "This query is not asked of the engine under the service",
        "The service stands on another engine than its own, and that one is not trusted with this query. The member "
        "reason says why; a query worded otherwise may be answered.",
    ),
    errors.EngineUnreachable: Problem(
        503,
        "engine-unreachable",
        "The engine under the service cannot be reached",
        "The engine is away, hangs or broke off. Ask again after the time in the Retry-After header.",
    ),
    errors.EngineUnfit: Problem(
        503,
        "engine-unfit",
        "The engine under the service does not hold this release whole",
        "A release is being put in place, or another one is there. Ask again after the time in the Retry-After header.",
    ),
    errors.EngineCuts: Problem(
        503,
        "engine-cuts",
        "The engine under the service cuts answers",
        "The engine gives fewer rows than this service may, and cuts graphs without saying so; so nothing is answered "
        "from it. Whoever runs the service has to change one of two settings, and the log says which.",
    ),
    errors.ReleaseMissing: Problem(
        503,
        "release-missing",
        "There is no release to serve",
        "The service has nothing to answer from.",
    ),
}

BY_SLUG = {problem.slug: problem for problem in (*TABLE.values(), NOT_FOUND)}
