"""JSON to structures and back. One encoder, ordered fields: the same structure gives the same bytes.

What was written in an earlier version of the schema is brought to today's on reading (`upcast`).
"""

from functools import cache
from typing import Any, TypeVar

import msgspec

from services.contracts import upcast
from services.contracts.messages import SCHEMA_VERSION, Struct

T = TypeVar("T", bound=Struct)

_encoder = msgspec.json.Encoder(order="deterministic")


class UndecodableError(ValueError):
    """Bytes that are not the JSON of the message they should be. `reason` is `not_json` or `schema`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@cache
def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(kind)


def encode(message: Struct) -> bytes:
    """Return the message as UTF-8 JSON."""
    data: bytes = _encoder.encode(message)
    return data


def decode(kind: type[T], data: bytes, written: int | None = None) -> T:
    """Return the message in `data`.

    `written` is the version of the schema that it was written in; by default the one that it says itself or, where
    messages of its kind do not say, today's. Raises UndecodableError with the path of the offending field, as in
    "Expected `str`, got `int` - at `$.title`".
    """
    try:
        written = _written_in(kind, data) if written is None else written
        if written < SCHEMA_VERSION:
            old = msgspec.json.decode(data, type=dict[str, Any])
            new = upcast.upcast(kind, old, written, steps=upcast.STEPS, current=SCHEMA_VERSION)
            return msgspec.convert(new, kind)
        message: T = _decoder(kind).decode(data)
        return message
    except msgspec.ValidationError as error:
        raise UndecodableError("schema", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UndecodableError("not_json", str(error)) from error


class _Versioned(msgspec.Struct):
    """What is read of a record first: the version that the rest is written in; the first ones did not say."""

    schema_version: int = 1


_version = msgspec.json.Decoder(_Versioned)
_FIRST = 1


def _written_in(kind: type[Struct], data: bytes) -> int:
    # As long as there is but one version, nothing can be older, and no look is needed.
    if SCHEMA_VERSION == _FIRST or not upcast.tells_version(kind):
        return SCHEMA_VERSION
    return _version.decode(data).schema_version
