"""Agency: each rule on its own example sentences, what must stay without an actor, and any text at all."""

from datetime import date

import pytest

from services.extract.document import ActorMention, Document, EventMention
from services.extract.pipeline import run
from services.extract.stages.agency.lexicon import examples
from services.extract.stages.agency.rules import RULES


def read(text: str, title: str | None = None) -> Document:
    doc = Document(title, text, date(2024, 5, 20))
    run(doc, until="agency")
    return doc


def told(doc: Document, kind: str) -> EventMention:
    found = [e for e in doc.events if e.type == kind]
    assert found, f"no {kind} in {doc.text!r}: {[e.type for e in doc.events]}"
    return found[-1]


def side(actor: ActorMention | None) -> str | None:
    return actor.side if actor is not None else None


@pytest.mark.parametrize(("rule", "kind", "wanted", "text"), examples())
def test_rule_names_the_side_of_its_example(rule: str, kind: str, wanted: str, text: str) -> None:
    event = told(read(text), kind)
    assert (side(event.actor), [w.rule for w in event.why if w.rule.startswith("agency.")]) == (
        wanted,
        [f"agency.{rule}"],
    )


def test_every_example_is_of_a_rule() -> None:
    assert {rule for rule, *_ in examples()} <= RULES.keys()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("strike", "Kharkiv was shelled overnight."),
        ("capture", "Vuhledar was captured on Tuesday."),
        ("casualties", "Five people were killed in Kherson."),
        ("capture", "Bakhmut was captured, the Ukrainian General Staff admitted."),
        ("strike", "A missile hit a market in Kostiantynivka."),
    ],
)
def test_what_is_told_without_an_author_has_no_actor(kind: str, text: str) -> None:
    assert side(told(read(text), kind).actor) is None


def test_an_actor_with_a_side_is_left_alone() -> None:
    event = told(read("Russian troops captured Avdiivka, the Ukrainian General Staff said."), "capture")
    assert side(event.actor) == "RUS"
    assert not any(w.rule.startswith("agency.") for w in event.why)


def test_a_strike_elsewhere_does_not_lend_its_author() -> None:
    doc = read("Ukraine shelled Belgorod overnight. Two people were killed in Kherson.")
    assert side(told(doc, "casualties").actor) is None


def test_a_force_keeps_its_name_when_it_gets_its_side() -> None:
    actor = told(read("Marines have captured Kozacha Lopan, Ukraine's General Staff said."), "capture").actor
    assert actor is not None
    assert (actor.surface, actor.side, actor.id) == ("Marines", "UKR", "UKR/MIL")


@pytest.mark.parametrize(
    ("kind", "wanted", "text"),
    [
        (
            "assault",
            "UKR",
            "Hanna Maliar, a Ukrainian deputy minister, said that troops had attacked near Klishchiivka.",
        ),
        ("capture", "UKR", "Ukraine last week left Sudzha, which it had captured in August."),
        ("arms_transfer", "USA", "Ammunition is short, and a package of US military aid has been stuck in Congress."),
        ("displacement", None, "Forty residents were carried off to Taganrog."),
        ("withdrawal", "RUS", "Ukrainian troops stormed Balakliia on Tuesday. The garrison fled Balakliia by night."),
        ("hold", "UKR", "Russian troops attacked Lyptsi on Friday. The defenders still hold Lyptsi."),
        ("advance", "RUS", "Nazar Voloshyn said that groups had broken through to the edge of Krasnohorivka."),
        ("diplomacy", "UKR", "Ukraine's delegation says it wants no talks with Russia in Istanbul."),
    ],
)
def test_forces_states_and_givers_are_found_behind_their_words(kind: str, wanted: str | None, text: str) -> None:
    assert side(told(read(text), kind).actor) == wanted


def test_who_hears_a_report_does_not_act_in_it() -> None:
    doc = read("The ring around Myrnohrad has closed, the commander reported to the Ukrainian General Staff.")
    assert side(told(doc, "encirclement").actor) is None


def test_the_same_text_gives_the_same_actors() -> None:
    text = "Russia shelled Kherson. They hit a bus, and two people were killed; the marines left Krynky."
    first, second = read(text), read(text)
    assert [(e.type, e.actor) for e in first.events] == [(e.type, e.actor) for e in second.events]


@pytest.mark.parametrize(
    "text",
    ["", "they " * 300, "Russian Ukrainian drones hit Kyiv and " * 30 + ".", "ours\u200f\u202e is ours" * 40],
)
def test_any_text_passes(text: str) -> None:
    read(text)


