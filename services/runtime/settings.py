"""Settings from the environment, each documented once beside the code that uses it.

A service declares a frozen dataclass whose fields are made by `setting`; `load` reads it. `docs/settings.md` is made
from the same declarations. A secret can also be given as a file: `FRONTLOG_X_FILE` names it.
"""

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class SettingError(ValueError):
    """A setting is missing or cannot be read. The text names the variable and what it takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one field is read: the variable's name, how its text is parsed, and what to tell the operator."""

    name: str
    parse: Callable[[str], Any]
    doc: str
    default: str | None
    secret: bool


def setting(
    name: str, doc: str, *, default: str | None = None, parse: Callable[[str], Any] = str, secret: bool = False
) -> Any:
    """Declare one setting, as the default of a dataclass field.

    `default` is the text that stands in where the variable is not set, parsed like one that is; None makes the
    setting required. `parse` raises ValueError with a text that says what is expected.
    """
    # A secret is no part of the text that a dataclass shows of itself: that may be logged.
    return dataclasses.field(repr=not secret, metadata={"setting": Setting(name, parse, doc, default, secret)})


def declared(cls: type) -> list[Setting]:
    """The settings of a dataclass, in order."""
    return [f.metadata["setting"] for f in dataclasses.fields(cls) if "setting" in f.metadata]


def load(cls: type[T], env: Mapping[str, str] | None = None) -> T:
    """Read every setting of `cls` from `env` (the process's own by default). Raises SettingError naming all faults."""
    env = os.environ if env is None else env
    values: dict[str, Any] = {}
    faults: list[str] = []
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        if "setting" not in field.metadata:
            continue
        spec: Setting = field.metadata["setting"]
        try:
            text = _text(spec, env)
            if text is None:
                raise ValueError("is required")
            values[field.name] = spec.parse(text)
        except (ValueError, OSError) as error:
            faults.append(f"{spec.name}: {error} ({spec.doc})")
    if faults:
        raise SettingError("; ".join(faults))
    return cls(**values)


def _text(spec: Setting, env: Mapping[str, str]) -> str | None:
    if env.get(spec.name):
        return env[spec.name]
    if path := env.get(f"{spec.name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return spec.default


def boolean(text: str) -> bool:
    """Read true/false, yes/no, on/off, 1/0."""
    word = text.strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError("expected true or false")


def positive(text: str) -> int:
    """Read a whole number above zero."""
    number = int(text)
    if number <= 0:
        raise ValueError("expected a whole number above zero")
    return number


def optional(text: str) -> str | None:
    """Read a text, the empty one as None."""
    return text or None


def host_and_port(text: str) -> tuple[str, int]:
    """Read `host:port`; an IPv6 host stands in brackets."""
    host, separator, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not separator or not host or not port.isascii() or not port.isdecimal() or int(port) > 65535:
        raise ValueError("expected host:port, as in 127.0.0.1:8081")
    return host, int(port)
