"""Spans: off they cost nothing and are not imported; on, each is the child of what came in, and hands itself on."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from litestar import Litestar, Request, get
from litestar.testing import AsyncTestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from services.runtime.spans import SpanSettings, configure_spans, note, span
from services.runtime.trace import trace_id
from services.runtime.web.observe import HANDED_ON, RequestMetrics, healthz

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    configure_spans("test", SpanSettings(spans=True), exporter)
    yield exporter
    configure_spans("test", SpanSettings(spans=False))


def test_off_the_trace_is_handed_on_as_it_came_and_nothing_is_imported() -> None:
    code = (
        "import sys; from services.runtime.spans import *; from services.runtime.settings import load;"
        "configure_spans('x', load(SpanSettings, {}));"
        f"print([p for p in ({PARENT!r}, None) for _ in [0] if span('a', p).__enter__() != p],"
        "[m for m in sys.modules if m.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]


def test_a_span_is_the_child_of_what_came_in_and_is_handed_on(exported: InMemorySpanExporter) -> None:
    with span("first", PARENT, article_id="a") as handed_on, span("second", handed_on):
        pass
    second, first = exported.get_finished_spans()
    assert first.attributes == {"article_id": "a"}
    assert (first.parent.span_id, second.parent.span_id) == (0x00F067AA0BA902B7, first.context.span_id)
    assert {one.context.trace_id for one in (first, second)} == {int(TRACE, 16)}
    assert trace_id(handed_on) == TRACE


def test_without_a_trace_one_begins(exported: InMemorySpanExporter) -> None:
    with span("first", None) as handed_on:
        assert trace_id(handed_on)
    (first,) = exported.get_finished_spans()
    assert first.parent is None


def test_one_that_nobody_wants_sampled_is_handed_on_and_not_sent(exported: InMemorySpanExporter) -> None:
    with span("first", PARENT[:-1] + "0") as handed_on:
        assert trace_id(handed_on) == TRACE
    assert exported.get_finished_spans() == ()


def test_a_failure_is_noted_on_the_span(exported: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="no"), span("first", PARENT):
        raise ValueError("no")
    (first,) = exported.get_finished_spans()
    assert first.status.status_code is StatusCode.ERROR


def test_what_is_over_has_the_times_that_are_given(exported: InMemorySpanExporter) -> None:
    note("applied", PARENT, 1_000, 3_000)
    (one,) = exported.get_finished_spans()
    assert (one.start_time, one.end_time, one.context.trace_id) == (1_000, 3_000, int(TRACE, 16))


async def test_a_request_is_a_span_and_a_probe_is_none(exported: InMemorySpanExporter) -> None:
    @get("/things/{name:str}")
    async def thing(request: Request[object, object, object], name: str) -> str:
        return str(request.scope.get(HANDED_ON))

    app = Litestar([thing, healthz], middleware=[RequestMetrics()], openapi_config=None, logging_config=None)
    async with AsyncTestClient(app) as client:
        answer = await client.get("/things/a", headers={"traceparent": PARENT})
        await client.get("/healthz")
    (one,) = exported.get_finished_spans()
    assert one.name == "GET /things"
    assert answer.text == f"00-{TRACE}-{one.context.span_id:016x}-01"
