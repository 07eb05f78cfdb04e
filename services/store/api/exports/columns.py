"""A column of an exported table: its name, type and meaning, and how it is read from a row's object."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "integer", "number", "boolean", "date", "time", "texts", "json"]
"""`texts` is a list of texts and `json` a list of objects: in CSV both are JSON."""


@dataclass(frozen=True, slots=True)
class Column:
    """`of` reads the value from a row's object; None is null. `unit` is empty where there is none."""

    name: str
    kind: Kind
    of: Callable[[Any], Any]
    meaning: str
    example: str
    unit: str = ""


def attribute(name: str, kind: Kind, meaning: str, example: str, unit: str = "") -> Column:
    """The column of the object's attribute of the same name."""
    return Column(name, kind, lambda item: getattr(item, name), meaning, example, unit)


def inside(part: str, attribute: str) -> Callable[[Any], Any]:
    """Read `item.part.attribute`, None where `item.part` is."""

    def read(item: Any) -> Any:
        found = getattr(item, part)
        return None if found is None else getattr(found, attribute)

    return read
