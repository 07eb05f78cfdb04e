"""Whatever is sent, the service answers what it has documented, and never with a fault of its own."""

import gzip
import hashlib
import json
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.ingest.app import openapi_document
from tests.integration.ingest.conftest import signed

DOCUMENTED = {200, 202, 400, 401, 403, 408, 413, 415, 422}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-ndjson")
def ndjson(_: schemathesis.SerializationContext, value: object) -> bytes:
    """Lines are text to the document: whatever text is made up is sent as it is."""
    return str(value).encode("utf-8", "surrogatepass")


schema = schemathesis.openapi.from_dict(openapi_document())


def test_the_document_that_is_served_is_the_one_that_is_tested(process: str) -> None:
    assert httpx.get(f"{process}/openapi.json").json() == json.loads(json.dumps(openapi_document()))


@schema.parametrize()
@EXAMPLES
def test_every_answer_is_one_that_the_document_names(case: schemathesis.Case, process: str) -> None:
    answer = case.call(base_url=process)
    if answer.status_code == 405 and case.method.upper() not in ("GET", "POST"):
        return  # another method than the document's: refused before it gets anywhere
    case.validate_response(answer, checks=CHECKS)


@pytest.fixture(scope="module")
def http(process: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=process, timeout=60) as client:
        yield client


def holds(answer: httpx.Response) -> None:
    assert answer.status_code in DOCUMENTED, answer.text
    found = answer.json()
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert found["status"] == answer.status_code
        assert found["detail"]
    else:
        assert found.get("status") in ("accepted", "known") or found["results"]


types = st.sampled_from(
    ["application/json", "application/x-ndjson", "application/json; charset=utf-8", "text/html", ""]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[]))
values = st.recursive(
    scalars, lambda s: st.lists(s, max_size=4) | st.dictionaries(st.text(), s, max_size=4), max_leaves=10
)
fields = st.sampled_from(
    ["url", "title", "text", "html", "published_at", "publisher", "language", "extra", "other", "te\0xt"]
)
near = st.dictionaries(fields, values)
bodies = st.one_of(
    st.binary(max_size=500),
    st.one_of(near, st.lists(near, max_size=4), values).map(lambda value: json.dumps(value).encode()),
    st.lists(near, max_size=4).map(lambda lines: b"\n".join(json.dumps(line).encode() for line in lines)),
)


@EXAMPLES
@given(body=bodies, kind=types, packed=st.booleans(), lie=st.booleans())
def test_any_bytes_get_a_documented_answer(http: httpx.Client, body: bytes, kind: str, packed: bool, lie: bool) -> None:
    headers = {"content-type": kind} | ({"content-encoding": "gzip"} if packed != lie else {})
    holds(http.post("/articles", content=gzip.compress(body) if packed else body, headers=headers))


@EXAMPLES
@given(body=bodies.filter(lambda body: _text(body)))
def test_any_signed_text_gets_a_documented_answer(http: httpx.Client, body: bytes) -> None:
    holds(http.post("/webhooks/wire", content=body, headers=signed(body, f"msg_{hashlib.sha256(body).hexdigest()}")))


def _text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


headers_of_any_kind = st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=60)


@EXAMPLES
@given(
    names=st.dictionaries(
        st.sampled_from(
            [
                "content-type",
                "content-encoding",
                "authorization",
                "traceparent",
                "webhook-id",
                "webhook-timestamp",
                "webhook-signature",
                "accept",
                "x-forwarded-for",
                "expect",
            ]
        ),
        headers_of_any_kind,
    ),
    source=st.sampled_from(["wire", "unknown", "%00", "%ff", "a%2Fb", "..", "*"]),
)
def test_any_headers_get_a_documented_answer(http: httpx.Client, names: dict[str, str], source: str) -> None:
    raw = [(name, value.encode("latin-1")) for name, value in names.items()]
    answer = http.post(f"/webhooks/{source}", content=b'{"text": "A report."}', headers=raw)
    if answer.url.path == "/":  # "..": what the client made of it is another page, for readers
        assert answer.status_code in {400, 405}
    elif answer.status_code != 404:  # a path that is none of ours
        holds(answer)
    holds(http.post("/articles", content=b'{"text": "A report."}', headers=raw))
