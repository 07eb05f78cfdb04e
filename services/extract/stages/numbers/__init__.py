"""Numbers: figures with what they count. After `times` (whose figures are no counts), before `syntax`.

`figures` reads the value, `counted` the noun or measure behind it, `fate` what became of the people counted; the
noun alone, or noun and neighbouring verb together, decide `what`. The rules are the codebook's, section Numbers.
"""

import re
from bisect import bisect_right
from typing import Final, cast

from services.contracts.taxonomy import Bound, QuantityKind
from services.extract.document import Document, NumberMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.numbers.counted import Counted, counted, is_no_count
from services.extract.stages.numbers.fate import downed, fate, fated
from services.extract.stages.numbers.figures import SHARE, Figure, figures
from services.extract.stages.numbers.lexicon import BOUNDS, NOUNS, SHARES
from services.extract.stages.wordindex import WordIndex, index_of

_BY_NOUN: Final = frozenset({"equipment", "munitions", "strikes", "troops", "killed_or_wounded"})
_PEOPLE: Final = frozenset({"people", "military", "captured", "displaced"})
_FATES: Final = frozenset({"killed", "wounded", "captured", "missing", "displaced", "released", "killed_or_wounded"})
_LAND: Final = Pattern(
    r" of (?:the |all |its |Ukraine's |our |this )?(?:(?-i:[A-Z][\w'-]+)|territor\w+|area|region|oblast|city|town|"
    r"village|district|province|land|country|settlement|it\b)|"
    r" (?:the |its )(?:territory|city|town|village|region)|(?: under)? (?:controlled|occupied|liberated|"
    r"under (?:the )?control)",
    re.IGNORECASE,
)
_NO_LAND: Final = Pattern(
    r" of (?:the |its |their |all )?(?:\w+ ){0,2}(?:personnel|people|residents|population|soldiers|houses|homes|"
    r"buildings|missiles|drones|budget|capacity|energy|"
                             r"plan|way|week|staff|losses|hull|power|troops|vehicles|"
                             r"equipment|bombers|fleet|strategic|million|their|Western|"
                             r"Russian|Ukrainian|Russia's \w+ (?!oblast))", re.IGNORECASE)  # fmt: skip
_SWAPPED: Final = Pattern(
    r"\b(?:exchang|swap|hand(?:ed|ing)? over|repatriat|return(?:ed|ing)? (?:the )?(?:bod|remains)|gave back|receiv)",
    re.IGNORECASE,
)
_FRACTIONS: Final = frozenset({"third", "quarter", "fifth", "tenth"})
"""Nouns of fractions: "three quarters of the city" is a share, not three of something."""
_AND: Final = Pattern(
    r"(?:,| and| or|, and| as well as| plus)(?: (?:another|at least|also|a|up to|about|some|more than|nearly))* ?$",
    re.IGNORECASE,
)
_TIMES: Final = Pattern(r" times\b(?! (?:as|more|larger|bigger|higher|less|the|greater|faster|over))", re.IGNORECASE)
_STRUCK: Final = Pattern(
    r"\b(?:attack|shell|struck|strik|storm|assault|bomb|fir(?:ed|ing)|tried|hit|attempt|went at|beat up|came under|"
    r"raid|push)",
    re.IGNORECASE,
)
_SHARE_NOUNS: Final = tuple(sorted({re.split("[ -]", words)[-1] for words in SHARES}))
"""Half, third, thirds, quarter, …: a text without any of them tells no share in words."""
_TWICE: Final = {"once": 1, "twice": 2, "thrice": 3}
_TIMES_OVER: Final = Pattern(r"(?i:(?<![\w-])(?:twice|once|thrice)(?![\w-]))")
_STRIKES_AHEAD: Final = Pattern(
    r"(?:,| and) (?:\d+|\w+) (?:\w+ ){0,2}(?:strikes|attacks|airstrikes|assaults)\b", re.IGNORECASE
)
_TABLE: Final = Pattern(r"([A-Za-z][A-Za-z -]{2,40}?) ?[-–—:] ?(?:about |approximately |≈ ?)?$")
_AGED: Final = Pattern(
    r",? (?:of|aged) (?:\d{1,2}|[a-z]+)|, \d{1,2},| born (?:in|on) (?:[\w ]{1,16} )?\d{4}| in (?:his|her) \w+|"
    r" (?:of|from) (?:the )?(?:(?:town|city|village|hamlet|district|region) of )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?|"
    r", (?:[A-Z][\w'’.-]+ ?){1,3}(?:, \d{1,2})?,"
)
"""What tells of one person before it is told what became of him: age, home, name."""
_ONE_OF: Final = ("a", "an", "another")
_SINGLE: Final = Pattern(
    r"(?i:(?<![\w-])(?:an?|another) (?P<noun>(?:[\w'-]+ ){0,2}[\w-]+)(?P<age>,? (?:of|aged) (?:\d{1,2}|"
    r"[a-z]+))?(?![\w-]))"
)
_DOWNED: Final = Pattern(
    r"(?i:\b(?:(?:shot|took|taken|brought|knocked|gunned|shooting|taking|bringing) down|downed|intercepted|"
    r"destroyed|lost|hit|sank|sunk|struck|damaged|burned|burnt|put) $)"
)


