"""The OpenAPI 3.1 document of ingest, made from the structures, the catalogue of problems and the limits.

The handlers read raw bodies, so the framework knows nothing of them: what they take and answer is told here, and the
tests hold the running service to it.
"""

from typing import Any, Final

import msgspec

from services.ingest import problems
from services.ingest.accept import MAXIMA, Submission
from services.ingest.body import JSON, NDJSON
from services.ingest.problems import Kind
from services.ingest.receipts import BatchProblem, BatchReceipt, Receipt
from services.ingest.settings import IngestSettings
from services.runtime.web.observe import Health
from services.runtime.web.problems import MEDIA_TYPE, Problem

TITLE: Final = "frontlog ingest"
VERSION: Final = "1"
DESCRIPTION: Final = """Takes articles into the log, from which everything else is made.

A `202` means that the article is durably in the log. The same article again is answered `200` with status `known`
while it is remembered. Errors are problem details (RFC 9457); those of fields name each one by its JSON Pointer.

NUL characters and lone surrogates are refused, never removed, and so are unknown fields and repeated names: nothing
that was sent is changed or lost in silence. Your own fields go into `extra`."""

_EXAMPLE: Final = {
    "url": "https://wire.example.org/2024/02/17/avdiivka",
    "title": "Ukraine leaves Avdiivka; Moscow says it holds the whole town",
    "text": "Ukrainian troops have pulled out of Avdiivka, army chief Oleksandr Syrskyi wrote on Facebook early on "
    "Saturday. Russia's defence ministry said its forces had taken full control of the town.",
    "published_at": "2024-02-17T06:40:00Z",
    "publisher": "Example Wire",
    "language": "en",
    "extra": {"desk": "Europe"},
}
_COMMON: Final = (
    problems.MALFORMED,
    problems.INVALID,
    problems.TOO_SLOW,
    problems.TOO_LARGE,
    problems.UNSUPPORTED,
    problems.UNPROCESSABLE,
    problems.TOO_MANY,
    problems.BUSY,
    problems.LOG_UNAVAILABLE,
)
_ARTICLES: Final = (*_COMMON, problems.UNAUTHORIZED, problems.CLOSED)
_WEBHOOKS: Final = (*_COMMON, problems.UNSIGNED, problems.REUSED)


def components() -> dict[str, Any]:
    """Schemas by name, and the two ways to be let in."""
    _, schemas = msgspec.json.schema_components(
        [Submission, Receipt, BatchReceipt, Problem, BatchProblem, Health], ref_template="#/components/schemas/{name}"
    )
    submission = schemas["Submission"]
    for name, most in MAXIMA.items():
        submission["properties"][name] |= {"maxLength": most}
    submission["anyOf"] = [{"required": ["text"]}, {"required": ["html"]}]
    submission["examples"] = [_EXAMPLE]
    # Through JSON once, so that defaults are of JSON's types.
    plain = msgspec.json.decode(msgspec.json.encode(dict(sorted(schemas.items()))))
    return {
        "schemas": plain,
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "One of the keys of this service, if it has any.",
            }
        },
    }


def paths(settings: IngestSettings) -> dict[str, Any]:
    """Every path, by the limits of `settings`."""
    return {
        "/articles": {"post": _articles(settings)},
        "/webhooks/{source}": {"post": _webhooks(settings)},
        "/healthz": {"get": _probe("The process is alive", "healthz", ready=False)},
        "/readyz": {"get": _probe("The log can be reached", "readyz", ready=True)},
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Metrics in Prometheus' text format",
                "tags": ["operation"],
                "responses": {
                    "200": {"description": "The metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}}
                },
            }
        },
    }


def _articles(settings: IngestSettings) -> dict[str, Any]:
    return {
        "operationId": "post-articles",
        "summary": "Take one article, or several",
        "description": "An object is one article and gets one receipt. An array, and NDJSON, get a result for each.",
        "tags": ["articles"],
        "security": [{"key": []}] if settings.keys else [{}, {"key": []}],
        "parameters": _common_parameters(),
        "requestBody": _body(settings),
        "responses": _answers(_ARTICLES),
    }


