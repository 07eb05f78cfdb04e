"""The ranking of sides: learnt, told of where it names a side, quiet where the sentence names who did it."""

from datetime import date

import pytest

from services.extract.document import Document
from services.extract.pipeline import run
from services.extract.stages.agency import agency
from services.extract.stages.agency.ranking import model
from services.extract.stages.agency.ranking.features import FAMILIES
from services.extract.stages.agency.ranking.model import features_version
from services.extract.stages.agency.ranking.survey import Survey
from services.extract.stages.agency.scene import Scene
from services.extract.stages.arguments.ranking import Model

OPEN = (
    "Russian troops pushed towards Lyman on Tuesday, and the garrison fell back. Two weeks of assaults on Lyman had"
    " cost Russia's 20th Army dozens of vehicles. A missile hit the station."
)
ANY = Model("", 0.1, {"prior=UKR": 1.0})
NEVER = Model("", 1e9, {})


def told(text: str, by: Model | None = None) -> tuple[Document, list[str]]:
    """Return the document and the names of all features that its options were given."""
    doc = Document(None, text, date(2024, 5, 20))
    run(doc, until="claims")
    seen: list[str] = []
    agency(doc, by, lambda event, asked, rule, offered, names: seen.extend(name for one in names for name in one))
    return doc, seen


def test_the_weights_were_trained_with_this_feature_code() -> None:
    assert model().features == features_version(), (
        "the features have changed since training: run `python -m tests.quality.train_actor`"
    )


def test_every_weight_and_every_feature_is_of_a_known_family() -> None:
    _, seen = told(OPEN)
    families = {name.partition("=")[0] for name in seen}
    assert families <= FAMILIES
    assert {"rules", "none", "prior", "hangs", "elsewhere"} <= families
    assert {name.partition("=")[0] for name in model().weights} <= FAMILIES


def test_an_event_that_is_given_a_side_says_over_what_and_why() -> None:
    doc, _ = told("A missile hit the station in Lyman. Ukrainian officials gave no figures.", ANY)
    event = next(e for e in doc.events if e.type == "strike")
    assert event.actor is not None
    assert event.actor.side == "UKR"
    reasons = [why.rule for why in event.why if why.slot == "actor"]
    assert reasons == ["ranking over none +1.00", "ranking prior=UKR +1.00", "agency.ranked"]


def test_whom_the_sentence_names_is_never_overruled() -> None:
    doc, _ = told("Russian troops captured Lyman on Tuesday.", ANY)
    assert [e.actor.side for e in doc.events if e.actor is not None] == ["RUS"]


def test_without_weights_every_event_stays_as_the_rules_left_it() -> None:
    doc, _ = told(OPEN, NEVER)
    assert not [why for event in doc.events for why in event.why if why.rule == "agency.ranked"]


@pytest.mark.parametrize(
    ("kind", "side", "text"),
    [
        ("assault", "RUS", "Five weeks of assaults on Chasiv Yar have cost Russia's 98th Division most of its tanks."),
        ("withdrawal", "RUS", "Moscow is to take its garrison off the spit at Kinburn, its defence ministry said."),
        ("withdrawal", "UKR", "Three months after it gave up Lyman, Ukraine has not won back the station."),
    ],
)
def test_a_side_that_the_text_points_at_is_taken(kind: str, side: str, text: str) -> None:
    doc, _ = told(text)
    assert [e.actor.side for e in doc.events if e.type == kind and e.actor is not None] == [side]


def test_what_nothing_points_at_stays_without_an_author() -> None:
    doc, _ = told("A shell landed beside the school in Orikhiv. Nobody was hurt.")
    assert doc.events
    assert all(event.actor is None for event in doc.events)


def test_the_survey_leaves_out_the_telling_that_asks() -> None:
    doc, _ = told("Russian guns shelled Kherson on Monday. Kherson was shelled again by the Russian army.", NEVER)
    survey = Survey.of(Scene(doc))
    assert [survey.elsewhere(event) for event in doc.events if event.type == "strike"] == [frozenset({"RUS"})] * 2
    single, _ = told("Russian guns shelled Kherson on Monday.", NEVER)
    assert Survey.of(Scene(single)).elsewhere(single.events[0]) == frozenset()
