"""Which tellings are compared with which (pure): each with each, until there are too many of one place, kind and day.

On the worst day thousands of reports tell of one city, and a pair of any two of them would be millions. More than CROWD
tellings of one unit (locale, kind, last day) are a crowd. In a crowd those are tied that tell one thing in one sentence
as copies do, each to the one of the least id; with anything outside of it only what one article tells is tied.
The rule looks at the set of tellings alone, so that no order of arrival changes what it gives.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Final

from services.store.incidents.traits import Telling

CROWD: Final = 150
"""So many tellings of one unit are compared each with each; more of them are a crowd."""

Unit = tuple[str, str, date]
"""A locale, a kind and a last day."""


def unit(told: Telling) -> Unit | None:
    """The unit in which a telling is counted; None for one that can be tied to no other article's."""
    return (told.locale, told.kind.name, told.last_day) if told.locale is not None and told.tieable else None


def anew(new: Sequence[Telling], old: Sequence[Telling], lost: Sequence[Telling]) -> set[str]:
    """The events of `old`, which are there, of which all ties are to be made anew: because their unit has become a
    crowd or is one no longer, or because another one is the first of those that tell as they do.

    `new` come and `lost` are gone; all are of one locale and kind, and `old` are all around the days of the others.
    """
    if len(new) + len(old) + len(lost) <= CROWD:
        return set()
    came, there, gone = (Counter(map(unit, some)) for some in (new, old, lost))
    was = {u for u in came.keys() | gone.keys() if u is not None and there[u] + gone[u] > CROWD}
    now = {u for u in came.keys() | gone.keys() if u is not None and there[u] + came[u] > CROWD}
    if not was and not now:
        return set()
    before, after = _firsts((*old, *lost), was & now), _firsts((*old, *new), was & now)
    return {
        one.event_id
        for one in old
        if (u := unit(one)) in was ^ now or (u in now and any(before[as_] != after[as_] for as_ in _wordings(one)))
    }


def to_compare(new: Sequence[Telling], old: Sequence[Telling]) -> Iterator[tuple[Telling, Telling]]:
    """Yield the pairs of one locale and kind that are worth a comparison and have one of `new`.

    `old` are all others that are there around the days of `new`: units are whole.
    """
    if len(new) + len(old) <= CROWD:
        yield from _each(new, old)
        return
    sizes = Counter(u for one in (*new, *old) if (u := unit(one)) is not None)
    crowds = {u for u, size in sizes.items() if size > CROWD}
    if not crowds:
        yield from _each(new, old)
        return
    apart = [one for one in new if unit(one) not in crowds]
    yield from _each(apart, [one for one in old if unit(one) not in crowds])
    yield from _within_articles(new, old, crowds)
    crowded = [one for one in chain(new, old) if unit(one) in crowds]
    ours = {one.event_id for one in new}
    firsts = _firsts(crowded, crowds)
    by_id = {one.event_id: one for one in crowded}
    for one in crowded:
        for first in {firsts[as_] for as_ in _wordings(one)}:
            ties = first != one.event_id and (one.event_id in ours or first in ours)
            if ties and by_id[first].article_id != one.article_id:
                yield by_id[first], one


def _each(new: Sequence[Telling], old: Sequence[Telling]) -> Iterator[tuple[Telling, Telling]]:
    """Pairs with one of `new` of which the days lie no further apart than a tie of their kind allows."""
    if not new:
        return
    kind = new[0].kind
    reach = max(kind.dated_gap, kind.earlier, kind.undated_gap)
    ordered, others = (sorted(some, key=lambda one: one.first_day) for some in (new, old))
    days = [other.first_day.toordinal() for other in others]
    for number, one in enumerate(ordered):
        first, last = one.first_day.toordinal(), one.last_day.toordinal() + reach
        for other in ordered[number + 1 :]:
            if other.first_day.toordinal() > last:
                break
            yield one, other
        # One that stretches longer is tied to nothing but what its article tells of the same days.
        for at in range(bisect_left(days, first - reach - kind.longest), len(others)):
            if days[at] > last:
                break
            if others[at].last_day.toordinal() + reach >= first:
                yield one, others[at]


def _within_articles(
    new: Sequence[Telling], old: Sequence[Telling], crowds: set[Unit]
) -> Iterator[tuple[Telling, Telling]]:
    """Pairs of one article of which at least one is in a crowd."""
    articles: dict[str, list[Telling]] = defaultdict(list)
    for one in new:
        articles[one.article_id].append(one)
    others: dict[str, list[Telling]] = defaultdict(list)
    for one in old:
        if one.article_id in articles:
            others[one.article_id].append(one)
    for article_id, ours in articles.items():
        for one, other in _each(ours, others[article_id]):
            if unit(one) in crowds or unit(other) in crowds:
                yield one, other


def _firsts(tellings: Iterable[Telling], crowds: set[Unit]) -> dict[tuple[object, ...], str]:
    """The least event id of those that word it alike, of the tellings in `crowds`."""
    found: dict[tuple[object, ...], str] = {}
    for one in tellings:
        if unit(one) in crowds:
            for wording in _wordings(one):
                least = found.get(wording)
                if least is None or one.event_id < least:
                    found[wording] = one.event_id
    return found


def _wordings(one: Telling) -> Iterator[tuple[object, ...]]:
    """What tellings share that tell one thing of one day in one sentence."""
    what = (one.type, one.modality, one.actor_side, one.target_side, one.first_day, one.last_day, one.dated)
    for sentence in one.sentences:
        yield (*what, sentence)