def numbers(doc: Document) -> None:
    """Fill `doc.numbers`, in the order of the text, none overlapping."""
    text = doc.text
    words = index_of(text)
    taken = [mention.span for mention in doc.times]
    starts = [span.start for span in taken]
    read = [f for f in figures(words) if not _in(taken, starts, f) and not is_no_count(text, f.core, f.end, f.digits)]
    found: list[NumberMention] = []
    kinds: list[str] = []
    behind = [counted(text, figure.end, figure.currency) for figure in read]
    for index, figure in enumerate(read):
        thing = behind[index]
        if thing.kind == "of_more" and index + 1 < len(read):
            thing = Counted(figure.end, behind[index + 1].noun, behind[index + 1].kind, None, None)
        mention = _mention(
            words, figure, thing, read[index + 1].start if index + 1 < len(read) else len(text), found, kinds
        )
        if mention is not None and (not found or found[-1].span.end <= mention.span.start):
            found.append(mention)
            kinds.append(thing.kind)
    _spread(doc, found)
    found = [
        m for m in found if not (m.noun is None and m.what is None and m.phrase.lower() in {"one", "a hundred", "zero"})
    ]
    shares = _shares(doc, words, [m for m in found if m.noun not in _FRACTIONS])
    found = [m for m in found if m.noun not in _FRACTIONS or not any(s.span.overlaps(m.span) for s in shares)]
    found += shares + _twice(doc, words)
    found += _singles(doc, words, found)
    doc.numbers = _apart(found)


def _apart(found: list[NumberMention]) -> list[NumberMention]:
    """In the order of the text; of two that overlap, the one that begins first."""
    kept: list[NumberMention] = []
    for mention in sorted(found, key=lambda mention: (mention.span.start, -mention.span.end)):
        if not kept or kept[-1].span.end <= mention.span.start:
            kept.append(mention)
    return kept


def _spread(doc: Document, found: list[NumberMention]) -> None:
    """ "Six crewmen and three escorts died", "23 dead at eight, 25 by lunch": what is said once holds for both."""
    begins = {span.start for span in (mention.span for mention in doc.times)}
    for at in range(len(found) - 2, -1, -1):
        this, after = found[at], found[at + 1]
        people = this.noun is None or NOUNS.get(this.noun) in {"people", "military", None}
        if (
            this.what is None
            and people
            and this.unit is None
            and after.what in _FATES | {"munitions"}
            and after.what != "killed_or_wounded"
        ):
            between = doc.text[this.span.end : after.span.start]
            if this.noun is None and after.what == "wounded":
                continue  # "ten and 47 wounded": ten are dead
            if _AND.fullmatch(between) and (after.what != "munitions" or (this.noun is None and after.noun is None)):
                this.what = after.what
    last: NumberMention | None = None
    for mention in found:
        if last is not None and "\n" in doc.text[last.span.end : mention.span.start]:
            last = None
        bare = (
            mention.noun is None
            and mention.what is None
            and mention.unit is None
            and not mention.phrase.startswith("up to")
        )
        if bare and last is not None and mention.span.end + 1 in begins and mention.span.start - last.span.end < 60:
            mention.what = last.what
        if mention.what in {"killed", "wounded", "missing"}:
            last = mention


def _in(taken: list[Span], starts: list[int], figure: Figure) -> bool:
    at = bisect_right(starts, figure.core) - 1
    return at >= 0 and taken[at].end > figure.core


