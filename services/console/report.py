"""What was found, as a person reads it: one line an event, a table of events, a table of contested places.

Works on what the API answers (plain JSON) and on the contract's events alike.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from rich.markup import escape
from rich.table import Table

from services.contracts.messages import Event

SPEAKS_FOR = ("asserts", "confirms")
SPEAKS_AGAINST = ("denies", "doubts")
SIDE_STYLE = {"UKR": "bright_blue", "RUS": "bright_red"}
MODALITY_MARK = {"actual": "", "intended": "planned", "possible": "possible", "conditional": "if", "negated": "not"}


def event_line(event: Event) -> str:
    """One line of rich markup: when, what, where, by whom, who says so."""
    what = msgspec.to_builtins(event)
    return "  ".join(
        part
        for part in (
            f"[dim]{when(what)}[/dim]",
            kind(what),
            escape(where(what)),
            escape(who(what.get("actor"))),
            f"[dim]{escape(sources(what, SPEAKS_FOR))}[/dim]",
            f"[yellow]against: {escape(sources(what, SPEAKS_AGAINST))}[/yellow]" if disputed(what) else "",
        )
        if part
    )


def events_table(events: Iterable[dict[str, Any]], title: str) -> Table:
    """What, where, when, who claims it, who disputes it."""
    table = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for name, options in (
        ("when", {"no_wrap": True}),
        ("what", {"no_wrap": True}),
        ("where", {"max_width": 24}),
        ("by", {"max_width": 22}),
        ("claimed by", {"max_width": 32}),
        ("disputed by", {"max_width": 24}),
        ("sure", {"justify": "right"}),
    ):
        table.add_column(name, **options)
    for event in events:
        table.add_row(
            when(event),
            kind(event),
            escape(where(event)),
            escape(who(event.get("actor"))),
            escape(sources(event, SPEAKS_FOR)),
            f"[yellow]{escape(sources(event, SPEAKS_AGAINST))}[/yellow]",
            f"{event['confidence']:.2f}",
        )
    return table


def kind(event: dict[str, Any]) -> str:
    mark = MODALITY_MARK.get(event["modality"], event["modality"])
    return f"[bold]{event['type']}[/bold]" + (f" [italic]({mark})[/italic]" if mark else "")


def where(event: dict[str, Any]) -> str:
    place = event.get("place")
    if not place:
        return ""
    relation = place.get("relation", "in")
    name = str(place["name"])
    return name if relation == "in" else f"{relation.replace('_', ' ')} {name}"


def when(event: dict[str, Any]) -> str:
    """The dates, or `≤` the date of publication where the text tells none."""
    told = event.get("when") or {}
    start, end = told.get("start"), told.get("end")
    if start and end:
        return start if start == end else f"{start}…{end[5:] if end[:4] == start[:4] else end}"
    if start:
        return f"{start}…"
    limit = end or (event.get("published_at") or "")[:10]
    return f"≤ {limit}" if limit else ""


def who(actor: dict[str, Any] | None) -> str:
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
    """Contested places: the standing and who claims what."""
    table = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for name in ("place", "oblast", "standing", "events"):
        table.add_column(name)
    for place in places:
        table.add_row(
            escape(str(place["name"])),
            escape(str(place.get("admin1") or "")),
            str(place.get("standing") or ""),
            str(place.get("events", place.get("event_count", ""))),
        )
    return table
