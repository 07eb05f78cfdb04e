"""The closed vocabularies of the codebook: event types with PLOVER and ACLED codes, modalities, stances and so on.

Everything that names a type, a modality or a stance takes it from here; JSON Schema enumerates these values.
"""

from typing import Final, Literal, get_args

EventType = Literal[
    "capture",
    "control",
    "withdrawal",
    "advance",
    "repulse",
    "hold",
    "assault",
    "clash",
    "strike",
    "encirclement",
    "interdiction",
    "deployment",
    "arms_transfer",
    "casualties",
    "displacement",
    "destruction",
    "diplomacy",
]
Modality = Literal["actual", "intended", "possible", "conditional", "negated"]
Stance = Literal["asserts", "confirms", "denies", "doubts", "declines"]
Act = Literal[
    "says",
    "claims",
    "reports",
    "confirms",
    "admits",
    "pledges",
    "orders",
    "asks",
    "accuses",
    "warns",
    "assesses",
    "denies",
    "declines",
]
ActorKind = Literal["MIL", "GOV", "PROXY", "PMC", "CIV", "ORG", "MEDIA", "PER", "narrator"]
PlaceKind = Literal["settlement", "oblast", "raion", "region", "country", "feature"]
Relation = Literal[
    "in",
    "around",
    "near",
    "toward",
    "from",
    "between",
    "direction",
    "outskirts",
    "north_of",
    "south_of",
    "east_of",
    "west_of",
    "northeast_of",
    "northwest_of",
    "southeast_of",
    "southwest_of",
]
Precision = Literal["day", "week", "month", "season", "year", "open"]
ExtentLabel = Literal["all", "most", "half", "part", "share"]
Bound = Literal["over", "under", "about"]
QuantityKind = Literal[
    "killed",
    "wounded",
    "killed_or_wounded",
    "captured",
    "missing",
    "displaced",
    "released",
    "troops",
    "equipment",
    "area_share",
    "area",
    "distance",
    "strikes",
    "munitions",
    "sum",
]
Means = Literal[
    "artillery",
    "rocket",
    "missile",
    "drone",
    "air",
    "armour",
    "infantry",
    "mine",
    "naval",
    "small_arms",
    "electronic",
    "sabotage",
    "nuclear",
    "chemical",
]

EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)
MODALITIES: Final[tuple[Modality, ...]] = get_args(Modality)

PLOVER: Final[dict[EventType, str]] = {
    "capture": "ASSAULT",
    "control": "MOBILIZE",
    "withdrawal": "RETREAT",
    "advance": "ASSAULT",
    "repulse": "ASSAULT",
    "hold": "MOBILIZE",
    "assault": "ASSAULT",
    "clash": "ASSAULT",
    "strike": "ASSAULT",
    "encirclement": "COERCE",
    "interdiction": "COERCE",
    "deployment": "MOBILIZE",
    "arms_transfer": "AID",
    "casualties": "ASSAULT",
    "displacement": "COERCE",
    "destruction": "ASSAULT",
    "diplomacy": "CONSULT",
}
"""PLOVER event classes (the successor of CAMEO), the nearest one for each type."""

ACLED: Final[dict[EventType, str]] = {
    "capture": "Non-state actor overtakes territory",
    "control": "Headquarters or base established",
    "withdrawal": "Non-violent transfer of territory",
    "advance": "Armed clash",
    "repulse": "Armed clash",
    "hold": "Armed clash",
    "assault": "Armed clash",
    "clash": "Armed clash",
    "strike": "Shelling/artillery/missile attack",
    "encirclement": "Armed clash",
    "interdiction": "Disrupted weapons use",
    "deployment": "Change to group/activity",
    "arms_transfer": "Other",
    "casualties": "Attack",
    "displacement": "Forced displacement",
    "destruction": "Remote explosive/landmine/IED",
    "diplomacy": "Agreement",
}
"""ACLED sub-event types, the nearest one for each type; `sub_event` refines it where actor or means decide."""

AIR_MEANS: Final = frozenset({"air", "drone"})


def sub_event(event_type: EventType, side: str | None, means: tuple[str, ...] | list[str]) -> str:
    """Return the ACLED sub-event type for one event.

    ACLED tells a government that regains a place from a non-state actor that overtakes one, and air or drone strikes
    from fire on the ground; every other type has one code.
    """
    if event_type == "capture" and side in ("UKR", "RUS"):
        return "Government regains territory" if side == "UKR" else "Non-violent transfer of territory"
    if event_type == "strike" and AIR_MEANS & set(means):
        return "Air/drone strike"
    return ACLED[event_type]
