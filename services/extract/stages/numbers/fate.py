"""What happened to the people who are counted, where the words right beside the figure say it: "12 people were
killed", "wounding 20", "some 80 surrendered", "the death toll rose to four"."""

from typing import Final, cast

from services.contracts.taxonomy import QuantityKind
from services.extract.pattern import Pattern
from services.extract.stages.alternatives import alternatives
from services.extract.stages.wordindex import WordIndex

_STATES: Final[tuple[tuple[QuantityKind, str], ...]] = (
    ("killed",
        r"killed|dead|died|dies|dying|perish(?:ed)?|lose their lives|fatally (?:wounded|injured|hurt)|slain|"
        r"lost (?:his|her|their|the) (?:lives|life)|eliminated|liquidated|annihilated|executed|murdered|"
               r"neutrali[sz]ed|burned to death|burnt to death|drowned|did not survive|lay dead|shot dead|"
               r"wiped out|deceased"),
    ("wounded",
        r"wounded|injured|hurt|hospitali[sz]ed|maimed|concussed|suffer\w* (?:\w+ )?(?:wounds?|injur\w+|burns|"
        r"shrapnel\w*|concussion\w*)|"
                r"sustain\w* (?:\w+ )?(?:wounds?|injur\w+)|received (?:\w+ )?(?:wounds?|injur\w+)|lost (?:his|her|"
                r"their) (?:legs?|foot|feet|hands?|arms?)|cut by glass|"
                r"(?:has|have|had) (?:shrapnel|wounds)|in hospital|crippled|mutilated"),
    ("captured",
        r"captured|taken prisoner|made prisoner|taken captive|surrender(?:ed|s|ing)?|laid down (?:their |"
        r"his )?(?:arms|weapons)|"
                 r"g[ai]ven? themselves up|taken into captivity|fell prisoners?"),
    ("missing", r"missing|unaccounted for|lacking at call|disappeared|vanished|not been found|still sought"),
    ("released",
        r"released|freed|exchanged|swapped|returned home|came home|are home|is home|returned from captivity|"
        r"brought home|came back from captivity"),
    ("displaced",
        r"evacuated|displaced|fled|fleeing|left (?:their homes|home|the (?:city|town|region|area|village|country|"
        r"district))|have left|had left|relocated|resettled|"
                  r"brought out|taken out|taken away|moved out|moved to safety|been moved|deported|"
                  r"leave their homes|homeless|driven from|away brought"),
    ("troops",
        r"deployed|massed|stationed|concentrated|amassed|mobili[sz]ed|redeployed|encircled|surrounded|trapped|"
        r"boxed in"),
)  # fmt: skip
_AUXILIARY: Final = (
    r"(?:(?:were|was|have|has|had|been|are|is|be|being|got|get|reportedly|also|all|still|now|confirmed|feared|"
    r"presumed|immediately|instantly|"
    r"already|likely|reported|said to be|known to be|believed|allegedly|more|others?|so far|either|severely|"
    r"seriously|badly|gravely|slightly|"
    r"lightly|heavily|moderately|resulted|left|went) )*"
)
_RIGHT: Final = tuple((what, Pattern(rf"(?:,? ?{_AUXILIARY}(?:{words})\b)")) for what, words in _STATES)
_ANY_RIGHT: Final = tuple((what, Pattern(rf"(?:\b(?:{words})\b)")) for what, words in _STATES)
_CLAUSE: Final = Pattern(r"[.;:!?\n]|, (?:and|but|while|as|when|with)\b|\d| (?:and|but|while) ")
_PASSIVE: Final = Pattern(
    r"(?:^[^,;.:]{0,48}?\b(?:were|was|been|are|is|being|got)(?: \w+ly)? (?:\w+ )?$|^,[^;.:]{0,60}, (?:were|was|"
    r"have been|had been|are) (?:\w+ )?$)"
)
_LEFT: Final[tuple[tuple[QuantityKind, Pattern], ...]] = tuple(
    (cast("QuantityKind", what), Pattern(
        rf"(?:\b(?:{words})(?: or [a-z]+ed)?(?: by| of| from)?(?: (?:the|another|a further|up|all|also))? ?$)"))
    for what, words in (
        ("killed",
            r"kill(?:ed|ing|s)|claim(?:ed|ing|s) (?:the )?lives|(?:t[oa]k(?:es|ing|en|e)?|took) the "
            r"(?:lives|life)|claim(?:ed|ing|s) the life|eliminat(?:ed|"
            r"ing|es)|liquidat(?:ed|ing)|annihilat(?:ed|ing)|"
                   r"deaths?|death toll|murder(?:ed|ing)|neutrali[sz](?:ed|ing)|destroy(?:ed|ing|s)|shot|buried|"
                   r"executed|provoked|massacre of|mourn(?:s|ed|ing)?|did away with|cut down|mowed down|"
                   r"wip(?:ed|ing) out|bur(?:ying|ied)|shoot(?:ing|s)? dead|left dead"),
        ("wounded", r"wound(?:ed|ing|s)|injur(?:ed|ing|es)|hurt(?:ing)?|maim(?:ed|ing)|hospitali[sz](?:ed|ing)"),
        ("captured", r"captur(?:ed|ing|es)|t[oa]k(?:ing|ook) prisoner|[tT]aking|detain(?:ed|ing)|capture|surrender"),
        ("displaced",
            r"evacuat(?:ed|ing|es|ion)|displac(?:ed|ing)|deport(?:ed|ing|ation)|resettl(?:ed|ing)|relocat(?:ed|"
            r"ing)|brought out|t[oa]k(?:en|ook) out|drove off|forc(?:ed|ing)"),
        ("released",
            r"releas(?:ed|ing|e)|free(?:d|ing)|got back|br(?:ought|inging) home|return(?:ed|ing)?|swap(?:ped)?|"
            r"exchang(?:e|ed|ing)"),
        ("killed_or_wounded",
            r"los(?:t|es|ing)|part(?:ed|ing) with|wr(?:ote|iting|itten) off|loss(?:es)? (?:ran|amounted|came|"
            r"totalled) to|at a (?:price|cost) (?:to \w+ )?of|loss(?:es)?|losses (?:of|at|to)|casualties(?: of|"
            r" at| amount\w* to)?|cost(?: the \w+)?"),
        ("troops",
            r"deploy(?:ed|ing|s|ment)|mass(?:ed|ing)|sen[dt](?:ing)?|station(?:ed|ing)|concentrat(?:ed|ing)|"
            r"mobili[sz](?:ed|ing|ation)|amass(?:ed|ing)"),
    )
)  # fmt: skip
_BEGIN: Final = (
    "kill|dead|dies|died|dying|perish|slain|life|live|eliminat|liquidat|annihilat|execut|murder|neutrali|burn|"
    "drown|wipi|wipe|surviv|decease|fatal|wound|injur|hurt|hospital|maim|concuss|suffer|sustain|lost|lose|loss|"
    "cut by|shrapnel|cripple|mutilat|captur|prison|captiv|surrender|laid|themselves|missing|unaccounted|"
    "lacking|vanish|disappear|found|sought|releas|free|exchang|swap|return|home|back|evacuat|displac|flee|fled|"
    "left|leave|relocat|resettl|away|moved|deport|driv|drove|deploy|mass|station|concentrat|mobili|encircl|"
    "surround|trapped|boxed|claim|took|take|taking|death|toll|destroy|shot|shoo|buri|bury|provok|mourn|"
    "did away|cut down|mow|detain|forc|casualt|cost|part|writ|wrot|price|send|sent|amass|number|count|crush|"
    "ground down|brought|bring|down|intercept|jam|repel|caught|launch|fire|fly|flew|fell|struck|hit|got|fail|"
    "knock|swat|gun"
)
_ANYTHING: Final = Pattern(rf"(?:\b(?:out\b|{alternatives(_BEGIN.split('|'))}))")
"""How the words begin that tell what became of somebody or something."""
_ASIDE: Final = Pattern(
    r"(?:,? (?:including|among (?:them|whom)|[\w-]+ of (?:them|whom)|between them|women|with|some of them|"
    r"most of them|mostly|aged)[^,;.:]{0,50},)"
)
_DESTROYED: Final = Pattern(rf"(?:,? ?{_AUXILIARY}(?:destroyed|wiped out|crushed|cut down|fatally|ground down)\b)")
_DOWN_WORDS: Final = (
    r"(?:(?:shot|brought|knocked|taken|dropped|gunned|swatted|struck|fell|came) down|downed|intercepted|destroyed|"
    r"neutrali[sz]ed|suppressed|jammed|"
    r"repelled|caught|dropped by|launched|fired|shoot down|flew|got through|fell|hit their|failed to reach|(?:were|"
    r"was) lost|locationally lost)"
)
_DOWN_RIGHT: Final = Pattern(rf"(?:,? ?{_AUXILIARY}{_DOWN_WORDS}\b)")
_DOWN_LEFT: Final = Pattern(
    r"(?:\b(?:(?:shot|brought|knocked|took|taken|bringing|shooting|taking|knocking) down|downed|intercept(?:ed|"
    r"ing)|caught|launched|fired|neutrali[sz]ed)(?: (?:up to|another|more than|about))? $)"
)
_TALLY: Final[tuple[tuple[QuantityKind, Pattern], ...]] = tuple(
    (cast("QuantityKind", what), Pattern(
        rf"(?:\b(?:{words})\b[^.;:!?\d\n]{{0,140}}\b(?:(?:from|by) [\d.,]+ )?(?:to|at|is|was|are|were|"
        rf"reach(?:ed|es)|stands? at|stood at|number(?:ed|s)?|of|total(?:led|s)?|counts?|exceed(?:ed|s)|-|–|:)"
        rf"(?: \w+)? ?$)"))
    for what, words in (
        ("killed_or_wounded",
            r"(?:dead|killed) (?:and|or) (?:the )?(?:wounded|injured)|(?:total |enemy )?losses|casualties"),
        ("killed",
            r"death tolls?|number of (?:the )?(?:dead|deaths|killed|victims|fatalities|casualties|"
            r"residents killed|(?:\w+ ){1,2}(?:killed|dead))|the dead|toll|body count"),
        ("wounded", r"number of (?:the )?(?:wounded|injured)|the (?:wounded|injured|hurt)|injuries"),
        ("captured", r"number of (?:the )?(?:captured|prisoners)|(?:prisoners|captured)"),
        ("missing", r"number of (?:the )?missing"),
        ("strikes",
            r"number of (?:\w+ )?(?:attacks|clashes|engagements|shellings|assaults|battles|skirmishes|strikes)"),
        ("displaced", r"number of (?:the )?(?:evacuated|evacuees|refugees|displaced)|those evacuated"),
    )
)  # fmt: skip
_TALLY_SIGNS: Final = (
    "number of", "toll", "dead", "killed", "losses", "casualties", "body count", "wounded", "injur", "hurt",
    "prisoners", "captured", "those evacuated",
)  # fmt: skip
"""Of which each of the tallies has one."""


