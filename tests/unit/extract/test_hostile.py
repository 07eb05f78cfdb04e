"""Hostile texts: each ends and raises nothing, at a cost that ordinary text of the same size sets in the same run."""

import resource
import sys
import time
from functools import cache

import pytest

from services.contracts.codec import encode
from services.contracts.messages import Article, Extraction
from services.extract.pipeline import extract
from tests.support.passages import VOICES, passages

SIZE = 40_000
TIMES = 4
"""How many times the processor time of ordinary text a hostile one of the same size may take."""
MEGABYTES = 300
"""How much more memory than before any one of them may take."""

PLACES = "Kyiv, Kharkiv, Odesa, Kherson, Bakhmut, Donetsk, Luhansk, Mariupol, Izium, Lyman, "


def filled(unit: str, size: int = SIZE) -> str:
    return (unit * (size // len(unit) + 1))[:size]


REPEATED = {
    "no sentence ends": "troops captured Robotyne and moved on to Bakhmut while shelling Kupiansk with 90 rockets and ",
    "one letter": "a",
    "blanks": " ",
    "line ends": "\n",
    "stops": ".",
    "ellipses": "… ... ",
    "commas": ", ",
    "double quotes": '"',
    "apostrophes": "'",
    "opening quotes": "“‘",
    "possessives": "x's y' 'z ",
    "dashes": "-",
    "long dashes": " — ",
    "brackets": "[(",
    "angles": "<",
    "unfinished tags": "<a ",
    "tag soup": "<div class=\"x\"><p>Russian <b>forces shelled</b> <a href='#'>Kyiv</a> &amp; left<br><script>if(a<b)",
    "short lines": "a b\n",
    "bullets": "• 1. - ",
    "credits": "(Photo by A)\n",
    "photo": "Photo: ",
    "hash tags": "#tag ",
    "addresses": "https://t.me/x/",
    "abbreviations": "U.S. ",
    "initials": "a. ",
    "colons": "Kyiv: ",
    "semicolons": "troops left; ",
    "hyphens": "re-take-over-",
    "glued words": "PrigozhinTheKyivAndHe",
    "bidi and zero width": "Russian forces shelled Ky\u202eiv and Khar\u200bkiv\u2066 near Bakh\u00admut\ufeff. ",
    "combining marks": "Ky\u0301\u0302\u0303\u0304iv e" + "\u0301" * 50 + " shelled. ",
    "NULs": "Russian\x00forces shelled Kyiv\x00. ",
    "emoji": "🔥 Russian forces shelled Kyiv \U0001f468\u200d\U0001f469\u200d\U0001f467🇺🇦. ",
    "digits": "1",
    "figures": "1,000.5-20% ",
    "figures in words": "two hundred thousand and ",
    "thousands of thousands": "hundreds of thousands of tens of ",
    "bounds": "more than at least up to 40 ",
    "counts": "killed 1,000,000 and wounded ",
    "dates": "on 1 January 2022 and ",
    "parts of months": "early mid late ",
    "months": "January-February ",
    "years": "2022-2023 ",
    "weekdays": "Monday night and Tuesday morning through ",
    "clock times": "10:30 p.m. ",
    "of the": "of the ",
    "to": "to ",
    "said": "he said that ",
    "according": "according to the ministry of the head of ",
    "ministries": "Ministry of Defense of the Armed Forces of ",
    "units": "3rd Separate Assault Brigade of the ",
    "people": "Volodymyr Zelenskyy ",
    "unknown names": "Aaa Bbb Ccc ",
    "oblasts": "Donetsk Oblast region ",
    "between": "between Kyiv and ",
    "directions": "in the Bakhmut direction of ",
    "relatives": "which captured the town that ",
    "coordination": "captured and ",
    "attacks on attacks": "attack on attack of attack by ",
    "at that time": "at that time ",
    "a speaker and the field by turns": "The mayor said that it was calm. Drones hit Kyiv. ",
    "accusations": "Russia accused Ukraine of shelling Donetsk. ",
}
HEADS = {"at that time": "In May 2022 "}
"""What a text begins with that its repeated words point back at."""
TEXTS = {name: HEADS.get(name, "") + filled(unit) for name, unit in REPEATED.items()} | {
    "nested brackets": "(" * (SIZE // 2) + ")" * (SIZE // 2),
    "nested quotes": "“" * (SIZE // 2) + "”" * (SIZE // 2),
    "a sentence of places": "Russian forces shelled " + filled(PLACES) + "and left.",
    "sentences of a thousand places": filled(
        "Russian forces captured " + ", ".join(PLACES.split(", ")[:10] * 100) + ". "
    ),
    "a long number": "Forces killed " + "9" * 10_000 + " soldiers on " + "1" * 10_000 + " May. " + "9," * 10_000,
    "long words": filled("x" * 5000 + " captured Kyiv "),
    "lone surrogates": filled("forces shelled \ud800 Kyiv\udfff. "),
}


def article(text: str, title: str | None = None) -> Article:
    return Article(
        article_id="hostile",
        revision="0",
        received_at="1970-01-01T00:00:00Z",
        published_at="2023-06-01",
        title=title,
        text=text,
    )


def timed(text: str) -> tuple[float, Extraction]:
    before = time.process_time()
    found = extract(article(text))
    return time.process_time() - before, found


@cache
def ordinary_text() -> str:
    return "\n\n".join(
        p.article.text for voice in VOICES for unseen in (0, 1) for p in passages(voice, unseen=bool(unseen))
    )


@cache
def ordinary_seconds() -> float:
    extract(article("Russian forces shelled Kyiv on Monday."))
    return timed(ordinary_text()[:SIZE])[0]


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1_000_000 if sys.platform == "darwin" else 1000)


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_costs_no_more_than_a_few_times_ordinary_text(name: str) -> None:
    budget = TIMES * ordinary_seconds()
    held = peak()
    taken, found = timed(TEXTS[name])
    assert taken <= budget
    assert peak() - held <= MEGABYTES
    if "surrogate" not in name:
        encode(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no sentence ends", "one letter", "short lines", "between", "at that time"])
def test_a_megabyte_costs_what_its_parts_cost(name: str) -> None:
    held = peak()
    head = HEADS.get(name, "")
    part, _ = timed(head + filled(REPEATED[name], 100_000))
    whole, _ = timed(head + filled(REPEATED[name], 1_000_000))
    assert whole <= 25 * part + ordinary_seconds()
    assert peak() - held <= MEGABYTES


@pytest.mark.parametrize("name", ["brackets", "one letter", "bidi and zero width", "said", "between", "digits"])
def test_hostile_headlines_cost_no_more(name: str) -> None:
    before = time.process_time()
    extract(article("Russian forces shelled Kyiv on Monday.", title=TEXTS[name][:20_000]))
    assert time.process_time() - before <= TIMES * ordinary_seconds()


FOREIGN = {
    "uk": "Російські війська обстріляли Харків у понеділок, загинули двоє людей. Наші сили відбили дванадцять атак.",
    "ru": "Российские войска взяли под контроль посёлок в понедельник. Противник отошёл, потеряв до сорока человек.",
    "de": "Russische Truppen haben die Stadt Kupjansk beschossen. Zwei Menschen wurden getötet, hieß es aus Kiew.",
    "fr": "Les forces russes ont bombardé la ville de Koupiansk. Deux personnes ont été tuées dans cette attaque.",
    "ar": "قصفت القوات الروسية مدينة خاركيف يوم الاثنين وقتلت شخصين حسبما قال الحاكم.",
    "zh": "俄罗斯军队星期一炮击了哈尔科夫市,造成两人死亡,州长说。乌克兰军队击退了十二次进攻。",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_another_language_is_noted_and_not_coded(language: str) -> None:
    found = extract(article(FOREIGN[language]))
    assert found.events == ()
    assert found.document.language == language
    assert any(language in note for note in found.document.notes)


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200e", "\u202a"])
def test_a_mark_without_width_inside_a_name_does_not_hide_it(mark: str) -> None:
    found = extract(article(f"Russian troops captured the town of Kupi{mark}ansk on Monday."))
    assert [(e.type, e.place and e.place.name) for e in found.events] == [("capture", "Kupiansk")]


def test_a_stuffed_article_still_tells_its_event() -> None:
    found = extract(article("Russian troops captured Kupiansk on Monday.\n\n" + filled("(", 5000)))
    assert ("capture", "Kupiansk") in [(e.type, e.place.name if e.place else None) for e in found.events]


def test_texts_are_as_long_as_they_say() -> None:
    assert min(map(len, TEXTS.values())) >= SIZE // 2
    assert len(ordinary_text()) >= SIZE
