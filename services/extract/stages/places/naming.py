"""Finds the names of places in the words of a text: gazetteer names, names beside a class word ("Kherson and Mykolaiv
regions", "the village of X"), and masks what only looks like one. First step of the places stage.
"""

import re
from bisect import bisect_left
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from typing import Final

from services.extract.gazetteer import Candidate, Entry, Gazetteer, Word
from services.extract.pattern import Pattern
from services.extract.stages.places import lexicon as lx

_COORDINATION: Final = Pattern(r"\s*(?:,\s*(?:and|or|as well as)?|and|or|as well as|&|/|–|-)\s*$")
_SPACES: Final = Pattern(r"[\s\u00a0]+$")
_TOPONYM: Final = Pattern(
    r"(?:ivka|ovka|evka|yevka|ivske|ske|skoye|skoe|tsk|nsk|rsk|lsk|vsk|hrad|grad|pillia|polye|pol|pil|yne|ine|ino|yno"
    r"|ove|ovo|evo|eve|nne|noye|noe|vka|shchyna|opil|iiv|ychi|ichi|iany|yany|tsi|tsy|ivtsi|ynka|anka|enka|ynske)$"
)
_GIVEN_BEFORE: Final = lx.word_list("naming", "before_a_person")
_GIVEN: Final = lx.word_list("naming", "given_names")