def test_they_are_the_enemy_of_whoever_is_interviewed() -> None:
    doc = read(
        "Captain Olena Marchenko commands a company near Kupiansk. We spoke to her on Friday.\n\n"
        "How is the situation?\n\nOur brigade came in March. They shelled the crossing all night.\n\n"
        "What about losses?\n\nMy company has none.\n\nWill you stay?\n\nWe will stay."
    )
    assert side(told(doc, "strike").actor) == "RUS"


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ('"They want to cut the highway to Zhytomyr," said Oleksiy Arestovych.', "interdiction", "RUS"),
        (
            "Germany sent tanks, even though the European Union admitted it could not send shells.",
            "arms_transfer",
            "EU",
        ),
        ("Ukraine began in June, but it has not been able to break through towards Melitopol.", "advance", "UKR"),
        (
            "Oleksandr Syrskyi said his troops were opening an office there. According to him, they have advanced 35 "
            "kilometres into Kursk Oblast.",
            "advance",
            "UKR",
        ),
        (
            'Oleksandr Syrskyi said his troops were tired. "They attack us every night near Robotyne," he said.',
            "assault",
            "RUS",
        ),
    ],
)
def test_a_pronoun_is_whoever_can_be_meant(text: str, kind: str, wanted: str) -> None:
    assert side(told(read(text), kind).actor) == wanted


@pytest.mark.parametrize(
    ("kind", "wanted", "text"),
    [
        ("assault", "RUS", "The General Staff reported 22 attacks in the Pokrovsk sector on Wednesday."),
        (
            "advance",
            "RUS",
            "The General Staff said Russia was pressing Chasiv Yar, with its forces advancing there.",
        ),
        ("diplomacy", "RUS", "After talks with a Ukrainian team in Istanbul, Vladimir Medinsky promised a pause."),
        ("assault", "RUS", "Russia is regrouping; its troops attacked Siversk eleven times, the General Staff said."),
    ],
)
def test_who_tells_of_a_deed_is_not_taken_for_who_did_it(kind: str, wanted: str, text: str) -> None:
    assert side(told(read(text), kind).actor) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "An Iskander launcher was hit near Dzhankoi.",
        "A depot near Belgorod was hit overnight, the Russian Defence Ministry said.",
        "A market in Kramatorsk was hit, the mayor of Kramatorsk said.",
    ],
)
def test_a_strike_on_the_tellers_own_ground_has_no_actor(text: str) -> None:
    assert side(told(read(text), "strike").actor) is None


def test_gains_in_russia_told_by_a_ukrainian_are_his_own_sides() -> None:
    text = "Russian troops were taken by surprise. According to Zelensky, they have advanced into Belgorod region."
    assert side(told(read(text), "advance").actor) == "UKR"


def test_nobody_gives_arms_to_itself() -> None:
    text = "Moscow insists that Kyiv leave the Donetsk and Kherson regions and that the West stop arming Ukraine."
    event = told(read(text), "arms_transfer")
    assert (side(event.actor), side(event.target)) == ("WEST", "UKR")


@pytest.mark.parametrize("name", ["A Reuters correspondent", "DeepState"])
def test_the_press_holds_no_town(name: str) -> None:
    doc = read(f"{name} marks most of Toretsk as Russian.")
    assert all(e.actor is None or e.actor.kind != "MEDIA" for e in doc.events)


@pytest.mark.parametrize(
    ("kind", "wanted", "text"),
    [
        ("advance", "RUS", 'Units of the "Centre" grouping pushed into the suburbs of Myrnohrad.'),
        ("capture", "RUS", 'The "Tsentr" group of troops took Novohrodivka.'),
        ("advance", "RUS", 'Should the "West" grouping advance on Borova, the AFU will withdraw.'),
        ("repulse", "UKR", "The Siversk grouping of forces repelled an attack near Lyptsi."),
        ("strike", None, "Hundreds of residents had been killed in Izium by indiscriminate shelling, the group said."),
        ("strike", None, "Ukrainian soldiers were wounded by shelling near Orikhiv."),
        ("strike", None, "The Ukrainian General Staff said that rockets had hit a house in Kramatorsk."),
        ("strike", None, "Russia's Defence Ministry said that drones had hit a bus in Belgorod."),
        ("strike", None, "Kyiv has not claimed responsibility for the strike on Taganrog."),
        ("hold", "UKR", "Russian infantry entered Kupiansk in May. Soldiers who defend the city are short of shells."),
    ],
)
def test_who_acts_is_not_who_suffers_or_only_tells(kind: str, wanted: str | None, text: str) -> None:
    assert side(told(read(text), kind).actor) == wanted
