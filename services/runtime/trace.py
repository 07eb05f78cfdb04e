"""W3C Trace Context: the `traceparent` of a request goes with its articles through the log, to their rows.

Its second part is the trace's id, which logs and rows carry, so that one article can be followed by it.
"""

import re
import secrets
from typing import Final

from services.contracts.cloudevents import TRACEPARENT, header
from services.runtime.log.port import Headers

_TRACEPARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\Z")


def traceparent(header: str | None) -> str | None:
    """Return the header where it is valid; a broken one is ignored, as the specification asks (section 3.2)."""
    found = _TRACEPARENT.match((header or "").strip()[:256])
    if found is None:
        return None
    version, trace, parent, flags, rest = found.groups()
    if version == "ff" or trace == "0" * 32 or parent == "0" * 16 or (version == "00" and rest):
        return None
    return f"{version}-{trace}-{parent}-{flags}"


def begin() -> str:
    """The `traceparent` of a new trace, for what came without one. Not sampled: nobody has asked for its spans."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def trace_id(parent: str | None) -> str | None:
    """The id of the trace that a `traceparent` names, 32 hexadecimal digits; None where it is missing or broken."""
    valid = traceparent(parent)
    return valid.split("-")[1] if valid else None


def trace_of(headers: Headers) -> str | None:
    """The id of the trace that a record is part of, or None."""
    return trace_id(header(headers, TRACEPARENT))