def _webhooks(settings: IngestSettings) -> dict[str, Any]:
    return {
        "operationId": "post-webhook",
        "summary": "Take signed articles of one source",
        "description": "Signed by Standard Webhooks: `webhook-signature` is over `webhook-id`, `webhook-timestamp` and "
        "the body, uncompressed. The same `webhook-id` again is answered like the first time.",
        "tags": ["articles"],
        "parameters": [
            {
                "name": "source",
                "in": "path",
                "required": True,
                "description": "The name under which this service has secrets of the sender.",
                "schema": {"type": "string"},
            },
            _header("webhook-id", "Unique for each message, the same when it is sent again.", "msg_2f7c"),
            _header("webhook-timestamp", "Seconds since 1970 of this attempt; 5 minutes off at most.", "1708152000"),
            _header("webhook-signature", "One or more signatures, `v1,` and base64, separated by blanks.", "v1,AAAA"),
            *_common_parameters(),
        ],
        "requestBody": _body(settings),
        "responses": _answers(_WEBHOOKS),
    }


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def _common_parameters() -> list[dict[str, Any]]:
    return [
        {
            "name": "Content-Encoding",
            "in": "header",
            "required": False,
            "description": "`gzip` where the body is compressed.",
            "schema": {"type": "string", "enum": ["identity", "gzip"]},
        },
        {
            "name": "traceparent",
            "in": "header",
            "required": False,
            "description": "W3C Trace Context; carried with the articles through the log.",
            "schema": {"type": "string"},
        },
    ]


def _body(settings: IngestSettings) -> dict[str, Any]:
    one = {"$ref": "#/components/schemas/Submission"}
    return {
        "required": True,
        "description": f"At most {settings.max_body_bytes} bytes, {settings.max_expanded_bytes} after gzip, "
        f"and {settings.max_items} articles.",
        "content": {
            JSON: {
                "schema": {
                    "oneOf": [
                        one,
                        {"type": "array", "items": one, "minItems": 1, "maxItems": settings.max_items},
                    ]
                },
                "examples": {"one": {"value": _EXAMPLE}, "several": {"value": [_EXAMPLE]}},
            },
            NDJSON: {
                "schema": {"type": "string", "description": "One article as JSON on each line."},
                "examples": {"one": {"value": '{"text": "Russian forces entered the town on Friday."}\n'}},
            },
        },
    }


def _answers(kinds: tuple[Kind, ...]) -> dict[str, Any]:
    receipt = {
        "oneOf": [{"$ref": "#/components/schemas/Receipt"}, {"$ref": "#/components/schemas/BatchReceipt"}],
    }
    answers: dict[str, Any] = {
        "200": {
            "description": "Known: every article that could be taken was logged before, and is not logged again.",
            "content": {JSON: {"schema": receipt}},
        },
        "202": {
            "description": "Accepted: what is new is durably in the log.",
            "content": {JSON: {"schema": receipt}},
        },
    }
    for status in sorted({kind.status for kind in kinds}):
        answers[str(status)] = problem_response([kind for kind in kinds if kind.status == status], status)
    return answers


def problem_response(kinds: list[Kind], status: int) -> dict[str, Any]:
    """The response object of one status, with the kinds of problems that it can carry."""
    schema: dict[str, Any] = {"$ref": "#/components/schemas/Problem"}
    if status in (400, 422):
        schema = {"anyOf": [schema, {"$ref": "#/components/schemas/BatchProblem"}]}
    headers = {}
    if status in (429, 503):
        headers["Retry-After"] = {
            "description": "Seconds after which to try again.",
            "required": True,
            "schema": {"type": "integer", "minimum": 1},
        }
    if status == 401:
        headers["WWW-Authenticate"] = {"required": True, "schema": {"type": "string"}}
    told = "\n".join(f"- `{kind.slug}`: {kind.title}. {kind.doc}" for kind in kinds)
    return {"description": told, "content": {MEDIA_TYPE: {"schema": schema}}} | (
        {"headers": headers} if headers else {}
    )


def _probe(summary: str, operation: str, *, ready: bool) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {"description": "Yes.", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Health"}}}}
    }
    if ready:
        answers["503"] = problem_response([Kind("not-ready", 503, "Not ready", "`detail` says what is missing.")], 503)
    return {"operationId": operation, "summary": summary, "tags": ["operation"], "responses": answers}
