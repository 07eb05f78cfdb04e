"""The deliverer's settings."""

from dataclasses import dataclass

from services.runtime.settings import host_and_port, positive, setting


@dataclass(frozen=True, slots=True)
class DelivererSettings:
    http: tuple[str, int] = setting(
        "FRONTLOG_DELIVERER_HTTP",
        "Address on which the deliverer of webhooks answers /healthz, /readyz and /metrics: host:port.",
        default="127.0.0.1:8084",
        parse=host_and_port,
    )
    at_once: int = setting(
        "FRONTLOG_DELIVERER_AT_ONCE",
        "Subscriptions that are delivered to at a time; each gets one message at a time.",
        default="16",
        parse=positive,
    )
    disable_hours: int = setting(
        "FRONTLOG_DELIVERER_DISABLE_HOURS",
        "Hours without one delivery that succeeds after which a failing subscription is disabled.",
        default="120",
        parse=positive,
    )
