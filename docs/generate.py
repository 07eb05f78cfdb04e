"""Writes the reference pages that are made from the code: docs/settings.md, docs/metrics.md, docs/openapi/*.json,
docs/asyncapi.yaml, docs/data-dictionary.md.

usage: python docs/generate.py [--check]      --check writes nothing and fails where a page is not what the code says
"""

import dataclasses
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import yaml
from prometheus_client.metrics import MetricWrapperBase

import services
from services.contracts import asyncapi
from services.runtime import metrics
from services.runtime.settings import Setting, declared
from services.store.api.exports import dictionary

DOCS = Path(__file__).parent


def modules() -> Iterator[str]:
    """Names of every module that may declare settings; the programs' entry points are left alone."""
    for found in pkgutil.walk_packages(services.__path__, "services."):
        if not found.name.endswith("__main__") and ".migrations." not in found.name:
            yield found.name


def settings() -> dict[str, list[tuple[str, Setting]]]:
    """Setting name -> (module, declaration), in every place that declares it."""
    found: dict[str, list[tuple[str, Setting]]] = {}
    seen: set[type] = set()
    for name in modules():
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value) and value not in seen:
                seen.add(value)
                for one in declared(value):
                    found.setdefault(one.name, []).append((value.__module__, one))
    return found


def settings_page() -> str:
    lines = [
        "# Settings",
        "",
        "Every setting comes from the environment. Any of them can be given as a file instead, by `NAME_FILE`.",
        "A setting that cannot be read stops the service at its start, with the name and what it takes.",
        "",
        "| setting | default | used by | what it is |",
        "| --- | --- | --- | --- |",
    ]
    for name, places in sorted(settings().items()):
        users = ", ".join(f"`{module}`" for module in sorted({module for module, _ in places}))
        docs = " ".join(dict.fromkeys(one.doc for _, one in places))
        defaults = dict.fromkeys("required" if one.default is None else f"`{one.default}`" for _, one in places)
        shown = " / ".join("empty" if default == "``" else default for default in defaults)
        lines.append(f"| `{name}` | {shown} | {users} | {docs.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def metrics_page() -> str:
    lines = [
        "# Metrics",
        "",
        "Every service serves them at `/metrics` in Prometheus' text format. Durations are in seconds.",
        "",
        "| metric | kind | labels | what it is |",
        "| --- | --- | --- | --- |",
    ]
    for value in vars(metrics).values():
        if isinstance(value, MetricWrapperBase):
            family = next(iter(value.describe()))
            suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
            labels = ", ".join(f"`{label}`" for label in value._labelnames) or "none"
            lines.append(f"| `{family.name}{suffix}` | {family.type} | {labels} | {family.documentation} |")
    return "\n".join(lines) + "\n"


def openapi(module: str) -> Callable[[], str]:
    """A page that is the OpenAPI document of the service in `module`, which has `openapi_document() -> dict`."""

    def page() -> str:
        document = importlib.import_module(module).openapi_document()
        return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    return page


def asyncapi_page() -> str:
    document = asyncapi.document(version("frontlog"))
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "metrics.md": metrics_page,
    "openapi/ingest.json": openapi("services.ingest.app"),
    "openapi/api.json": openapi("services.store.api.app"),
    "asyncapi.yaml": asyncapi_page,
    "data-dictionary.md": dictionary.page,
}


def main(arguments: list[str]) -> int:
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote docs/{name}")
    if stale and "--check" in arguments:
        print(f"not what the code says: {', '.join(stale)}; run `make docs`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