_EITHER: Final = Pattern(
    rf"(?:,? ?{_AUXILIARY}(?:killed|dead|died|slain)(?: there| here)? ?(?:and|or|/) ?(?:{_AUXILIARY})(?:the )?"
    r"(?:wounded|injured|hurt|maimed|captured)\b)"
)
"""Dead and wounded told in one figure."""
_TALLIED: Final = 170
"""How far before its figure a tally may be named: "the death toll from Monday's attack on …, has risen to 25"."""


_LIVES: Final = Pattern(r"(?: (?:of (?:our|their|its|the) \w+ )?(?:their|his|her) (?:lives|life)\b)")
"""What a figure's people are cost: "cost three rescuers their lives"."""
_LIVES_COUNTED: Final = Pattern(r"(?:\b(?:lives|life)$)")
_LIVES_VERB: Final = Pattern(
    r"(?:\b(?:(?P<ended>cost(?:s|ing)?|claim(?:s|ed|ing)?|t[oa]k(?:es|ing|en|e)|took|los(?:t|es|ing|e)|loss(?:es)? of|"
    r"price of|paid with|end(?:s|ed|ing)|cut(?:s|ting)? short)|sav(?:es|ed|ing|e)|"
    r"rescu(?:es|ed|ing|e)|spar(?:es|ed|ing|e)|risk(?:s|ed|ing)?|"
    r"endanger(?:s|ed|ing)?|protect(?:s|ed|ing)?|chang(?:es|ed|ing|e))\b)"
)
_LIVES_GAP: Final = Pattern(r"(?:(?: (?!(?:that|who|which|and|but|to|when|as|after|before)\b)[\w'’-]+){0,4} ?$)")
"""What stands between such a verb and its lives: "cost the brigade some 300 lives"."""
_LIVES_ENDED: Final = Pattern(rf"(?: {_AUXILIARY}(?:lost|claimed|taken(?! (?:to|out|away))|cut short)\b)")
_LIVES_KEPT: Final = Pattern(
    rf"(?: {_AUXILIARY}(?:saved|rescued|spared|risked|endangered|protected|changed|at risk|at stake|in danger)\b)"
)
_LIVES_BEFORE: Final = (" of", " of ", " of\n", " of \n")
_LIVES_OF: Final = Pattern(r"(?:\b(?:lives|life) of ?$)")


