"""The query API's settings."""

from dataclasses import dataclass

from services.runtime.settings import host_and_port, positive, setting


def origins(text: str) -> tuple[str, ...]:
    """Read origins separated by commas; the empty text is none."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for origin in found:
        if origin != "*" and not origin.startswith(("http://", "https://")):
            raise ValueError("expected origins such as https://maps.example.org, or *")
    return found


@dataclass(frozen=True, slots=True)
class ApiSettings:
    http: tuple[str, int] = setting(
        "FRONTLOG_API_HTTP",
        "Address on which the query API listens: host:port.",
        default="127.0.0.1:8081",
        parse=host_and_port,
    )
    pool: int = setting(
        "FRONTLOG_API_POOL", "Most database connections that the API opens.", default="8", parse=positive
    )
    exports: int = setting(
        "FRONTLOG_API_EXPORTS",
        "Most whole lists (CSV, Parquet, …) that the API sends at the same time, each over a connection of its own.",
        default="4",
        parse=positive,
    )
    stalled: int = setting(
        "FRONTLOG_API_STALLED",
        "Seconds for which the reader of a whole list may take nothing before the connection is cut, so that it holds "
        "none of the database's for ever.",
        default="60",
        parse=positive,
    )
    seconds: int = setting(
        "FRONTLOG_API_SECONDS",
        "Seconds after which the database gives up on one query, answered 503.",
        default="10",
        parse=positive,
    )
    cors: tuple[str, ...] = setting(
        "FRONTLOG_API_CORS",
        "Origins whose pages may read the API, separated by commas, or *; empty allows none.",
        default="",
        parse=origins,
    )
