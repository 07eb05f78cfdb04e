"""Codes of ACLED and PLOVER for events, actors and places: tables alone, the nearest code for each word of ours.

The classes of an event are in `services.contracts.taxonomy`; here is what the columns of exports need beyond them.
Both schemes record what happened and have no word for a denial, so what is negated has no row in either; ACLED has none
for plans and possibilities either.
"""

from typing import Final

from services.contracts.taxonomy import ActorKind, Modality, PlaceKind, Precision, Relation

# --- ACLED: Codebook 2024, sections "Event types", "Time precision", "Geo-precision", "Actor types" ------------------

ACLED_EVENT_TYPE: Final = {
    "Government regains territory": "Battles",
    "Non-state actor overtakes territory": "Battles",
    "Armed clash": "Battles",
    "Air/drone strike": "Explosions/Remote violence",
    "Shelling/artillery/missile attack": "Explosions/Remote violence",
    "Remote explosive/landmine/IED": "Explosions/Remote violence",
    "Attack": "Violence against civilians",
    "Agreement": "Strategic developments",
    "Change to group/activity": "Strategic developments",
    "Disrupted weapons use": "Strategic developments",
    "Headquarters or base established": "Strategic developments",
    "Non-violent transfer of territory": "Strategic developments",
    "Other": "Strategic developments",
}
"""Sub-event type -> event type."""
ACLED_NOT_ITS_OWN: Final = {"Forced displacement": "Other"}
"""Sub-event types of ours that ACLED does not have, by what it would use."""
ACLED_DISORDER: Final = {
    "Battles": "Political violence",
    "Explosions/Remote violence": "Political violence",
    "Violence against civilians": "Political violence",
    "Strategic developments": "Strategic developments",
}
"""Event type -> disorder type."""
ACLED_TIME: Final[dict[Precision, int]] = {"day": 1, "week": 2, "month": 3, "season": 3, "year": 3, "open": 3}
ACLED_TIME_UNDATED: Final = 2
"""An event without a date has the day of its article: near it, but not it."""
ACLED_PLACE: Final[dict[PlaceKind, int]] = {
    "settlement": 1,
    "feature": 1,
    "raion": 2,
    "oblast": 3,
    "region": 3,
    "country": 3,
}
ACLED_AT: Final[frozenset[Relation]] = frozenset({"in", "outskirts"})
"""Relations that leave a settlement's precision as it is; any other makes it 2, "near"."""
ACLED_FORCES: Final = {
    "UKR": "Military Forces of Ukraine (2019-)",
    "RUS": "Military Forces of Russia (2000-)",
    "BLR": "Military Forces of Belarus (1994-)",
}
"""Side -> its forces, as ACLED names them."""
ACLED_ACTOR: Final[dict[ActorKind, str]] = {
    "PROXY": "Rebel group",
    "PMC": "Political militia",
    "CIV": "Civilians",
}
"""Kind of actor -> actor type; `MIL` and `GOV` are state forces at home and external forces elsewhere."""
ACLED_AT_HOME: Final = "State forces"
ACLED_ELSEWHERE: Final = "External/Other forces"
COUNTRY: Final = {
    "UA": ("UKR", 804, "Ukraine"),
    "RU": ("RUS", 643, "Russia"),
    "BY": ("BLR", 112, "Belarus"),
    "MD": ("MDA", 498, "Moldova"),
    "PL": ("POL", 616, "Poland"),
    "RO": ("ROU", 642, "Romania"),
}
"""ISO 3166 alpha-2 -> alpha-3, number, name: the countries of the gazetteer."""
ACLED_REGION: Final = "Europe"

# --- PLOVER: reference of the Open Event Data Alliance --------------------------------------------------------------

PLOVER_QUAD: Final = {
    "CONSULT": 1,
    "AID": 2,
    "RETREAT": 2,
    "MOBILIZE": 4,
    "COERCE": 4,
    "ASSAULT": 4,
}
"""Class -> 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict."""
PLOVER_CONTEXT: Final[dict[Modality, str]] = {
    "intended": "future",
    "possible": "hypothetical",
    "conditional": "hypothetical",
}
PLOVER_SECTOR: Final[dict[ActorKind, str]] = {
    "MIL": "MIL",
    "GOV": "GOV",
    "PROXY": "REB",
    "PMC": "PRM",
    "CIV": "CVL",
    "ORG": "NGO",
    "MEDIA": "MED",
    "narrator": "MED",
}
"""Kind of actor -> sector; a person without an office has none."""
ALLIANCES: Final = frozenset({"EU", "NATO", "UN", "WEST"})
"""Sides that are no country; their organisations are of the sector IGO."""
