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
    console.print(table)
    lag = figures.get("lag") or []
    if lag:
        behind = Table("topic", "partition", "behind", header_style="bold")
        for row in lag:
            behind.add_row(row["topic"], str(row["partition"]), str(row["lag"]))
        console.print(behind)