def _mention(
    index: WordIndex,
    figure: Figure,
    thing: Counted,
    stop: int,
    before: list[NumberMention],
    kinds: list[str],
) -> NumberMention | None:
    text = index.text
    end = thing.end
    if (
        figure.vague
        and thing.noun is None
        and not thing.anaphor
        and text[figure.core : figure.end].lower() in {"both", "many", "numerous", "several", "a couple"}
    ):
        return None
    start = figure.start
    words = text[start : figure.core].lower()
    if words.split()[:1] in (
        ["the"],
        ["from"],
        ["its"],
        ["their"],
        ["his"],
        ["our"],
        ["those"],
        ["these"],
        ["first"],
        ["last"],
    ) and not (words.strip() == "from" and figure.low != figure.high):
        start = figure.core if len(words.split()) == 1 else start
    if words.strip() == "from" and figure.low != figure.high and figure.high is None:
        figure.high, start = figure.value, figure.core
    span = Span(start, end)
    share, what = None, None
    low, high, bound, unit = figure.low, figure.high, figure.bound, thing.unit
    if thing.percent:
        share = (figure.value if figure.value is not None else figure.low or 0) / 100
        low, high = (figure.value, None) if bound == "over" else (figure.low, figure.high)
        if not _NO_LAND.match(text, end) and (
            _LAND.match(text, end)
            or re.search(
                r"\b(?:controls?|holds?|held|hold|occup\w+|captur\w+|tak\w+|lost|liberat\w+)\b[^.;]{0,60}$",
                text[max(0, start - 80) : start],
            )
        ):
            what = "area_share"
    elif _TIMES.match(text, figure.end):
        end = figure.end + 6
        span = Span(start, end)
        what = "strikes" if _STRUCK.search(text, max(0, start - 100), min(len(text), end + 80)) else None
        return NumberMention(
            span,
            text[span.start : span.end],
            low,
            high,
            bound,
            "time",
            None,
            None,
            None,
            cast("QuantityKind | None", what),
        )
    elif thing.kind in {"area", "distance", "sum"}:
        what = thing.kind
    elif (
        thing.kind == "munitions"
        and thing.noun
        and (figure.value or 0) != 1
        and text[end - 1] != "s"
        and _STRIKES_AHEAD.match(text, end)
    ):
        what = "strikes"
    elif thing.kind in {"killed", "wounded", "missing"}:
        what = thing.kind
        if thing.noun in {"body", "dead"} and _SWAPPED.search(text, max(0, start - 70), end + 50):
            what = "released"
        elif thing.noun in {"dead", "killed"} and re.match(
            r" (?:and|or) (?:the )?(?:wounded|injured)\b", text[end : end + 18]
        ):
            what = "killed_or_wounded"
    elif thing.kind in _BY_NOUN and thing.kind not in _PEOPLE:
        what = thing.kind
    else:
        what = _people(index, start, end, stop, thing, before, kinds)
    if what is None and thing.noun is None:
        label = _table_noun(text, start)
        if label:
            thing.noun, what = label[0], label[1]
            start = label[2]
            span = Span(start, end)
    return NumberMention(
        span,
        text[span.start : span.end],
        low,
        high,
        bound,
        thing.noun,
        unit,
        thing.per,
        share,
        cast("QuantityKind | None", what),
    )


def _people(
    index: WordIndex,
    start: int,
    end: int,
    stop: int,
    thing: Counted,
    before: list[NumberMention],
    kinds: list[str],
) -> str | None:
    if thing.kind == "other" or (thing.noun and not thing.kind):
        return None
    text = index.text
    what: str | None = None
    if fated(index.low, start - 169, end + 110):
        what = fate(index, start, end, stop, thing.kind == "military")
        if what is None and thing.noun is None and downed(index.low, start, end):
            return "munitions"
    if what == "killed_or_wounded" and thing.noun is None and not thing.anaphor and thing.kind == "":
        what = what if re.search(r"(?i)loss|casualt", text[max(0, start - 20) : start]) else None
    if what is None and before and before[-1].what is not None and _AND.fullmatch(text[before[-1].span.end : start]):
        earlier = before[-1].what
        if earlier in _FATES and thing.kind in _PEOPLE:
            return earlier
        if earlier in {"munitions", "equipment", "strikes"} and thing.noun is None and kinds and not thing.anaphor:
            return None
    if what is None and thing.kind == "captured":
        return (
            "released"
            if re.search(r"(?i)\b(?:exchang|swap|releas|freed|return|home)", text[max(0, start - 60) : end + 60])
            else "captured"
        )
    if what is None and thing.kind == "displaced":
        return "displaced"
    if what == "troops" and thing.kind == "people" and thing.noun != "man":
        return None
    return what


