"""The problems that ingest answers with: the one place where their kinds, titles and statuses stand.

`CATALOGUE` is also what the OpenAPI document and the metric of rejected requests are made from.
"""

from dataclasses import dataclass
from typing import Final

from services.runtime.web.problems import FieldError, Problem, ProblemError, problem


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. `doc` says when it is answered and what the sender can do."""

    slug: str
    status: int
    title: str
    doc: str


MALFORMED: Final = Kind(
    "malformed-body", 400, "The body cannot be read", "Not JSON, not gzip, or empty; `detail` names the byte offset."
)
INVALID: Final = Kind(
    "invalid-article",
    400,
    "The article is not of the expected shape",
    "A field is missing, unknown, or of the wrong type; `errors` names each one.",
)
UNAUTHORIZED: Final = Kind("unauthorized", 401, "A valid key is required", "`POST /articles` needs one of the keys.")
UNSIGNED: Final = Kind(
    "bad-signature",
    401,
    "The signature could not be verified",
    "Missing or wrong Standard Webhooks headers, a timestamp off by more than 5 minutes, or a source without secrets.",
)
CLOSED: Final = Kind("closed", 403, "Unsigned articles are switched off", "Send to `/webhooks/{source}`, signed.")
TOO_SLOW: Final = Kind("body-timeout", 408, "The body took too long", "Send it faster, or in smaller parts.")
TOO_LARGE: Final = Kind(
    "body-too-large", 413, "The body is too large", "Send fewer or smaller articles; `detail` names the limit."
)
UNSUPPORTED: Final = Kind(
    "unsupported-media-type", 415, "The body's type is not taken", "Send JSON or NDJSON in UTF-8, plain or as gzip."
)
UNPROCESSABLE: Final = Kind(
    "unprocessable-article",
    422,
    "The article cannot be taken as it is",
    "A field has the right type and the wrong content; `errors` names each one.",
)
REUSED: Final = Kind(
    "webhook-id-reused",
    422,
    "The webhook-id was used for another body",
    "A repeat has the same body; a new message has a new id. Nothing of this one was taken.",
)
TOO_MANY: Final = Kind("too-many-requests", 429, "Too many requests", "Go on after `Retry-After` seconds.")
BUSY: Final = Kind("busy", 503, "Too much at one time", "Nothing was taken. Try again after `Retry-After` seconds.")
LOG_UNAVAILABLE: Final = Kind(
    "log-unavailable",
    503,
    "The log cannot be reached",
    "Nothing is promised: send it all again after `Retry-After` seconds. What was logged is not logged twice for long.",
)

CATALOGUE: Final = (
    MALFORMED,
    INVALID,
    UNAUTHORIZED,
    UNSIGNED,
    CLOSED,
    TOO_SLOW,
    TOO_LARGE,
    UNSUPPORTED,
    UNPROCESSABLE,
    REUSED,
    TOO_MANY,
    BUSY,
    LOG_UNAVAILABLE,
)


def make(kind: Kind, detail: str, errors: tuple[FieldError, ...] = ()) -> Problem:
    """A problem of `kind`."""
    return problem(kind.slug, kind.status, kind.title, detail, errors=errors)


def malformed(detail: str) -> ProblemError:
    return ProblemError(make(MALFORMED, detail))


def too_large(detail: str) -> ProblemError:
    """The connection is closed with it, as for `too_slow`."""
    return ProblemError(make(TOO_LARGE, detail), {"Connection": "close"})


def too_slow(detail: str) -> ProblemError:
    """The connection is closed with it: the rest of the body is not wanted."""
    return ProblemError(make(TOO_SLOW, detail), {"Connection": "close"})


def unsupported(detail: str) -> ProblemError:
    return ProblemError(make(UNSUPPORTED, detail), {"Accept-Encoding": "gzip, identity"})


def unauthorized(detail: str) -> ProblemError:
    return ProblemError(make(UNAUTHORIZED, detail), {"WWW-Authenticate": 'Bearer realm="frontlog"'})


def unsigned(detail: str) -> ProblemError:
    return ProblemError(make(UNSIGNED, detail), {"WWW-Authenticate": 'StandardWebhooks realm="frontlog"'})


def closed() -> ProblemError:
    return ProblemError(make(CLOSED, "articles are only taken signed, at /webhooks/{source}"))


def reused() -> ProblemError:
    return ProblemError(make(REUSED, "this webhook-id came before with another body; give each message its own id"))


def too_many(seconds: int) -> ProblemError:
    return ProblemError(make(TOO_MANY, f"go on in {seconds} s"), {"Retry-After": str(seconds)})


def busy(detail: str) -> ProblemError:
    return ProblemError(make(BUSY, detail), {"Retry-After": "1"})


def log_unavailable(detail: str) -> ProblemError:
    return ProblemError(make(LOG_UNAVAILABLE, detail), {"Retry-After": "5"})
