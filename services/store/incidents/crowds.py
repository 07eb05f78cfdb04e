"""Which tellings are compared with which (pure): each with each, until there are too many of one place, kind and day.

On the worst day thousands of reports tell of one city, and a pair of any two of them would be millions. More than CROWD
tellings of one unit (locale, kind, last day) are a crowd. In a crowd those are tied that tell one thing in one sentence
as copies do, each to the one of the least id; with anything outside of it only what one article tells is tied.
The rule looks at the set of tellings alone, so that no order of arrival changes what it gives.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from services.store.incidents.traits import Telling

CROWD: Final = 150
"""So many tellings of one unit are compared each with each; more of them are a crowd."""

Unit = tuple[str, str, date]
"""A locale, a kind and a last day."""


def unit(told: Telling) -> Unit | None:
    """The unit in which a telling is counted; None for one that can be tied to no other article's."""
    return (told.locale, told.kind.name, told.last_day) if told.locale is not None and told.tieable else None


def crowds(new: Sequence[Telling], old: Sequence[Telling], lost: Counter[Unit]) -> set[Unit]:
    """The units that are crowds, or were with those `lost`, and to which one of `new` comes or from which one is lost.

    All of such a unit is to be compared anew.
    """
    came = Counter(u for one in new if (u := unit(one)) is not None)
    there = Counter(u for one in old if (u := unit(one)) is not None)
    touched = came.keys() | lost.keys()
    return {u for u in touched if there[u] + max(came[u], lost[u]) > CROWD}


def to_compare(new: Sequence[Telling], old: Sequence[Telling]) -> Iterator[tuple[Telling, Telling]]:
    """Yield the pairs of one locale and kind that are worth a comparison and have one of `new`.

    `old` are all others that are there around the days of `new`: units are whole.
    """
    sizes = Counter(u for one in (*new, *old) if (u := unit(one)) is not None)
    crowds = {u for u, size in sizes.items() if size > CROWD}
    if not crowds:
        yield from _each(new, old)
        return
    apart = [one for one in new if unit(one) not in crowds]
    yield from _each(apart, [one for one in old if unit(one) not in crowds])
    yield from _within_articles(new, old, crowds)
    ours = {one.event_id for one in new}
    for group in _alike(one for one in (*new, *old) if unit(one) in crowds):
        first = min(group, key=lambda one: one.event_id)
        for one in group:
            if one is not first and first.article_id != one.article_id and {one.event_id, first.event_id} & ours:
                yield first, one


def _each(new: Sequence[Telling], old: Sequence[Telling]) -> Iterator[tuple[Telling, Telling]]:
    for number, one in enumerate(new):
        for other in (*new[number + 1 :], *old):
            yield one, other


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


def _alike(tellings: Iterable[Telling]) -> Iterator[list[Telling]]:
    """Groups that tell one thing of one day in one sentence."""
    groups: dict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in tellings:
        what = (one.type, one.modality, one.actor_side, one.target_side, one.first_day, one.last_day, one.dated)
        for sentence in one.sentences:
            groups[*what, sentence].append(one)
    yield from groups.values()
