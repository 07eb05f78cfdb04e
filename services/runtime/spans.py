"""Spans for an OpenTelemetry collector: one for what each service does with one article or request.

Off unless `FRONTLOG_SPANS` is true; then nothing of OpenTelemetry is imported, and traces are only handed on. On, each
span is the child of the one that the `traceparent` names, and what is handed on names the span: so all four services
stand in one trace. Needs the extra `otel`; where to send to is set by OpenTelemetry's own variables
(`OTEL_EXPORTER_OTLP_ENDPOINT`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.runtime.build import build
from services.runtime.settings import SettingError, boolean, setting

_tracer: Any = None
"""OpenTelemetry's tracer; None while spans are off."""


@dataclass(frozen=True, slots=True)
class SpanSettings:
    spans: bool = setting(
        "FRONTLOG_SPANS",
        "Whether spans are sent to an OpenTelemetry collector (needs the extra otel; OTEL_EXPORTER_OTLP_ENDPOINT "
        "names it).",
        default="false",
        parse=boolean,
    )


def configure_spans(service: str, settings: SpanSettings, exporter: Any = None) -> None:
    """Send the spans of this process as those of `service`, to `exporter` in place of the collector where given.

    Raises SettingError where spans are wanted and the extra is not installed.
    """
    global _tracer
    if not settings.spans:
        _tracer = None
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError as error:
        raise SettingError(f"FRONTLOG_SPANS: the extra otel is not installed ({error.name})") from error
    resource = Resource.create({"service.name": f"frontlog-{service}", "service.version": build()})
    provider = TracerProvider(resource=resource)
    # Sent by a thread of its own; what the collector does not take in time is dropped, never waited for.
    provider.add_span_processor(
        SimpleSpanProcessor(exporter) if exporter is not None else BatchSpanProcessor(OTLPSpanExporter())
    )
    _tracer = provider.get_tracer("frontlog")


@contextmanager
def span(name: str, parent: str | None, **attributes: str | int) -> Iterator[str | None]:
    """Measure what is done within; give the `traceparent` to hand on: the span's own, and `parent` while spans are off.

    An exception that leaves is noted on the span.
    """
    if _tracer is None:
        yield parent
        return
    with _tracer.start_as_current_span(name, context=_context(parent), attributes=attributes) as current:
        yield _traceparent(current)


def note(name: str, parent: str | None, begun: int, ended: int, **attributes: str | int) -> None:
    """Tell of something that is over; times in nanoseconds since 1970. For work on many articles in one go."""
    if _tracer is not None:
        one = _tracer.start_span(name, context=_context(parent), attributes=attributes, start_time=begun)
        one.end(ended)


def _context(parent: str | None) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent} if parent else {})


def _traceparent(current: Any) -> str:
    about = current.get_span_context()
    return f"00-{about.trace_id:032x}-{about.span_id:016x}-{int(about.trace_flags):02x}"
