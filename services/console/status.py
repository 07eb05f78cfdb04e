"""`frontlog status`: one screen that answers whether it is well, how far behind it is and what is in it."""

from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from services.console.home import Addresses, Running


def status(where: Addresses, running: Running | None, console: Console) -> int:
    """Print the screen; return 0 when every service that can be asked is ready, else 1."""
    services = {"ingest": where.ingest, "api": where.api}
    if running:
        services |= {"extract": running.extract, "projector": running.projector}
    table = Table("service", "ready", "address", "reason", header_style="bold")
    ready = True
    with httpx.Client(timeout=6.0, trust_env=False) as client:
        for name, base in services.items():
            well, reason = _ready(client, base)
            ready &= well
            table.add_row(name, "[green]yes[/green]" if well else "[red]no[/red]", base, reason)
        console.print(table)
        try:
            figures = client.get(f"{where.api}/status").raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            console.print(f"[red]no figures: {error}[/red]")
            return 1
    _figures(figures, console)
    return 0 if ready else 1


def _ready(client: httpx.Client, base: str) -> tuple[bool, str]:
    try:
        response = client.get(f"{base}/readyz")
    except httpx.HTTPError as error:
        return False, f"cannot be reached: {error}"
    if response.status_code == 200:
        return True, ""
    try:
        return False, str(response.json().get("detail") or response.json().get("title"))
    except ValueError:
        return False, response.text[:100]


def _figures(figures: dict[str, Any], console: Console) -> None:
    table = Table("figure", "value", header_style="bold")
    for name, value in figures.items():
        if not isinstance(value, dict | list):
            table.add_row(name.replace("_", " "), "-" if value is None else str(value))
    for stage, count in (figures.get("dead_letters_by_stage") or {}).items():
        table.add_row(f"dead letters of {stage}", str(count))
    for topic, behind in lag_by_topic(figures.get("lag") or []).items():
        table.add_row(f"behind on {topic}", "not known" if behind is None else f"{behind} records")
    console.print(table)


def lag_by_topic(rows: list[dict[str, Any]]) -> dict[str, int | None]:
    """Records published and not yet in the store, by topic; None where a partition's end has not been seen."""
    found: dict[str, int | None] = {}
    for row in rows:
        before = found.get(row["topic"], 0)
        found[row["topic"]] = None if before is None or row["lag"] is None else before + int(row["lag"])
    return found