def _table_noun(text: str, start: int) -> tuple[str, str | None, int] | None:
    """ "Tanks – 3,717": the noun before the figure."""
    match = _TABLE.search(text, max(0, start - 48), start)
    if not match:
        return None
    words = match.group(1).split()
    base = words[-1].lower()
    for form in (base, base.rstrip("s"), base[:-3] + "y" if base.endswith("ies") else base):
        if form in NOUNS:
            kind = NOUNS[form]
            what = "killed" if form == "personnel" else kind if kind in _BY_NOUN else None
            lead = max(0, len(words) - 3)
            return form, what, match.start(1) + match.group(1).index(words[lead])
    return None


def _shares(doc: Document, words: WordIndex, found: list[NumberMention]) -> list[NumberMention]:
    """ "Half of the city", "more than two thirds of its territory"."""
    shares: list[NumberMention] = []
    if not words.places(_SHARE_NOUNS):
        return shares
    for match in SHARE.finditer(doc.text):
        kind = BOUNDS.get(match["bound"].lower().strip())
        bound: Bound | None = (
            "over" if kind == "over" else "under" if kind == "under" else "about" if kind == "about" else None
        )
        span = Span(match.start() if bound or kind == "at_least" else match.start("share"), match.end())
        share = SHARES[match["share"].lower()]
        if any(other.span.overlaps(span) for other in found[-3:] if other.span.end > span.start):
            continue
        land = _LAND.match(doc.text, match.end()) and not _NO_LAND.match(doc.text, match.end())
        what: QuantityKind | None = "area_share" if land else None
        shares.append(
            NumberMention(span, doc.words(span), share * 100, share * 100, bound, None, "%", None, share, what)
        )
    return [s for s in shares if not any(s.span.overlaps(other.span) for other in found)]


def _twice(doc: Document, words: WordIndex) -> list[NumberMention]:
    found: list[NumberMention] = []
    for match in words.matches(_TIMES_OVER, _TWICE):
        count = _TWICE[match.group().lower()]
        if count == 1 or re.match(r" (?:as|the|a)\b", doc.text[match.end() : match.end() + 4]):
            continue
        near = _STRUCK.search(doc.text, max(0, match.start() - 80), min(len(doc.text), match.end() + 60))
        span = Span(*match.span())
        found.append(
            NumberMention(
                span, match.group(), count, count, None, "time", None, None, None, "strikes" if near else None
            )
        )
    return found


def _singles(doc: Document, index: WordIndex, found: list[NumberMention]) -> list[NumberMention]:
    """ "Killed a railwayman", "a woman was wounded": one, where noun and verb together say what."""
    spans = sorted((mention.span for mention in found), key=lambda span: span.start)
    starts = [span.start for span in spans]
    singles: list[NumberMention] = []
    for match in index.matches(_SINGLE, _ONE_OF):
        words = match["noun"].split()
        kind = ""
        for size in range(1, len(words) + 1):
            kind = NOUNS.get(words[size - 1].lower(), "")
            if kind in {"people", "military", "equipment", "munitions"}:
                break
            if words[size - 1].lower() in {"of", "in", "and", "to", "from", "that", "was"}:
                kind = ""
                break
        if kind not in {"people", "military", "equipment", "munitions"}:
            continue
        end = match.start("noun") + len(" ".join(words[:size]))
        at = bisect_right(starts, end) - 1
        if at >= 0 and spans[at].end > match.start():
            continue
        stop = spans[at + 1].start if at + 1 < len(spans) else len(doc.text)
        what: QuantityKind | None
        if kind in {"equipment", "munitions"}:
            if not _DOWNED.search(doc.text, max(0, match.start() - 30), match.start()):
                continue
            what = cast("QuantityKind", kind)
        else:
            age = _AGED.match(doc.text, end)
            what = fate(index, match.start(), age.end() if age else end, max(stop, age.end() if age else 0))
            if what not in {"killed", "wounded", "captured", "missing"}:
                continue
        span, noun = Span(match.start(), end), words[size - 1].lower()
        count = 2 if noun == "couple" else 1
        singles.append(NumberMention(span, doc.words(span), count, count, None, noun, None, None, None, what))
    return singles
