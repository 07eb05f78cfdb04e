"""Cleaning: what goes, what stays, and that the map back to the raw text holds on any text."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.document import Document
from services.extract.stages.clean import clean

HERE = Path("services/extract/stages/clean")
NOISE = tomllib.loads((HERE / "noise.toml").read_text(encoding="utf-8"))
GLUE = tomllib.loads((HERE / "glue.toml").read_text(encoding="utf-8"))
EXAMPLES = [example for kind in ("opener", "whole") for rule in NOISE[kind] for example in rule["examples"]]

FIRST = "Rescuers pulled three people from the rubble on Monday, the governor said."
LAST = "Shelling of the suburbs went on through the night, according to the city council."


def cleaned(text: str, title: str | None = None) -> Document:
    doc = Document(title, text, None)
    clean(doc)
    return doc


def body(doc: Document) -> str:
    return doc.text[doc.body_start :]


@pytest.mark.parametrize("noise", EXAMPLES)
def test_noise_goes_as_a_line_of_its_own_and_the_prose_around_it_stays(noise: str) -> None:
    assert body(cleaned(f"{FIRST}\n\n{noise}\n\n{LAST}", "A title")) == f"{FIRST}\n\n{LAST}"


@pytest.mark.parametrize("noise", EXAMPLES)
def test_noise_goes_at_the_end_of_a_paragraph(noise: str) -> None:
    assert body(cleaned(f"{FIRST} {noise}")).rstrip() == FIRST


@pytest.mark.parametrize("case", GLUE["case"], ids=lambda case: str(case["example"])[:30])
def test_glued_words_are_taken_apart_where_something_shows_where(case: dict[str, Any]) -> None:
    assert cleaned(case["example"]).text == case["apart"]


def test_a_related_block_ends_where_prose_resumes() -> None:
    doc = cleaned(f"{FIRST}\nSEE ALSO:\nWho holds the bridge now\nFive questions about the ferry\n{LAST}")
    assert body(doc).split("\n") == [FIRST, LAST] or body(doc).split("\n\n") == [FIRST, LAST]


def test_a_comment_form_goes() -> None:
    form = (
        "Leave a comment\n\nYour email address will not be published. Required fields are marked *\n\nName *\nEmail "
        "*\nWebsite"
    )
    assert body(cleaned(f"{FIRST}\n\n{form}")) == FIRST


def test_icon_names_time_stamps_and_tag_lists_go() -> None:
    raw = (
        f"iconmenu iconsearch shareicon chevron\n10 Sep, 2022 13:18\n{FIRST}\nfront, drones, the river, kherson "
        f"region\n10:40 GMT 14.10.2025"
    )
    assert body(cleaned(raw, "A title")) == FIRST


def test_a_caption_stays_once_without_its_credit() -> None:
    caption = "Residents wait for water in the centre of Kherson."
    doc = cleaned(f"{caption} © Agency / Handout\n{caption} © Agency / Handout\n\n{FIRST}", "A title")
    assert body(doc).count(caption) == 1 and "Agency" not in doc.text
    assert [doc.words(span) for span in doc.captions] == [caption]


def test_a_line_above_a_credit_is_a_caption() -> None:
    doc = cleaned(f"A hall in ruins in Chernihiv\n(Jane Doe / Associated Press)\n\n{FIRST}", "A title")
    assert [doc.words(span) for span in doc.captions] == ["A hall in ruins in Chernihiv"]
    assert "Associated" not in doc.text


@pytest.mark.parametrize(
    ("line", "place", "day"),
    [
        ("JAKARTA - ", "JAKARTA", None),
        ("KYIV, Oct 2 (Agency) — ", "KYIV", "2024-10-02"),
        ("KHERSON, Ukraine, June – ", "KHERSON, Ukraine", None),
        ("MOSCOW (Agency) - ", "MOSCOW", None),
        ("KYIV: ", "KYIV", None),
        ("Odesa - ", "Odesa", None),
        ("MOSCOW, October 2. /AGENCY/. ", "MOSCOW", "2024-10-02"),
    ],
)
def test_a_dateline_becomes_metadata(line: str, place: str, day: str | None) -> None:
    from datetime import date

    doc = Document(None, line + FIRST, date(2024, 10, 3))
    clean(doc)
    assert (doc.text, doc.dateline) == (FIRST, place)
    assert str(doc.dateline_date) == str(day)


def test_an_acronym_with_a_colon_is_no_dateline() -> None:
    assert cleaned(f"IAEA: {FIRST}").text == f"IAEA: {FIRST}"


def test_a_byline_becomes_metadata() -> None:
    doc = cleaned(f"By Jane Doe and John Roe\n{FIRST}", "A title")
    assert (doc.byline, body(doc)) == ("Jane Doe and John Roe", FIRST)


def test_the_headline_is_found_when_it_is_the_first_line() -> None:
    doc = cleaned(f"Governor counts the damage in Kherson\n{FIRST}\n{LAST}")
    assert doc.text[: doc.body_start] == "Governor counts the damage in Kherson\n\n"
    assert body(doc) == f"{FIRST}\n{LAST}"


def test_a_first_sentence_is_no_headline() -> None:
    assert cleaned(f"{FIRST}\n{LAST}").body_start == 0


def test_a_headline_that_the_text_repeats_is_kept_once() -> None:
    doc = cleaned(f"The bridge is down\n\n{FIRST}\n\nThe bridge is down", "The bridge is down")
    assert doc.text == f"The bridge is down\n\n{FIRST}"


def test_invisible_characters_markup_and_emoji_go_and_quotes_are_kept_one_for_one() -> None:
    raw = (
        "<p>Kher\u00adson\u200b was <b>shelled</b> \U0001f525 at dawn,\u202e \u201cheavily\u201d, the mayor\u2019s "
        "office said&nbsp;on Monday.</p>"
    )
    assert cleaned(raw).text == "Kherson was shelled at dawn, “heavily”, the mayor's office said on Monday."


def test_an_editors_words_in_brackets_stay_without_the_brackets() -> None:
    assert cleaned("He said [the army] would stay. [Advertisement]").text == "He said the army would stay."


def test_most_of_the_text_gone_is_noted() -> None:
    assert any("cleaning left" in note for note in cleaned("Leave a comment\n" * 40 + "Fire.").notes)


def in_step(doc: Document) -> None:
    """The map of `doc` is ascending, and where characters were not changed they agree."""
    pairs = doc.offsets
    text = body(doc)
    assert [offset for offset, _ in pairs] == sorted({offset for offset, _ in pairs})
    raws = [raw for _, raw in pairs]
    assert raws == sorted(raws) and (not text or pairs[0][0] == 0)
    ends = [offset for offset, _ in pairs[1:]] + [len(text)]
    for (offset, raw), end in zip(pairs, ends[: len(pairs)], strict=True):
        for step in range(end - offset):
            assert 0 <= raw + step < len(doc.raw_text)
            here, there = text[offset + step], doc.raw_text[raw + step]
            if here.isascii() and here.isalnum() and there.isascii() and there.isalnum():
                assert here == there


PIECES = st.sampled_from(
    [
        FIRST,
        LAST,
        *EXAMPLES,
        "\n",
        "\n\n",
        " ",
        "\u200b",
        "\u00ad",
        "<p>",
        "</p>",
        "<script>x</script>",
        "&amp;",
        "&lt;",
        '"',
        "“",
        "[",
        "]",
        "KYIV, Oct 2 (Agency) — ",
        "said.Russian",
        "Zelenskyhe",
        "|",
        "▪",
        "\U0001f525",
        "a" * 50,
        "Photo: ",
        "...",
        "12:30",
        "By Jane Doe",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=12).map("".join)),
    st.one_of(st.none(), st.text(max_size=60)),
)
def test_any_text_is_cleaned_with_a_map_that_holds_and_cleaning_again_changes_nothing(
    raw: str, title: str | None
) -> None:
    doc = cleaned(raw, title)
    in_step(doc)
    again = cleaned(body(doc), doc.text[: doc.body_start].rstrip("\n") or None)
    assert body(again) == body(doc)


@pytest.mark.parametrize(
    "unit", ["a", "word ", "a. ", '"', "[", "| ", "<a ", "See also: ", "\n", ".", "KYIV, ", "&amp;", "Zelenskyhe "]
)
def test_a_long_hostile_text_is_cleaned(unit: str) -> None:
    doc = cleaned(unit * (200_000 // len(unit)))

    assert len(doc.text) <= 2 * len(doc.raw_text)


def test_pages_furniture_around_a_report_goes_and_the_report_stays() -> None:
    page = (
        "Home | World | Front\nBy Ann Lee and Tom Fox | Kyiv | 3 March 2023, 10:15\n"
        "Shells fell on the harbour all night, the mayor said[1].\n\n[embedded content]\n\n"
        "Image caption, Firemen at the harbour\n\nThis is a breaking news story and will be updated.\n\n"
        "Keep reading\nSenate votes on the budget\n\nMore on this story\nThe winter in pictures\n"
    )
    doc = Document(None, page, None)
    clean(doc)
    assert doc.text.split("\n\n") == [
        "Shells fell on the harbour all night, the mayor said.",
        "Firemen at the harbour",
    ]
    assert doc.byline == "Ann Lee and Tom Fox"


def test_what_glued_words_are_looked_for_by_fits_the_lists() -> None:
    # A text is searched only where a capitalised word, or one in small letters, has six letters of `a` to `z`.
    assert all(name.isascii() and name.isalpha() and name.istitle() and len(name) >= 4 for name in GLUE["names"])
    glued = [noun + after for noun in GLUE["nouns"] for after in GLUE["after_nouns"]]
    assert all(word.isascii() and word.isalpha() and word.islower() and len(word) >= 6 for word in glued)
    assert min(map(len, GLUE["words"])) + min(map(len, GLUE["names"])) >= 6
    assert min(map(len, GLUE["long_words"])) + 4 >= 6
