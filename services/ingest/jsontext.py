"""Bytes to JSON values, strictly: what a lenient reader would lose or choke on is refused with its place.

Refused beyond RFC 8259's grammar: repeated names of one object (the last would silently win), NaN and infinities,
and texts with so many values that reading them would take far more memory than the text itself.
"""

import json
import re
from typing import Any, Final, NoReturn

MAX_STRUCTURE: Final = 1024 * 1024
"""Characters outside of strings. An article needs some hundred; each one can cost 30 times its size in memory."""

_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_BOM: Final = "\ufeff"


class MalformedError(ValueError):
    """The text is not JSON that can be taken. The message names the place: byte offset, line and column from 1."""


def parse(data: bytes, *, one_line: bool = False) -> Any:
    """Return the value in `data`, UTF-8 with or without a byte order mark. Raises MalformedError.

    `one_line`: the place of an error is its byte offset alone.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 at byte {error.start}") from None
    text = text.removeprefix(_BOM)
    if not text.strip():
        raise MalformedError("the body is empty")
    if len(data) > MAX_STRUCTURE and structure(data) > MAX_STRUCTURE:
        raise MalformedError(f"more than {MAX_STRUCTURE} characters outside of strings: too many values")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        offset = len(text[: error.pos].encode("utf-8", "surrogatepass"))
        place = "" if one_line else f" (line {error.lineno}, column {error.colno})"
        raise MalformedError(f"{error.msg} at byte {offset}{place}") from None
    except RecursionError:
        raise MalformedError("nested too deeply") from None
    except MalformedError:
        raise
    except ValueError as error:
        raise MalformedError(str(error).partition(";")[0]) from None


def structure(data: bytes) -> int:
    """Count the bytes of a JSON text that are not in strings: an upper bound for the number of its values."""
    return len(_STRINGS.sub(b"", data))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                shown = name[:100].encode("utf-8", "replace").decode()
                raise MalformedError(f"the name {json.dumps(shown, ensure_ascii=False)} stands twice in one object")
            seen.add(name)
    return found


def _constant(word: str) -> NoReturn:
    raise MalformedError(f"{word} is not JSON")
