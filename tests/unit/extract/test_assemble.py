"""One event per distinct thing: repeats are merged, others kept apart, offsets point at what they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.messages import Event, Extraction
from services.extract.pipeline import extract
from tests.support.articles import article, events_in


def extraction(text: str, title: str | None = None, published: str | None = "2024-10-02") -> Extraction:
    return extract(article(text, title=title, published=published))


def of_type(event_type: str, text: str, title: str | None = None) -> list[Event]:
    return events_in(text, event_type, title=title)


def test_headline_and_body_are_one_event_with_two_mentions() -> None:
    events = of_type("capture", "Russian troops seized Vuhledar, the ministry said.", "Russian troops seize Vuhledar")
    assert len(events) == 1
    assert {mention.field for mention in events[0].mentions} == {"title", "text"}


def test_two_places_are_two_events() -> None:
    assert len(of_type("capture", "Russian troops seized Vuhledar. Later Russian troops seized Selydove.")) == 2


def test_two_sides_are_two_events() -> None:
    text = "Russian troops shelled Kherson. Ukrainian troops shelled Kherson."
    assert len(of_type("strike", text)) == 2


def test_another_modality_is_another_event() -> None:
    text = "Russian troops seized Vuhledar. Ukrainian troops plan to retake Vuhledar."
    assert len(of_type("capture", text)) == 2


def test_the_same_article_gives_the_same_bytes() -> None:
    text = "Russian troops seized Vuhledar on Tuesday. Three people were killed in Nikopol."
    assert extraction(text) == extraction(text)


def test_ids_do_not_depend_on_the_other_events() -> None:
    alone = of_type("capture", "Russian troops seized Vuhledar.")[0]
    beside = of_type("capture", "Three people were killed in Nikopol. Russian troops seized Vuhledar.")[0]
    assert alone.event_id == beside.event_id


def test_each_event_says_why() -> None:
    event = of_type("capture", "Russian troops seized Vuhledar.")[0]
    slots = {why.slot: why.words for why in event.explanation}
    assert slots["type"] == "seized"
    assert slots["place"] is not None and "Vuhledar" in slots["place"]


HOSTILE = [
    " \n\t",
    "captured " * 20000,
    "Bakhmut, " * 3000 + "were shelled.",
    "\u202eRussian troops\u202c seized\u200b Vuhledar.",
    "<div><p>Russian troops <b>seized</b> Vuhledar</p><script>alert(1)</script>",
    "((((" * 5000,
    "\x00\x01\ufeff\ud83d\ude80 seized",
    "«Российские войска заняли Угледар», — сообщили в министерстве.",
    "a" * 200_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_ends_without_an_error(text: str) -> None:
    extraction(text.encode("utf-8", "replace").decode())


WORDS = st.sampled_from(
    [
        "Russian",
        "troops",
        "seized",
        "Vuhledar",
        "Kherson",
        "shelled",
        "and",
        "the",
        "on",
        "Tuesday",
        "three",
        "people",
        "were",
        "killed",
        "in",
        "said",
        "Kyiv",
        ".",
        ",",
        ";",
        "it",
        "there",
        "withdrew",
        "from",
        "not",
        "may",
        "40",
        "%",
        "“",
        "”",
        "—",
        "drones",
        "missiles",
        "he",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(WORDS, min_size=1, max_size=60).map(" ".join),
    st.none() | st.lists(WORDS, min_size=1, max_size=8).map(" ".join),
)
def test_offsets_point_at_what_they_say(text: str, title: str | None) -> None:
    result = extraction(text, title)
    fields = {"text": result.document.text, "title": result.document.title or ""}
    for event in result.events:
        assert event.claims
        for mention in event.mentions:
            assert 0 <= mention.start < mention.end <= len(fields[mention.field])
        for why in event.explanation:
            if why.start is not None and why.end is not None:
                assert fields[why.field][why.start : why.end] == why.words


def test_a_withdrawal_is_in_the_place_that_is_left_and_people_are_moved_from_it() -> None:
    left = extraction("Ukrainian troops pulled out of Vuhledar on Tuesday to avoid being cut off.").events
    assert ("withdrawal", "Vuhledar") in {(e.type, e.place.name) for e in left if e.place}
    assert {e.place.relation for e in left if e.place} == {"in"}
    (moved,) = of_type("displacement", "Thousands of residents were evacuated from Kherson on Tuesday.")
    assert moved.place is not None
    assert (moved.place.name, moved.place.relation) == ("Kherson", "from")


def test_what_is_counted_in_a_sentence_of_its_own_is_not_the_town_named_beside_it() -> None:
    text = "A drone hit a house in Kherson.\n\nUkrainian aviation delivered nine strikes on the invaders."
    assert [e.place.name if e.place else None for e in of_type("strike", text)] == ["Kherson", None]


def test_tellings_without_a_place_that_stand_far_apart_are_two_events_unless_all_is_the_same() -> None:
    between = " Snow fell in the morning." * 5
    one, other = "Missile troops hit two command posts.", "Russian aviation carried out 68 air strikes."
    assert len(of_type("strike", one + between + " " + other)) == 2
    assert len(of_type("strike", other + between + " " + other)) == 1
