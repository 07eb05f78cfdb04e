"""Columns of claims: one row a claim, with what it is about."""

from datetime import date
from typing import Any, Final

from services.store.api.exports.columns import Column, attribute


def _source(name: str) -> Any:
    return lambda item: getattr(item.claim.source, name)


def _claim(name: str) -> Any:
    return lambda item: getattr(item.claim, name)


def _event(name: str) -> Any:
    return lambda item: getattr(item.event, name)


def _place(name: str) -> Any:
    return lambda item: None if item.event.place is None else getattr(item.event.place, name)


def _said_on(item: Any) -> date | None:
    return None if item.claim.said_on is None else date.fromisoformat(item.claim.said_on)


COLUMNS: Final = (
    attribute("claim_id", "text", "Id of the event, and the claim's number in it", "7ccf79d6-743e-…/0"),
    Column("event_id", "text", _event("event_id"), "Id of the event", "7ccf79d6-743e-5de9-8841-…"),
    Column("article_id", "text", _event("article_id"), "Id of the article", "0b2c8c5e-91a5-5b1f-a5f1-…"),
    Column("source_name", "text", _source("name"), "Who says so", "General Staff of Ukraine"),
    Column("source_id", "text", _source("id"), "Its id; null where the lists do not have it", "UKR/MIL/general-staff"),
    Column("source_side", "text", _source("side"), "Its side", "UKR"),
    Column("source_kind", "text", _source("kind"), "Its kind; `narrator` is the article's own voice", "MIL"),
    Column("stance", "text", _claim("stance"), "asserts, confirms, denies, doubts, declines", "denies"),
    Column("act", "text", _claim("act"), "How it is said: says, claims, admits, warns, …", "says"),
    Column("via", "text", _claim("via"), "Through whom, or on what", "Telegram"),
    Column("said_on", "date", _said_on, "The day on which it was said", "2023-05-21", "day"),
    Column("phrase", "text", _claim("phrase"), "The words that tell who says so", "the General Staff said"),
    Column("type", "text", _event("type"), "Type of the event", "capture"),
    Column("modality", "text", _event("modality"), "How the text presents the event", "actual"),
    Column("place_id", "text", _place("id"), "Id of the place", "geonames:713174"),
    Column("place_name", "text", _place("name"), "Name of the place", "Bakhmut"),
    Column("published_at", "text", _event("published_at"), "When the article was published, as sent", "2023-05-21"),
    Column("publisher", "text", _event("publisher"), "Publisher of the article", "Meridian Wire"),
)
