"""What was found, as a person reads it: one line an event, a table of events, a table of contested places.

Works on what the API answers (plain JSON) and on the contract's events alike.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from rich.table import Table

from services.console.printing import literal
from services.contracts.messages import Event

SPEAKS_FOR = ("asserts", "confirms")
SPEAKS_AGAINST = ("denies", "doubts")
MODALITY_MARK = {"actual": "", "intended": "planned", "possible": "possible", "conditional": "if", "negated": "not"}


def event_line(event: Event) -> str:
    """One line of rich markup: when, what, where, by whom, who says so."""
    what = msgspec.to_builtins(event)
    return "  ".join(
        part
        for part in (
            f"[dim]{when(what)}[/dim]",
            kind(what),
            literal(where(what)),
            literal(who(what.get("actor"))),
            f"[dim]{literal(sources(what, SPEAKS_FOR))}[/dim]",
            f"[yellow]against: {literal(sources(what, SPEAKS_AGAINST))}[/yellow]" if disputed(what) else "",
        )
        if part
    )


def events_table(events: Iterable[dict[str, Any]], title: str) -> Table:
    """When, what and where and by whom, who claims it, who disputes it; readable in 80 columns."""
    table = Table(title=title, title_justify="left", header_style="bold", show_lines=False)
    table.add_column("when", no_wrap=True)
    table.add_column("what · where · by whom", ratio=5, overflow="fold")
    table.add_column("claimed by", ratio=3, overflow="fold")
    table.add_column("disputed by", ratio=2, overflow="fold", style="yellow")
    for event in events:
        told = " · ".join(
            part for part in (kind(event), literal(where(event)), literal(who(event.get("actor")))) if part
        )
        table.add_row(when(event), told, literal(sources(event, SPEAKS_FOR)), literal(sources(event, SPEAKS_AGAINST)))
    return table


def kind(event: dict[str, Any]) -> str:
    """Return type and modality of an event, marked up for the console."""
    mark = MODALITY_MARK.get(event["modality"], event["modality"])
    return f"[bold]{event['type']}[/bold]" + (f" [italic]({mark})[/italic]" if mark else "")


def where(event: dict[str, Any]) -> str:
    """Return the place of an event as it is told, empty where it has none: "near Bakhmut"."""
    place = event.get("place")
    if not place:
        return ""
    relation = place.get("relation", "in")
    name = str(place["name"])
    return name if relation == "in" else f"{relation.replace('_', ' ')} {name}"


def when(event: dict[str, Any]) -> str:
    """The day, month or first day and a mark; `≤` the date of publication where the text tells none."""
    told = event.get("when") or {}
    start, end = told.get("start"), told.get("end")
    if start and end:
        if start == end:
            return str(start)
        return str(start[:7]) if start[:7] == end[:7] and told.get("precision") == "month" else f"{start}+"
    if start:
        return f"{start}+"
    limit = end or (event.get("published_at") or "")[:10]
    return f"≤ {limit}" if limit else ""


def who(actor: dict[str, Any] | None) -> str:
    """Return an actor's name, with the side where the name does not say it; empty for None."""
    if not actor:
        return ""
    side = actor.get("side")
    return f"{actor['name']} ({side})" if side and side not in actor["name"] else str(actor["name"])


def sources(event: dict[str, Any], stances: tuple[str, ...]) -> str:
    """The names of those who speak with one of `stances`; the article itself is shown as its publisher."""
    names: list[str] = []
    for claim in event.get("claims") or []:
        if claim["stance"] in stances:
            narrator = claim["source"].get("kind") == "narrator"
            name = (event.get("publisher") or "the article") if narrator else claim["source"]["name"]
            if name not in names:
                names.append(name)
    return ", ".join(names)


def disputed(event: dict[str, Any]) -> bool:
    return any(claim["stance"] in SPEAKS_AGAINST for claim in event.get("claims") or [])


def places_table(places: Iterable[dict[str, Any]], title: str) -> Table:
    """Contested places: who is said to hold them, who disputes that, since when."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in ("place", "oblast", "said to be held by", "disputed by", "since", "events"):
        table.add_column(name)
    for place in places:
        table.add_row(
            literal(str(place["name"])),
            literal(str(place["admin1"] or "")),
            literal(", ".join(place["claimed_by"])),
            literal(", ".join(place["disputed_by"])),
            str(place["since"] or ""),
            str(place["event_count"]),
        )
    return table
