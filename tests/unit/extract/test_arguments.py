"""Who, where, when, with what: the arguments of events in whole small articles."""

from datetime import date

import pytest

from services.contracts.messages import Event
from tests.support.articles import events_in, place_of, side_of


def only(text: str, event_type: str) -> Event:
    found = events_in(text, event_type)
    assert len(found) == 1, [(event.type, place_of(event)) for event in events_in(text)]
    return found[0]


def test_a_subject_acts_and_the_object_is_the_place() -> None:
    event = only("Russian troops seized Vuhledar.", "capture")
    assert (side_of(event), place_of(event)) == ("RUS", "Vuhledar")


def test_a_passive_without_an_agent_has_no_actor() -> None:
    event = only("Vuhledar was shelled.", "strike")
    assert (side_of(event), place_of(event)) == (None, "Vuhledar")


def test_a_by_phrase_is_the_actor() -> None:
    assert side_of(only("Robotyne was captured by Russian troops.", "capture")) == "RUS"


def test_coordinated_verbs_share_subject_and_place() -> None:
    event = only("Russian troops took hamlets around Pokrovsk and encircled the town.", "encirclement")
    assert (side_of(event), place_of(event)) == ("RUS", "Pokrovsk")


def test_a_noun_has_the_arguments_of_its_verb() -> None:
    event = only("The withdrawal of Russian troops from Kherson took two days.", "withdrawal")
    assert (side_of(event), place_of(event)) == ("RUS", "Kherson")


def test_a_controlled_infinitive_takes_its_subject_from_above() -> None:
    event = only("Ukrainian troops managed to liberate Robotyne.", "capture")
    assert (side_of(event), place_of(event)) == ("UKR", "Robotyne")


def test_a_relative_clause_acts_by_its_antecedent() -> None:
    event = only("The Russian troops that captured Soledar are resting.", "capture")
    assert (side_of(event), place_of(event)) == ("RUS", "Soledar")


def test_a_list_of_places_makes_one_event_each() -> None:
    events = events_in("Russian forces shelled Nikopol, Marhanets and Beryslav.")
    assert {place_of(e) for e in events if e.type == "strike"} == {"Nikopol", "Marhanets", "Beryslav"}


def test_a_weapon_named_in_the_clause_is_the_means() -> None:
    assert "drone" in only("Ukrainian forces attacked Sevastopol with drones.", "strike").means


def test_the_day_of_saying_is_not_the_day_of_the_event() -> None:
    event = only("The General Staff said on Monday that Russian troops had entered Toretsk.", "advance")
    assert event.when is None or event.when.start is None


def test_a_weekday_in_the_clause_dates_the_event() -> None:
    event = only("Ukrainian troops pulled out of Vuhledar on Tuesday.", "withdrawal")
    assert event.when is not None
    assert event.when.start == date(2024, 10, 1).isoformat()


def test_the_dead_are_counted() -> None:
    event = only("Three people were killed in the shelling of Kherson.", "casualties")
    assert ("killed", 3.0, 3.0) in [(q.what, q.low, q.high) for q in event.quantities]


def test_an_office_in_a_capital_does_not_make_it_the_place() -> None:
    events = events_in("The defence ministry in Moscow said that its troops had withdrawn.")
    assert all(place_of(e) != "Moscow" for e in events)


@pytest.mark.parametrize(
    ("text", "share"),
    [("Russian troops control 70 percent of Luhansk Oblast.", 0.7), ("Kyiv controls half of the oblast.", 0.5)],
)
def test_a_share_is_the_extent_of_control(text: str, share: float) -> None:
    event = only(text, "control")
    assert event.extent is not None
    assert event.extent.share == share


def places_of(text: str, event_type: str) -> set[str | None]:
    return {place_of(event) for event in events_in(text, event_type)}


def test_a_front_and_the_places_named_of_its_clause_are_all_places() -> None:
    found = places_of(
        "The defenders are holding the Siversk front, where they repelled attacks near Spirne and Vyimka.", "repulse"
    )
    assert {"Spirne", "Vyimka"} <= found


def test_residents_are_evacuated_from_where_they_live() -> None:
    assert places_of("Residents of Kupiansk and Izium have been asked to move out.", "displacement") == {
        "Kupiansk",
        "Izium",
    }


@pytest.mark.parametrize(
    ("text", "event_type", "start", "end"),
    [
        # bounded days go before "at the onset", "still" and records
        ("Russian troops seized Lyman at the onset of the war in May 2022.", "capture", "2022-05-01", "2022-05-31"),
        (
            "In August 40 civilians were killed in Ukraine, the highest toll since March.",
            "casualties",
            "2024-08-01",
            "2024-08-31",
        ),
        # a coordination is dated by the phrase that closes it, and a since-clause begins a span
        (
            "Hundreds of civilians were killed and villages razed in Ukraine since troops invaded on 9 September.",
            "casualties",
            "2024-09-09",
            "2024-10-02",
        ),
        ("Two people died in Kherson when a shell hit the market on Monday.", "casualties", "2024-09-30", "2024-09-30"),
        # of something is not from it
        ("The toll from Sunday's shelling of Kherson has risen to 9.", "strike", "2024-09-29", "2024-09-29"),
    ],
)
def test_an_event_is_dated_by_the_phrase_that_dates_it(text: str, event_type: str, start: str, end: str) -> None:
    event = only(text, event_type)
    assert event.when is not None
    assert (event.when.start, event.when.end) == (start, end)


