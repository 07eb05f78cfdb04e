"""Logs of every service: structured, one event a line, as JSON for machines or in colour for people.

What the libraries log by the standard module goes the same way.
"""

import logging
import sys
import time
from dataclasses import dataclass
from typing import Final

import structlog

from services.runtime.settings import load, setting

REPEAT_SECONDS: Final = 10.0

# Local variables hold passwords, keys and whole articles: they stay out of the logs.
_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def _level(text: str) -> int:
    found = logging.getLevelNamesMapping().get(text.upper())
    if found is None:
        raise ValueError("expected debug, info, warning or error")
    return found


def _format(text: str) -> str:
    if text not in ("json", "console", "auto"):
        raise ValueError("expected json, console or auto")
    return text


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    level: int = setting(
        "FRONTLOG_LOG_LEVEL", "Least severe that is logged: debug, info, warning, error.", default="info", parse=_level
    )
    format: str = setting(
        "FRONTLOG_LOG_FORMAT",
        "json, console, or auto: console on a terminal, JSON elsewhere.",
        default="auto",
        parse=_format,
    )


def configure_logging(service: str, settings: LoggingSettings | None = None) -> None:
    """Send the logs of this process to stderr, each with the name of the service. Call it once, at the start."""
    settings = settings or load(LoggingSettings)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _named(service),
    ]
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    last: list[structlog.typing.Processor] = (
        [_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    handler.addFilter(_Repeats(("aiokafka", "faust", "mode")))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level)
    # At info these tell of every request and every heartbeat.
    for noisy in ("httpx", "httpcore", "aiokafka", "faust", "mode"):
        logging.getLogger(noisy).setLevel(max(settings.level, logging.WARNING))


def _named(service: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event.setdefault("service", service)
        return event

    return add


class _Repeats(logging.Filter):
    """Lets one library's message through once in a while: clients of a broker that is gone say so many times a second.

    Messages are told apart by their template, before their arguments are filled in.
    """

    def __init__(self, libraries: tuple[str, ...]) -> None:
        super().__init__()
        self._libraries = libraries
        self._seen: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in self._libraries:
            return True
        key = (record.name, str(record.msg)[:200])
        now = time.monotonic()
        if now - self._seen.get(key, float("-inf")) < REPEAT_SECONDS:
            return False
        if len(self._seen) > 1000:
            self._seen.clear()
        self._seen[key] = now
        return True