@dataclass(init=False, slots=True)
class Named:
    """A name found, before it is told what it means."""

    start: int
    end: int
    first: int
    last: int
    candidates: tuple[Candidate, ...]
    rule: str
    area: tuple[Entry, ...]
    """Set where a class word decides: the oblast, raion or district meant."""
    class_end: int | None
    """Where the class word after the name ends."""
    direction: bool
    around: bool
    adjective: bool
    article: bool
    """ "the" stands before it: "the Dnipro", "the Oskil"."""
    cue: bool
    """A sign beside it that it is a place: a preposition, a class word, a neighbour in a list."""
    coordinated: int | None
    """Index of the name before it in the same list ("near A, B and C")."""
    notes: list[str]

    def __init__(
        self,
        start: int,
        end: int,
        first: int,
        last: int,
        candidates: tuple[Candidate, ...],
        rule: str = "gazetteer",
        area: tuple[Entry, ...] = (),
        class_end: int | None = None,
        direction: bool = False,
        around: bool = False,
        adjective: bool = False,
        article: bool = False,
        cue: bool = False,
        coordinated: int | None = None,
        notes: list[str] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.first = first
        self.last = last
        self.candidates = candidates
        self.rule = rule
        self.area = area
        self.class_end = class_end
        self.direction = direction
        self.around = around
        self.adjective = adjective
        self.article = article
        self.cue = cue
        self.coordinated = coordinated
        self.notes = [] if notes is None else notes


_CUES: Final = lx.word_list("naming", "cues")


def names_in(words: list[Word], text: str, gazetteer: Gazetteer) -> list[Named]:
    """Return the place names of `text`, in order, not overlapping."""
    found = [
        Named(m.start, m.end, m.first, m.last, m.candidates)
        for m in gazetteer.matches(words, text)
        if not (m.first == m.last and _all_lower(text, m.start))
    ]
    found = _with_class_words(found, words, text, gazetteer)
    kept: list[Named] = []
    for named in found:
        if _masked(named, words, text, kept):
            continue
        kept.append(named)
    _coordinate(kept, words, text)
    kept = [n for n in kept if n.cue or not _needs_cue(n)]
    kept = _with_unknown(kept, words, text)
    _coordinate(kept, words, text)
    return kept


def _all_lower(text: str, start: int) -> bool:
    return text[start].islower()


def adjacent(words: list[Word], text: str, first: int, second: int) -> bool:
    """Whether word `second` follows word `first` with nothing but blanks and opening quotes between."""
    if _one_blank(text, words[first].end, words[second].start):
        return True
    return lx.GAP.match(text, words[first].end, words[second].start) is not None


def word_before(words: list[Word], text: str, index: int) -> Word | None:
    """The word right before word `index`, unless punctuation stands between."""
    if index <= 0 or not _tight(text, words[index - 1].end, words[index].start):
        return None
    return words[index - 1]


def _one_blank(text: str, start: int, end: int) -> bool:
    """Whether the two are one blank apart, as nearly all words are: then no pattern needs to look."""
    return end - start == 1 and text[start] == " "


def _tight(text: str, start: int, end: int) -> bool:
    if _one_blank(text, start, end):
        return True
    gap = text[start:end]
    return len(gap) < 4 and not any(c in ".,;:!?\n—–()…|•" for c in gap)


def word_after(words: list[Word], text: str, index: int) -> Word | None:
    """The word right after word `index` (a possessive 's is skipped), unless punctuation stands between."""
    if index + 1 >= len(words):
        return None
    if _one_blank(text, words[index].end, words[index + 1].start):
        return words[index + 1]
    gap = text[words[index].end : words[index + 1].start]
    if gap.startswith(("'", "’")):
        gap = gap[2:] if gap[1:2] == "s" else gap[1:]
    if len(gap) > 3 or any(c in ".,;:!?\n—–()…|•-" for c in gap):
        return None
    return words[index + 1]


def possessive(text: str, end: int) -> bool:
    """Whether the name that ends at `end` carries a possessive: "Moscow's"."""
    return text[end : end + 2] in ("'s", "’s") or (text[end : end + 1] in ("'", "’") and text[end - 1 : end] == "s")


def _with_class_words(found: list[Named], words: list[Word], text: str, gazetteer: Gazetteer) -> list[Named]:
    """Let class words decide: "Donetsk region", "Kherson and Mykolaiv regions", "region of Kursk", "X direction"."""
    by_last = {n.last: n for n in found}
    by_first = {n.first: n for n in found}
    extra: list[Named] = []
    covered = {i for n in found for i in range(n.first, n.last + 1)}
    for at, word in enumerate(words):
        key = word.key
        if key not in lx.CLASS_WORDS:
            continue
        if key in lx.OBLAST_WORDS:
            _area_before("oblast", at, key in lx.OBLAST_PLURAL, words, text, gazetteer, by_last, extra, covered)
            _area_after("oblast", at, words, text, gazetteer, by_first)
        elif key in lx.RAION_WORDS:
            if key != "area":
                _area_before("raion", at, key in lx.RAION_PLURAL, words, text, gazetteer, by_last, extra, covered)
            elif at and at - 1 in by_last and _tight(text, words[at - 1].end, word.start):
                by_last[at - 1].around = by_last[at - 1].cue = True
                by_last[at - 1].class_end = word.end
        if key in lx.DIRECTION_WORDS and at and at - 1 in by_last and _tight(text, words[at - 1].end, word.start):
            plural = key in ("directions", "fronts", "sectors", "axes")
            _direction_before(at, plural, words, text, by_last)
        elif key in lx.COMMUNITY_WORDS and at and at - 1 in by_last:
            by_last[at - 1].cue = True
            by_last[at - 1].class_end = word.end
    if extra:
        found = sorted([*found, *extra], key=lambda n: n.start)
    return found


def _direction_before(at: int, plural: bool, words: list[Word], text: str, by_last: dict[int, Named]) -> None:
    index, class_end = at - 1, words[at].end
    while index in by_last:
        named = by_last[index]
        named.direction = named.cue = True
        named.class_end = class_end
        if not plural:
            return
        index = named.first - 1
        if index >= 0 and words[index].key in ("and", "or"):
            index -= 1
        elif not re.fullmatch(r"\s*,\s*", text[words[index].end : named.start] if index >= 0 else ""):
            return


def _lookup(kind: str, key: str, gazetteer: Gazetteer) -> tuple[Entry, ...]:
    if kind == "oblast":
        return gazetteer.area("oblast", key)
    return gazetteer.area("raion", key) + gazetteer.area("district", key)


def _area_before(
    kind: str, at: int, plural: bool, words: list[Word], text: str, gazetteer: Gazetteer,
    by_last: dict[int, Named], extra: list[Named], covered: set[int],
) -> None:  # fmt: skip
    index, first_round = at - 1, True
    while index >= 0:
        if first_round and not _tight(text, words[index].end, words[at].start):
            return
        taken = None
        for size in (3, 2, 1):
            first = index - size + 1
            if first < 0 or not words[first].capital:
                continue
            key = " ".join(w.key for w in words[first : index + 1])
            area = _lookup(kind, key, gazetteer)
            if area and all(_tight(text, words[i].end, words[i + 1].start) for i in range(first, index)):
                taken = (first, area)
                break
        if taken is None:
            return
        first, area = taken
        named = by_last.get(index)
        if named is None or named.first != first:
            if any(i in covered for i in range(first, index + 1)):
                return
            named = Named(words[first].start, words[index].end, first, index, (), rule="class_word")
            by_last[index] = named
            extra.append(named)
            covered.update(range(first, index + 1))
        named.area, named.cue, named.rule = area, True, "class_word"
        named.class_end = words[at].end if first_round or plural else None
        if not plural:
            return
        gap_end = words[first].start
        index = first - 1
        if index >= 0 and words[index].key in ("and", "or", "the"):
            gap_end = words[index].start
            index -= 1
            if index >= 0 and words[index].key in ("and", "or"):
                gap_end = words[index].start
                index -= 1
        if index < 0 or not re.fullmatch(r"\s*,?\s*", text[words[index].end : gap_end]):
            return
        first_round = False


def _area_after(
    kind: str, at: int, words: list[Word], text: str, gazetteer: Gazetteer, by_first: dict[int, Named]
) -> None:
    """ "the region of Kursk", "the regions of Kherson, Mykolaiv and Odesa"."""
    if at + 2 >= len(words) or words[at + 1].key != "of" or not _tight(text, words[at].end, words[at + 1].start):
        return
    index = at + 2
    while index < len(words):
        named = by_first.get(index)
        if named is None:
            return
        key = " ".join(w.key for w in words[named.first : named.last + 1])
        area = _lookup(kind, key, gazetteer)
        if not area:
            return
        named.area, named.cue, named.rule = area, True, "class_word"
        if words[at].key not in lx.OBLAST_PLURAL | lx.RAION_PLURAL:
            return
        index = named.last + 1
        if index < len(words) and words[index].key in ("and", "or"):
            index += 1
        elif not (index < len(words) and re.fullmatch(r"\s*,\s*", text[words[index - 1].end : words[index].start])):
            return


_HAPPENS_TO: Final = lx.word_list("naming", "happens_to")
"""Verbs after a place's name that something happened to: "Reni came under attack"."""
_UNITS_AND_TIME: Final = lx.word_list("naming", "units_and_time")
"""What makes a unit, or a clock, of the place before it, written small too."""
_UNIT_BEHIND: Final = Pattern(
    r"\s(?:(?:separate|special|volunteer|territorial|regional|mechani[sz]ed|motori[sz]ed|motor|air|airborne|assault|rifle"
    r"|tank|missile|artillery|mountain|naval|marine|infantry|border|police|defen[cs]e|paratroopers?['\u2019]?|reserve"
    r"|engineer|reconnaissance|drone|shock|guards?|mobile|fire|anti-aircraft)[\s-]){0,3}"
    r"(?:brigade|battalion|regiment|division|battlegroup|detachment|grouping)\b"
    r"|\s(?:(?:operational|strategic|tactical|military)[\s-]){1,3}group(?:ing)?s?\b"
    r"|\sgroup(?:ing)? of (?:forces|troops)\b"
)
"""A unit's kind between the place that it is named after and its size: "the Luhansk operational-tactical group"."""


_KINDS_OF_UNIT: Final = "group unit detachment squad company corps legion squadron"
_UNITS: Final = _UNITS_AND_TIME - {"time"} | frozenset(_KINDS_OF_UNIT.split())
_QUOTES: Final = frozenset("\"'“”„«»‘’")


def _quoted_unit(named: Named, text: str, previous: Word | None, following: Word | None) -> bool:
    """Whether the name alone stands in quotation marks beside a unit's kind: the "Vostok" group, battalion "Azov"."""
    if text[named.start - 1 : named.start] not in _QUOTES or text[named.end : named.end + 1] not in _QUOTES:
        return False
    return (previous is not None and previous.key in _UNITS) or (following is not None and following.key in _UNITS)


_NAVAL: Final = Pattern(
    r"\b(?:ships?|warships?|vessels?|fleet|navy|naval|frigates?|corvettes?|submarines?|cruisers?|flagship|dry dock)\b"
)
_BEHIND_SHIPS: Final = "was is has had will would could sank sunk in at by after as which while"
_OF_SHIPS: Final = frozenset(_BEHIND_SHIPS.split())
"""What follows a ship's name. No "and", nor a comma: "the Donetsk and Luhansk regions" are no ships."""


def _ship(named: Named, text: str, following: Word | None) -> bool:
    """Whether a town's name after "the" and without a noun behind is a ship's: "the Novocherkassk was hit"."""
    if named.area or named.class_end or not named.candidates or possessive(text, named.end):
        return False
    if any(candidate.entry.kind != "settlement" for candidate in named.candidates):
        return False
    if not text.startswith(".", named.end) and (following is None or following.key not in _OF_SHIPS):
        return False
    return _NAVAL.search(text, max(0, named.start - _NAVAL_NEAR), named.end + _NAVAL_NEAR) is not None


_NAVAL_NEAR: Final = 600
"""Characters on either side in which ships must be spoken of."""


def _masked(named: Named, words: list[Word], text: str, before: list[Named]) -> bool:
    """Whether the name is part of a person's, a newspaper's or a unit's; also marks adjectives and articles."""
    previous, following = word_before(words, text, named.first), word_after(words, text, named.last)
    best = named.candidates[0] if named.candidates else None
    strong = bool(named.area) or (best is not None and not best.entry.weak and best.entry.prior >= 5.5)
    if _given_name(named, words, text):
        return True
    if not strong and _surname(named, words, text):
        return True
    if previous is not None and (previous.key in _VESSELS or (previous.key == "class" and named.first >= 2)):
        return True
    named.article = previous is not None and previous.key == "the"
    if _quoted_unit(named, text, previous, following) or (named.article and _ship(named, text, following)):
        return True
    if previous is not None:
        named.cue = named.cue or (previous.key in _CUES and not previous.capital) or previous.key in ("in", "near")
        if previous.key == "the" and named.first >= 2:
            further = word_before(words, text, named.first - 1)
            named.cue = named.cue or (further is not None and further.key in ("in", "near", "of", "to", "from"))
        if previous.key in _GIVEN and previous.capital and named.first == named.last:
            return True
        if previous.key in _GIVEN_BEFORE and not strong and not named.cue:
            return True
        if (
            previous.capital
            and text[previous.start].isupper()
            and previous.key not in lx.FOLLOWS_PLACE
            and previous.key not in _CUES
            and previous.key not in lx.BETWEEN_WORDS
            and not strong
            and not _headline_case(words, named.first)
            and not (before and before[-1].last == named.first - 1)
        ):
            return True
    if text[named.end : named.end + 1] == "-" and named.end + 1 < len(text):
        tail = words[named.last + 1] if named.last + 1 < len(words) else None
        if tail is not None and tail.start == named.end + 1:
            if tail.key in ("based", "born", "area", "bound", "held"):
                named.adjective = True
            elif tail.capital and text[tail.start].isalpha():
                named.notes.append("hyphen")
    if following is not None and not following.capital and following.key in _HAPPENS_TO:
        further = word_after(words, text, named.last + 1)
        named.cue = named.cue or (further is not None and further.key in lx.HITS)
    if following is not None and not named.area and _UNIT_BEHIND.match(text, named.end):
        return True
    if following is not None and not named.class_end:
        key = following.key
        capital = following.capital and text[following.start].isupper()
        if key in lx.ORGANISATION_MASK and (capital or key in _UNITS_AND_TIME):
            return not (capital and key in ("conference", "summit") and previous is not None and previous.key == "in")
        if key in lx.ORGANISATION_ADJECTIVE and not possessive(text, named.end):
            named.adjective = True
        elif (
            capital
            and key not in lx.FOLLOWS_PLACE
            and text[following.start + 1 : following.start + 2].islower()
            and not possessive(text, named.end)
            and not _headline_case(words, named.last)
        ):
            if not strong and not (previous is not None and previous.key in ("in", "near", "of", "around")):
                return True
            if key in lx.CITY_THINGS or strong:
                named.notes.append("before_capital")
    return False


_VESSELS: Final = lx.word_list("naming", "vessels")
"""What is named after towns and is none: "the landing ship Novocherkassk"."""


def _given_name(named: Named, words: list[Word], text: str) -> bool:
    """ "Vladimir Putin", "Serhii Lysak": a given name that is a town's too, with a surname after it."""
    if named.first != named.last or words[named.first].key not in _GIVEN or named.area:
        return False
    following = word_after(words, text, named.last)
    return (
        following is not None
        and following.capital
        and text[following.start].isupper()
        and (following.key not in lx.FOLLOWS_PLACE or following.key in _PRESIDENTS)
        and text[named.end : following.start] == " "
    )


_PRESIDENTS: Final = lx.word_list("naming", "presidents")
"""Names that often come right behind a place's, but behind a given name are the rest of it."""
_SAYS: Final = lx.word_list("naming", "says")


def _surname(named: Named, words: list[Word], text: str) -> bool:
    """ "Syrskyi said": the last name of somebody in the table of people, which is a village's far away too."""
    if named.first != named.last or named.area or words[named.first].key not in _people_last():
        return False
    following = word_after(words, text, named.last)
    best = named.candidates[0] if named.candidates else None
    says = following is not None and following.key in _SAYS
    return says or (best is not None and best.entry.country != "UA" and not named.cue)


def _headline_case(words: list[Word], index: int) -> bool:
    """Whether most words around `index` begin with a capital: a headline, where capitals say nothing."""
    around = words[max(0, index - 5) : index + 6]
    long = [w for w in around if len(w.key) > 3]
    return len(long) >= 4 and sum(w.capital for w in long) >= 0.75 * len(long)


def _needs_cue(named: Named) -> bool:
    if named.area or not named.candidates:
        return False
    return all(c.entry.weak or c.entry.prior - 1.5 * c.tier < 3.0 for c in named.candidates)


_BESIDE_NAMES: Final = Pattern(
    r"\b(?:the|nearby|neighbouring|neighboring|also|in|both|village|villages|town|city|settlement|settlements"
    r"|of|towns|area|areas|districts?)\b"
)
_BRACKETS: Final = Pattern(r"\([^)]{0,20}\)")
_LISTS: Final = Pattern(r"\s*(?:,\s*(?:and|or)?|and|or|as well as|&|;|,\s*as well as|/)\s*|\s+[-–—]\s+")


_IN_LISTS: Final = frozenset(
    {
        "the", "nearby", "neighbouring", "neighboring", "also", "in", "both", "village", "villages", "town", "city",
        "settlement", "settlements", "of", "towns", "area", "areas", "district", "districts", "and", "or", "as", "well",
    }
)  # fmt: skip
"""All words of the three: between the names of a list there is no other, but in brackets."""


def _in_one_list(start: int, end: int, beyond: int, words: list[Word], text: str) -> bool:
    """Whether what stands between two names joins them in one list; word `beyond` is the first behind it."""
    at = beyond - 1
    while at >= 0 and words[at].start >= start:  # mostly there is a word that no list has
        if words[at].key not in _IN_LISTS and text.find("(", start, end) < 0:
            return False
        at -= 1
    gap = _BRACKETS.sub("", _BESIDE_NAMES.sub("", text[start:end]))
    return _LISTS.fullmatch(gap) is not None


def _coordinate(names: list[Named], words: list[Word], text: str) -> None:
    """Link each name to the one before it in a list; a list vouches for its members."""
    for at in range(1, len(names)):
        left, right = names[at - 1], names[at]
        left_end = left.class_end or left.end
        if right.start - left_end > 40:
            continue
        if _in_one_list(left_end, right.start, right.first, words, text):
            right.coordinated = at - 1
            if left.cue or not _needs_cue(left):
                right.cue = True
            if right.cue or not _needs_cue(right):
                left.cue = True


def _with_unknown(names: list[Named], words: list[Word], text: str) -> list[Named]:
    """Add names that the gazetteer lacks, where a place word or the name's own ending shows what they are."""
    covered = {i for n in names for i in range(n.first, n.last + 1)}
    extra: list[Named] = []
    for at, word in enumerate(words):
        if not word.capital or len(word.key) < 4 or at in covered or not text[word.start].isalpha():
            continue
        if not text[word.start + 1 : word.start + 2].islower():
            continue
        last = at
        while (
            last + 1 < len(words)
            and last - at < 2
            and last + 1 not in covered
            and words[last + 1].capital
            and text[words[last].end : words[last + 1].start] in (" ", "-")
            and text[words[last + 1].start].isalpha()
            and words[last + 1].key not in lx.FOLLOWS_PLACE
        ):
            last += 1
        if is_part(at, last, words, text):
            named = Named(word.start, words[last].end, at, last, (), rule="part", cue=True)
            named.class_end = words[last + 1].end
        elif _shows_place(at, last, words, text, covered) or _in_list(at, last, words, text, names):
            named = Named(word.start, words[last].end, at, last, (), rule="unknown_name", cue=True)
        else:
            continue
        extra.append(named)
        covered.update(range(at, last + 1))
    return sorted([*names, *extra], key=lambda n: n.start) if extra else names


_NOT_A_NAME: Final = lx.FOLLOWS_PLACE | lx.word_list("naming", "no_name")


def is_part(at: int, last: int, words: list[Word], text: str) -> bool:
    """Whether words `at` to `last`, which the gazetteer lacks, name a part of a town or a thing, by the word behind."""
    following = word_after(words, text, last)
    if following is None or following.key not in lx.PART_WORDS or possessive(text, words[last].end):
        return False
    if following.capital and following.key not in lx.DISTRICTS and not text[following.start].isupper():
        return False
    names = [words[i].key for i in range(at, last + 1)]
    if any(name in lx.NOT_A_PART or name in _NOT_A_NAME for name in names) or words[at].key in _GIVEN:
        return False
    behind = word_after(words, text, last + 1)
    if behind is not None and behind.key in lx.OFFICES_OF_PARTS:
        return False
    return text[words[at].start - 1 : words[at].start] not in "-\u2010\u2013" or at == 0


def _in_list(at: int, last: int, words: list[Word], text: str, names: list[Named]) -> bool:
    """Whether a name that the gazetteer lacks stands in a list of known places: between two, before or behind two."""
    if not names:
        return False
    for word in words[at : last + 1]:
        if word.key in _NOT_A_NAME or word.key in _GIVEN:
            return False
    if words[at].key in _GIVEN_BEFORE or len(words[last].key) < _SHORTEST or words[at].key in _people_last():
        return False
    number = bisect_left(names, at, key=_first)
    before = _members(names, number, -1, words[at].start, at, words, text)
    after = _members(names, number, 1, words[last].end, at, words, text)
    if before >= 1 and after >= 1:
        return True
    tail = word_after(words, text, last)
    if before >= 2 and words[at - 1].key in ("and", "or"):
        return tail is None or not (tail.capital or tail.key in _SAYS)
    previous = word_before(words, text, at)
    return after >= 2 and previous is not None and previous.key in _BEFORE_LISTS


def _first(named: Named) -> int:
    return named.first


_SHORTEST: Final = 5
_BEFORE_LISTS: Final = lx.word_list("naming", "before_lists")


def _members(names: list[Named], number: int, step: int, edge: int, word: int, words: list[Word], text: str) -> int:
    """How many known places, up to two, stand in one list with what ends or begins at `edge`, where that is the start
    of word `word`."""
    count, at = 0, number - 1 if step < 0 else number
    while 0 <= at < len(names) and count < 2:
        named = names[at]
        low, high = (named.class_end or named.end, edge) if step < 0 else (edge, named.start)
        beyond = word if step < 0 else named.first
        if not named.candidates or named.adjective or named.area or high - low > 40:
            break
        if not _in_one_list(low, high, beyond, words, text):
            break
        if named.candidates[0].entry.kind not in ("settlement", "feature"):
            break
        edge = named.start if step < 0 else named.end
        word = named.first
        count, at = count + 1, at + step
    return count


@cache
def _people_last() -> Container[str]:
    from services.extract.stages.actors.people import people  # actors need places.metonymy: not while both load

    return people().last


def _shows_place(at: int, last: int, words: list[Word], text: str, covered: set[int]) -> bool:
    key = words[last].key
    if words[at].key in _NOT_A_NAME or words[at].key in _GIVEN or key in _NOT_A_NAME:
        return False
    previous = word_before(words, text, at)
    if previous is None:
        listed = (
            at >= 1
            and (at - 1 in covered)
            and re.fullmatch(r",\s*", text[words[at - 1].end : words[at].start]) is not None
        )
        return listed and _TOPONYM.search(key) is not None
    if previous.key == "of" and at >= 2 and words[at - 2].key in lx.SETTLEMENT_BEFORE:
        return True
    if previous.key in ("village", "settlement", "hamlet", "town") and not words[at - 1].capital:
        return True
    if previous.key in ("near", "outside", "toward", "towards") and not previous.capital:
        return _TOPONYM.search(key) is not None or last == at
    if previous.key in ("near", "in", "at", "around", "from", "into", "of", "to", "and", "between", "against"):
        if previous.key == "and" and at - 2 not in covered:
            return False
        return _TOPONYM.search(key) is not None and not re.search(r"(enko|sky|skyi|ov|ev|chuk)$", key)
    following = word_after(words, text, last)
    return following is not None and following.key in ("village", "settlement") and not following.capital