def test_a_headline_is_dated_by_its_lead() -> None:
    found = events_in(
        "Russia pulled its forces out of the border town on Tuesday.\n\nIt gave no reason.",
        title="Russian troops quit Sudzha",
    )
    assert {(e.type, place_of(e), e.when and e.when.start) for e in found} >= {("withdrawal", "Sudzha", "2024-10-01")}


def test_a_list_is_dated_by_how_it_opens() -> None:
    found = events_in("Sumy Oblast, 29 September: a quiet day.\n\nIn Vorozhba a drone killed a farmer.")
    assert [e.when and e.when.start for e in found if e.type == "casualties"] == ["2024-09-29"]


def test_what_is_destroyed_is_no_means() -> None:
    event = only("Ukraine destroyed 12 tanks near Robotyne.", "destruction")
    assert event.means == ()
    assert [(q.what, q.low) for q in event.quantities] == [("equipment", 12)]


@pytest.mark.parametrize(
    ("text", "event_type", "who"),
    [
        ("Paris called on Russia to withdraw its forces from the plant in Enerhodar.", "withdrawal", "RUS"),
        ("Russia's defence ministry said it had hit fuel depots near Odesa.", "strike", "RUS"),
        ("Vladimir Putin proclaimed the annexation of Luhansk Oblast.", "diplomacy", "RUS"),
        ("The meeting between Donald Trump and Vladimir Putin in Anchorage ended on Friday.", "diplomacy", "USA"),
        ("The 92nd Brigade reported thwarted attacks near Vovchansk.", "repulse", "UKR"),
        ("Although Moscow had called a truce, it stormed Marinka again, an Azov officer said.", "assault", "RUS"),
        ("Ukraine, to whom the Russians owe much, is patient: on Friday it shelled Donetsk.", "strike", "UKR"),
        ("It is a ruin, and Russia has captured Marinka.", "capture", "RUS"),
        ("Moscow has repeatedly bombarded Odesa.", "strike", "RUS"),
        ("The decision has been made to withdraw Russian troops from the island.", "withdrawal", "RUS"),
    ],
)
def test_who_acts_is_found_where_he_is_not_the_subject(text: str, event_type: str, who: str) -> None:
    assert who in {side_of(event) for event in events_in(text, event_type)}


def test_towns_left_without_light_are_damaged_and_not_spared() -> None:
    event = only("Lviv was left without power after Monday's strikes.", "destruction")
    assert (place_of(event), event.modality) == ("Lviv", "actual")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("The road has been closed since May 2023, when Russian troops seized Vuhledar.", "2023-05-01", "2023-05-31"),
        ("The town was quiet until 9 March 2023, when Russian troops seized Vuhledar.", "2023-03-09", "2023-03-09"),
        ("Two years ago, on 4 October 2022, Russian troops seized Vuhledar.", "2022-10-04", "2022-10-04"),
    ],
)
def test_a_clause_of_when_has_the_bare_time_before_it(text: str, start: str, end: str) -> None:
    when = only(text, "capture").when
    assert when is not None
    assert (when.start, when.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("A Geran-2 struck Sumy.", {"drone", "Geran"}),
        ("A FAB-1500 hit Vovchansk.", {"air", "FAB"}),
        ("A UMPK bomb fell on Derhachi.", {"air"}),
        ("Magura boats struck Sevastopol.", {"naval", "Magura"}),
        ("A TOS-1A fired on Klishchiivka.", {"rocket", "TOS-1A"}),
    ],
)
def test_a_named_weapon_is_the_means_with_its_name(text: str, means: set[str]) -> None:
    assert means <= set(only(text, "strike").means)


def test_planes_that_are_shot_down_are_equipment() -> None:
    event = only("Two Su-25s were shot down near Pokrovsk.", "repulse")
    assert [(q.what, q.low) for q in event.quantities] == [("equipment", 2)]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("HUN", "Viktor Orban told reporters that he and Vladimir Putin had agreed to meet in Moscow."),
        ("UKR", "Volodymyr Zelensky said he was ready to hold talks with Vladimir Putin in Istanbul."),
        ("BLR", "Lukashenko announced that he had agreed with Putin on a joint grouping of troops."),
        ("DEU", "He and Zelensky signed a security agreement in Berlin, said Olaf Scholz."),
        ("HUN", "Viktor Orban was in Kyiv on Tuesday. He then held talks with Vladimir Putin in Moscow."),
        (None, "He met with Zelensky in Washington."),
    ],
)
def test_he_who_talks_is_whoever_says_so_and_never_the_one_he_talks_with(wanted: str | None, text: str) -> None:
    assert {side_of(event) for event in events_in(text, "diplomacy", published="2025-03-20")} == {wanted}


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Zelensky said that Ukraine was ready for talks. Russian drones attacked Odesa on Tuesday.", "narrator"),
        ("Zelensky said the defence of Odesa was weak. Russian drones attacked Odesa on Tuesday.", "GOV"),
    ],
)
def test_who_speaks_of_something_else_does_not_tell_of_the_war(text: str, source: str) -> None:
    assert [claim.source.kind for claim in only(text, "strike").claims] == [source]
