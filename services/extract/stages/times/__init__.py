"""Times: the phrases of time in the text, resolved to days. After `actors`, before `numbers`.

`named` reads what has a name of the calendar, `relative` what has none, `war` what is dated by the war; here they are
put in order, resolved one after the other, and written to `Document.times`. Whether a phrase dates an event or the
saying of it is for later stages. The rules are the codebook's, section Time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.extract.document import Document, Span, TimeMention
from services.extract.pattern import Pattern
from services.extract.stages.times import named, relative, war
from services.extract.stages.times.calendar import UNKNOWN, Interval
from services.extract.stages.times.context import Context
from services.extract.stages.times.gates import Gates
from services.extract.stages.times.headings import headings
from services.extract.stages.wordindex import WordIndex, index_of

_ANCHORS: Final = frozenset(
    {
        "date",
        "us",
        "numeric",
        "weekday",
        "ordinal",
        "holiday",
        "deictic",
        "same",
        "adjacent",
        "from_anchor",
        "day_before",
        "ago",
    }
)

_DATED: Final = frozenset({"month", "date", "us", "year"})
_YEAR: Final = Pattern(r"\b(?:19|20)\d\d\b")
_PERIODS: Final = frozenset({"month", "season", "year", "date", "war"})


@dataclass(slots=True)
class _Candidate:
    start: int
    end: int
    rule: str
    resolve: Callable[[Context], Interval | None]


def times(doc: Document) -> None:
    """Fill `doc.times`, in the order of the text, none overlapping."""
    text = doc.text
    words = index_of(text)
    candidates = _candidates(words)
    context = Context(text, words.low, doc.published, told=headings(text))
    end = 0
    for candidate in _longest(candidates):
        if candidate.start < end:
            continue
        context.at = candidate.start
        try:
            found = candidate.resolve(context)
        except OverflowError:
            # Beyond the ends of the calendar: the phrase stands, and tells no days.
            found = UNKNOWN
        except ValueError:
            found = None
        if found is None:
            continue
        span = _trim(text, candidate.start, candidate.end)
        doc.times.append(TimeMention(span, doc.words(span), found.start, found.end, found.precision, candidate.rule))
        _remember(context, candidate, found)
        end = candidate.end


def _remember(context: Context, candidate: _Candidate, found: Interval) -> None:
    if candidate.rule in _ANCHORS and found.precision == "day" and found.start and found.end:
        context.anchor, context.anchor_at, context.period = found, candidate.end, None
    elif candidate.rule in _PERIODS and found.precision in ("month", "season", "year") and found.start and found.end:
        context.period, context.period_at = found, candidate.end
    named_year = _YEAR.search(context.text[candidate.start : candidate.end])
    if named_year:
        context.year = int(named_year.group())
    elif found.start and candidate.rule in {"date", "us", "numeric", "month", "season", "war", "ordinal"}:
        context.year = found.start.year
    if candidate.rule in _DATED and found.start and named_year:
        context.dated, context.dated_at = found.start, candidate.end
    if candidate.rule in _DATED and found.start and (named_year or context.story) and context.opens(candidate.start):
        context.story, context.story_at = found.start, candidate.end


def _candidates(words: WordIndex) -> list[_Candidate]:
    gates = Gates(words)
    found = [
        _Candidate(phrase.start, phrase.end, phrase.first.kind, lambda c, p=phrase: named.resolve(p, c))  # type: ignore[misc]
        for phrase in named.phrases(gates)
    ]
    found += [
        _Candidate(m.start(), m.end(), "war", lambda c, m=m: war.resolve_war(m, c))  # type: ignore[misc]
        for m in gates.finditer(war.WAR, war.GATE)
    ]
    for rule in relative.RULES:
        found += [
            _Candidate(m.start(), m.end(), rule.name, lambda c, m=m, r=rule: r.resolve(m, c))  # type: ignore[misc]
            for m in gates.finditer(rule.pattern, rule.gate, rule.needs)
        ]
    return found


def _longest(candidates: list[_Candidate]) -> list[_Candidate]:
    """Of candidates that overlap, the longest, then the first; in the order of the text."""
    kept: list[_Candidate] = []
    group: list[_Candidate] = []
    reach = -1
    for candidate in sorted(candidates, key=lambda c: (c.start, -c.end)):
        if candidate.start >= reach:
            kept += _best(group)
            group = []
        group.append(candidate)
        reach = max(reach, candidate.end)
    return kept + _best(group)


def _best(group: list[_Candidate]) -> list[_Candidate]:
    taken: list[_Candidate] = []
    for candidate in sorted(group, key=lambda c: (c.start - c.end, c.start)):
        if all(candidate.end <= other.start or other.end <= candidate.start for other in taken):
            taken.append(candidate)
        if len(taken) > 200:
            break
    return sorted(taken, key=lambda c: c.start)


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in " ,\n":
        start += 1
    while end > start and text[end - 1] in " ,\n":
        end -= 1
    return Span(start, end)
