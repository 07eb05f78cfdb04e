"""W3C Trace Context: the `traceparent` of a request goes with its articles through the log."""

import re
from typing import Final

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