_LONGEST: Final = 16
"""Characters that one of `_ANYTHING` has at most."""


def fated(low: str, start: int, end: int) -> bool:
    """Whether a word begins between `start` and `end` (exclusive) without which `fate` and `downed` find nothing.

    `low` is the text in lower case, here and in `downed`.
    """
    words = _ANYTHING.finditer(low, max(0, start - _LONGEST), end + _LONGEST)
    return any(start <= word.start() < end for word in words)


def downed(low: str, start: int, end: int) -> bool:
    """Whether the words beside the figure say that what it counts was fired or brought down."""
    return bool(_DOWN_RIGHT.match(low, end) or _DOWN_LEFT.search(low, max(0, start - 40), start))


def fate(words: WordIndex, start: int, end: int, stop: int, soldiers: bool = False) -> QuantityKind | None:
    """Return what the words around the figure phrase `start` to `end` say of those counted, or None.

    `soldiers`: they are an army's, of whom reports also say "destroyed". `stop` is where the next figure begins: what
    stands behind it is its.
    """
    text = words.low
    before = text[max(0, start - 90) : start]
    lives, theirs = _LIVES_COUNTED.search(text[start:end]), _LIVES.match(text, end)
    of = _LIVES_OF.search(before) if before.endswith(_LIVES_BEFORE) else None
    if lives or theirs or of:
        ahead = before[: of.start()] if of else before
        verbs = list(_LIVES_VERB.finditer(ahead))
        verb = verbs[-1] if verbs else None
        if verb and _LIVES_GAP.match(ahead, verb.end()):
            return "killed" if verb["ended"] else None
        if not theirs and _LIVES_ENDED.match(text, end):
            return "killed"
        if not theirs and _LIVES_KEPT.match(text, end):
            return None
    for what, pattern in _LEFT:
        if pattern.search(before):
            return what
    right = text[end : min(end + 110, max(stop, end))]
    if _EITHER.match(right):
        return "killed_or_wounded"
    aside = _ASIDE.match(text, end)
    for what, pattern in _RIGHT:
        if pattern.match(right) or (aside and pattern.match(text, aside.end())):
            return what
    if soldiers and (_DESTROYED.match(text, end) or (aside and _DESTROYED.match(text, aside.end()))):
        return "killed"
    clause = _CLAUSE.search(words.text[end : end + len(right)])
    near = right[: clause.start()] if clause and not right[: clause.start() + 1].endswith(",") else right
    first: tuple[int, QuantityKind] | None = None
    for what, pattern in _ANY_RIGHT:
        hit = pattern.search(near)
        if (
            hit
            and (first is None or hit.start() < first[0])
            and (_PASSIVE.search(near[: hit.start()]) or (what in {"captured", "displaced"} and hit.start() < 50))
        ):
            first = (hit.start(), what)
    if first:
        return first[1]
    before = text[max(0, start - _TALLIED) : start]
    if not _is_tally(before):
        return None
    tallies = [(hit.start(), what) for what, pattern in _TALLY if (hit := pattern.search(before))]
    if tallies:
        nearest = max(at for at, _ in tallies)
        return next(what for at, what in tallies if at >= nearest - 12)
    return None


def _is_tally(before: str) -> bool:
    for sign in _TALLY_SIGNS:  # noqa: SIM110
        if sign in before:
            return True
    return False
