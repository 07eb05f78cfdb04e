"""The ranking of places: learnt, the same in every run, told of where it moves an event, quiet where it is not sure."""

import pytest

from services.extract.document import Document
from services.extract.pipeline import document_of, extract, run
from services.extract.stages.arguments import arguments
from services.extract.stages.arguments.ranking import Model, model
from services.extract.stages.arguments.ranking.features import FAMILIES
from services.extract.stages.arguments.ranking.model import chosen, features_version
from services.extract.stages.arguments.ranking.survey import Survey
from services.extract.stages.triggers.conditions import by_sentence
from tests.support.articles import article

NEVER = Model("", 1e9, {})
HEADED = (
    "Lyman\n\nThe enemy came as far as the station on Tuesday. Shells killed two people in the centre.\n\n"
    "Siversk\n\nDrones burned two lorries on the road to Lyman. The garrison holds on, and five houses were destroyed."
)


def told(text: str, by: Model | None = None) -> tuple[Document, list[frozenset[str]]]:
    """Return the document, and the names of the features of every option of every event that was ranked."""
    doc = document_of(article(text))
    run(doc, until="triggers")
    seen: list[frozenset[str]] = []
    arguments(doc, by, lambda event, rule, offered, names: seen.extend(map(frozenset, names)))
    return doc, seen


def survey(text: str) -> Survey:
    doc = document_of(article(text))
    run(doc, until="syntax")
    return Survey.of(doc, by_sentence(doc, doc.places))


def test_the_weights_were_trained_with_this_feature_code() -> None:
    assert model().features == features_version(), (
        "the features have changed since training: run `python -m tests.quality.train_place`"
    )


def test_every_weight_is_of_a_known_family() -> None:
    assert {name.partition("=")[0] for name in model().weights} <= FAMILIES


def test_every_feature_is_of_a_known_family() -> None:
    _, seen = told(HEADED)
    families = {name.partition("=")[0] for names in seen for name in names}
    assert families <= FAMILIES
    assert {"rules", "instead", "none", "here", "away", "heading"} <= families


def test_an_option_is_taken_only_beyond_the_margin() -> None:
    weights = {"rules=topic": 1.0, "heading=away": 1.8, "lead=away": 0.5}
    seen = [["rules=topic"], ["lead=away"], ["heading=away"]]
    assert chosen(seen, Model("", 0.8, weights)) is None
    choice = chosen(seen, Model("", 0.7, weights))
    assert choice is not None
    assert (choice.option, choice.lead, choice.pulls) == (2, 0.8, (("heading=away", 1.8),))


def test_of_equal_options_the_rules_stand_and_what_training_has_not_seen_weighs_nothing() -> None:
    assert chosen([["rules=topic"], ["heading=away"], ["unheard=of"]], Model("", 0.0, {})) is None


def test_without_weights_every_event_stays_where_the_rules_put_it() -> None:
    doc, _ = told(HEADED, NEVER)
    assert not [why for event in doc.events for why in event.why if why.rule == "arguments.ranked"]


def test_an_event_that_is_moved_says_over_what_and_why() -> None:
    doc, _ = told(HEADED, Model("", 0.5, {"heading=away": 2.0}))
    moved = [event for event in doc.events if any(why.rule == "arguments.ranked" for why in event.why)]
    assert moved
    for event in moved:
        reasons = [why.rule for why in event.why if why.slot == "place"]
        assert reasons[0].startswith("ranking over ")
        assert "ranking heading=away +2.00" in reasons
        assert {place.name for place in event.places} <= {"Lyman", "Siversk"}


def test_what_stands_at_its_own_place_is_not_asked_about() -> None:
    doc, seen = told(
        "Russian troops captured Vuhledar. They had shelled Lyman before.", Model("", 0.0, {"none=yes": 9.0})
    )
    assert [[place.name for place in event.places] for event in doc.events] == [["Vuhledar"], ["Lyman"]]
    assert not seen


def test_the_places_of_a_list_move_together() -> None:
    doc, _ = told(
        "Rockets hit Lyman, Siversk and Toretsk overnight.\n\nThe shelling killed four people.",
        Model("", 0.0, {"list=3": 3.0}),
    )
    deaths = next(event for event in doc.events if event.type == "casualties")
    assert [place.name for place in deaths.places] == ["Lyman", "Siversk", "Toretsk"]


def test_a_heading_is_a_short_line_without_a_verb_that_opens_a_paragraph() -> None:
    found = survey(HEADED)
    heads = [headed[0].name for headed, _ in found.headings]
    assert heads == ["Lyman", "Lyman", "Lyman", "Siversk", "Siversk", "Siversk"]


@pytest.mark.parametrize(
    "text", ["Lyman was shelled.\n\nTwo died.", "The road to the village of\n\nTwo died in the night before Monday."]
)
def test_what_tells_something_is_no_heading(text: str) -> None:
    assert not any(headed for headed, _ in survey(text).headings)


def test_the_focus_is_the_town_named_most_and_the_lead_the_one_named_first() -> None:
    found = survey("Shells fell on Siversk. Lyman was hit as well. The centre of Lyman burned. Kyiv, Kyiv, Kyiv.")
    assert found.focus is not None and found.focus.name == "Lyman"
    assert found.lead is not None and found.lead.name == "Siversk"


def test_the_same_text_is_ranked_alike_twice() -> None:
    assert extract(article(HEADED)) == extract(article(HEADED))


def test_a_crowd_of_places_and_events_ends() -> None:
    names = ["Lyman", "Siversk", "Toretsk", "Vuhledar", "Kupiansk", "Bakhmut"] * 30
    text = "Two were killed and a house was destroyed, in " + ", ".join(names) + ". Five died there."
    doc, _ = told(text * 20)
    assert doc.events


def test_an_option_is_seen_with_what_its_sentence_points_back_at() -> None:
    text = "Shells hit the bridge at Lyman on Monday. Siversk lies to the south. The strike killed two people."
    _, seen = told(text)
    assert any({"same_trigger=away:pointed", "away_trigger=pointed"} <= names for names in seen)
    assert any("not_same=away:pointed" in names for names in seen)


def test_where_an_official_speaks_for_is_an_option() -> None:
    text = (
        "The governor of Voronezh, Alexander Gusev, said that the roof of a depot had burned and a guard was wounded."
    )
    _, seen = told(text, NEVER)
    assert any(name.startswith("area=") and ":True:oblast" in name for names in seen for name in names)


def test_who_came_from_a_town_offers_it_as_no_option() -> None:
    _, seen = told("A couple from Belgorod was killed when drones struck the Crimean bridge.")
    assert seen
    assert not any("preposition=from" in names for names in seen)
