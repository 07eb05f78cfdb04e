"""Whether two events tell of one thing (pure): a weight with its reasons, or None where that cannot be.

Weights add up like log-odds: THRESHOLD or more ties the pair. Precision comes first: two strikes on one city on one
day are two unless something ties them. What each rule stands on is in docs/incidents.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from services.store.incidents import lexicon
from services.store.incidents.kinds import KIND_OF, Kind
from services.store.incidents.traits import POINT_KINDS, TOLD, Figure, Telling

THRESHOLD: Final = 3.0
TOGETHER: Final = 5.0
"""Weight of two events of one article that tell of one thing."""
MANY_DEAD: Final = 5
VERY_MANY_DEAD: Final = 10
VOUCHED: Final = 2.5
_TOLLS: Final = frozenset({"killed", "wounded", "killed_or_wounded", "missing"})
_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
CANONICAL_MEANS: Final = frozenset({"artillery", "rocket", "missile", "drone", "air", "mine", "naval", "small_arms"})
_CONFUSED: Final = (frozenset({"rocket", "missile", "artillery"}), frozenset({"air", "missile"}))
"""Means that reports of one thing often name one for the other."""
_EXCLUDE: Final = {
    "night": {"midday", "afternoon"},
    "morning": {"afternoon", "evening"},
    "midday": {"night", "evening"},
    "afternoon": {"night", "morning"},
    "evening": {"morning", "midday"},
}
_NEAR: Final = frozenset({"near", "around", "outskirts", "toward", "direction", "between"})
_MUTUAL: Final = frozenset({"clash", "diplomacy"})
_OPPOSED: Final = (frozenset({"capture", "withdrawal"}), frozenset({"assault", "repulse"}))
_DEEDS: Final = frozenset({"in", "from", "outskirts"})
"""Relations in which a place itself changes hands."""


@dataclass(frozen=True, slots=True)
class Tie:
    weight: float
    reasons: tuple[str, ...]


def tie(a: Telling, b: Telling) -> Tie | None:
    """Return the tie of two events, None where they are kept apart. Symmetric."""
    if a.article_id == b.article_id:
        return _within_article(a, b)
    # Of the hundreds that a new event is compared with nearly all end here: what is told soonest is asked first.
    kind = KIND_OF[a.type]
    if KIND_OF[b.type] is not kind or a.locale != b.locale or not _modalities(a, b):
        return None
    gap = _days(kind, a, b)
    if gap is None or not (_sides(a, b) and _relations(a, b) and a.tieable and b.tieable):
        return None
    weight, reasons = _prior(kind, a, b, gap)
    for add, reason in (
        _means(a, b),
        _figures(a, b),
        _objects(a, b),
        _parts(a, b),
        _wording(a, b),
        _voices(a, b),
        _shares(a, b),
    ):
        weight += add
        if add > 0:
            reasons.append(reason)
    return Tie(round(weight, 2), tuple(reasons)) if weight >= THRESHOLD else None


def _within_article(a: Telling, b: Telling) -> Tie | None:
    """An article tells two events of one type as two. A strike, its dead and what it destroyed are one where one
    sentence tells them, or where it tells them of one place and day and nothing parts them."""
    if a.type == b.type or a.kind is not b.kind or a.locale is None or a.locale != b.locale:
        return None
    if a.modality != b.modality or a.modality not in TOLD:
        return None
    if (a.first_day, a.last_day) != (b.first_day, b.last_day):
        return None
    # Who suffers is sometimes read as who acts.
    opposed = not _sides(a, b)
    if set(a.sentences) & set(b.sentences) and not opposed:
        return Tie(TOGETHER, ("told in one sentence",))
    if a.kind.name == "attack" and a.tieable and a.place_key == b.place_key:
        weight = sum(add for add, _ in (_means(a, b), _objects(a, b), _parts(a, b)))
        if weight > 0 or (weight == 0 and not opposed):
            return Tie(TOGETHER, ("told of one place and day",))
    return None


def _modalities(a: Telling, b: Telling) -> bool:
    """What has happened and what has not speak of one thing if they are of one type; a plan speaks of plans alone."""
    if a.modality == b.modality:
        return True
    return a.modality in TOLD and b.modality in TOLD and a.type == b.type and a.actor_side == b.actor_side


def _sides(a: Telling, b: Telling) -> bool:
    """Whoever takes a place is whom the other left it to; whoever attacks is not who repels that. In a fight and at a
    table both sides act: which one a report names first tells nothing."""
    opposed = a.type != b.type and {a.type, b.type} in _OPPOSED
    if a.actor_side and b.actor_side and a.type not in _MUTUAL and b.type not in _MUTUAL:
        if opposed == (a.actor_side == b.actor_side):
            return False
    elif opposed and a.kind.name == "seizure":
        return False
    one, other = _target(a), _target(b)
    return not (one and other and one != other and a.kind.name == "attack")


def _target(told: Telling) -> str | None:
    """Whom it is aimed at. A side that is said to hit itself was misread, or is told of two things in one."""
    return None if told.target_side == told.actor_side else told.target_side


def _relations(a: Telling, b: Telling) -> bool:
    if a.kind.name == "seizure":
        return a.relation in _DEEDS and b.relation in _DEEDS
    if a.kind.name in ("attack", "fighting"):
        return True
    return a.relation == b.relation or (a.relation in _NEAR and b.relation in _NEAR)


def _days(kind: Kind, a: Telling, b: Telling) -> int | None:
    """Days between the two intervals; None where that is too many. Nobody reports what is yet to come."""
    a_first = (a.last_day, a.first_day) <= (b.last_day, b.first_day)
    first, last = (a, b) if a_first else (b, a)
    gap = (last.first_day - first.last_day).days if last.first_day > first.last_day else 0
    if a.dated and b.dated:
        return gap if gap <= kind.dated_gap else None
    if not a.dated and not b.dated:
        return gap if gap <= kind.undated_gap else None
    dated = a if a.dated else b
    if gap and dated is last:
        return None
    return gap if gap <= kind.earlier else None


def _prior(kind: Kind, a: Telling, b: Telling, gap: int) -> tuple[float, list[str]]:
    point = a.place_kind in POINT_KINDS and b.place_kind in POINT_KINDS
    weight = kind.prior
    reasons: list[str] = []
    if not point or a.modality not in TOLD:
        weight = min(weight, 0.0)
    elif weight >= THRESHOLD:
        reasons.append("same place, side and days")
    if kind.name == "seizure" and not (a.actor_side and b.actor_side):
        weight -= 1
    if a.place_kind == "feature" and a.place_key == b.place_key:
        weight += 2
        reasons.append("same named site")
    if a.dated and b.dated and not gap and a.first_day == b.first_day and a.last_day == b.last_day:
        weight += 0.5
        reasons.append("both give the same day")
    return weight, reasons


def _means(a: Telling, b: Telling) -> tuple[float, str]:
    if not a.means or not b.means:
        return 0.0, ""
    named = (set(a.means) & set(b.means)) - CANONICAL_MEANS
    if named:
        return 2.0, "same weapon: " + ", ".join(sorted(named))
    one, other = set(a.means) & CANONICAL_MEANS, set(b.means) & CANONICAL_MEANS
    if one & other:
        return 0.75, "same means: " + ", ".join(sorted(one & other))
    if one and other and not any(one & alike and other & alike for alike in _CONFUSED):
        return -2.0, ""
    return 0.0, ""


def _figures(a: Telling, b: Telling) -> tuple[float, str]:
    """Figures that agree tie the more, the larger they are; figures far apart part."""
    best, reason = 0.0, ""
    if not a.figures or not b.figures:
        return best, reason
    worst = 0.0
    earlier, later = (a, b) if (a.published_at or _NEVER) <= (b.published_at or _NEVER) else (b, a)
    rising = earlier.published_at != later.published_at
    told_a, told_b = _by_what(earlier), _by_what(later)
    for what in sorted(told_a.keys() & told_b.keys()):
        weights = [(_agreement(x, y, rising), x) for x in told_a[what] for y in told_b[what]]
        weight, figure = max(weights, key=lambda pair: pair[0])
        if weight > 0:
            if weight > best:
                reason = f"same figure: {what} {_shown(figure)}"
            best = max(best, weight) if best == 0 else min(best + weight, 5.0)
        else:
            worst = min(worst, weight)
    # A toll that so many dead vouch for is not parted by the figure of those whom one report tells of.
    return (best if best >= VOUCHED else best + worst), reason


def _by_what(told: Telling) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in told.figures:
        found.setdefault(figure.what, []).append(figure)
    return found


def _agreement(x: Figure, y: Figure, rising: bool) -> float:
    """`rising`: the report of `y` is the later one, and a toll may have grown since `x`."""
    exact = x.low is not None and x.low == x.high and (x.low, x.high) == (y.low, y.high)
    number = x.low if x.low is not None else x.high or 0.0
    if exact or (x.low, x.high) == (y.low, y.high):
        return 1.0 if number <= 2 else 2.0 if number < 10 else 3.0
    grown = rising and x.what in _TOLLS and (x.low or 0.0) <= (y.low or 0.0)
    if grown and (x.low or 0.0) >= VERY_MANY_DEAD and (y.low or 0.0) <= 2 * (x.low or 0.0):
        # So many dead are seldom told of two things in one town on one day.
        return 2.5
    low = max(x.low or 0.0, y.low or 0.0)
    high = min(_high(x), _high(y))
    if low <= high:
        return 1.0 if low < 10 else 1.5
    if grown:
        return 1.0 if (x.low or 0.0) >= MANY_DEAD else 0.0
    return 0.0 if low <= high * 1.5 + 2 else -2.5


def _high(figure: Figure) -> float:
    return figure.high if figure.high is not None else (figure.low or 0.0) * 1.5 + 1


def _shown(figure: Figure) -> str:
    low = "" if figure.low is None else f"{figure.low:g}"
    high = "" if figure.high is None else f"{figure.high:g}"
    return low if low == high else f"{low}-{high}"


def _objects(a: Telling, b: Telling) -> tuple[float, str]:
    if not a.objects or not b.objects:
        return 0.0, ""
    shared = set(a.objects) & set(b.objects)
    if found := lexicon.telling(shared):
        of_one_day = (a.first_day, a.last_day) == (b.first_day, b.last_day)
        return 3.0 if of_one_day else 2.5, "same object: " + ", ".join(sorted(found))
    if shared:
        return 1.0, "same object: " + ", ".join(sorted(shared))
    return -1.5, ""


def _parts(a: Telling, b: Telling) -> tuple[float, str]:
    if not a.parts or not b.parts:
        return 0.0, ""
    shared = set(a.parts) & set(b.parts)
    if shared:
        return 0.75, "same part of the day: " + ", ".join(sorted(shared))
    return (-3.0, "") if all(other in _EXCLUDE[one] for one in a.parts for other in b.parts) else (0.0, "")


def _wording(a: Telling, b: Telling) -> tuple[float, str]:
    if not set(a.verbatim).isdisjoint(b.verbatim):
        return 4.0, "same sentence"
    if a.quotes and (quoted := set(a.quotes) & set(b.quotes)):
        return 4.0, f"same quotation: {min(quoted)}"
    shared = set(a.words).intersection(b.words)
    fewer = min(len(a.words), len(b.words))
    if len(shared) < 2 or not fewer:
        return 0.0, ""
    share = len(shared) / fewer
    shown = "same words: " + ", ".join(sorted(shared)[:5])
    if share >= 0.7 and len(shared) >= 5:
        return 4.0, shown
    if share >= 0.5 and len(shared) >= 3:
        return 2.5, shown
    if share >= 0.3 and len(shared) >= 3:
        return 1.5, shown
    return (1.0, shown) if share >= 0.25 else (0.0, "")


def _voices(a: Telling, b: Telling) -> tuple[float, str]:
    """A person who speaks in both: an army or a ministry speaks every day of everything."""
    one = {v.key: v.name for v in a.voices if not v.outlet and "/PER/" in v.key}
    shared = one.keys() & {v.key for v in b.voices}
    return (0.75, "same source: " + ", ".join(sorted(one[k] for k in shared))) if shared else (0.0, "")


def _shares(a: Telling, b: Telling) -> tuple[float, str]:
    """ "All of it" and "a third of it" are two stages."""
    if (a.share or 1.0) == (b.share or 1.0):
        return 0.0, ""
    return -2.0, ""
