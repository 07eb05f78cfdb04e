"""JSON to structures and back. One encoder, ordered fields: the same structure gives the same bytes."""

from functools import cache
from typing import TypeVar

import msgspec

from services.contracts.messages import Struct

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


def decode(kind: type[T], data: bytes) -> T:
    """Return the message in `data`.

    Raises UndecodableError with the path of the offending field, as in "Expected `str`, got `int` - at `$.title`".
    """
    try:
        message: T = _decoder(kind).decode(data)
        return message
    except msgspec.ValidationError as error:
        raise UndecodableError("schema", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UndecodableError("not_json", str(error)) from error
