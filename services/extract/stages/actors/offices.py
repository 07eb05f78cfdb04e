"""Officials by office: "the governor of Belgorod region", "Ivan Petrenko, head of the X administration", "mayor Y".

Known office-holders are found by office and date; others keep their name, with side and kind from the office.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from services.contracts.taxonomy import ActorKind
from services.extract.document import ActorMention, Document, PlaceMention, Span
from services.extract.gazetteer import Word
from services.extract.pattern import Pattern
from services.extract.stages.actors import lexicon as lx
from services.extract.stages.actors.people import GIVEN_NAMES, people
from services.extract.stages.actors.taken import Taken
from services.extract.stages.alternatives import alternatives
from services.extract.stages.wordindex import index_of

_NAME: Final = r"[A-ZŠŽČĆŁŚÉÍÓÖÜÁİÇ][\w’'-]+"
_TITLES: Final = (
    "governor mayor spokesman spokeswoman spokesperson minister president general colonel major captain"
    " lieutenant sergeant commander admiral adviser advisor ombudsman analyst blogger journalist officer"
    " ambassador deputy lawmaker head expert correspondent soldier prosecutor director chief official"
    " secretary senator professor resident activist councillor negotiator envoy chancellor premier milblogger"
    " medic"
)
_QUALIFIERS: Final = "acting deputy former regional lieutenant major colonel brigadier"


def _either_case(words: str) -> list[str]:
    return [form for word in words.split() for form in (word, word.capitalize())]


_TITLE_NAME: Final = Pattern(
    rf"\b(?=[{''.join(sorted({word[0] for word in _either_case(_TITLES + ' ' + _QUALIFIERS)}))}])"
    rf"(?P<title>(?:(?:{alternatives(_either_case(_QUALIFIERS))}) )*{alternatives(_either_case(_TITLES))})\s+"
    rf"(?P<name>{_NAME}(?: {_NAME}){{0,2}})"
)
_TITLE_WORDS: Final = tuple(dict.fromkeys(f"{_QUALIFIERS} {_TITLES}".split()))
_NAME_OFFICE: Final = Pattern(
    rf"(?P<name>{_NAME}(?: {_NAME}){{1,2}}),\s+(?:the |a |an |who (?:is|heads|leads|commands) |its |his |her |their )?"
    r"(?P<office>[^,.;:()\"“”\n]{3,90})"
)
_OFFICE_WORD: Final = Pattern(
    r"\b(governor|mayor|head|chief|spokes(?:man|woman|person)|minister|president|commander|adviser|advisor|ombudsman"
    r"|ambassador|prosecutor|officer|secretary|deputy|leader|chancellor|director|speaker|chairman|negotiator|envoy"
    r"|representative|general|colonel|lieutenant|major|captain|sergeant|analyst|expert|blogger|journalist|professor"
    r"|councillor|lawmaker|mp|senator|soldier|aide|official|founder|admiral|resident|volunteer|medic|driver|pensioner)\b",
    re.I,
)
_MILITARY: Final = Pattern(
    r"\b(?:commander|officer|general|colonel|lieutenant|major|captain|sergeant|soldier|brigade|battalion|regiment|corps"
    r"|army|air force|navy|fleet|troops|forces|operational command|general staff|medic|gunner|pilot)\b",
    re.I,
)
_PRESS: Final = Pattern(r"\b(?:m(?:il)?blogger|blogger|journalist|correspondent|reporter|editor)\b", re.I)
_CIVIL: Final = Pattern(r"\b(?:resident|pensioner|driver|teacher|farmer|villager|nurse|worker|student|mother)\b", re.I)
_EXPERT: Final = Pattern(r"\b(?:analyst|expert|professor|historian|economist|researcher)\b", re.I)
_PROXY: Final = Pattern(
    r"\b(?:DPR|LPR|DNR|LNR|occupation|Moscow-(?:installed|appointed|backed)|Russian?-(?:installed|appointed|backed)"
    r"|separatist|People['’]s Republic)\b"
)
_NOT_NAMES: Final = lx.word_list("offices", "not_names")


def holder(role: str, place: str, day: str) -> tuple[str, str, str, ActorKind] | None:
    """Return (id, name, side, kind) of who held `role` of `place` on `day`, None where the table does not know."""
    for person in people().offices.get(f"{role} of {place}", ()) + people().offices.get(
        f"acting {role} of {place}", ()
    ):
        if person.holds_office_on(day):
            return person.id, person.name, person.side, person.kind
    return None


def offices_of_places(doc: Document, words: list[Word]) -> list[ActorMention]:
    """ "the governor of Belgorod region", "Belgorod governor", "Kharkiv's mayor", "the Kherson administration"."""
    found = []
    day = doc.published.isoformat() if doc.published else "2023-06-01"
    for place in doc.places:
        if place.anaphor or place.country is None:
            continue
        found.extend(_around(doc, place, day))
    return found


_BEFORE: Final = Pattern(
    r"\b(?:the\s+)?(?P<full>(?P<pre>(?:Moscow-(?:installed|appointed|backed) |Russian?-(?:installed|appointed|backed) |"
    r"acting |deputy |former |then |military |occupation |regional |city )*)"
    r"(?P<role>governor|mayor|head(?: of the (?:[\w-]+ ){0,3}administration)?|council|police|administration|authorities"
    r"|prosecutor['’]s office|prosecutors|officials|residents|people|inhabitants|garrison|defenders|population|leader"
    r"|military administration|city council))\s+(?:of|in)\s+(?:the\s+)?(?:city of |town of |village of |occupied )?$",
    re.I,
)
_IN: Final = ("of", "in", "the", "occupied")
"""What `_BEFORE` ends with."""
_ROLES: Final = (
    "governor", "mayor", "head", "council", "police", "administration", "authorities", "office", "prosecutors",
    "officials", "residents", "people", "inhabitants", "garrison", "defenders", "population", "leader",
)  # fmt: skip
"""The last words of its roles."""
_FAR_BEFORE: Final = 5
"""Words before a place among which one of them is: "mayor of the city of"."""
_AFTER: Final = Pattern(
    r"(?:['’]s)?\s+(?P<full>(?P<pre>(?:oblast |region |regional |district |city |state |civil |occupation |acting |"
    r"deputy |military |local |territorial |Regional |Oblast |City |Military |Civil |District |Territorial |"
    r"Region |State )*)"
    r"(?P<role>[Gg]overnor|[Mm]ayor|[Hh]ead|[Aa]dministration|[Cc]ouncil|[Pp]rosecutor['’]s [Oo]ffice|[Pp]olice|OVA|RMA"
    r"|RSA|OMA|MVA|authorities|officials|residents|prosecutors|garrison|defenders|official|resident|population|leader"
    r"|military administration))\b",
)
_ROLE_NAMES: Final = {"governor": "governor", "head": "governor", "mayor": "mayor", "leader": "head"}


def _around(doc: Document, place: PlaceMention, day: str) -> list[ActorMention]:
    text = doc.text
    side = {"UA": "UKR", "RU": "RUS", "BY": "BLR", "MD": "MDA", "PL": "POL"}.get(place.country or "")
    if side is None:
        return []
    window = text[max(0, place.span.start - 90) : place.span.start].lower()
    before = None
    if window.rstrip().endswith(_IN) and any(word.endswith(_ROLES) for word in window.split()[-_FAR_BEFORE:]):
        before = _BEFORE.search(text, max(0, place.span.start - 90), place.span.start)
    phrase_end = place.phrase.end if place.phrase else place.span.end
    found = []
    if before is not None and before.end() == place.span.start:
        found.append(_office(doc, place, before.start(), max(phrase_end, place.span.end), before, side, day))
    else:
        for end in {place.span.end, phrase_end}:
            after = _AFTER.match(text, end)
            if after is not None:
                found.append(_office(doc, place, place.span.start, after.end(), after, side, day))
                break
    return [m for m in found if m is not None]


def _office(
    doc: Document, place: PlaceMention, start: int, end: int, match: re.Match[str], side: str, day: str
) -> ActorMention | None:
    surface = doc.text[start:end]
    role = match.group("role").lower()
    prefix = match.group("pre").lower()
    occupied = bool(re.search(r"occupation|installed|appointed|backed", prefix))
    if occupied:
        side = "RUS"
    kind: ActorKind = "PROXY" if occupied else "GOV"
    if role in ("residents", "people", "inhabitants", "resident", "population"):
        return ActorMention(Span(start, end), surface, surface, None, side, "CIV", False, True, "people_of_place")
    if role in ("garrison", "defenders"):
        return ActorMention(Span(start, end), surface, surface, f"{side}/MIL", side, "MIL", False, False, "garrison")
    identifier, name = None, re.sub(r"^the ", "", surface, flags=re.I)
    known = None
    office = _ROLE_NAMES.get(role.split(" of ")[0])
    plain = not re.search(r"deputy|former|then", prefix)
    if office and plain:
        for target in (place.name, f"{place.name} Oblast") if place.kind == "settlement" else (place.name,):
            known = holder(office, target, day)
            if known:
                break
    if known:
        identifier, name, side, kind = known
    elif re.search(r"administration|ova|rma|rsa|oma|mva", role):
        area = place.name
        identifier = f"{side}/GOV/{re.sub(r'[^a-z0-9]+', '-', area.lower()).strip('-')}-administration"
    return ActorMention(Span(start, end), surface, name, identifier, side, kind, False, True, "office_of_place")


def titled_people(doc: Document, taken: Sequence[Span], voice: str) -> list[ActorMention]:
    """People who are not in the table, by a title before or an office after their name."""
    found: list[ActorMention] = []
    claimed = Taken(taken)
    words = index_of(doc.text)
    for match in words.matches(_TITLE_NAME, _TITLE_WORDS):
        _add(doc, match, match.group("title"), claimed, found, voice)
    for match in _names_with_offices(doc.text):
        office = match.group("office")
        if _OFFICE_WORD.search(office):
            _add(doc, match, office, claimed, found, voice)
    return found


def _names_with_offices(text: str) -> list[re.Match[str]]:
    """Return what `_NAME_OFFICE` matches: it is tried at the capitals of the three words before each comma."""
    found = []
    end = 0
    comma = text.find(",")
    while comma >= 0:
        last = text.rfind(" ", end, comma)
        if last > end and text[last + 1].isupper():
            second = text.rfind(" ", end, last)
            first = text.rfind(" ", end, second) if second > end else -1
            for place in range(first + 1 if first >= 0 else end, last):
                match = _NAME_OFFICE.match(text, place) if text[place].isupper() else None
                if match is not None:
                    found.append(match)
                    end = match.end() - 1
                    break
        end = max(end, comma) + 1
        comma = text.find(",", end)
    return found


def _add(
    doc: Document, match: re.Match[str], office: str, claimed: Taken, found: list[ActorMention], voice: str
) -> None:
    name = match.group("name")
    parts = name.split()
    while parts and parts[-1].lower().rstrip("’'") in _NOT_NAMES:
        parts.pop()
    if not parts or parts[0].lower() in _NOT_NAMES or (len(parts) == 1 and parts[0].isupper()):
        return
    start = match.start("name")
    name = " ".join(parts)
    if name.endswith(("'s", "’s")):
        name = name[:-2]
    span = Span(start, start + len(name))
    if claimed.clashes(span):
        return
    context = doc.text[max(0, match.start() - 60) : match.end()]
    side = _side(doc, span, office, context, parts[0], voice)
    kind: ActorKind = "GOV"
    if _PROXY.search(office) or _PROXY.search(context):
        kind, side = "PROXY", "RUS"
    elif _PRESS.search(office):
        kind = "MEDIA"
    elif _MILITARY.search(office) and not re.search(r"minist|governor|mayor|police|prosecutor", office, re.I):
        kind = "MIL"
    elif _CIVIL.search(office):
        kind = "CIV"
    elif _EXPERT.search(office):
        kind = "PER"
    claimed.claim(span)
    found.append(ActorMention(span, name, name, None, side, kind, False, True, "titled_person"))


_UKRAINIAN_GIVEN: Final = Pattern(
    r"^(?:Oleks|Volodym|Andrii|Andriy|Serhi|Dmytro|Mykola|Mykhailo|Vitali[iy]$|Oleh$|Ihor$|Denys|Yevhen|Kyrylo|Maksym|Vadym|"
    r"Viacheslav|Hennadi|Hanna|Natali+a$|Iryna|Kateryna|Yulii|Olha|Kostiantyn|Pavlo|Petro|Hryhor|Illia|Tetiana|Liudmyla|"
    r"Bohdan|Taras|Yurii|Vasyl$|Oksana|Nazar|Yaroslav|Valerii|Anatolii|Viktoriia|Svitlana|Borys|Danylo|Ostap)"
)
_RUSSIAN_GIVEN: Final = Pattern(
    r"^(?:Alexander|Aleksandr|Alexei|Aleksei|Vladimir|Andrei|Andrey|Sergei|Sergey|Dmitry|Dmitri|Nikolai|Mikhail|Oleg|Igor|"
    r"Denis|Yevgeny|Kirill|Maksim|Maxim|Vadim|Vyacheslav|Gennady|Konstantin|Pavel|Pyotr|Grigory|Ilya|Vasily|Yury|Svetlana|"
    r"Tatyana|Ekaterina|Olga|Valery|Anatoly|Marat|Semyon|Apti|Ramzan)$"
)


def _side(doc: Document, span: Span, office: str, context: str, given: str, voice: str) -> str | None:
    for source in (office, context):
        for word in re.findall(r"[\w.-]+", source):
            key = " ".join(re.split(r"[\s.'-]+", word.lower().strip(".")))
            side = lx.SIDES.get(key)
            if side and word[:1].isupper():
                return side
    first = bisect_left(doc.places, span.start - 90, key=lambda p: p.span.start)
    last = bisect_left(doc.places, span.start + 90, key=lambda p: p.span.start)
    near = [p for p in doc.places[first:last] if p.country in ("UA", "RU", "BY") and not p.anaphor]
    inside = [p for p in near if span.end <= p.span.start < span.end + 90 or p.span.end <= span.start]
    if _UKRAINIAN_GIVEN.match(given):
        return "UKR"
    if inside:
        return {"UA": "UKR", "RU": "RUS", "BY": "BLR"}.get(inside[0].country or "")
    if _RUSSIAN_GIVEN.match(given) and fold_given(given) in GIVEN_NAMES:
        return "RUS"
    return None


def fold_given(name: str) -> str:
    """The given name as the tables have it."""
    return name.lower()
