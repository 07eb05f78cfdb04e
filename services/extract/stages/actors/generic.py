"""Ministries and staffs named without their country: "the Defense Ministry", "the General Staff", "the ministry"."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from services.contracts.taxonomy import ActorKind
from services.extract.document import ActorMention, Document, Span
from services.extract.gazetteer import Word
from services.extract.stages.actors.voice import cues

_PATTERN: Final = re.compile(
    r"\b(?:the\s+)?(?P<what>(?:[Mm]inistry of [Dd]efen[cs]e|[Dd]efen[cs]e [Mm]inistry|MoD|MOD)|(?:[Gg]eneral [Ss]taff|"
    r"[Gg]enshtab)|(?:[Mm]inistry of [Ff]oreign [Aa]ffairs|[Ff]oreign [Mm]inistry)|(?:[Mm]inistry of (?:[Ii]nternal "
    r"[Aa]ffairs|(?:the )?[Ii]nterior)|[Ii]nterior [Mm]inistry)|(?:[Aa]ir [Ff]orce)"
    r"|[Hh]ealth [Mm]inistry|[Mm]inistry of [Hh]ealth|[Jj]ustice [Mm]inistry|[Mm]inistry of [Jj]ustice"
    r"|[Ee]nergy [Mm]inistry|[Mm]inistry of [Ee]nergy|(?:[Ss]tate )?[Ee]mergency [Ss]ervices?"
    r"|[Ee]mergenc(?:y|ies) [Mm]inistry|[Rr]escue [Ss]ervice|(?:[Ss]tate )?[Bb]order (?:[Gg]uard )?[Ss]ervice"
    r"|[Nn]ational [Pp]olice|(?<=the )ministry|[Aa]rmed [Ff]orces(?! of))\b"
)
_WHAT: Final[dict[str, tuple[str, str, ActorKind]]] = {
    "defence": ("ministry-of-defence", "Ministry of Defence of {}", "GOV"),
    "staff": ("general-staff", "General Staff of {}", "MIL"),
    "foreign": ("ministry-of-foreign-affairs", "Ministry of Foreign Affairs of {}", "GOV"),
    "interior": ("ministry-of-internal-affairs", "Ministry of Internal Affairs of {}", "GOV"),
    "health": ("ministry-of-health", "Ministry of Health of {}", "GOV"),
    "justice": ("ministry-of-justice", "Ministry of Justice of {}", "GOV"),
    "energy": ("ministry-of-energy", "Ministry of Energy of {}", "GOV"),
    "emergency": ("ses", "State Emergency Service of {}", "GOV"),
    "border": ("sbgs", "State Border Guard Service of {}", "GOV"),
    "police": ("national-police", "National Police of {}", "GOV"),
    "forces": ("", "Armed Forces of {}", "MIL"),
    "air": ("air-force", "Air Force of {}", "MIL"),
}
_COUNTRY: Final = {"UKR": "Ukraine", "RUS": "Russia"}


def ministries(doc: Document, words: Sequence[Word], voice: str, named: Sequence[ActorMention]) -> list[ActorMention]:
    """Resolve them to the body of that kind named last before, else to the side that the text speaks for."""
    found = []
    russian, ukrainian = cues(doc.text)
    default = "RUS" if russian > ukrainian else voice
    last: dict[str, ActorMention] = {}
    ordered = sorted(named, key=lambda m: m.span)
    at = 0
    for match in _PATTERN.finditer(doc.text):
        while at < len(ordered) and ordered[at].span.start < match.start():
            kind = _kind(ordered[at].name.lower())
            if kind and ordered[at].side in _COUNTRY:
                last[kind] = last["any"] = ordered[at]
            at += 1
        what = match.group("what").lower()
        kind = _kind(what)
        before = last.get(kind or "any")
        if what == "ministry":
            if before is None:
                kind, side = "defence", voice
            else:
                kind, side = _kind(before.name.lower()) or "defence", before.side or voice
        elif kind == "emergency":
            side = _side_of_rescuers(doc, match.start()) or voice
        elif before is not None and before.side in _COUNTRY:
            side = before.side or voice
        else:
            side = "UKR" if kind == "air" else default if kind == "defence" else voice
        if kind is None:
            continue
        tail, name, actor_kind = _WHAT[kind]
        found.append(
            ActorMention(
                Span(match.start(), match.end()),
                match.group(),
                name.format(_COUNTRY.get(side, side)),
                f"{side}/{actor_kind}" + (f"/{tail}" if tail else ""),
                side,
                actor_kind,
                what == "ministry",
                True,
                "body_without_country",
            )
        )
    return found


def _side_of_rescuers(doc: Document, offset: int) -> str | None:
    """Rescuers serve where the rubble is: the side of the nearest place before `offset`, else of the first after."""
    at = bisect_left(doc.places, offset, key=lambda p: p.span.start)
    for place in (*reversed(doc.places[max(0, at - 20) : at]), *doc.places[at : at + 20]):
        if place.country in ("UA", "RU"):
            return "UKR" if place.country == "UA" else "RUS"
    return None


def _kind(text: str) -> str | None:
    if "staff" in text or "genshtab" in text:
        return "staff"
    if "minist" in text or text in ("mod",):
        if "foreign" in text:
            return "foreign"
        if "interior" in text or "internal" in text:
            return "interior"
        for word in ("defen", "health", "justice", "energy", "emergenc"):
            if word in text:
                return {"defen": "defence", "emergenc": "emergency"}.get(word, word)
        return None
    if text == "mod":
        return "defence"
    for word, kind in (
        ("air force", "air"), ("emergenc", "emergency"), ("rescue", "emergency"), ("border", "border"),
        ("national police", "police"), ("armed forces", "forces"),
    ):  # fmt: skip
        if word in text:
            return kind
    return None
