"""Columns of sources: who makes claims, and what became of them."""

from typing import Final

from services.store.api.exports.columns import attribute

COLUMNS: Final = (
    attribute(
        "source_id", "text", "Id, or `name:` and its name, or `outlet:` and the publisher's", "UKR/MIL/general-staff"
    ),
    attribute("name", "text", "Name", "General Staff of Ukraine"),
    attribute("side", "text", "Side", "UKR"),
    attribute("kind", "text", "Kind: MIL, GOV, MEDIA, PER, …", "MIL"),
    attribute("outlet", "boolean", "Whether it is an article's own voice", "false"),
    attribute("claim_count", "integer", "Claims that it makes", "120", "claims"),
    attribute("report_count", "integer", "Reports in which it speaks, copies counted once", "80", "reports"),
    attribute("incident_count", "integer", "Incidents that it speaks of", "95", "incidents"),
    attribute("asserted", "integer", "Incidents that it asserts", "90", "incidents"),
    attribute("denying", "integer", "Incidents that it denies", "5", "incidents"),
    attribute("confirmed", "integer", "Of these, where another named source says the same", "40", "incidents"),
    attribute("denied", "integer", "Of these, where another named source says the contrary", "12", "incidents"),
)
